"""The commands of the e-file register, and how the terminal shows it."""

from __future__ import annotations

import getpass
import sys
import time
from pathlib import Path
from typing import Any

import click

from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.exit_codes import NOT_ALL
from terminal.progress import PLAIN_LINE_EVERY_S
from terminal.speech import SpokenGroup
from terminal.tables import print_table
from terminal.text import one_line

MOST_ROWS = 40
MATCH_WORDS = {
    "exact": "linked (exact)",
    "probable": "linked (probable)",
    "ambiguous": "not certain",
    "none": "no e-file",
}
by_option = option("--by", metavar="NAME", help="Who does it; default: the name of this login.")


@click.group(cls=SpokenGroup)
def register() -> None:
    """The e-file register that scanned files are linked to."""


@register.command(
    "import", epilog="Example: abhilekh register import efiles.csv --rejects skipped.csv"
)
@click.argument("table", metavar="FILE", type=click.Path(path_type=Path))
@option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the skipped rows there, with their reasons.",
)
@as_json
def import_register(table: Path, rejects: Path | None, as_json: bool) -> None:
    """Take in the e-file register from FILE (CSV or XLSX), then link files that wait for it.

    The same table may be imported as often as you like: only what is new or changed counts.
    """
    settings = chosen_settings()
    with speaking(), opened(settings, alone=True):
        from config.app import build_app
        from pipeline import link
        from pipeline import register as use_case

        app = build_app(settings, holder="register import")
        told = ImportProgress()
        done = use_case.run(app, table, rejects=rejects, on_progress=told.rows)
        done["linked"] = link.again(app, on_progress=told.files)
    if as_json:
        print_json(done)
    else:
        print_import(done)
    sys.exit(NOT_ALL if done["import"]["skipped"] else 0)


@register.command(epilog="Example: abhilekh register find '11-20/2014'")
@click.argument("text", nargs=-1, required=True, metavar="TEXT")
@option("--limit", type=int, default=20, metavar="N", help="Most rows shown.")
@as_json
def find(text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find e-files by number, computer number or words, in Hindi or English."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import search

        found = search.run(
            build_app(settings, holder="register find"),
            " ".join(text),
            limit=min(max(limit, 1), 500),
        )
    if as_json:
        print_json({"found": found})
    else:
        print_found(found)


@register.command(epilog="Example: abhilekh register link 01J9Z3 1234567 --by 'R. Patel'")
@click.argument("file_id", metavar="ID")
@click.argument("computer_number", metavar="NUMBER")
@by_option
@as_json
def link(file_id: str, computer_number: str, by: str | None, as_json: bool) -> None:
    """Link the scanned file ID to the e-file with the computer number NUMBER."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import link as use_case

        app = build_app(settings, holder="register link")
        file = use_case.by_hand(app, file_id, computer_number, by=by or getpass.getuser())
    _tell(file, as_json)


@register.command(epilog="Example: abhilekh register unlink 01J9Z3")
@click.argument("file_id", metavar="ID")
@by_option
@as_json
def unlink(file_id: str, by: str | None, as_json: bool) -> None:
    """Undo the link of the scanned file ID; it goes to review."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import link as use_case

        app = build_app(settings, holder="register unlink")
        file = use_case.undo(app, file_id, by=by or getpass.getuser())
    _tell(file, as_json)


def _tell(file: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json({"file": file})
    else:
        print_link(file)


class ImportProgress:
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
        if time.monotonic() - self._told_s >= PLAIN_LINE_EVERY_S:
            click.echo(line, err=True)
            self._told_s = time.monotonic()


def print_import(done: dict[str, Any]) -> None:
    """What an import did, and the rows that it skipped or took only in part."""
    told = [*done["skipped"], *done["notes"]]
    if told:
        rows = [[one["row"], one["what"], one["todo"]] for one in told[:MOST_ROWS]]
        print_table([say("Row"), say("Reason"), say("What to do")], rows)
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
            one["retention_class"] or "–",
            one["location"] or "–",
            len(one["files"]) or "–",
            f"{one['score']:.2f}",
        ]
        for one in found
    ]
    heads = (
        "Computer number",
        "Number",
        "Subject",
        "Department",
        "Year",
        "Class",
        "Location",
        "Scans",
        "Fits",
    )
    print_table([say(head) for head in heads], rows)


def print_link(file: dict[str, Any]) -> None:
    """How a file stands to the register now."""
    efile = file["efile"]
    linked = f"{say(MATCH_WORDS[efile['match']])} {efile['computer_number'] or ''}"
    click.echo(f"{one_line(file['source'])}: {linked}".rstrip())
