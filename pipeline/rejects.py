"""The rows that a register import skipped, as a table that can be mended and imported again."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from errors import WrongUsage
from ingest.register import Came
from lang import say

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """``cell`` so that no table program takes it for a formula. Source: OWASP, CSV injection."""
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINS) else cell


class Rejects:
    """A CSV (UTF-8 with mark, as table programs like it) that is whole or not there."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._stream = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed in __exit__
            "w", encoding="utf-8-sig", newline="", dir=target.parent, delete=False
        )
        self._writer = csv.writer(self._stream)
        self._is_empty = True

    def write(self, line: int, words: tuple[str, str], came: Came) -> None:
        """One skipped row: where it stood, why and what to do, then its cells.

        The table's own headings stand above, so that a mended row can be imported from here.
        """
        if self._is_empty:
            heads = (say("Row"), say("Reason"), say("What to do"))
            self._writer.writerow([*heads, *map(harmless, came.headings)])
            self._is_empty = False
        self._writer.writerow([line, *words, *map(harmless, came.texts)])

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        if kind is None:
            Path(self._stream.name).replace(self._target)
        else:
            Path(self._stream.name).unlink()


@contextmanager
def rejects_to(target: Path | None, register: Path) -> Iterator[Rejects | None]:
    """Where skipped rows are written for the time of the block; None for nowhere.

    Raises:
        WrongUsage: the place is the register itself, or cannot be written to.
    """
    if target is None:
        yield None
        return
    if target.exists() and target.samefile(register):
        raise _unwritable(target, say("it is the register itself"))
    try:
        rejects = Rejects(target)
    except OSError as error:
        raise _unwritable(target, error.strerror or type(error).__name__) from error
    with rejects:
        yield rejects


def _unwritable(target: Path, reason: str) -> WrongUsage:
    return WrongUsage(
        "Skipped rows cannot be written to {path}: {reason}.",
        kept="Nothing was begun.",
        todo="Name another file after --rejects.",
        path=str(target),
        reason=reason,
    )
