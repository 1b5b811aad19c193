"""Tables on standard output, and the lines that go with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lang import current, say
from terminal.text import one_line

if TYPE_CHECKING:
    from config.doctor import Check

STATE_WORDS = {
    "deposited": "deposited",
    "in_review": "waiting for review",
    "quarantined": "set aside",
    "pending": "in work",
}
COLOURS = {"deposited": "green", "in_review": "yellow", "quarantined": "red", "pending": "cyan"}
BATCH_WORDS = {"open": "in work", "done": "done"}
FINDING_WORDS = {
    "missing": "missing",
    "changed": "changed",
    "size": "another size",
    "unreadable": "cannot be read",
    "unlisted": "in no manifest",
    "unfinished": "left by a stopped run",
}


def print_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output; a cell may be text or (text, colour)."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads)
    for row in rows:
        cells = [cell if isinstance(cell, tuple) else (str(cell), "") for cell in row]
        table.add_row(*(Text(one_line(text), style=style) for text, style in cells))
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False).print(table)


def print_offices(found: Sequence[dict[str, Any]]) -> None:
    """Offices as people read them, one a line."""
    names = ("office", "batches", "pages", "files", "files_pending", "files_in_review")
    heads = ("Office", "Batches", "Pages", "Files", "In work", "Waiting for review")
    rows = [[office[name] for name in names] for office in found]
    print_table([say(head) for head in heads], rows)


def print_report(report: dict[str, Any], *, store: str) -> None:
    """A batch as people read it: its files as a table, what needs a look, the balance."""
    rows = [_file_row(file) for file in report["files"]]
    heads = ("File", "Number", "Subject", "Date", "Pages", "Class", "Location", "E-file", "State")
    print_table([say(head) for head in heads], rows)
    for file in report["files"]:
        for reason in file["reasons"]:
            click.echo(f"  {file['source']}: {reason}")
        if file["never_destroyed"]:
            names = ", ".join(one["names"][current()] for one in file["never_destroyed"])
            told = say("Never to be destroyed: {names}.", names=names)
            click.echo(f"  {file['source']}: {told}")
    ledger = report["ledger"]
    click.echo(
        say(
            "Received {received} = deposited {deposited} + in review {in_review}"
            " + left out {excluded} + in work {pending};  unexplained {unexplained}",
            **{**ledger, "excluded": len(ledger["excluded"])},
        )
    )
    for left in report["ignored"]:
        click.echo(say("Not a scan: {source} ({reason})", **left))
    paths = [
        stored["key"]
        for file in report["files"]
        for stored in (file["deposit"] or {"objects": []})["objects"]
        if stored["role"] == "access"
    ]
    if paths:
        click.echo(say("The searchable PDFs, in {store}:", store=store))
        for key in paths:
            click.echo(f"  {key}")


def _file_row(file: dict[str, Any]) -> list[Any]:
    value = {name: (found or {}).get("value") or "–" for name, found in file["metadata"].items()}
    counted = sum(1 for page in file["pages"] if page["state"] == "recognised")
    return [
        file["source"],
        value.get("file_number", "–"),
        _short(value.get("subject", "–")),
        value.get("date", "–"),
        f"{counted}/{len(file['pages'])}",
        (file["retention"] or {}).get("class") or (file["retention"] or {}).get("written", "–"),
        _short((file["location"] or {}).get("value", "–"), 24),
        file["efile"]["computer_number"] or "–",
        (say(STATE_WORDS[file["state"]]), COLOURS[file["state"]]),
    ]


def _short(text: str, limit: int = 48) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def print_batches(batches: Sequence[dict[str, Any]]) -> None:
    """All batches as a table."""
    rows = [
        [
            batch["id"],
            batch["label"],
            batch["office"],
            f"{datetime.fromisoformat(batch['created_at']).astimezone():%d.%m.%Y %H:%M}",
            batch["files"],
            say(BATCH_WORDS[batch["state"]]),
        ]
        for batch in batches
    ]
    heads = ("Batch", "Label", "Office", "Taken in", "Files", "State")
    print_table([say(head) for head in heads], rows)


def print_fixity(found: dict[str, Any]) -> None:
    """What ``store verify`` found: a row for each object that is not as it was deposited."""
    if found["findings"]:
        rows = [
            [(say(FINDING_WORDS[one["state"]]), "red"), one["key"]] for one in found["findings"]
        ]
        print_table([say("Finding"), say("Object")], rows)
    click.echo(
        say(
            "{checked} objects were read again; {damaged} are missing or changed.",
            checked=found["checked"],
            damaged=found["damaged"],
        )
    )


def print_checks(checks: Sequence[Check]) -> None:
    """What ``doctor`` found: one row a part, with the mending command for what is missing."""
    rows = [
        [
            (say("ok"), "green") if check.ok else (say("missing"), "red"),
            check.name,
            check.found if check.ok else check.mend,
        ]
        for check in checks
    ]
    print_table([say("State"), say("Part"), say("Found, or how to mend it")], rows)
