"""The commands that a site with workers keeps running."""

from __future__ import annotations

import click

from lang import say
from terminal.command import (
    asked_to_stop,
    chosen_settings,
    option,
    set_up,
    speaking,
    threads_option,
)
from terminal.speech import SpokenCommand


@click.command(
    cls=SpokenCommand, epilog="Example: abhilekh worker --processes 4 --queues urgent,bulk"
)
@threads_option
@option(
    "--processes",
    type=int,
    default=1,
    metavar="N",
    help="Worker processes on this machine.",
)
@option(
    "--queues",
    default="urgent,bulk",
    metavar="NAMES",
    help="Queues to take work from, parted by commas.",
)
def worker(processes: int, queues: str, threads: int | None) -> None:
    """Work on what the dispatcher publishes, until told to stop.

    It then finishes what it holds or hands it back.
    """
    settings = chosen_settings(threads=threads)
    set_up(settings)
    words = say("Stopping; the pages in work are finished first.")
    with speaking(), asked_to_stop(words) as stop:
        from workers import site

        names = [name.strip() for name in queues.split(",") if name.strip()]
        site.work(settings, processes=processes, queues=names, stop=stop)


@click.command(cls=SpokenCommand, epilog="Example: abhilekh dispatch")
def dispatch() -> None:
    """Publish what is due to the workers, until told to stop; two at once do no harm."""
    settings = chosen_settings()
    set_up(settings)
    with speaking(), asked_to_stop(say("Stopping; nothing is lost.")) as stop:
        from workers import site

        site.dispatch(settings, stop=stop)
