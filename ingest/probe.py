"""Counting the pages of a source and checking their sizes, header by header.

``python -m ingest.probe`` does it in a child of its own (see ``ingest.guard``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest import jpeg, media, raster
from ingest.faults import rejecting, too_large
from ingest.limits import Limits
from ingest.manifest import Frame


@dataclass(frozen=True, slots=True)
class Probed:
    """What the headers of a source show."""

    frames: tuple[Frame, ...]
    signed: bool = False
    repaired: bool = False


class Probe(Protocol):
    """Whatever can look into a source."""

    def __call__(self, path: Path, media_type: str, *, file: str) -> Probed:
        """The source's pages.

        Args:
            path: what to open.
            media_type: as sniffed.
            file: the name that people know it by.

        Raises:
            InputRejected: it cannot become pages.
        """


def look(path: Path, media_type: str, *, file: str, limits: Limits) -> Probed:
    """The pages of a source, by its headers, in this very process.

    Raises:
        InputRejected: damaged, locked, empty, or beyond the limits.
    """
    if media_type == media.JPEG:
        return _jpeg(path, file, limits)
    with rejecting(file, 1), raster.opened(path, media_type) as image:
        if image.width * image.height > limits.max_pixels:
            raise too_large(file, 1, image.size, limits.max_pixels)
        count = raster.frame_count(image, media_type)
    return Probed(tuple(Frame(index, "image") for index in range(count)))


def _jpeg(path: Path, file: str, limits: Limits) -> Probed:
    with rejecting(file, 1), path.open("rb") as stream:
        header = jpeg.read_header(stream)
        if header is None or not header.width_px or not header.height_px:
            raise ValueError("no frame header")
    size = header.width_px, header.height_px
    if size[0] * size[1] > limits.max_pixels:
        raise too_large(file, 1, size, limits.max_pixels)
    return Probed((Frame(0, "image"),))
