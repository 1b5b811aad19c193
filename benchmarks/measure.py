"""One program run to its end: processor time, wall time and memory of all its processes."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import processes

LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took.

    Attributes:
        cpu_s: user and system time of the process and of every descendant that was waited for.
        wall_s: from start to end.
        largest_bytes: highest resident memory that any one of the processes reached, by the
            kernel's own mark, last read at most ``LOOK_EVERY_S`` before the process ended.
        tree_bytes: highest sum over all of them (PSS: shared pages counted once), as sampled.
        peaks: highest resident memory by command line.
        exit_code: 0 when it ended well.
    """

    cpu_s: float
    wall_s: float
    largest_bytes: int
    tree_bytes: int
    peaks: Mapping[str, int]
    exit_code: int

    def peak_of(self, words: str) -> int:
        """Highest resident memory of a process whose command line holds ``words``; else 0."""
        return max((peak for line, peak in self.peaks.items() if words in line), default=0)


@dataclass(slots=True)
class _Watched:
    """The memory of a family of processes, looked at again and again."""

    pid: int
    tree_bytes: int = 0
    peaks: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        shares = 0
        for member in processes.family(self.pid):
            if line := processes.command_line(member):
                self.peaks[line] = max(self.peaks.get(line, 0), processes.peak_bytes(member))
            shares += processes.share_bytes(member)
        self.tree_bytes = max(self.tree_bytes, shares)


def measured(
    command: Sequence[str | Path],
    *,
    output: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    memory: bool = True,
) -> Cost:
    """Run ``command`` to its end; its standard output goes to ``output``, errors beside it.

    Args:
        command: program and arguments.
        output: file for standard output; standard error goes to ``<output>.stderr``.
        environment: variables to set on top of this process's own.
        folder: working folder.
        memory: look at that too, which takes a few per cent of a processor; else it is 0.
    """
    began = time.monotonic()
    with output.open("wb") as out, error_file(output).open("wb") as err:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**_own_environment(), **(environment or {})},
            cwd=folder,
        )
    watched = _Watched(started.pid)
    ending = os.pidfd_open(started.pid)
    try:
        while not select.select([ending], [], [], LOOK_EVERY_S)[0]:
            if memory:
                watched.look()
        wall_s = time.monotonic() - began
    finally:
        os.close(ending)
    # wait4 gives the process together with every descendant that it waited for itself. Its
    # ru_maxrss is of no use: it begins with the memory of the process that forked it, this one.
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=wall_s,
        largest_bytes=max(watched.peaks.values(), default=0),
        tree_bytes=watched.tree_bytes,
        peaks=watched.peaks,
        exit_code=started.returncode,
    )


def _own_environment() -> dict[str, str]:
    """This process's own, but for what would make every start compile all modules again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def error_file(output: Path) -> Path:
    """Where ``measured`` puts what the program says on standard error."""
    return output.with_name(output.name + ".stderr")
