"""A child process that answers questions, and may die or hang over one without harm."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from errors import ToolMissing
from ingest.limits import Limits

_START_S = 60.0  # a cold disk and a busy machine
_CHUNK_BYTES = 1 << 16
_HERE = Path(__file__).resolve().parent.parent
# The child finds this very code, installed or in a checkout; -P: and nothing in the folder
# that the program happens to stand in.
_CHILD = (
    "import sys; from importlib import import_module; sys.path.insert(0, sys.argv[1]); "
    "import_module(sys.argv[2]).main(sys.argv[3])"
)


class LostChild(Exception):
    """The child died over a question, or gave no answer in time (``hung``)."""

    def __init__(self, *, hung: bool) -> None:
        super().__init__("hung" if hung else "died")
        self.hung = hung


class ConfinedChild:
    """One child for many questions; a new one after it was lost. Not for two threads at once.

    Args:
        module: its ``main`` takes the limits as JSON, says ``{"ready": true}``, and then answers
            each line of JSON on stdin with one on stdout.
        limits: handed to the child.

    Attributes:
        process: the child, while there is one.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, question: dict[str, Any], *, within_s: float) -> dict[str, Any]:
        """The child's answer.

        Raises:
            LostChild: it died or hung over the question; it is gone.
            ToolMissing: no child can be started on this machine.
        """
        child = self._running()
        answer = _exchange(child, question, within_s)
        if answer is None:
            hung = child.poll() is None
            self.close()
            raise LostChild(hung=hung)
        return answer

    def close(self) -> None:
        """End the child, if there is one."""
        child, self.process = self.process, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.process.poll() is None:
            return self.process
        self.close()
        limits = json.dumps(asdict(self._limits))
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", _CHILD, str(_HERE), self._module, limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # codecs talk to themselves there
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,  # Ctrl-C is for the parent, which then ends the child
            )
        except OSError as fault:
            raise _no_child(fault.strerror or type(fault).__name__) from fault
        if _answer(self.process, time.monotonic() + _START_S) is None:
            self.close()
            raise _no_child("it ended at once")
        return self.process


def _exchange(
    child: subprocess.Popen[bytes], asked: dict[str, Any], within_s: float
) -> dict[str, Any] | None:
    """The child's answer; ``None`` if it died or did not answer in time."""
    line = json.dumps(asked).encode("ascii") + b"\n"
    try:
        if child.stdin is None:
            return None
        child.stdin.write(line)
        child.stdin.flush()
    except BrokenPipeError:
        child.wait()
        return None
    return _answer(child, time.monotonic() + within_s)


def _answer(child: subprocess.Popen[bytes], until: float) -> dict[str, Any] | None:
    if child.stdout is None:
        return None
    descriptor, received = child.stdout.fileno(), b""
    while not received.endswith(b"\n"):
        left_s = until - time.monotonic()
        if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
            return None
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            child.wait()
            return None
        received += chunk
    answer: dict[str, Any] = json.loads(received)
    return answer


def _no_child(reason: str) -> ToolMissing:
    return ToolMissing(
        "The helper that looks into files could not be started: {reason}.",
        kept="Nothing was begun; the scans are untouched.",
        todo="Run: abhilekh doctor",
        reason=reason,
    )
