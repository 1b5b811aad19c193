"""The command at the scanner; ``cli`` adds it to the program."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import console
import console_check
from command import as_json, asked_to_stop, chosen_settings, option, print_json, speaking
from lang import say

if TYPE_CHECKING:
    from config.settings import Settings
    from pipeline.check import CheckOutcome
    from pipeline.check_sheets import Checked

SCAN_AGAIN = 3


@click.command(cls=console.SpokenCommand, epilog="Example: abhilekh check scans/bundle-7 --watch")
@click.argument("source", type=click.Path(path_type=Path))
@option(
    "--watch", is_flag=True, help="Follow SOURCE while the scanner fills it, until you stop it."
)
@option(
    "--every", "every_s", type=float, default=1.0, metavar="N", help="Seconds between two looks."
)
@option(
    "--dpi", type=float, metavar="N", help="Dots per inch of scans that do not say it themselves."
)
@option(
    "--threads",
    type=int,
    metavar="N",
    help="Pages read at the same time; default: one a processor.",
)
@as_json
def check(source: Path, watch: bool, every_s: float, as_json: bool, **choices: Any) -> None:
    """Say of every scan in SOURCE whether it is good or must be scanned again.

    Nothing is read and nothing is written: it takes a tenth of a second a page, while the paper
    is still on the table. SOURCE is a folder of folders, a folder of scans, or one PDF or TIFF.
    The program ends with 3 when a sheet must be scanned again or is missing.
    """
    settings = chosen_settings(**choices)
    told = _Told(as_json=as_json)
    with speaking(), asked_to_stop(say("Stopping.")) as stop, told.display:
        outcome = _checked(settings, source, every_s if watch else None, (stop, told))
    counts = outcome.summary
    for left in outcome.ignored:
        words = say("Not a scan: {source} ({reason})", source=left.relative, reason=left.reason)
        click.echo(words, err=True)
    for stamps in outcome.stamps:
        click.echo(console_check.stamps_line(stamps.as_json()), err=as_json)
    click.echo(console_check.summary(counts), err=as_json)
    if as_json:
        print_json(outcome.as_json())
    if not outcome.finished:
        sys.exit(console.STOPPED)
    sys.exit(SCAN_AGAIN if counts["again"] else 0)


class _Told:
    """Verdicts as lines above the bar; beside a JSON document they go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.display = console.Display()
        self._err = as_json

    def sheet(self, one: Checked) -> None:
        """A sheet with its verdict."""
        line = console_check.verdict_line(one.sheet.source_page, one.verdict, one.line)
        self.display.says(line, err=self._err)

    def withdrawn(self, one: Checked) -> None:
        """A verdict that no longer holds."""
        line = console_check.withdrawn_line(one.sheet.source_page, one.verdict)
        self.display.says(line, err=self._err)


def _checked(
    settings: Settings, source: Path, every_s: float | None, told: tuple[threading.Event, _Told]
) -> CheckOutcome:
    from config.app import source_limits
    from pipeline import check, follow

    stop, lines = told
    options = check.CheckOptions(
        limits=source_limits(settings),
        assumed_dpi=settings.dpi,
        threads=settings.threads,
        leave_out=frozenset({settings.resolved_home}),
    )
    listener = check.CheckListener(lines.sheet, lines.withdrawn, lines.display.checking, stop)
    if every_s is None:
        return check.run(source, options=options, listener=listener)
    return follow.run(source, options=options, listener=listener, every_s=every_s)
