"""The commands that hand files over to eOffice; ``cli`` adds them to the program."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import console
import console_export
from command import as_json, chosen_settings, opened, option, print_json, speaking

INTEGRITY = 6


@click.group(cls=console.SpokenGroup)
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
        told = console_export.Counted()
        done = use_case.run(
            app,
            find.batch(batch_id),
            output,
            cap_bytes=round(max_mb * 1_000_000),
            on_progress=told.files,
        )
        shown = console_export.spoken(done)
    if as_json:
        print_json(shown)
    else:
        console_export.print_export(shown)


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
        console_export.print_check(found)
    sys.exit(INTEGRITY if found["damaged"] else 0)
