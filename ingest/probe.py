"""Counting the pages of a source and checking their sizes, header by header."""

from __future__ import annotations

from pathlib import Path

from ingest import jpeg, media, raster
from ingest.faults import rejecting, too_large, too_many_pages
from ingest.limits import Limits
from ingest.manifest import Frame
from ingest.probed import Probed

# Their headers are read by a few lines of Python in bounded steps: no guard is needed.
HARMLESS = frozenset({media.JPEG, media.PNG, media.BMP})

_PNG_SIZE_AT = 16  # Source: PNG 1.2, 11.2.2: signature, chunk length and name, then IHDR
_BMP_SIZE_AT, _BMP_OLD_HEADER = 18, 12


def look(path: Path, media_type: str, *, file: str, limits: Limits) -> Probed:
    """The pages of a source, by its headers, in this very process.

    Args:
        path: what to open.
        media_type: as sniffed.
        file: the name that people know it by.
        limits: bounds on pixels and pages.

    Raises:
        InputRejected: damaged, locked, empty, or beyond the limits.
    """
    if media_type == media.PDF:
        from ingest.pdf import look_into

        return look_into(path, file=file, limits=limits)
    if media_type in HARMLESS:
        return _single(path, media_type, file, limits)
    with rejecting(file, 1), raster.opened(path, media_type) as image:
        indexes = raster.page_indexes(image, media_type, most=limits.max_frames)
        image.seek(indexes[0])
        size = image.size
        device = raster.device_of(image)
    if len(indexes) > limits.max_frames:
        raise too_many_pages(file, limits.max_frames)
    if len(indexes) == 1:
        _check_size(size, file, limits)  # of many pages, each is checked when its turn comes
    return Probed(tuple(Frame(index, "image") for index in indexes), device=device)


def _single(path: Path, media_type: str, file: str, limits: Limits) -> Probed:
    device = ""
    with rejecting(file, 1), path.open("rb") as stream:
        if media_type == media.JPEG:
            header = jpeg.read_header(stream)
            size = (header.width_px, header.height_px) if header else (0, 0)
            device = raster.exif_device(header.exif) if header else ""
        else:
            size = _size(stream.read(media.HEAD_BYTES), media_type)
        if min(size) <= 0:
            raise ValueError("no size in the header")
    _check_size(size, file, limits)
    return Probed((Frame(0, "image"),), device=device)


def _size(head: bytes, media_type: str) -> tuple[int, int]:
    if media_type == media.PNG:
        at = _PNG_SIZE_AT
        return int.from_bytes(head[at : at + 4]), int.from_bytes(head[at + 4 : at + 8])
    at = _BMP_SIZE_AT
    wide = 2 if int.from_bytes(head[14:18], "little") == _BMP_OLD_HEADER else 4
    width, height = (
        int.from_bytes(head[start : start + wide], "little", signed=wide == 4)
        for start in (at, at + wide)
    )
    return width, abs(height)  # a negative height: rows from the top


def _check_size(size_px: tuple[int, int], file: str, limits: Limits) -> None:
    if size_px[0] * size_px[1] > limits.max_pixels:
        raise too_large(file, 1, size_px, limits.max_pixels)
