"""Help pages and refusals of the command line in the language in use; click's own words too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import cleandoc
from typing import Any

import click

from errors import WrongUsage
from lang import say
from terminal.errors import STOPPED_WORDS, print_error
from terminal.exit_codes import STOPPED


@contextmanager
def _spoken(speaker: click.Option | click.Command, name: str, words: str) -> Iterator[None]:
    """What ``speaker`` says under ``name`` is ``words`` for the time of the block."""
    english = getattr(speaker, name)
    setattr(speaker, name, words)
    try:
        yield
    finally:
        setattr(speaker, name, english)


class SpokenOption(click.Option):
    """An option whose help is shown in the language in use."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help page."""
        with _spoken(self, "help", say(self.help or "")):
            return super().get_help_record(ctx)


class SpokenCommand(click.Command):
    """A command whose help is shown in the language in use."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows the command's name in the usage line."""
        return [say(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The paragraph that says what the command does."""
        with _spoken(self, "help", say(cleandoc(self.help or ""))):
            super().format_help_text(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example at the end."""
        example = (self.epilog or "").removeprefix("Example: ")
        spoken = say("Example: {command}", command=example) if example else ""
        with _spoken(self, "epilog", spoken):
            super().format_epilog(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, which click makes once and would keep in one language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 70) -> str:
        """The command's line in its group's list."""
        return say(cleandoc(self.help or "").split("\n")[0])


class SpokenGroup(SpokenCommand, click.Group):
    """A group of commands whose help and refusals are in the language in use."""

    command_class = SpokenCommand
    group_class = type

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Reads the words of the command line that belong to the group itself."""
        with _refusing_in_three_parts():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that the rest of the command line names."""
        with _refusing_in_three_parts():
            return super().invoke(ctx)


@contextmanager
def _refusing_in_three_parts() -> Iterator[None]:
    """What click says of a wrong command line, in the form of all our errors."""
    _lend_click_our_words()
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # is a help page, not a refusal
    except click.UsageError as wrong:
        command = wrong.ctx.command_path if wrong.ctx else "abhilekh"
        refusal = WrongUsage(
            "The command cannot be run like this. {said}",
            kept="Nothing was begun.",
            todo="See how it is written: {command} --help",
            said=wrong.format_message(),
            command=command,
        )
        print_error(refusal)
        sys.exit(refusal.exit_code)
    except KeyboardInterrupt:
        click.echo(say(STOPPED_WORDS), err=True)
        sys.exit(STOPPED)


def _lend_click_our_words() -> None:
    """Let click look its own few words up in our catalogue.

    click asks gettext, which reads compiled catalogues only and ours is read as it stands, so
    its modules are handed our look-up under the name that they call gettext by.
    """
    asking = (click.core, click.decorators, click.exceptions, click.formatting, click.parser)
    for module in (*asking, click.types):
        module.__dict__["_"] = say
        module.__dict__["ngettext"] = lambda one, many, count: say(one if count == 1 else many)
