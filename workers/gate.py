"""Who may work beside whom in one process: what failed before works alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets pieces of work run side by side, or one of them with nobody beside it.

    A page that ends the process takes down whatever is in work there, and their tries with it.
    So what has failed before is let in alone: if it kills again, it kills only itself.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting_alone = 0

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Inside together with others; lets those who wait to be alone go first."""
        with self._changed:
            self._changed.wait_for(lambda: self._inside >= 0 and not self._waiting_alone)
            self._inside += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside with nobody else."""
        with self._changed:
            self._waiting_alone += 1
            self._changed.wait_for(lambda: self._inside == 0)
            self._waiting_alone -= 1
            self._inside = -1
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._inside = 0 if self._inside < 0 else self._inside - 1
            self._changed.notify_all()
