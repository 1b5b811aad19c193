"""The command that serves the pages, and those that give people their accounts."""

from __future__ import annotations

from typing import Any

import click

from lang import say
from terminal.command import as_json, chosen_settings, option, print_json, speaking
from terminal.speech import SpokenCommand, SpokenGroup
from terminal.tables import print_table

ROLES = ["operator", "record_room", "reviewer", "department_admin", "monitor", "system_admin"]


@click.command(cls=SpokenCommand, epilog="Example: abhilekh serve --port 8000")
@option("--port", type=int, default=8000, metavar="N", help="The port; default: 8000.")
@option("--host", default="127.0.0.1", metavar="HOST", help="The address; default: 127.0.0.1.")
def serve(port: int, host: str) -> None:
    """Serve the pages of the record room and the review desk."""
    settings = chosen_settings()
    with speaking():
        from web.server import serve as answer

        click.echo(say("The pages are at http://{host}:{port}/", host=host, port=port), err=True)
        answer(settings, host=host, port=port)


@click.group(cls=SpokenGroup)
def account() -> None:
    """People who may open the pages, and what they may see."""


@account.command(
    epilog="Example: abhilekh account add rpatel --role department_admin --department REV"
)
@click.argument("name")
@option(
    "--role", type=click.Choice(ROLES), metavar="ROLE", required=True, help="What the person is."
)
@option("--office", "offices", multiple=True, metavar="CODE", help="An office; default: all.")
@option(
    "--department", "departments", multiple=True, metavar="CODE", help="A department; default: all."
)
@option("--new-password", is_flag=True, help="Give a person who is known a new password.")
@as_json
def add(name: str, as_json: bool, **given: Any) -> None:
    """Give a person an account, or change what it may see; prints a password for the first time."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import people

            bounds = people.Bounds(
                given["role"], given["offices"] or ("*",), given["departments"] or ("*",)
            )
            password = people.add(name, bounds, new_password=given["new_password"])
    if as_json:
        print_json({"name": name, "role": given["role"], "password": password})
    elif password:
        click.echo(
            say("The password of {name}, shown only now: {password}", name=name, password=password)
        )
    else:
        click.echo(say("{name} is changed; the password stays.", name=name))


@account.command("list", epilog="Example: abhilekh account list")
@as_json
def list_accounts(as_json: bool) -> None:
    """Everybody who has an account."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import people

            found = people.everybody()
    if as_json:
        print_json({"accounts": found})
        return
    rows = [
        [one["name"], one["role"], ", ".join(one["offices"]), ", ".join(one["departments"])]
        for one in found
    ]
    print_table([say("Name"), say("Role"), say("Offices"), say("Departments")], rows)
