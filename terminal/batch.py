"""The command that does it all, the same in steps, and how a batch is reported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lang import say
from terminal.command import (
    as_json,
    chosen_settings,
    dpi_option,
    listening,
    opened,
    option,
    print_json,
    source_argument,
    speaking,
    threads_option,
    urgent_option,
)
from terminal.errors import STOPPED_WORDS
from terminal.exit_codes import DAMAGED, NOT_ALL, STOPPED
from terminal.speech import SpokenCommand, SpokenGroup
from terminal.tables import print_batches, print_offices, print_report

if TYPE_CHECKING:
    from config.settings import Settings
    from workers.embedded import Outcome

label_option = option("--label", help="A name for the batch; default: the folder's name.")
office_option = option(
    "--office", metavar="CODE", help="Code of the office that the files belong to."
)


@click.command(
    cls=SpokenCommand,
    epilog="Example: abhilekh run scans/bundle-7 --label 'Bundle 7' --office katni",
)
@source_argument
@label_option
@office_option
@dpi_option
@option("--profile", type=click.Choice(["compact", "faithful"]), help="How page images are kept.")
@threads_option
@urgent_option
@as_json
def run(source: Path, label: str | None, office: str | None, as_json: bool, **choices: Any) -> None:
    """Take in SOURCE, read every page, deposit the PDFs, and say what came of it.

    SOURCE is a folder of folders (one a physical file), a folder of scans, or one PDF or TIFF.
    It can be stopped and repeated at any moment; finished work is never done twice.
    """
    settings = chosen_settings(**choices)
    with speaking(), listening(settings) as listener:
        from workers.embedded import run_source

        outcome = run_source(settings, source, label=label, office=office, listener=listener)
    _finish(settings, outcome, as_json)


@click.group(cls=SpokenGroup)
def batch() -> None:
    """The same in steps: take in, list, show, go on."""


@batch.command(epilog="Example: abhilekh batch submit scans/bundle-7")
@source_argument
@label_option
@office_option
@urgent_option
@as_json
def submit(
    source: Path, label: str | None, office: str | None, as_json: bool, **choices: Any
) -> None:
    """Take in SOURCE without reading it yet; says the batch's id."""
    settings = chosen_settings(**choices)
    with speaking(), listening(settings) as listener:
        from workers.embedded import submit_source

        made = submit_source(settings, source, label=label, office=office, listener=listener)
    if as_json:
        print_json({"batch": {"id": made.pk, "label": made.label, "office": made.office}})
    else:
        click.echo(say("Batch {id} is taken in. Next: abhilekh batch resume {id}", id=made.pk))


@batch.command("list", epilog="Example: abhilekh batch list")
@as_json
def list_batches(as_json: bool) -> None:
    """All batches, newest first."""
    with speaking(), opened(chosen_settings()):
        from records import reads

        found = reads.batches()
    if as_json:
        print_json({"batches": found})
        return
    print_batches(found)


@batch.command(epilog="Example: abhilekh batch offices")
@as_json
def offices(as_json: bool) -> None:
    """How far each office has come, over all its batches."""
    with speaking(), opened(chosen_settings()):
        from dataclasses import asdict

        from records import offices as known

        found = [asdict(office) for office in known.progress()]
    if as_json:
        print_json({"offices": found})
        return
    print_offices(found)


@batch.command(epilog="Example: abhilekh batch show 01J9Z3 --json")
@click.argument("batch_id", metavar="ID")
@as_json
def show(batch_id: str, as_json: bool) -> None:
    """One batch: its files, what needs a look, and the balance of its pages."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from pipeline import find
        from records import reads

        report = reads.batch_report(find.batch(batch_id))
        _tell(settings, report, as_json)


@batch.command(epilog="Example: abhilekh batch watch 01J9Z3")
@click.argument("batch_id", metavar="ID")
@option(
    "--every", "every_s", type=float, default=1.0, metavar="N", help="Seconds between two looks."
)
def watch(batch_id: str, every_s: float) -> None:
    """Follow the progress of a batch until it is settled."""
    settings = chosen_settings()
    with speaking(), opened(settings), listening(settings) as listener:
        from pipeline import find
        from records import due, reads

        watched = find.batch(batch_id)
        listener.on_progress(reads.progress(watched.pk))
        while due.work_remains(watched.pk) and not listener.stop.wait(every_s):
            listener.on_progress(reads.progress(watched.pk))


@batch.command(epilog="Example: abhilekh batch resume 01J9Z3")
@click.argument("batch_id", metavar="ID")
@as_json
def resume(batch_id: str, as_json: bool) -> None:
    """Go on with a batch that was taken in or interrupted."""
    settings = chosen_settings()
    with speaking(), listening(settings) as listener:
        from workers.embedded import resume_batch

        outcome = resume_batch(settings, batch_id, listener=listener)
    _finish(settings, outcome, as_json)


def _finish(settings: Settings, outcome: Outcome, as_json: bool) -> NoReturn:
    _tell(settings, outcome.report, as_json)
    _say_missing_models(settings)
    if not outcome.finished:
        click.echo(say(STOPPED_WORDS), err=True)
        sys.exit(STOPPED)
    if outcome.report["ledger"]["unexplained"]:
        sys.exit(DAMAGED)
    sys.exit(NOT_ALL if outcome.rejected else 0)


def _say_missing_models(settings: Settings) -> None:
    from config.reading import missing_models

    for model in missing_models(settings):
        click.echo(
            say("Second readings went without the model {model}: abhilekh doctor.", model=model),
            err=True,
        )


def _tell(settings: Settings, report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        print_report(report, store=settings.shown_store)
