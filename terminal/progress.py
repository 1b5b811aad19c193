"""Progress on standard error while something goes on."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from lang import say

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from records.reads import Progress

PLAIN_LINE_EVERY_S = 5.0


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
