"""A frame as a small grey picture, for looking and not for keeping.

A JPEG is decoded at a fraction of its size, which costs a fraction of the time; other forms are
decoded whole and shrunk.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ingest import jpeg, media, raster
from ingest.faults import rejecting, too_large
from ingest.limits import Limits
from ingest.pdf_pixels import read_page, received_jpeg

if TYPE_CHECKING:
    from ingest.pixels import Pixels

_JPEG_STEPS = (
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
)


def small_grey(
    path: Path, *, media_type: str, frame: int, limits: Limits, longest_px: int
) -> Pixels:
    """The frame in grey, its longer side between ``longest_px`` and twice that, or as it is.

    It lies as it was stored: neither EXIF nor the PDF's turn is applied.

    Args:
        path: the source.
        media_type: as sniffed.
        frame: from 0.
        limits: ``max_pixels`` counts here, before anything is decoded.
        longest_px: how much detail is wanted.

    Raises:
        InputRejected: damaged, too large, or no such frame.
    """
    if media_type == media.JPEG:
        with rejecting(path.name, 1):
            stream = path.read_bytes()
        return _small_jpeg(path.name, stream, limits, longest_px)
    if media_type == media.PDF:
        if (received := received_jpeg(path, frame=frame)) is not None:
            return _small_jpeg(path.name, received, limits, longest_px)
        whole = read_page(path, frame=frame, limits=limits).pixels
    else:
        whole = raster.read(
            path, media_type=media_type, frame=frame, limits=limits, longest_px=longest_px
        ).pixels
    return _shrunk(whole, longest_px)


def _small_jpeg(name: str, stream: bytes, limits: Limits, longest_px: int) -> Pixels:
    with rejecting(name, 1):
        header = jpeg.read_header(stream)
        if header is None:
            raise ValueError("no frame header")
    size = header.width_px, header.height_px
    if size[0] * size[1] > limits.max_pixels:
        raise too_large(name, 1, size, limits.max_pixels)
    how = next((flag for by, flag in _JPEG_STEPS if max(size) >= by * longest_px), None)
    with rejecting(name, 1):
        flag = cv2.IMREAD_GRAYSCALE if how is None else how
        seen = cv2.imdecode(np.frombuffer(stream, np.uint8), flag | cv2.IMREAD_IGNORE_ORIENTATION)
        if seen is None:
            raise ValueError("it cannot be decoded")
    return np.asarray(seen, dtype=np.uint8)


def _shrunk(whole: Pixels, longest_px: int) -> Pixels:
    grey = whole if whole.ndim == 2 else cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)
    by = max(grey.shape) // longest_px
    if by > 1:
        size = (max(1, grey.shape[1] // by), max(1, grey.shape[0] // by))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)
