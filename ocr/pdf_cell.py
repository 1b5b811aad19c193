"""Foreign PDFs are handled in a process that may die: this side starts it and talks to it.

PDF libraries are native code, and a hostile page can crash them, hang them or make them eat
all memory. One small *mother* process keeps the libraries loaded and forks a fresh *cell* for
every page: about 10 ms instead of 0.9 s of imports, and nothing of one page reaches the next.
A cell that overruns its time is ended by the kernel (``SIGALRM``), one that overruns its memory
fails its own allocation; either way only that page is hurt.

Both sides speak lines of JSON, never pickles: what comes out of a cell is as foreign as the PDF.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_GRACE_S = 10.0  # the kernel ends a cell at its limit; this much later we stop listening too
_BIRTH_S = 60.0  # the mother's imports on a busy machine included
FIRST_CRY = b"."  # the first byte from a cell
_LOG_NAME = "cell.log"
_PR_SET_PDEATHSIG = 1  # Source: prctl(2)
_ROOT = Path(__file__).resolve().parents[1]


def die_with_mother() -> None:
    """Have the kernel end this process when the one that forked it ends, however that does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class CellDied(Exception):
    """The cell crashed, ran out of time or of memory; ``str()`` is its last line, if any."""


@dataclass(frozen=True, slots=True)
class CellLimits:
    """What one cell may use up.

    Args:
        timeout_s: wall seconds of its own work (time spent waiting for us is not counted).
        max_memory_bytes: address space on top of what the loaded libraries take.
    """

    timeout_s: float
    max_memory_bytes: int


class Conversation:
    """One line of JSON after the other, in both directions, over a socket."""

    def __init__(self, line: socket.socket) -> None:
        self._socket = line
        self._lines = line.makefile("rwb")

    def say(self, message: Mapping[str, Any]) -> None:
        """Send one message.

        Raises:
            CellDied: the other side is gone.
        """
        try:
            self._lines.write(json.dumps(message).encode() + b"\n")
            self._lines.flush()
        except OSError as gone:
            raise CellDied(str(gone)) from gone

    def hear(self) -> dict[str, Any]:
        """Wait for the next message.

        Raises:
            CellDied: the other side is gone, silent for too long, or talks nonsense.
        """
        try:
            line = self._lines.readline()
            heard = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError) as broken:
            raise CellDied(str(broken)) from broken
        if not isinstance(heard, dict):
            raise CellDied("")
        return heard

    def close(self) -> None:
        """Hang up; the cell sees the end of the line and stops."""
        for end in (self._lines, self._socket):
            try:
                end.close()
            except OSError:
                continue  # a dead cell cannot take the last unsent line


class _Mother:
    """The one process that has the libraries loaded; started at the first need."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def bear(self) -> socket.socket:
        """Our end of the line to a fresh cell.

        Raises:
            CellDied: the mother process cannot be started.
        """
        with self._lock:
            for _ in range(2):  # a mother that was killed meanwhile is replaced once
                line = self._born(self._running())
                if line is not None:
                    return line
                self._end()
        raise CellDied("the process that opens PDF files does not start")

    def _born(self, control: socket.socket) -> socket.socket | None:
        ours, theirs = socket.socketpair()
        ours.settimeout(_BIRTH_S)
        try:
            with theirs:
                socket.send_fds(control, [b"+"], [theirs.fileno()])
            cry = ours.recv(1)
        except OSError:
            cry = b""
        if cry == FIRST_CRY:
            return ours
        ours.close()
        return None

    def _running(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._owner == os.getpid():
            if self._process.poll() is None:
                return self._control
            self._end()
        control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ocr.pdf_cell_inside", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us; the cells end when we hang up
            )
        self._control, self._owner = control, os.getpid()
        return control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._control = None

    def end(self) -> None:
        """Let the mother process stop; the next need starts another."""
        with self._lock:
            self._end()


_mother = _Mother()
atexit.register(_mother.end)


def end_cells() -> None:
    """Stop the process that bears cells, for a clean shutdown; later pages start it again."""
    _mother.end()


@contextmanager
def cell(workdir: Path, limits: CellLimits) -> Iterator[Conversation]:
    """A fresh cell that waits for its first message; hung up at the end of the block.

    Args:
        workdir: absolute folder for its files and its log.
        limits: what it may use up.

    Raises:
        CellDied: it cannot be started, or died during the block (with the last line of its log).
    """
    line = _mother.bear()
    line.settimeout(limits.timeout_s + _GRACE_S)
    conversation = Conversation(line)
    log = workdir / _LOG_NAME
    try:
        conversation.say(
            {"log": str(log), "timeout_s": limits.timeout_s, "bytes": limits.max_memory_bytes}
        )
        yield conversation
    except CellDied as died:
        raise CellDied(str(died) or _last_line(log)) from died
    finally:
        conversation.close()


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", "replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1].strip()[:300] if lines else ""
