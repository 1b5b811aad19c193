"""The commands of those who keep the installation: what is missing, and Django's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from errors import AbhilekhError
from lang import say
from terminal.command import as_json, chosen_settings, print_json, speaking
from terminal.exit_codes import PART_MISSING
from terminal.speech import SpokenCommand
from terminal.tables import print_checks

if TYPE_CHECKING:
    from config.doctor import Check
    from config.settings import Settings


@click.command(cls=SpokenCommand, epilog="Example: abhilekh doctor")
@as_json
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine, and the command that mends it."""
    with speaking():
        from config.doctor import examine

        settings = chosen_settings()
        checks = [*examine(settings), *_broker(settings)]
    if as_json:
        print_json({"checks": [check.as_json() for check in checks]})
    else:
        print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else PART_MISSING)


def _broker(settings: Settings) -> Iterator[Check]:
    """Whether the message broker answers, where machines share one."""
    if settings.resolved_broker_url.startswith("embedded"):
        return
    from config.app import set_up_django
    from config.doctor import Check

    set_up_django(settings)
    from workers.site import look_at_broker

    try:
        yield Check(say("message broker"), ok=True, found=look_at_broker(settings))
    except AbhilekhError as error:
        yield Check(say("message broker"), ok=False, found=error.what, mend=error.todo)


@click.command(
    cls=SpokenCommand,
    epilog="Example: abhilekh manage showmigrations",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for administrators."""
    with speaking():
        from config.app import prepare_home
        from config.web_conf import session_secret, set_up_web

        settings = chosen_settings()
        prepare_home(settings)
        set_up_web(settings, secret=session_secret(settings))
        from django.core.management import execute_from_command_line

        from records.outage import told_plainly

        with told_plainly():
            execute_from_command_line(["abhilekh manage", *words])
