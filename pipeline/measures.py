"""What is counted and timed while the work runs; who keeps the figures is decided by ``config``.

Labels are codes, states and names of steps: never an id, a name or a word of a record.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Measures(Protocol):
    """Takes figures; safe to share between threads."""

    def stage(self, name: str, seconds: float) -> None:
        """A step of the work took so long, whether or not it ended well."""
        ...

    def settled(self, kind: str, state: str, reasons: Iterable[str]) -> None:
        """A ``page`` or ``file`` came to this state, with the codes of its reasons."""
        ...

    def failed(self, work: str, failure: str, *, counted: bool) -> None:
        """A try ended without a result; ``counted`` if the row was to blame."""
        ...

    def lease_expired(self, work: str) -> None:
        """Work was taken over from a worker whose lease had run out."""
        ...

    def store(self, operation: str, outcome: str, seconds: float) -> None:
        """One call of the object store; ``outcome`` is ``ok`` or the class of the error."""
        ...

    def database(self, operation: str, seconds: float) -> None:
        """One statement, by its first word."""
        ...


class Unmeasured:
    """Nobody wants the figures: an embedded run, a single command."""

    def stage(self, name: str, seconds: float) -> None:
        """Forget it."""

    def settled(self, kind: str, state: str, reasons: Iterable[str]) -> None:
        """Forget it."""

    def failed(self, work: str, failure: str, *, counted: bool) -> None:
        """Forget it."""

    def lease_expired(self, work: str) -> None:
        """Forget it."""

    def store(self, operation: str, outcome: str, seconds: float) -> None:
        """Forget it."""

    def database(self, operation: str, seconds: float) -> None:
        """Forget it."""


@contextmanager
def timed(measures: Measures, name: str) -> Iterator[None]:
    """Tell how long the block took, however it ends."""
    began = time.perf_counter()
    try:
        yield
    finally:
        measures.stage(name, time.perf_counter() - began)
