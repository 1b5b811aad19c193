"""How far a long measurement has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


@dataclass(slots=True)
class Telling:
    """Says on standard error what is being done; ``begin`` each step in turn."""

    total: int
    console: Console
    bar: Progress | None = None
    task: TaskID | None = None
    began: float = 0.0
    step: int = 0

    def begin(self, text: str) -> None:
        """The next step has begun."""
        self.step += 1
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, completed=self.step - 1, description=text)
            return
        passed = int(time.monotonic() - self.began)
        self.console.print(
            f"[{self.step}/{self.total}] {passed // 60}:{passed % 60:02d} {text}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def note(self, text: str) -> None:
        """A line that stays, within the step."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def telling(total: int) -> Iterator[Telling]:
    """A display for ``total`` steps."""
    console = Console(stderr=True)
    began = time.monotonic()
    if not console.is_terminal:
        yield Telling(total, console, began=began)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total)
        yield Telling(total, console, bar=bar, task=task, began=began)
        bar.update(task, completed=total, description="done")
