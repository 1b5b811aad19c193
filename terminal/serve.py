"""The command that serves the pages, and those that give people their accounts."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from errors import AbhilekhError, WrongUsage
from lang import say
from terminal.command import as_json, chosen_settings, option, print_json, speaking
from terminal.exit_codes import NOT_ALL
from terminal.speech import SpokenCommand, SpokenGroup
from terminal.tables import print_table
from terminal.text import one_line

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


@account.command("import", epilog="Example: abhilekh account import employees.csv")
@click.argument("path", metavar="EMPLOYEES.csv", type=click.Path(path_type=Path))
@option(
    "--deactivate-missing",
    is_flag=True,
    help="Close accounts that an earlier file brought and this one has not.",
)
@option(
    "--passwords",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Give new people a first password, and write them all into this new file.",
)
@as_json
def import_employees(
    path: Path, deactivate_missing: bool, passwords: Path | None, as_json: bool
) -> None:
    """Make and change accounts by the employee master; can be repeated without harm."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()), _kept_apart(passwords) as first:
            from web import employees

            outcome = employees.run(
                path,
                deactivate_missing=deactivate_missing,
                first_passwords=first is not None,
            )
            if first is not None:
                csv.writer(first).writerows(sorted(outcome.passwords.items()))
            found = employees.report(outcome)
    if as_json:
        print_json(found)
    else:
        _print_import(found)
    sys.exit(NOT_ALL if found["skipped"] else 0)


@contextmanager
def _kept_apart(path: Path | None) -> Iterator[TextIO | None]:
    """A new file that only this login can read; nothing if none is asked for.

    Raises:
        WrongUsage: it is there already, or cannot be made.
    """
    if path is None:
        yield None
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise WrongUsage(
            "{path} cannot be made: {why}.",
            kept="Nothing was changed.",
            todo="Name a file that is not there yet, in a folder that this login can write to.",
            path=path,
            why=fault.strerror or type(fault).__name__,
        ) from fault
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        try:
            yield file
        except AbhilekhError:
            path.unlink()
            raise


def _print_import(found: dict[str, Any]) -> None:
    click.echo(
        say(
            "Accounts: {added} new, {changed} changed, {unchanged} as before, "
            "{deactivated} closed.",
            **{name: found[name] for name in ("added", "changed", "unchanged", "deactivated")},
        )
    )
    for row in found["skipped"]:
        line, code, why = row["line"], one_line(row["employee_code"]), one_line(row["reason"])
        click.echo(say("Line {line} was skipped ({code}): {why}", line=line, code=code, why=why))


@account.command("signout", epilog="Example: abhilekh account signout rpatel --tokens")
@click.argument("name")
@option("--tokens", "with_tokens", is_flag=True, help="End their tokens too.")
@option("--codes", "with_codes", is_flag=True, help="Forget their one-time codes: a lost phone.")
def sign_out(name: str, with_tokens: bool, with_codes: bool) -> None:
    """End every session of a person at once."""
    with speaking():
        from config.web_conf import opened_web

        with opened_web(chosen_settings()):
            from web import people

            people.sign_out(name, with_tokens=with_tokens, with_codes=with_codes)
    click.echo(say("{name} is signed out in every browser.", name=name))


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
