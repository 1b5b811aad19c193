"""The embedded run: watches one child process, ends it when it hangs, starts it again."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from pipeline import recover
from records import due, reads
from records.models import Batch
from records.models import new_id as new_holder
from workers import children
from workers.children import Ended

LOOK_EVERY_S = 0.1  # whether the child lives
ASK_EVERY = 10  # looks, until the database is asked how far it is
GRACE_S = 20.0
MOST_IDLE_DEATHS = 5


@dataclass(frozen=True)
class Watch:
    """What the supervisor tells while it waits, how it is asked to stop, and what time it is."""

    on_progress: Callable[[reads.Progress], None]
    stop: threading.Event
    clock: Callable[[], datetime]


def run_batch(settings: Settings, batch: Batch, watch: Watch) -> bool:
    """Work on ``batch`` in a child process until it is settled; False when asked to stop.

    A child that dies, or holds a lease beyond its end, is replaced; the tries it had begun are
    counted already, so what kills it thrice is quarantined and the rest completes. Only a kill
    that came from outside (SIGKILL, not ours, not for want of memory) gives the tries back.

    Raises:
        ServiceUnreachable: store or database is out of reach, or the child cannot live at all.
        IntegrityViolated: stored bytes are not what was written.
    """
    idle_deaths = 0
    while due.work_remains(batch.pk) and not watch.stop.is_set():
        holder, kills = new_holder(), children.out_of_memory_kills()
        child = _one_child(settings, batch, holder, watch)
        held = recover.after_worker_death([holder], by_its_work=child.by_its_work(kills))
        if child.told.get("outcome") == "failed":
            raise children.as_error(child.told)
        idle_deaths = 0 if child.code == 0 or held else idle_deaths + 1
        if idle_deaths >= MOST_IDLE_DEATHS:
            raise children.cannot_live(settings, child.code, MOST_IDLE_DEATHS)
    return not watch.stop.is_set()


def _one_child(settings: Settings, batch: Batch, holder: str, watch: Watch) -> Ended:
    """Start a child and watch it to its end."""
    child = children.start(settings, {"batch": batch.pk, "holder": holder})
    ended_by_us = False
    try:
        ended_by_us = _wait(child, batch, watch)
    finally:
        child.kill()
        ended = children.ended(child, by_us=ended_by_us)
    return ended


def _wait(child: subprocess.Popen[bytes], batch: Batch, watch: Watch) -> bool:
    """Until the child ends: report progress, end it when a lease has run out or on a stop.

    Returns:
        Whether we ended it for hanging.
    """
    looks = 0
    while child.poll() is None:
        if watch.stop.wait(LOOK_EVERY_S):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
            return False
        looks += 1
        if looks % ASK_EVERY:
            continue
        watch.on_progress(reads.progress(batch.pk))
        if due.overdue_holders(watch.clock(), batch.pk):
            child.kill()
            child.wait()
            return True
    return False
