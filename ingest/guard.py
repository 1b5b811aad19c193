"""Looking into sources in a child process that may die or hang without harm."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from errors import InputRejected, ToolMissing
from ingest.limits import Limits
from ingest.manifest import Frame
from ingest.probe import HARMLESS, look
from ingest.probed import Probed

_START_S = 60.0  # a cold disk and a busy machine
_CHUNK_BYTES = 1 << 16
_FRAMES_AT_ONCE = 50  # a fine look at each stays well within the time limit
_HERE = Path(__file__).resolve().parent.parent
# The child finds this very code, installed or in a checkout; -P: and nothing in the folder
# that the program happens to stand in.
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from ingest.child import main; main(sys.argv[2])"
)


class GuardedProbe:
    """A probe whose native code runs in one child for many sources.

    The child has bounds on memory, CPU and wall time. When a source kills or hangs it, this
    source is rejected and the next one gets a new child. Not for several threads at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __call__(self, path: Path, media_type: str, *, file: str) -> Probed:
        """The source's pages (see ``Probe``).

        Raises:
            InputRejected: it cannot become pages, or the child died or hung over it.
            ToolMissing: no child can be started on this machine.
        """
        if media_type in HARMLESS:
            return look(path, media_type, file=file, limits=self._limits)
        child = self._running()
        asked = {"path": os.fspath(path), "media_type": media_type, "file": file}
        answer = _exchange(child, asked, self._limits.probe_time_s)
        if answer is None:
            hung = child.poll() is None
            self.close()
            raise _hung(file, self._limits.probe_time_s) if hung else _killed(file)
        return _told(answer)

    def cover_codes(
        self, path: Path, media_type: str, frames: Sequence[int]
    ) -> Mapping[int, bytes]:
        """The payloads of cover sheets among these frames, by frame.

        A frame that cannot be decoded, or that kills or hangs the child, has none: whoever
        reads the page says what is wrong with it.

        Raises:
            ToolMissing: no child can be started on this machine.
        """
        found: dict[int, bytes] = {}
        for first in range(0, len(frames), _FRAMES_AT_ONCE):
            asked = {
                "path": os.fspath(path),
                "media_type": media_type,
                "frames": list(frames[first : first + _FRAMES_AT_ONCE]),
            }
            answer = _exchange(self._running(), asked, self._limits.probe_time_s)
            if answer is None:
                self.close()
                continue
            for frame, payload in answer["codes"]:
                found[frame] = b64decode(payload)
        return found

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        limits = json.dumps(asdict(self._limits))
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-c", _CHILD, str(_HERE), limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # codecs talk to themselves there
                start_new_session=True,  # Ctrl-C is for the parent, which then ends the child
            )
        except OSError as fault:
            raise _no_child(fault.strerror or type(fault).__name__) from fault
        if _answer(self._child, time.monotonic() + _START_S) is None:
            self.close()
            raise _no_child("it ended at once")
        return self._child


@contextmanager
def guarded(limits: Limits) -> Iterator[GuardedProbe]:
    """A guarded probe for as long as the block lasts."""
    probe = GuardedProbe(limits)
    try:
        yield probe
    finally:
        probe.close()


def _exchange(
    child: subprocess.Popen[bytes], asked: Mapping[str, Any], within_s: float
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


def _told(answer: dict[str, Any]) -> Probed:
    rejected = answer.get("rejected")
    if rejected is not None:
        what, kept, todo, facts = rejected
        raise InputRejected(what, kept=kept, todo=todo, **facts)
    frames = tuple(Frame(index, kind) for index, kind in answer["frames"])
    return Probed(frames, signed=answer["signed"], repaired=answer["repaired"])


def _killed(file: str) -> InputRejected:
    return InputRejected(
        "{file} is damaged so badly that the program reading it broke down.",
        kept="The file as received; the other scans go on.",
        todo="Copy the file again from the scanner, or scan the sheets again.",
        file=file,
    )


def _hung(file: str, seconds: float) -> InputRejected:
    return InputRejected(
        "{file} could not be looked into within {seconds} seconds.",
        kept="The file as received; the other scans go on.",
        todo="Save it again from the program that made it, or raise the time limit.",
        file=file,
        seconds=round(seconds),
    )


def _no_child(reason: str) -> ToolMissing:
    return ToolMissing(
        "The helper that looks into files could not be started: {reason}.",
        kept="Nothing was begun; the scans are untouched.",
        todo="Run: abhilekh doctor",
        reason=reason,
    )
