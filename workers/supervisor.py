"""The embedded run: watches one child process, ends it when it hangs, starts it again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import Settings
from errors import AbhilekhError, ServiceUnreachable
from pipeline import recover
from records import reads
from records.models import Batch
from records.models import new_id as new_holder

ROOT = Path(__file__).resolve().parent.parent
LOOK_EVERY_S = 0.25
GRACE_S = 20.0
MOST_IDLE_DEATHS = 5


@dataclass(frozen=True)
class Watch:
    """What the supervisor tells while it waits, and how it is asked to stop."""

    on_progress: Callable[[reads.Progress], None]
    stop: threading.Event


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (minus the signal), its last word, whether we ended it."""

    code: int
    told: dict[str, Any]
    ended_by_us: bool


def out_of_memory_kills() -> str:
    """The kernel's count of processes it killed for want of memory; empty where it keeps none."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith("oom_kill ")), "")


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
    while reads.work_remains(batch.pk) and not watch.stop.is_set():
        holder, kills = new_holder(), out_of_memory_kills()
        child = _one_child(settings, batch, holder, watch)
        code, told = child.code, child.told
        by_itself = child.ended_by_us or code != -signal.SIGKILL or kills != out_of_memory_kills()
        held = recover.after_worker_death([holder], by_its_work=by_itself)
        if told.get("outcome") == "failed":
            raise _as_error(told)
        idle_deaths = 0 if code == 0 or held else idle_deaths + 1
        if idle_deaths >= MOST_IDLE_DEATHS:
            raise _cannot_live(settings, code)
    return not watch.stop.is_set()


def _one_child(settings: Settings, batch: Batch, holder: str, watch: Watch) -> Ended:
    """Start a child and watch it to its end."""
    order = {"settings": settings.model_dump_json(), "batch": batch.pk, "holder": holder}
    child = _start(settings)
    with child:  # closes the pipes and waits, whatever happens inside
        try:
            _give(child, order)
            ended_by_us = _wait(child, batch, watch)
        finally:
            child.kill()
        said = child.stdout.read() if child.stdout else b""
    lines = said.decode("utf-8", "replace").splitlines()
    told = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Ended(child.returncode, told, ended_by_us)


def _give(child: subprocess.Popen[bytes], order: dict[str, str]) -> None:
    """Write the order; a child that is dead already is seen by ``_wait``."""
    if child.stdin is not None:
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    log = (settings.resolved_home / "logs" / "worker.stderr").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "workers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then asks
        )


def _environment() -> dict[str, str]:
    """One native thread a worker thread (pages are the parallelism), few malloc arenas."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # colour pages go back to the system when they are freed; smaller images are used again
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "20000000",
    }


def _wait(child: subprocess.Popen[bytes], batch: Batch, watch: Watch) -> bool:
    """Until the child ends: report progress, end it when a lease has run out or on a stop.

    Returns:
        Whether we ended it for hanging.
    """
    from django.utils import timezone

    while child.poll() is None:
        if watch.stop.wait(LOOK_EVERY_S):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
            return False
        watch.on_progress(reads.progress(batch.pk))
        if reads.overdue_holders(batch.pk, timezone.now()):
            child.kill()
            child.wait()
            return True
    return False


def _as_error(told: dict[str, Any]) -> AbhilekhError:
    """The child's error, of the same class, in this process."""
    kinds = {kind.__name__: kind for kind in _descendants(AbhilekhError)}
    said: Any = told["error"]
    kind = kinds.get(str(told["class"]), ServiceUnreachable)
    return kind(said["what"], kept=said["kept"], todo=said["todo"], **said["facts"])


def _descendants(kind: type[AbhilekhError]) -> list[type[AbhilekhError]]:
    return [kind, *(deep for sub in kind.__subclasses__() for deep in _descendants(sub))]


def _cannot_live(settings: Settings, code: int) -> ServiceUnreachable:
    return ServiceUnreachable(
        "The worker process ended {times} times in a row before it began anything (code {code}).",
        kept="Everything that was finished before is kept.",
        todo="Look at {log}, then run abhilekh doctor and type the same command again.",
        times=MOST_IDLE_DEATHS,
        code=code,
        log=str(settings.resolved_home / "logs" / "worker.stderr"),
    )
