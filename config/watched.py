"""Something that the work needs, looked at again and again in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from config.settings import Settings
from errors import AbhilekhError

if TYPE_CHECKING:
    from storage.store import ObjectStore

EVERY_S = 5.0
STALE_AFTER_S = 30.0
READY = "work/probe/ready"


class Watched:
    """The last look at one part: what was seen, how long it took, whether it ended well.

    Args:
        look: raises when the part cannot be used; its answer is kept in ``seen``.
        every_s: pause between two looks.
        clock_s: a clock that only goes forward, in seconds.

    Attributes:
        seen: answer of the last look that ended well.
        took_s: how long the last look took.
    """

    def __init__(
        self,
        look: Callable[[], object],
        *,
        every_s: float = EVERY_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seen: Any = None
        self.took_s = 0.0
        self._look = look
        self._every_s = every_s
        self._clock_s = clock_s
        self._looked_s = float("-inf")
        self._trouble = "not looked at yet"

    def look(self) -> None:
        """One look; whatever it meets is kept as the part's state."""
        began = self._clock_s()
        try:
            self.seen = self._look()
            trouble = ""
        except AbhilekhError as error:
            trouble = str(error.unspoken()["what"])  # facts may be more than a stranger may know
        except OSError as error:
            trouble = type(error).__name__
        self._looked_s = self._clock_s()
        self.took_s = self._looked_s - began
        self._trouble = trouble

    def state(self) -> str:
        """``ok``, or what is wrong."""
        if self._trouble == "" and self._clock_s() - self._looked_s > self._every_s + STALE_AFTER_S:
            return "no answer"
        return self._trouble or "ok"

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Looks at once and then again and again while the block runs."""
        stop = threading.Event()

        def again() -> None:
            self.look()
            while not stop.wait(self._every_s):
                self.look()

        # A look may hang in the network; a thread that is a daemon does not hold up the end.
        thread = threading.Thread(target=again, name="watching", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=1.0)


def usual_parts(settings: Settings) -> Mapping[str, Callable[[], object]]:
    """Database and store, as they are looked at for ``/readyz``."""

    @cache
    def store() -> ObjectStore:
        from storage.open import open_store

        return open_store(settings.resolved_store_url, hasty=True)

    return {"database": look_at_database, "store": lambda: store().exists(READY)}


def look_at_database() -> None:
    """A statement to the database and back, on a connection of its own.

    Raises:
        ServiceUnreachable: it cannot be used.
    """
    from django.db import connection

    from records.outage import told_plainly

    with told_plainly():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            connection.close()
