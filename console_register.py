"""How the terminal shows the e-file register. Only ``cli_register`` uses it."""

from __future__ import annotations

import time
from typing import Any

import click

import console
from lang import say

MOST_ROWS = 40
MATCH_WORDS = {
    "exact": "linked (exact)",
    "probable": "linked (probable)",
    "ambiguous": "not certain",
    "none": "no e-file",
}


class Counted:
    """A line on standard error every few seconds while an import goes on."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def rows(self, done: int) -> None:
        """Told for every few thousand rows."""
        self._tell(say("Rows read: {count}", count=done))

    def files(self, done: int) -> None:
        """Told for every file that is looked up again."""
        self._tell(say("Files looked up: {count}", count=done))

    def _tell(self, line: str) -> None:
        if time.monotonic() - self._told_s >= console.PLAIN_LINE_EVERY_S:
            click.echo(line, err=True)
            self._told_s = time.monotonic()


def print_import(done: dict[str, Any]) -> None:
    """What an import did, and the rows that it skipped or took only in part."""
    told = [*done["skipped"], *done["notes"]]
    if told:
        rows = [[one["row"], one["what"], one["todo"]] for one in told[:MOST_ROWS]]
        console.print_table([say("Row"), say("Reason"), say("What to do")], rows)
    left = done["import"]["skipped"] + done["noted"] - min(len(told), MOST_ROWS)
    if left > 0:
        click.echo(say("… and {count} more; --rejects FILE writes all skipped rows.", count=left))
    click.echo(
        say(
            "{rows} rows: {added} new, {changed} changed, {unchanged} as before, {skipped} skipped",
            **{name: done["import"][name] for name in ("rows", "added", "changed", "unchanged")},
            skipped=done["import"]["skipped"],
        )
    )
    linked = done["linked"]
    if sum(linked.values()):
        click.echo(
            say(
                "Files looked up again: {linked} linked, {ambiguous} not certain, {none} not found",
                linked=linked["exact"] + linked["probable"],
                ambiguous=linked["ambiguous"],
                none=linked["none"],
            )
        )


def print_found(found: list[dict[str, Any]]) -> None:
    """E-files as a table, the likeliest first."""
    if not found:
        click.echo(say("No e-file was found."))
        return
    rows = [
        [
            one["computer_number"],
            one["file_number"],
            one["subject"],
            one["department"],
            (one["opened_on"] or "–")[:4],
            f"{one['score']:.2f}",
        ]
        for one in found
    ]
    heads = ("Computer number", "Number", "Subject", "Department", "Year", "Fits")
    console.print_table([say(head) for head in heads], rows)


def print_link(file: dict[str, Any]) -> None:
    """How a file stands to the register now."""
    efile = file["efile"]
    linked = f"{say(MATCH_WORDS[efile['match']])} {efile['computer_number'] or ''}"
    click.echo(f"{console.one_line(file['source'])}: {linked}".rstrip())
