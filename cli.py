"""The program: its name, its language, and the list of its commands."""

from __future__ import annotations

import sys

import click

import lang
from terminal.batch import batch, run
from terminal.check import check
from terminal.command import option
from terminal.coversheets import coversheets
from terminal.errors import print_unexpected
from terminal.eval import evaluate
from terminal.export import export
from terminal.moving import move
from terminal.register import register
from terminal.review import review
from terminal.sampling import sampling
from terminal.serve import account, serve
from terminal.site import dispatch, worker
from terminal.speech import SpokenGroup, SpokenOption
from terminal.store import store
from terminal.upkeep import doctor, manage


@click.group(
    cls=SpokenGroup,
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
    cls=SpokenOption,
)
def main() -> None:
    """Turns scanned files into searchable PDF/A, with every sheet accounted for."""
    sys.excepthook = print_unexpected


for command in (
    run,
    batch,
    check,
    coversheets,
    register,
    review,
    sampling,
    export,
    store,
    evaluate,
    worker,
    dispatch,
    serve,
    account,
    doctor,
    manage,
):
    main.add_command(command)
review.add_command(move)


if __name__ == "__main__":
    main()
