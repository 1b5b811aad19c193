"""The commands of the e-file register; ``cli`` adds them to the program."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click

import console
import console_register
from command import as_json, chosen_settings, opened, option, print_json, speaking

SOME_SKIPPED = 3
by_option = option("--by", metavar="NAME", help="Who does it; default: the name of this login.")


@click.group(cls=console.SpokenGroup)
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
        told = console_register.Counted()
        done = use_case.run(app, table, rejects=rejects, on_progress=told.rows)
        done["linked"] = link.again(app, on_progress=told.files)
    if as_json:
        print_json(done)
    else:
        console_register.print_import(done)
    sys.exit(SOME_SKIPPED if done["import"]["skipped"] else 0)


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
        console_register.print_found(found)


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
        console_register.print_link(file)
