"""Due work → broker, in bounded numbers. The database says what is due, nothing else does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline import recover
from pipeline.app import App
from records import reads
from workers.middleware import Outcomes

ROUND_S = 0.5


@dataclass
class Dispatcher:
    """Publishes the due work of one batch.

    Attributes:
        send: publisher by kind of work (``page``, ``file``, ``assembled``).
        slots: how many pieces of work may be out at once.
        in_work: ids that were published and are not finished.
    """

    app: App
    batch_id: str
    send: Mapping[str, Callable[[str], object]]
    outcomes: Outcomes
    slots: int
    in_work: set[str] = field(default_factory=set)

    def run(self, stop: threading.Event) -> None:
        """Publish until nothing remains, ``stop`` is set, or an error stops the run."""
        while not stop.is_set() and self.outcomes.stopped_by is None:
            self.publish_due()
            if not self.in_work and not reads.work_remains(self.batch_id):
                return
            self._wait_for_a_free_slot()

    def publish_due(self) -> None:
        """One round: fill the free slots with due work, files before pages.

        What has failed before is sent alone: if it ends the process again, it takes no
        other work with it and no other work's tries.
        """
        free = self.slots - len(self.in_work)
        if free <= 0:
            return
        recover.set_aside(self.app, self.batch_id)
        now = self.app.clock()
        due = reads.due_files(self.batch_id, now, self.slots + 1)
        due += reads.due_pages(self.batch_id, now, self.slots * 2 + 1)
        fresh = [work for work in due if work.tries == 0 and work.id not in self.in_work]
        suspects = [work for work in due if work.tries > 0 and work.id not in self.in_work]
        if not fresh and not self.in_work:
            fresh = sorted(suspects, key=lambda work: -work.tries)[:1]
        for work in fresh[:free]:
            self.in_work.add(work.id)
            self.send["assembled" if work.assembled else work.kind](work.id)

    def _wait_for_a_free_slot(self) -> None:
        with self.outcomes.changed:
            if not self.outcomes.finished:
                self.outcomes.changed.wait(ROUND_S)
            self.in_work -= self.outcomes.finished
            self.outcomes.finished.clear()
