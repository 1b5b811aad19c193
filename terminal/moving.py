"""The command that moves pages between files; it stands among those of the review queue."""

from __future__ import annotations

import getpass
from typing import Any

import click

from errors import WrongUsage
from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.speech import SpokenCommand


@click.command(cls=SpokenCommand, epilog="Example: abhilekh review move 01J9Z3 --pages 4-7 --new")
@click.argument("file_id", metavar="ID")
@option("--pages", metavar="PAGES", required=True, help="Which pages, such as 4-7,9.")
@option("--to", metavar="ID", help="The file of the same batch that they belong to.")
@option("--new", is_flag=True, help="They make a file of their own.")
@option("--by", metavar="NAME", help="Who does it; default: the name of this login.")
@option("--note", metavar="TEXT", default="", help="Why, in your own words.")
@as_json
def move(file_id: str, by: str | None, as_json: bool, **said: Any) -> None:
    """Move pages to another file or a new one; both get their next version."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find, moving
        from pipeline import review as use_case
        from pipeline.decisions import Reviewer

        if bool(said["to"]) == said["new"]:
            raise WrongUsage(
                "It is not clear where the pages belong.",
                kept="Nothing was changed.",
                todo="Give either --to with a file's id, or --new.",
            )
        app = build_app(settings, holder="review move")
        file = find.file(file_id)
        to = find.file(said["to"]) if said["to"] else None
        asked = moving.Move(moving.pages_said(said["pages"]), to, said["note"])
        target = moving.run(app, file, asked, Reviewer(by or getpass.getuser()))
        for one in (file, target):
            use_case.make_version(app, one)
    if as_json:
        print_json({"from": file.pk, "to": target.pk})
    else:
        click.echo(say("The pages are in the file {id} now.", id=target.pk))
