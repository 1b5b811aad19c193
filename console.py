"""How the terminal looks: tables, progress, errors in three parts, help in two languages.

Only ``cli`` uses it. People's words go to standard error or as a table to standard output;
``--json`` documents are printed by ``cli`` itself.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from inspect import cleandoc
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from errors import AbhilekhError, WrongUsage
from lang import say

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from config.doctor import Check
    from records.reads import Progress

PLAIN_LINE_EVERY_S = 5.0
STOPPED = 130  # as shells report Ctrl-C; the work is kept and resumes
STOPPED_WORDS = "Stopped. Type the same command again to go on."
STATE_WORDS = {
    "deposited": "deposited",
    "in_review": "waiting for review",
    "quarantined": "set aside",
    "pending": "in work",
}
COLOURS = {"deposited": "green", "in_review": "yellow", "quarantined": "red", "pending": "cyan"}
BATCH_WORDS = {"open": "in work", "done": "done"}
FINDING_WORDS = {
    "missing": "missing",
    "changed": "changed",
    "size": "another size",
    "unreadable": "cannot be read",
    "unlisted": "in no manifest",
    "unfinished": "left by a stopped run",
}


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


def one_line(text: str) -> str:
    """The text with control characters and line ends as escapes: it cannot steer a terminal."""
    return "".join(
        ascii(sign)[1:-1] if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign
        for sign in text
    )


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


class Display:
    """Progress of a run: a live bar on a terminal, a plain line now and then elsewhere."""

    def __init__(self) -> None:
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._began_s = time.monotonic()
        self._began_at: int | None = None
        self._last_line = ("", 0.0)

    def __enter__(self) -> Display:
        if sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def admission(self, done: int, total: int, name: str) -> None:
        """Told for every source that is looked at and taken in."""
        self._show(say("Taking in"), done, total, name)

    def verification(self, done: int, _total: int, key: str) -> None:
        """Told for every object that is read again; nobody knows how many there are."""
        self._show(say("Objects read"), done, None, key)

    def checking(self, done: int, total: int, name: str) -> None:
        """Told for every source whose scan quality is looked at."""
        self._show(say("Sheets checked"), done, total, name)

    def says(self, line: str, *, err: bool) -> None:
        """A line of its own, above the bar if there is one."""
        bar = self._bar
        if bar is not None and (err or sys.stdout.isatty()):
            from rich.text import Text

            bar.console.print(Text.from_ansi(line), soft_wrap=True)
        else:
            click.echo(line, err=err)

    def evaluation(self, done: int, total: int, name: str) -> None:
        """Told for every page that was read."""
        self._show(say("Pages read"), done, total, name)

    def work(self, progress: Progress) -> None:
        """Told a few times a second while pages are read and files deposited."""
        if self._began_at is None:
            self._began_at, self._began_s = progress.pages_read, time.monotonic()
        elapsed_s = max(time.monotonic() - self._began_s, 0.001)
        read = progress.pages_read - self._began_at
        speed = ""
        if read:
            left_s = (progress.pages - progress.pages_read) * elapsed_s / read
            speed = say(
                "{speed} pages/s, {left} left",
                speed=f"{read / elapsed_s:.1f}",
                left=_clock(left_s),
            )
        files = say("files {settled}/{files}", settled=progress.files_settled, files=progress.files)
        where = "  ".join(part for part in (files, progress.current) if part)
        self._show(say("Pages read"), progress.pages_read, progress.pages, where, speed)

    def _show(self, what: str, done: int, total: int | None, detail: str, speed: str = "") -> None:
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task(what, total=total, detail="")
            told = f"{detail}  {speed}"
            self._bar.update(self._task, description=what, completed=done, total=total, detail=told)
            return
        line, at_s = self._last_line
        of_all = "" if total is None else f"/{total}"
        new = f"{what}: {done}{of_all}  {detail}"  # another speed alone is no news
        due = time.monotonic() - at_s >= PLAIN_LINE_EVERY_S or done == total
        if total != 0 and new != line and due:
            click.echo(f"{new}  {speed}".rstrip(), err=True)
            self._last_line = (new, time.monotonic())


def _bar() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
        console=Console(stderr=True),
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def print_report(report: dict[str, Any], *, store: str) -> None:
    """A batch as people read it: its files as a table, what needs a look, the balance."""
    rows = [_file_row(file) for file in report["files"]]
    heads = ("File", "Number", "Subject", "Date", "Pages", "E-file", "State")
    print_table([say(head) for head in heads], rows)
    for file in report["files"]:
        for reason in file["reasons"]:
            click.echo(f"  {file['source']}: {reason}")
    ledger = report["ledger"]
    click.echo(
        say(
            "Received {received} = deposited {deposited} + in review {in_review}"
            " + left out {excluded} + in work {pending};  unexplained {unexplained}",
            **{**ledger, "excluded": len(ledger["excluded"])},
        )
    )
    for left in report["ignored"]:
        click.echo(say("Not a scan: {source} ({reason})", **left))
    paths = [
        stored["key"]
        for file in report["files"]
        for stored in (file["deposit"] or {"objects": []})["objects"]
        if stored["role"] == "access"
    ]
    if paths:
        click.echo(say("The searchable PDFs, in {store}:", store=store))
        for key in paths:
            click.echo(f"  {key}")


def _file_row(file: dict[str, Any]) -> list[Any]:
    value = {name: (found or {}).get("value") or "–" for name, found in file["metadata"].items()}
    counted = sum(1 for page in file["pages"] if page["state"] == "recognised")
    return [
        file["source"],
        value.get("file_number", "–"),
        _short(value.get("subject", "–")),
        value.get("date", "–"),
        f"{counted}/{len(file['pages'])}",
        file["efile"]["computer_number"] or "–",
        (say(STATE_WORDS[file["state"]]), COLOURS[file["state"]]),
    ]


def _short(text: str, limit: int = 48) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def print_batches(batches: Sequence[dict[str, Any]]) -> None:
    """All batches as a table."""
    rows = [
        [
            batch["id"],
            batch["label"],
            batch["office"],
            f"{datetime.fromisoformat(batch['created_at']).astimezone():%d.%m.%Y %H:%M}",
            batch["files"],
            say(BATCH_WORDS[batch["state"]]),
        ]
        for batch in batches
    ]
    heads = ("Batch", "Label", "Office", "Taken in", "Files", "State")
    print_table([say(head) for head in heads], rows)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output; a cell may be text or (text, colour)."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads)
    for row in rows:
        cells = [cell if isinstance(cell, tuple) else (str(cell), "") for cell in row]
        table.add_row(*(Text(one_line(text), style=style) for text, style in cells))
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False).print(table)


def print_fixity(found: dict[str, Any]) -> None:
    """What ``store verify`` found: a row for each object that is not as it was deposited."""
    if found["findings"]:
        rows = [
            [(say(FINDING_WORDS[one["state"]]), "red"), one["key"]] for one in found["findings"]
        ]
        print_table([say("Finding"), say("Object")], rows)
    click.echo(
        say(
            "{checked} objects were read again; {damaged} are missing or changed.",
            checked=found["checked"],
            damaged=found["damaged"],
        )
    )


def print_checks(checks: Sequence[Check]) -> None:
    """What ``doctor`` found: one row a part, with the mending command for what is missing."""
    rows = [
        [
            (say("ok"), "green") if check.ok else (say("missing"), "red"),
            check.name,
            check.found if check.ok else check.mend,
        ]
        for check in checks
    ]
    print_table([say("State"), say("Part"), say("Found, or how to mend it")], rows)
