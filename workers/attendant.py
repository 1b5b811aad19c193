"""The attendant: where no worker runs beside the pages, it does what they leave to be done.

``serve`` on an embedded home keeps one. It takes in what browsers sent, and works on every
batch that is open: also on a file whose decision was written down when the program ended before
the version was made. It takes the home's lock for its work, as every run does, and waits while
another run has it.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.db import close_old_connections

from config.app import build_app
from config.locks import LOCK_WAIT_S, HomeBusy, held_lock
from config.settings import Settings
from errors import AbhilekhError
from pipeline import recover, take_in
from pipeline.app import App
from records import claims, due, reads, uploads
from records.models import Batch
from records.outage import told_plainly
from records.presence import alone_at_start
from workers import supervisor
from workers.messages import QUEUES

LOOK_EVERY_S = 2.0
LONGEST_PAUSE_S = 60.0
log = logging.getLogger("abhilekh.workers")


def attend(settings: Settings, stop: threading.Event) -> None:
    """Look again and again for what is to be done, until ``stop`` is set."""
    workdir = settings.resolved_home / "attendant"  # a run that begins clears the home's own
    workdir.mkdir(exist_ok=True)
    app = build_app(settings, holder="attendant", workdir=workdir)
    rounds = _Rounds(settings, app, stop)
    failures = 0
    while not stop.is_set():
        try:
            close_old_connections()
            rounds()
            failures = 0
        except HomeBusy:
            pass  # another run is at work; it does no harm to wait for its end
        except AbhilekhError as away:
            failures = min(failures + 1, 8)
            log.warning("attendant waits", extra={"facts": {"error": type(away).__name__}})
        stop.wait(min(LONGEST_PAUSE_S, LOOK_EVERY_S * 2**failures))


class _Rounds:
    """One look at a time; it remembers what was due at the look before."""

    def __init__(self, settings: Settings, app: App, stop: threading.Event) -> None:
        self._settings = settings
        self._app = app
        self._stop = stop
        self._due_before: set[str] = set()
        self._is_first = True

    def __call__(self) -> None:
        if self._is_first:
            self._free_after_the_dead()
            self._is_first = False
        with told_plainly():
            sent = uploads.waiting(self._app.clock())
            open_now = {batch for queue in QUEUES for batch in due.open_batches(queue)}
            # the pages make a decision's version themselves: what is due once may be theirs
            left = [batch for batch in sorted(open_now) if self._is_left(batch)]
            self._due_before = {batch for batch in open_now if self._is_due(batch)}
            if not sent and not left:
                take_in.clear(self._app)
                return
        with held_lock(self._settings.resolved_home / "run.lock"):
            for upload_id in sent:
                take_in.run(self._app, upload_id)
            for batch_id in left:
                self._work(batch_id)

    def _free_after_the_dead(self) -> None:
        """End what those held who are gone: with both locks in hand, only the pages live."""
        home = self._settings.resolved_home
        with held_lock(home / "run.lock"), held_lock(home / "worker.lock", wait_s=LOCK_WAIT_S):
            gone = [name for name in claims.holders() if not _lives(name)]
            with alone_at_start() as alone:  # else leases may be another machine's
                recover.after_worker_death(gone if alone else (), by_its_work=False)

    def _is_left(self, batch_id: str) -> bool:
        return batch_id in self._due_before and self._is_due(batch_id)

    def _is_due(self, batch_id: str) -> bool:
        now = self._app.clock()
        return bool(due.due_files(batch_id, now, 1) or due.due_pages(batch_id, now, 1))

    def _work(self, batch_id: str) -> None:
        watch = supervisor.Watch(_unwatched, self._stop, self._app.clock)
        recover.overdue(self._app)
        supervisor.run_batch(self._settings, Batch.objects.get(pk=batch_id), watch)
        recover.close_settled(self._app, batch_id, lambda _pages: not self._stop.is_set())


def _lives(holder: str) -> bool:
    """Whether the holder is a process of the pages that is still there."""
    kind, _, pid = holder.partition(" ")
    return kind == "web" and pid.isdecimal() and Path(f"/proc/{pid}").exists()


def _unwatched(progress: reads.Progress) -> None:
    """Nobody watches; the pages ask for themselves."""
