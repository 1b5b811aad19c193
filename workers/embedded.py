"""One shot: admit, have the work done, say what came of it.

With an embedded broker a child process of this one does the work, and the home is locked. With
a broker that machines share their workers do it, and this process only follows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.app import build_app, migrate, prepare_home, set_up_django
from config.locks import LOCK_WAIT_S, held_lock
from config.settings import Settings
from pipeline import admit, find, recover
from pipeline.app import App
from records import due, reads
from records.models import Batch
from records.outage import told_plainly
from workers import supervisor
from workers.broker import is_embedded

LOOK_EVERY_S = 0.5
NOBODY_AFTER_S = 30.0


def _quiet_admission(done: int, total: int, name: str) -> None:
    """Nobody is watching the admission."""


def _quiet_wait() -> None:
    """Nobody is told that no worker has come."""


def _quiet_progress(progress: reads.Progress) -> None:
    """Nobody is watching the work."""


@dataclass(frozen=True)
class Listener:
    """Where progress is told, and the flag that asks the run to stop.

    ``on_wait`` is called once when other machines' workers have not begun after a while.
    """

    on_admission: Callable[[int, int, str], None] = _quiet_admission
    on_progress: Callable[[reads.Progress], None] = _quiet_progress
    stop: threading.Event = field(default_factory=threading.Event)
    on_wait: Callable[[], None] = _quiet_wait


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the batch's report and whether it was stopped on the way."""

    report: dict[str, Any]
    finished: bool

    @property
    def rejected(self) -> int:
        """How many received images could not be read."""
        unread = ("unreadable",)
        return sum(1 for left in self.report["ledger"]["excluded"] if left["reason"] in unread)


@contextmanager
def opened_home(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """Home made, tables up to date, database errors in plain words; ``alone`` takes the lock."""
    home = prepare_home(settings)
    set_up_django(settings)
    with told_plainly():
        if not alone:
            migrate()
            yield
            return
        with held_lock(home / "run.lock"):
            migrate()
            yield


def _works_itself(settings: Settings) -> bool:
    """Whether this machine does the work of a run itself, alone on its home."""
    return is_embedded(settings.resolved_broker_url)


def run_source(
    settings: Settings,
    source: Path,
    *,
    label: str | None = None,
    office: str | None = None,
    listener: Listener | None = None,
) -> Outcome:
    """Admit ``source`` and work until its batch is settled; can be killed and repeated anywhere.

    Raises:
        AbhilekhError: with what happened, what was kept, what to do.
    """
    listener = listener or Listener()
    with opened_home(settings, alone=_works_itself(settings)):
        app = _tried_app(settings, "admission")
        _clear_after_the_dead(settings, app)
        batch = admit.run(
            app, source, label=label, office=office, on_progress=listener.on_admission
        )
        return _work(settings, app, batch, listener)


def submit_source(
    settings: Settings,
    source: Path,
    *,
    label: str | None = None,
    office: str | None = None,
    listener: Listener | None = None,
) -> Batch:
    """Admit ``source`` only; ``resume_batch`` does the work."""
    listener = listener or Listener()
    with opened_home(settings, alone=_works_itself(settings)):
        app = _tried_app(settings, "admission")
        return admit.run(app, source, label=label, office=office, on_progress=listener.on_admission)


def resume_batch(settings: Settings, batch_id: str, *, listener: Listener | None = None) -> Outcome:
    """Go on with a batch that was submitted or interrupted."""
    with opened_home(settings, alone=_works_itself(settings)):
        app = _tried_app(settings, "resumption")
        _clear_after_the_dead(settings, app)
        return _work(settings, app, find.batch(batch_id), listener or Listener())


def _tried_app(settings: Settings, holder: str) -> App:
    """The App, once its store was seen to do what is asked of it: else nothing is begun."""
    app = build_app(settings, holder=holder)
    app.store.examine()
    return app


def _clear_after_the_dead(settings: Settings, app: App) -> None:
    """End leases and clear the work folder, once the last child has really let go of it."""
    if not _works_itself(settings):
        return
    with held_lock(app.workdir.parent / "worker.lock", wait_s=LOCK_WAIT_S):
        recover.before_embedded_run(app.workdir)


def _work(settings: Settings, app: App, batch: Batch, listener: Listener) -> Outcome:
    if _works_itself(settings):
        watch = supervisor.Watch(listener.on_progress, listener.stop, app.clock)
        finished = supervisor.run_batch(settings, batch, watch)
    else:
        finished = _follow(batch.pk, listener)
    # who asks to stop does not wait for the tidying of older batches
    recover.close_settled(app, batch.pk, lambda _pages: not listener.stop.is_set())
    listener.on_progress(reads.progress(batch.pk))
    batch.refresh_from_db()
    return Outcome(reads.batch_report(batch), finished)


def _follow(batch_id: str, listener: Listener) -> bool:
    """Wait until workers have settled the batch; False when asked to stop before."""
    wondering_s = time.monotonic() + NOBODY_AFTER_S
    before = reads.progress(batch_id)
    while due.work_remains(batch_id):
        now = reads.progress(batch_id)
        listener.on_progress(now)
        if now != before or now.current:
            wondering_s = float("inf")  # somebody works
        elif time.monotonic() > wondering_s:
            listener.on_wait()
            wondering_s = float("inf")
        if listener.stop.wait(LOOK_EVERY_S):
            return False
    return True
