"""How the terminal shows a hand-over. Only ``cli_export`` uses it."""

from __future__ import annotations

import time
from typing import Any

import click

import console
from lang import say

MOST_ROWS = 40
STATE_WORDS = {
    "missing": "missing",
    "changed": "changed",
    "stranger": "not part of the export",
}


class Counted:
    """A line on standard error every few seconds while an export goes on."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def files(self, done: int, total: int, name: str) -> None:
        """Told before every file."""
        if time.monotonic() - self._told_s >= console.PLAIN_LINE_EVERY_S:
            line = say(
                "{done} of {total} files written; now {name}", done=done, total=total, name=name
            )
            click.echo(line, err=True)
            self._told_s = time.monotonic()


def spoken(done: dict[str, Any]) -> dict[str, Any]:
    """The result with the reasons of what was left out in words beside their codes."""
    from records.reasons import in_words

    left = [
        {
            "source": one["source"],
            "page": one["page"],
            "reasons": [in_words(kept) for kept in one["reasons"]],
            "reason_codes": [kept["code"] for kept in one["reasons"]],
        }
        for one in done["left_out"]
    ]
    return {**done, "left_out": left}


def print_export(done: dict[str, Any]) -> None:
    """What was written where, and what was not."""
    click.echo(
        say(
            "{files} files in {documents} PDFs: {folder}",
            files=done["files"],
            documents=done["documents"],
            folder=done["folder"],
        )
    )
    left = done["left_out"]
    if not left:
        return
    rows = [
        [one["source"], str(one["page"] or say("all")), " ".join(one["reasons"])] for one in left
    ]
    console.print_table([say("Left out"), say("Page"), say("Reason")], rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        click.echo(say("{count} more; all are in left-out.csv.", count=len(rows) - MOST_ROWS))


def print_check(found: dict[str, Any]) -> None:
    """A row for each file that is not as it was written."""
    if found["findings"]:
        rows = [[(say(STATE_WORDS[one["state"]]), "red"), one["path"]] for one in found["findings"]]
        console.print_table([say("Finding"), say("File")], rows[:MOST_ROWS])
    click.echo(
        say(
            "{checked} files were read again; {damaged} are not as they were written.",
            checked=found["checked"],
            damaged=found["damaged"],
        )
    )
