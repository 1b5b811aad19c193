"""The command that judges reading on pages whose text is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lang import say
from terminal.command import (
    as_json,
    chosen_settings,
    dpi_option,
    option,
    print_json,
    speaking,
    threads_option,
)
from terminal.exit_codes import NOT_ALL
from terminal.progress import Display
from terminal.speech import SpokenCommand
from terminal.tables import print_table
from terminal.text import one_line


@click.command("eval", cls=SpokenCommand, epilog="Example: abhilekh eval pages-with-text -o report")
@click.argument("truth_dir", type=click.Path(path_type=Path))
@option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME",
    help="tesserocr, pytesseract, own, own+tesseract or MODULE:FUNCTION; repeat to compare.",
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
    settings = chosen_settings(**choices)
    with speaking(), Display() as display:
        from config import evaluation
        from pipeline import evaluation_report

        found = evaluation.evaluate(settings, truth_dir, (engines, profiles), display.evaluation)
        written = evaluation_report.write(found, output) if output else []
    if as_json:
        print_json(evaluation_report.as_json(found))
    else:
        print_table(*evaluation_report.summary(found))
        for line in evaluation_report.left_out(found):
            click.echo(one_line(line))
    for path in written:
        click.echo(say("Written: {path}", path=path), err=True)
    sys.exit(0 if found.complete else NOT_ALL)
