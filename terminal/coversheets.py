"""The command that makes cover sheets to print."""

from __future__ import annotations

from pathlib import Path

import click

from lang import say
from terminal.command import chosen_settings, option, speaking
from terminal.speech import SpokenCommand


@click.command(
    cls=SpokenCommand, epilog="Example: abhilekh coversheets register.csv -o sheets.pdf --sides"
)
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
    settings = chosen_settings()
    with speaking():
        from pipeline import coversheets as use_case

        made = use_case.run(register, output, sides=sides, key=settings.read_cover_key())
    click.echo(
        say("{count} cover sheets are ready to print: {path}", count=made.sheets, path=output)
    )
    for column in made.strange_columns:
        click.echo(say("the column {column} is not known", column=column), err=True)
