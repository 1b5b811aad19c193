"""Looking into sources in a child process that may die or hang without harm."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from errors import InputRejected
from ingest.confined import ConfinedChild, LostChild
from ingest.limits import Limits
from ingest.manifest import Frame
from ingest.probe import HARMLESS, look
from ingest.probed import Probed

_FRAMES_AT_ONCE = 50  # a fine look at each stays well within the time limit


class GuardedProbe:
    """A probe whose native code runs in one child for many sources.

    The child has bounds on memory, CPU and wall time. When a source kills or hangs it, this
    source is rejected and the next one gets a new child. Not for several threads at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.child = ConfinedChild("ingest.child", limits)

    def __call__(self, path: Path, media_type: str, *, file: str) -> Probed:
        """The source's pages (see ``Probe``).

        Raises:
            InputRejected: it cannot become pages, or the child died or hung over it.
            ToolMissing: no child can be started on this machine.
        """
        if media_type in HARMLESS:
            return look(path, media_type, file=file, limits=self._limits)
        asked = {"path": os.fspath(path), "media_type": media_type, "file": file}
        within_s = self._limits.probe_time_s
        try:
            return _told(self.child.ask(asked, within_s=within_s))
        except LostChild as lost:
            raise hung(file, within_s) if lost.hung else killed(file) from lost

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
            try:
                answer = self.child.ask(asked, within_s=self._limits.probe_time_s)
            except LostChild:
                continue
            for frame, payload in answer["codes"]:
                found[frame] = b64decode(payload)
        return found

    def close(self) -> None:
        """End the child, if there is one."""
        self.child.close()


@contextmanager
def guarded(limits: Limits) -> Iterator[GuardedProbe]:
    """A guarded probe for as long as the block lasts."""
    probe = GuardedProbe(limits)
    try:
        yield probe
    finally:
        probe.close()


def _told(answer: dict[str, Any]) -> Probed:
    rejected = answer.get("rejected")
    if rejected is not None:
        what, kept, todo, facts = rejected
        raise InputRejected(what, kept=kept, todo=todo, **facts)
    frames = tuple(Frame(index, kind) for index, kind in answer["frames"])
    return Probed(frames, answer["signed"], answer["repaired"], answer["device"])


def killed(file: str) -> InputRejected:
    """The rejection for a source over which the program reading it died."""
    return InputRejected(
        "{file} is damaged so badly that the program reading it broke down.",
        kept="The file as received; the other scans go on.",
        todo="Copy the file again from the scanner, or scan the sheets again.",
        file=file,
    )


def hung(file: str, seconds: float) -> InputRejected:
    """The rejection for a source that gave no answer in time."""
    return InputRejected(
        "{file} could not be looked into within {seconds} seconds.",
        kept="The file as received; the other scans go on.",
        todo="Save it again from the program that made it, or raise the time limit.",
        file=file,
        seconds=round(seconds),
    )
