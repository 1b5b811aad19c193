"""What every command shares: options in two languages, settings, errors in three parts."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

import lang
from errors import AbhilekhError
from lang import say
from terminal.errors import print_error
from terminal.progress import Display
from terminal.speech import SpokenOption

if TYPE_CHECKING:
    from config.settings import Settings
    from workers.embedded import Listener

Command = TypeVar("Command", bound=Callable[..., Any])


def option(*names: str, **kept: Any) -> Callable[[Command], Command]:
    """A click option whose help speaks both languages."""
    return click.option(*names, cls=SpokenOption, **kept)


as_json = option("--json", "as_json", is_flag=True, help="Print one JSON document.")
dpi_option = option(
    "--dpi", type=float, metavar="N", help="Dots per inch of scans that do not say it themselves."
)
threads_option = option(
    "--threads",
    type=int,
    metavar="N",
    help="Pages read at the same time; default: one a processor.",
)
urgent_option = option(
    "--urgent",
    "queue",
    flag_value="urgent",
    help="Before all work that is not urgent, also what is waiting already.",
)
source_argument = click.argument("source", type=click.Path(path_type=Path))


def chosen_settings(**choices: Any) -> Settings:
    """The settings in force, with what the command line chose; their language is spoken."""
    from config.settings import read_settings

    with speaking():
        settings = read_settings(**choices)
    lang.prefer(settings.lang)
    return settings


@contextmanager
def speaking() -> Iterator[None]:
    """An error inside becomes its three parts on standard error, and its exit code."""
    try:
        yield
    except AbhilekhError as error:
        print_error(error)
        sys.exit(error.exit_code)


@contextmanager
def opened(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """The home with its tables; ``alone`` keeps runs out for the time of the block."""
    set_up(settings)
    from workers.embedded import opened_home

    with opened_home(settings, alone=alone):
        yield


def set_up(settings: Settings) -> None:
    """The tables must be known to Django before anything that names them is imported."""
    from config.app import set_up_django

    set_up_django(settings)


@contextmanager
def listening(settings: Settings) -> Iterator[Listener]:
    """Progress on the terminal; the first Ctrl-C asks for a clean stop, the second insists."""
    set_up(settings)
    from workers.embedded import Listener

    words = say("Stopping; the pages in work are finished first.")
    with asked_to_stop(words) as stop, Display() as display:
        yield Listener(display.admission, display.work, stop, _say_that_nobody_works)


def _say_that_nobody_works() -> None:
    words = "No worker has taken this batch up yet: start abhilekh dispatch and abhilekh worker."
    click.echo(say(words), err=True)


@contextmanager
def asked_to_stop(words: str) -> Iterator[threading.Event]:
    """Set by the first Ctrl-C, which is answered with ``words``; the second insists."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        click.echo(words, err=True)

    before = {sign: signal.signal(sign, ask) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def print_json(document: Any) -> None:
    """The one document of ``--json`` on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
