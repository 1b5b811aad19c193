"""What happens around every piece of work: its outcome is told, its connection closed."""

from __future__ import annotations

import logging
import threading
from typing import Any

import dramatiq
from django.db import connections

from errors import AbhilekhError, InputRejected

log = logging.getLogger("abhilekh.workers")


class Outcomes(dramatiq.Middleware):
    """Tells the dispatcher what is finished, and whether the whole run has to stop.

    Attributes:
        stopped_by: the first error that concerns more than one page (store out of reach,
            tool missing, integrity violated); None while all is well.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.finished: set[str] = set()
        self.stopped_by: BaseException | None = None

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Note the row as no longer in work; remember an error that stops the run."""
        if exception is not None:
            facts = {"work": message.actor_name, "row": message.args[0]}
            log.error("work failed", extra={"facts": {**facts, "error": type(exception).__name__}})
        with self.changed:
            if isinstance(exception, AbhilekhError) and not isinstance(exception, InputRejected):
                self.stopped_by = self.stopped_by or exception
            self.finished.add(message.args[0])
            self.changed.notify_all()

    def before_worker_thread_shutdown(self, broker: dramatiq.Broker, thread: Any) -> None:
        """Close the thread's own database connection."""
        connections.close_all()
