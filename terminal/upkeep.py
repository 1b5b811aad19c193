"""The commands of those who keep the installation: what is missing, and Django's own."""

from __future__ import annotations

import sys

import click

from terminal.command import as_json, chosen_settings, print_json, speaking
from terminal.exit_codes import PART_MISSING
from terminal.speech import SpokenCommand
from terminal.tables import print_checks


@click.command(cls=SpokenCommand, epilog="Example: abhilekh doctor")
@as_json
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine, and the command that mends it."""
    with speaking():
        from config.doctor import examine

        checks = examine(chosen_settings())
    if as_json:
        print_json({"checks": [check.as_json() for check in checks]})
    else:
        print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else PART_MISSING)


@click.command(
    cls=SpokenCommand,
    epilog="Example: abhilekh manage showmigrations",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for administrators."""
    with speaking():
        from config.app import prepare_home, set_up_django

        prepare_home(chosen_settings())
        set_up_django(chosen_settings())
        from django.core.management import execute_from_command_line

        from records.outage import told_plainly

        with told_plainly():
            execute_from_command_line(["abhilekh manage", *words])
