"""The program: parse, call one use case, print, choose the exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import console
import lang
from cli_check import check
from cli_export import export
from cli_register import register as register_commands
from command import as_json, option
from command import chosen_settings as _settings
from command import listening as _listening
from command import opened as _opened
from command import print_json as _print_json
from command import speaking as _speaking
from lang import say

if TYPE_CHECKING:
    from config.settings import Settings
    from workers.embedded import Outcome

SOME_REJECTED = 3


label_option = option("--label", help="A name for the batch; default: the folder's name.")
office_option = option(
    "--office", metavar="CODE", help="Code of the office that the files belong to."
)
dpi_option = option(
    "--dpi", type=float, metavar="N", help="Dots per inch of scans that do not say it themselves."
)
threads_option = option(
    "--threads",
    type=int,
    metavar="N",
    help="Pages read at the same time; default: one a processor.",
)
source_argument = click.argument("source", type=click.Path(path_type=Path))


@click.group(
    cls=console.SpokenGroup,
    epilog="Example: abhilekh run scans/bundle-7",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@option(
    "--lang",
    "language",
    type=click.Choice(["en", "hi"]),
    help="Language of all texts.",
    is_eager=True,
    expose_value=False,
    callback=lambda _ctx, _param, value: lang.use(value) if value else None,
)
@click.version_option(
    package_name="abhilekh",
    prog_name="abhilekh",
    message="%(prog)s %(version)s",
    help="Show the version and exit.",
    cls=console.SpokenOption,
)
def main() -> None:
    """Turns scanned files into searchable PDF/A, with every sheet accounted for."""
    sys.excepthook = console.print_unexpected


@main.command(epilog="Example: abhilekh run scans/bundle-7 --label 'Bundle 7' --office katni")
@source_argument
@label_option
@office_option
@dpi_option
@option("--profile", type=click.Choice(["compact", "faithful"]), help="How page images are kept.")
@threads_option
@as_json
def run(source: Path, label: str | None, office: str | None, as_json: bool, **choices: Any) -> None:
    """Take in SOURCE, read every page, deposit the PDFs, and say what came of it.

    SOURCE is a folder of folders (one a physical file), a folder of scans, or one PDF or TIFF.
    It can be stopped and repeated at any moment; finished work is never done twice.
    """
    settings = _settings(**choices)
    with _speaking(), _listening(settings) as listener:
        from workers.embedded import run_source

        outcome = run_source(settings, source, label=label, office=office, listener=listener)
    _finish(settings, outcome, as_json)


@main.group(cls=console.SpokenGroup)
def batch() -> None:
    """The same in steps: take in, list, show, go on."""


@batch.command(epilog="Example: abhilekh batch submit scans/bundle-7")
@source_argument
@label_option
@office_option
@as_json
def submit(source: Path, label: str | None, office: str | None, as_json: bool) -> None:
    """Take in SOURCE without reading it yet; says the batch's id."""
    settings = _settings()
    with _speaking(), _listening(settings) as listener:
        from workers.embedded import submit_source

        made = submit_source(settings, source, label=label, office=office, listener=listener)
    if as_json:
        _print_json({"batch": {"id": made.pk, "label": made.label, "office": made.office}})
    else:
        click.echo(say("Batch {id} is taken in. Next: abhilekh batch resume {id}", id=made.pk))


@batch.command("list", epilog="Example: abhilekh batch list")
@as_json
def list_batches(as_json: bool) -> None:
    """All batches, newest first."""
    with _speaking(), _opened(_settings()):
        from records import reads

        found = reads.batches()
    if as_json:
        _print_json({"batches": found})
        return
    console.print_batches(found)


@batch.command(epilog="Example: abhilekh batch show 01J9Z3 --json")
@click.argument("batch_id", metavar="ID")
@as_json
def show(batch_id: str, as_json: bool) -> None:
    """One batch: its files, what needs a look, and the balance of its pages."""
    settings = _settings()
    with _speaking(), _opened(settings):
        from pipeline import find
        from records import reads

        report = reads.batch_report(find.batch(batch_id))
        _print_report(settings, report, as_json)


@batch.command(epilog="Example: abhilekh batch watch 01J9Z3")
@click.argument("batch_id", metavar="ID")
@option(
    "--every", "every_s", type=float, default=1.0, metavar="N", help="Seconds between two looks."
)
def watch(batch_id: str, every_s: float) -> None:
    """Follow the progress of a batch until it is settled."""
    settings = _settings()
    with _speaking(), _opened(settings), _listening(settings) as listener:
        from pipeline import find
        from records import reads

        watched = find.batch(batch_id)
        listener.on_progress(reads.progress(watched.pk))
        while reads.work_remains(watched.pk) and not listener.stop.wait(every_s):
            listener.on_progress(reads.progress(watched.pk))


@batch.command(epilog="Example: abhilekh batch resume 01J9Z3")
@click.argument("batch_id", metavar="ID")
@as_json
def resume(batch_id: str, as_json: bool) -> None:
    """Go on with a batch that was taken in or interrupted."""
    settings = _settings()
    with _speaking(), _listening(settings) as listener:
        from workers.embedded import resume_batch

        outcome = resume_batch(settings, batch_id, listener=listener)
    _finish(settings, outcome, as_json)


@main.command(epilog="Example: abhilekh coversheets register.csv -o sheets.pdf --sides")
@click.argument("register", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="Where to write it.",
)
@option("--sides", is_flag=True, help="Also the sheets that begin noting and correspondence.")
def coversheets(register: Path, output: Path, sides: bool) -> None:
    """Make a PDF to print: one cover sheet for each file in REGISTER.

    REGISTER is a list (CSV), one line a file. Scan each sheet before its file: the stream of
    scans is parted at the sheets, and what they say is compared with what came.
    """
    settings = _settings()
    with _speaking():
        from pipeline import coversheets as use_case

        made = use_case.run(register, output, sides=sides, key=settings.read_cover_key())
    click.echo(
        say("{count} cover sheets are ready to print: {path}", count=made.sheets, path=output)
    )
    for column in made.strange_columns:
        click.echo(say("the column {column} is not known", column=column), err=True)


@main.group(cls=console.SpokenGroup)
def store() -> None:
    """The object store: fetch one object, check all of them."""


@store.command(epilog="Example: abhilekh store get main/01J9Z3…/v1/access.pdf -o file.pdf")
@click.argument("key")
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="Where to write it.",
)
def get(key: str, output: Path) -> None:
    """Fetch the object KEY from the store."""
    with _speaking(), _opened(_settings()):
        from config.app import build_app
        from pipeline import find

        app = build_app(_settings(), holder="store get")
        app.store.fetch(find.stored(app, key), output)
    click.echo(say("Written: {path}", path=output), err=True)


@store.command(epilog="Example: abhilekh store verify")
@as_json
def verify(as_json: bool) -> None:
    """Read every deposited object again and compare its hash with the manifest."""
    settings = _settings()
    with _speaking(), _opened(settings), console.Display() as display:
        from config.app import build_app
        from pipeline import verify as use_case

        found = use_case.run(build_app(settings, holder="store verify"), display.verification)
    if as_json:
        _print_json(found)
    else:
        console.print_fixity(found)
    sys.exit(6 if found["damaged"] else 0)


@main.command("eval", epilog="Example: abhilekh eval pages-with-text -o report")
@click.argument("truth_dir", type=click.Path(path_type=Path))
@option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME",
    help="tesserocr, pytesseract or MODULE:FUNCTION; repeat it to compare several.",
)
@option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(["scan", "compact", "faithful"]),
    help="Read the scan as it came, or as its finished PDF shows it; may be repeated.",
)
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for report.md, report.json and two charts.",
)
@dpi_option
@threads_option
@as_json
def evaluate(
    truth_dir: Path, engines: tuple[str, ...], output: Path | None, as_json: bool, **choices: Any
) -> None:
    """Read pages whose text is known, and say how right and how sure the reading is.

    TRUTH_DIR holds scans, each with its text beside it: page.jpg and page.gt.txt.
    """
    profiles = choices.pop("profiles")
    settings = _settings(**choices)
    with _speaking(), console.Display() as display:
        from config import evaluation
        from pipeline import evaluation_report

        found = evaluation.evaluate(settings, truth_dir, (engines, profiles), display.evaluation)
        written = evaluation_report.write(found, output) if output else []
    if as_json:
        _print_json(evaluation_report.as_json(found))
    else:
        console.print_table(*evaluation_report.summary(found))
        for line in evaluation_report.left_out(found):
            click.echo(console.one_line(line))
    for path in written:
        click.echo(say("Written: {path}", path=path), err=True)
    sys.exit(0 if found.complete else SOME_REJECTED)


@main.command(epilog="Example: abhilekh doctor")
@as_json
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine, and the command that mends it."""
    with _speaking():
        from config.doctor import examine

        checks = examine(_settings())
    if as_json:
        _print_json({"checks": [check.as_json() for check in checks]})
    else:
        console.print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else 4)


@main.command(
    epilog="Example: abhilekh manage showmigrations",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for administrators."""
    with _speaking():
        from config.app import prepare_home, set_up_django

        prepare_home(_settings())
        set_up_django(_settings())
        from django.core.management import execute_from_command_line

        execute_from_command_line(["abhilekh manage", *words])


main.add_command(register_commands)
main.add_command(export)
main.add_command(check)


def _finish(settings: Settings, outcome: Outcome, as_json: bool) -> NoReturn:
    _print_report(settings, outcome.report, as_json)
    _say_missing_models(settings)
    if not outcome.finished:
        click.echo(say(console.STOPPED_WORDS), err=True)
        sys.exit(console.STOPPED)
    if outcome.report["ledger"]["unexplained"]:
        sys.exit(6)
    sys.exit(SOME_REJECTED if outcome.rejected else 0)


def _say_missing_models(settings: Settings) -> None:
    from config.reading import missing_models

    for model in missing_models(settings):
        click.echo(
            say("Second readings went without the model {model}: abhilekh doctor.", model=model),
            err=True,
        )


def _print_report(settings: Settings, report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(report)
    else:
        console.print_report(report, store=settings.shown_store)


if __name__ == "__main__":
    main()
