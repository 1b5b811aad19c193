"""What happens around every piece of work: its outcome is told, an outage is waited out."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import dramatiq
from django.db import DatabaseError, connections

from errors import AbhilekhError, InputRejected, ServiceUnreachable
from workers.messages import kind_of

ROUND_S = 0.5
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0


class Outcomes(dramatiq.Middleware):
    """Tells an embedded run's dispatcher what is finished, and whether the run has to stop.

    Attributes:
        out: messages that were sent and are not finished.
        stopped_by: the first error that concerns more than one page (store out of reach,
            tool missing, integrity violated); None while all is well.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.out = 0
        self.stopped_by: BaseException | None = None
        self._news = False

    def went_out(self) -> None:
        """One more message is out."""
        with self.changed:
            self.out += 1

    def wait_for_news(self) -> None:
        """Until a piece of work is finished, or for a moment."""
        with self.changed:
            if not self._news:
                self.changed.wait(ROUND_S)
            self._news = False

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Note the row as no longer in work; remember an error that stops the run."""
        with self.changed:
            if isinstance(exception, AbhilekhError) and not isinstance(exception, InputRejected):
                self.stopped_by = self.stopped_by or exception
            self.out -= 1
            self._news = True
            self.changed.notify_all()


class Patience(dramatiq.Middleware):
    """Waits when a service is away, longer each time, before this thread takes more work.

    The row goes back at once, or as soon as the database is there to take it back: its lease
    need not run out first, and no try is burnt.

    Args:
        give_back: called with kind and id of a row whose work failed for want of a service.
        stop: ends every pause.
    """

    def __init__(self, give_back: Callable[[str, str], None], stop: threading.Event) -> None:
        self._give_back = give_back
        self._stop = stop
        self._mine = threading.local()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Pause after a service was away; what went well ends the growing of the pauses."""
        if not isinstance(exception, ServiceUnreachable):
            self._mine.failures = 0
            return
        self._pause()
        while not self._stop.is_set():
            try:
                self._give_back(kind_of(message.actor_name), message.args[0])
            except DatabaseError:
                self._pause()
                continue
            finally:
                connections.close_all()  # a thread of a worker needs none but for this
            return

    def _pause(self) -> None:
        """Half a second, then twice as long each time, give or take half of it."""
        failures = min(getattr(self._mine, "failures", 0) + 1, 10)
        self._mine.failures = failures
        longest_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (failures - 1))
        self._stop.wait(longest_s * random.uniform(0.5, 1.0))  # noqa: S311 - spreads, guards nothing
