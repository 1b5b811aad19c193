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
        from workers.beside import kept

        click.echo(say("The pages are at http://{host}:{port}/", host=host, port=port), err=True)
        answer(settings, host=host, port=port, beside=kept)


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


@account.group(cls=SpokenGroup)
def token() -> None:
    """Tokens by which programs ask in a person's name."""


@token.command(
    "add", epilog="Example: abhilekh account token add rpatel --label 'e-office sync' --days 90"
)
@click.argument("name")
@option("--label", required=True, metavar="TEXT", help="What the token is for.")
@option("--days", type=int, default=90, metavar="N", help="Days that it holds; default: 90.")
@option("--write", "writes", is_flag=True, help="It may also accept and correct files.")
@as_json
def add_token(name: str, label: str, days: int, writes: bool, as_json: bool) -> None:
    """Make a token that may do what the account NAME may; it is printed only now."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import tokens

            secret = tokens.make(name, label, days=days, writes=writes)
    if as_json:
        print_json({"name": name, "label": label, "token": secret})
    else:
        click.echo(say("The token, shown only now: {token}", token=secret))


@token.command("list", epilog="Example: abhilekh account token list")
@as_json
def list_tokens(as_json: bool) -> None:
    """Every token that holds, with when it was last used; nothing of it opens anything."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import tokens

            found = [tokens.report(one) for one in tokens.of()]
    if as_json:
        print_json({"tokens": found})
        return
    rows = [
        [one["id"], one["name"], one["label"], one["expires_at"][:10], (one["used_at"] or "–")[:10]]
        for one in found
    ]
    heads = ("Id", "Name", "What it is for", "Holds until", "Last used")
    print_table([say(head) for head in heads], rows)


@token.command(epilog="Example: abhilekh account token revoke 7")
@click.argument("token_id", metavar="ID", type=int)
def revoke(token_id: int) -> None:
    """End a token at once."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import tokens

            tokens.end(token_id)
    click.echo(say("The token is ended."))
