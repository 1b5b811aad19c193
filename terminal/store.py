"""The commands of the object store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.exit_codes import DAMAGED, PART_MISSING
from terminal.progress import Display
from terminal.speech import SpokenGroup
from terminal.tables import print_checks, print_fixity


@click.group(cls=SpokenGroup)
def store() -> None:
    """The object store: fetch one object, check all of them."""


@store.command(epilog="Example: abhilekh store get main/01J9Z3…/v1/access.pdf -o file.pdf")
@click.argument("key")
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="Where to write it.",
)
def get(key: str, output: Path) -> None:
    """Fetch the object KEY from the store."""
    with speaking(), opened(chosen_settings()):
        from config.app import build_app
        from pipeline import find

        app = build_app(chosen_settings(), holder="store get")
        app.store.fetch(find.stored(app, key), output)
    click.echo(say("Written: {path}", path=output), err=True)


@store.command(epilog="Example: abhilekh store prepare")
@as_json
def prepare(as_json: bool) -> None:
    """Make the bucket of the store if it is not there, and try what the store can do."""
    with speaking():
        from config.doctor import prepare_store

        made, checks = prepare_store(chosen_settings())
    if as_json:
        print_json({"made": made, "checks": [check.as_json() for check in checks]})
    else:
        print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else PART_MISSING)


@store.command(epilog="Example: abhilekh store verify")
@as_json
def verify(as_json: bool) -> None:
    """Read every deposited object again and compare its hash with the manifest."""
    settings = chosen_settings()
    with speaking(), opened(settings), Display() as display:
        from config.app import build_app
        from pipeline import verify as use_case

        found = use_case.run(build_app(settings, holder="store verify"), display.verification)
    if as_json:
        print_json(found)
    else:
        print_fixity(found)
    sys.exit(DAMAGED if found["damaged"] else 0)
