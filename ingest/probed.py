"""What looking into a source gives, and the seam behind which it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.manifest import Frame


@dataclass(frozen=True, slots=True)
class Probed:
    """What the headers of a source show; the fields mean what they mean in ``Scan``."""

    frames: tuple[Frame, ...]
    signed: bool = False
    repaired: bool = False
    device: str = ""


class Probe(Protocol):
    """Whatever can look into a source: ``guard.GuardedProbe``, or a stand-in in tests."""

    def __call__(self, path: Path, media_type: str, *, file: str) -> Probed:
        """The source's pages.

        Args:
            path: what to open.
            media_type: as sniffed.
            file: the name that people know it by.

        Raises:
            InputRejected: it cannot become pages.
        """


class CoverReader(Protocol):
    """Whatever finds the codes of cover sheets: ``guard.GuardedProbe.cover_codes``."""

    def __call__(self, path: Path, media_type: str, frames: Sequence[int]) -> Mapping[int, bytes]:
        """The payloads of cover sheets among these frames of a source, by frame."""
