"""Child processes that work: started, told what to do, and their end understood."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.settings import Settings
from errors import AbhilekhError, ServiceUnreachable

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (minus the signal), its last word, whether we ended it."""

    code: int
    told: dict[str, Any]
    ended_by_us: bool

    def by_its_work(self, kills_before: str) -> bool:
        """Whether its work may have ended it; a kill from outside is nobody's fault.

        Args:
            kills_before: what ``out_of_memory_kills`` said when the child was started.
        """
        from_outside = self.code == -signal.SIGKILL and kills_before == out_of_memory_kills()
        return self.ended_by_us or not from_outside


def out_of_memory_kills() -> str:
    """The kernel's count of processes it killed for want of memory; empty where it keeps none."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith("oom_kill ")), "")


def start(settings: Settings, order: Mapping[str, object]) -> subprocess.Popen[bytes]:
    """A child that was given ``order``; one that is dead at once is seen by who waits for it."""
    with _standard_error(settings) as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "workers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then asks
        )
    whole = {"settings": settings.model_dump_json(), **order}
    if child.stdin is not None:
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps(whole).encode() + b"\n")
            child.stdin.flush()
    return child


@contextmanager
def _standard_error(settings: Settings) -> Iterator[IO[bytes] | None]:
    """Where a child's standard error goes: a file in the home, or where ours goes."""
    if settings.log == "stderr":
        yield None
        return
    with (settings.resolved_home / "logs" / "worker.stderr").open("ab") as log:
        yield log


def _environment() -> dict[str, str]:
    """One native thread a worker thread (pages are the parallelism), few malloc arenas."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # only colour pages at full size go back to the system as soon as they are freed; what is
        # smaller is used again, and what was freed at the end is kept a while: a tenth of all
        # processor time
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "32000000",
        "MALLOC_TRIM_THRESHOLD_": "64000000",
    }


def ended(child: subprocess.Popen[bytes], *, by_us: bool) -> Ended:
    """How a child that has ended did so; closes its pipes."""
    with child:
        said = child.stdout.read() if child.stdout else b""
    lines = said.decode("utf-8", "replace").splitlines()
    told = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Ended(child.returncode, told, by_us)


def as_error(told: Mapping[str, Any]) -> AbhilekhError:
    """The child's error, of the same class, in this process."""
    kinds = {kind.__name__: kind for kind in _descendants(AbhilekhError)}
    said: Any = told["error"]
    kind = kinds.get(str(told["class"]), ServiceUnreachable)
    return kind(said["what"], kept=said["kept"], todo=said["todo"], **said["facts"])


def cannot_live(settings: Settings, code: int, times: int) -> ServiceUnreachable:
    """The error for a child that ends again and again before it begins anything."""
    return ServiceUnreachable(
        "The worker process ended {times} times in a row before it began anything (code {code}).",
        kept="Everything that was finished before is kept.",
        todo="Look at {log}, then run abhilekh doctor and type the same command again.",
        times=times,
        code=code,
        log=str(settings.resolved_home / "logs" / "worker.stderr"),
    )


def _descendants(kind: type[AbhilekhError]) -> list[type[AbhilekhError]]:
    return [kind, *(deep for sub in kind.__subclasses__() for deep in _descendants(sub))]
