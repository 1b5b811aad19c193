"""Errors and stops as people read them, on standard error."""

from __future__ import annotations

from types import TracebackType

import click

from errors import AbhilekhError
from lang import say
from terminal.text import one_line

STOPPED_WORDS = "Stopped. Type the same command again to go on."


def print_error(error: AbhilekhError) -> None:
    """What happened, what was kept, what to do: three lines on standard error."""
    parts = (
        (say("What happened"), error.what, "red"),
        (say("What was kept"), error.kept, None),
        (say("What to do"), error.todo, "cyan"),
    )
    for heading, words, colour in parts:
        if words:
            click.secho(f"{heading}: {one_line(words)}", fg=colour, err=True)


def print_unexpected(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    """An error nobody foresaw: three parts for the operator, the trace into a file."""
    unforeseen = AbhilekhError(
        "The program met an error that it does not know: {error}.",
        kept="Every page that was finished before is kept.",
        todo="Type the same command again; if it happens again, send {path} to your support.",
        error=f"{kind.__name__}: {error}",
        path=_kept_trace(error),
    )
    print_error(unforeseen)


def _kept_trace(error: BaseException) -> str:
    """Where the trace was written; the trace itself where no disk takes it."""
    import tempfile
    import traceback

    kept = tempfile.NamedTemporaryFile
    try:
        with kept("w", prefix="abhilekh-", suffix=".txt", delete=False, encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return " | ".join(traceback.format_exception(error))
    return file.name
