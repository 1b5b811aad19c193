"""Due work → broker, in bounded numbers. The database says what is due, nothing else does.

The embedded run and a site with workers share this: the one publishes for one batch into the
queue of its own process, the other for all open batches into a broker. A message that is lost
costs time, never work: its row stays due in the database and is published again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline import recover
from pipeline.app import App
from records import claims, due, uploads
from records.models import Page, PhysicalFile
from workers.messages import QUEUES, message
from workers.posts import Post

QUEUED_FOR = timedelta(minutes=5)
SURELY_ARRIVED = timedelta(seconds=5)


@dataclass(frozen=True)
class Dispatcher:
    """Publishes due work.

    Attributes:
        post: where messages are left.
        batch_id: the only batch to publish for; None for all that are open.
    """

    app: App
    post: Post
    batch_id: str | None = None

    def publish_due(self) -> int:
        """One round; says how many messages were sent.

        Raises:
            ServiceUnreachable: broker or database is away; nothing is lost.
        """
        recover.set_aside(self.app, self.batch_id)
        sent = 0 if self.batch_id else self._publish_uploads()
        for queue in QUEUES if self.batch_id is None else QUEUES[-1:]:
            batches = [self.batch_id] if self.batch_id else due.open_batches(queue)
            if not batches:
                continue
            waiting = self.post.waiting(queue)
            if self.post.loses and waiting == 0:
                self._forget_lost(batches)
            free = self.post.room(queue) - waiting
            for batch_id in batches:
                if free <= 0:
                    break
                fresh = self._publish(queue, batch_id, free)
                free, sent = free - fresh, sent + fresh
        return sent

    def _publish_uploads(self) -> int:
        """What browsers sent and is whole; a person waits for it, so it is urgent."""
        now = self.app.clock()
        left = uploads.note_published(now, now + QUEUED_FOR)
        sent = len(left)
        try:
            while left:
                self.post.send(message(QUEUES[0], "upload", left[0], alone=False))
                left.pop(0)
        finally:
            if left:
                uploads.forget_published(left)
        return sent

    def _forget_lost(self, batches: Sequence[str]) -> None:
        """A queue that is empty holds no message that a row could still wait for."""
        newest = self.app.clock() + QUEUED_FOR - SURELY_ARRIVED
        claims.forget_published(batches, marked_before=newest)

    def _publish(self, queue: str, batch_id: str, free: int) -> int:
        now = self.app.clock()
        work = due.due_files(batch_id, now, free)
        if len(work) < free:
            work += due.due_pages(batch_id, now, free - len(work))
        if not work:
            return 0
        until = now + QUEUED_FOR
        files, pages = due.ids_of(work, "file"), due.ids_of(work, "page")
        mine = {
            *claims.note_published(PhysicalFile, files, now=now, until=until),
            *claims.note_published(Page, pages, now=now, until=until),
        }
        self._send(queue, [one for one in work if one.id in mine])
        return len(mine)

    def _send(self, queue: str, work: Sequence[due.Due]) -> None:
        """Send; what has failed before is sent to be worked on alone."""
        left = list(work)
        try:
            while left:
                one = left[0]
                kind = "assembled" if one.assembled else one.kind
                self.post.send(message(queue, kind, one.id, alone=one.tries > 0))
                left.pop(0)
        finally:
            if left:
                claims.forget_unsent(Page, due.ids_of(left, "page"))
                claims.forget_unsent(PhysicalFile, due.ids_of(left, "file"))
