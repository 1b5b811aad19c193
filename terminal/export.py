"""The commands that hand files over to eOffice, and how the terminal shows a hand-over."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.exit_codes import DAMAGED
from terminal.progress import PLAIN_LINE_EVERY_S
from terminal.speech import SpokenGroup
from terminal.tables import print_table

MOST_ROWS = 40
STATE_WORDS = {
    "missing": "missing",
    "changed": "changed",
    "stranger": "not part of the export",
}


@click.group(cls=SpokenGroup)
def export() -> None:
    """Hand deposited files over to eOffice, and check what was handed over."""


@export.command(epilog="Example: abhilekh export eoffice 01J9Z3 -o handover")
@click.argument("batch_id", metavar="BATCH")
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="A new or empty folder; or the same one again, to go on.",
)
@option(
    "--max-mb", type=float, default=20.0, metavar="N", help="Largest PDF that eOffice takes, MB."
)
@as_json
def eoffice(batch_id: str, output: Path, max_mb: float, as_json: bool) -> None:
    """Write the deposited files of BATCH as a tree for NIC's eOffice migration.

    One folder a file with Notes, Receipts, Issues and References, an index (CSV and XLSX),
    checksums, and a list of what was left out and why. It can be stopped and repeated.
    """
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import export as use_case
        from pipeline import find

        app = build_app(settings, holder="export")
        told = ExportProgress()
        done = use_case.run(
            app,
            find.batch(batch_id),
            output,
            cap_bytes=round(max_mb * 1_000_000),
            on_progress=told.files,
        )
        shown = spoken(done)
    if as_json:
        print_json(shown)
    else:
        print_export(shown)


@export.command(epilog="Example: abhilekh export verify handover")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@as_json
def verify(folder: Path, as_json: bool) -> None:
    """Read every file of the export in DIR again and compare it with its checksum."""
    chosen_settings()
    with speaking():
        from pipeline import export_check

        found = export_check.run(folder)
    if as_json:
        print_json(found)
    else:
        print_check(found)
    sys.exit(DAMAGED if found["damaged"] else 0)


class ExportProgress:
    """A line on standard error every few seconds while an export goes on."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def files(self, done: int, total: int, name: str) -> None:
        """Told before every file."""
        if time.monotonic() - self._told_s >= PLAIN_LINE_EVERY_S:
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
    print_table([say("Left out"), say("Page"), say("Reason")], rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        click.echo(say("{count} more; all are in left-out.csv.", count=len(rows) - MOST_ROWS))


def print_check(found: dict[str, Any]) -> None:
    """A row for each file that is not as it was written."""
    if found["findings"]:
        rows = [[(say(STATE_WORDS[one["state"]]), "red"), one["path"]] for one in found["findings"]]
        print_table([say("Finding"), say("File")], rows[:MOST_ROWS])
    click.echo(
        say(
            "{checked} files were read again; {damaged} are not as they were written.",
            checked=found["checked"],
            damaged=found["damaged"],
        )
    )
