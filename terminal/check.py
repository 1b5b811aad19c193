"""The command at the scanner, and how the terminal shows verdicts on scans."""

from __future__ import annotations

import sys
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lang import say
from terminal.command import (
    as_json,
    asked_to_stop,
    chosen_settings,
    dpi_option,
    option,
    print_json,
    speaking,
    threads_option,
)
from terminal.exit_codes import NOT_ALL, STOPPED
from terminal.progress import Display
from terminal.speech import SpokenCommand
from terminal.text import one_line

if TYPE_CHECKING:
    from config.settings import Settings
    from pipeline.check import CheckOutcome
    from pipeline.check_sheets import Checked

VERDICT_WORDS = {"good": "good", "look": "look", "again": "scan again"}
VERDICT_COLOURS = {"good": "green", "look": "yellow", "again": "red"}
_WIDTH = 12


@click.command(cls=SpokenCommand, epilog="Example: abhilekh check scans/bundle-7 --watch")
@click.argument("source", type=click.Path(path_type=Path))
@option(
    "--watch", is_flag=True, help="Follow SOURCE while the scanner fills it, until you stop it."
)
@option(
    "--every", "every_s", type=float, default=1.0, metavar="N", help="Seconds between two looks."
)
@dpi_option
@threads_option
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
        click.echo(stamps_line(stamps.as_json()), err=as_json)
    click.echo(summary(counts), err=as_json)
    if as_json:
        print_json(outcome.as_json())
    if not outcome.finished:
        sys.exit(STOPPED)
    sys.exit(NOT_ALL if counts["again"] else 0)


class _Told:
    """Verdicts as lines above the bar; beside a JSON document they go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.display = Display()
        self._err = as_json

    def sheet(self, one: Checked) -> None:
        """A sheet with its verdict."""
        line = verdict_line(one.sheet.source_page, one.verdict, one.line)
        self.display.says(line, err=self._err)

    def withdrawn(self, one: Checked) -> None:
        """A verdict that no longer holds."""
        line = withdrawn_line(one.sheet.source_page, one.verdict)
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


def verdict_line(name: str, verdict: str, words: str) -> str:
    """One sheet's line: its verdict in colour, its name, why and what to do."""
    said = say(VERDICT_WORDS[verdict])
    # Signs above and below a Devanagari letter take no room of their own.
    room = _WIDTH - sum(unicodedata.category(sign) not in ("Mn", "Me") for sign in said)
    told = click.style(said, fg=VERDICT_COLOURS[verdict]) + " " * max(room, 1)
    return f"{told}{one_line(name)}  {one_line(words)}".rstrip()


def withdrawn_line(name: str, verdict: str) -> str:
    """The line for a verdict that no longer holds."""
    return say("Withdrawn: {name} was: {kind}", name=one_line(name), kind=VERDICT_WORDS[verdict])


def stamps_line(stamps: dict[str, Any]) -> str:
    """What the stamped numbers of one folder came to."""
    return say(
        "{folder}: stamped numbers {first} to {last}; read on {read} sheets, not on {not_read}.",
        **{**stamps, "folder": one_line(stamps["folder"])},
    )


def summary(counts: dict[str, int]) -> str:
    """How many sheets are good, to be looked at, to be scanned again, missing."""
    return say(
        "{pages} sheets: {good} good, {look} to look at, {again} to scan again; {missing} missing.",
        **counts,
    )
