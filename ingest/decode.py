"""One frame of a source as upright, square pixels, decoded once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from ingest import jpeg, media, pixels, raster
from ingest.density import DpiOrigin, settle
from ingest.faults import rejecting, too_large
from ingest.limits import Limits
from ingest.pdf_pixels import DAMAGED_STREAM, read_page

if TYPE_CHECKING:
    from ingest.pixels import Pixels


@dataclass(frozen=True, slots=True)
class CodeStream:
    """A compressed picture as received, whose decoding is exactly the pixels beside it."""

    data: bytes
    media_type: Literal["image/jpeg"]
    width_px: int
    height_px: int
    components: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame ready to be worked on.

    Attributes:
        pixels: uint8, (height, width) grey or (height, width, 3) RGB; upright as EXIF, the
            TIFF tag or the PDF's /Rotate say; square pixels. Not to be written into.
        bilevel: every pixel is 0 or 255 because the scan is black and white.
        dpi: dots an inch, the same along both axes.
        dpi_origin: whether the file, the operator's setting or the shape of the sheet says so.
        code_stream: the received JPEG, only where its decoding is exactly ``pixels``.
        flaws: sentences for people on what may be wrong with the picture though it decodes.
    """

    pixels: Pixels
    bilevel: bool
    dpi: float
    dpi_origin: DpiOrigin
    code_stream: CodeStream | None = None
    flaws: tuple[str, ...] = ()


def decode(
    path: Path, *, media_type: str, frame: int, limits: Limits, assumed_dpi: float | None
) -> Decoded:
    """One frame of a source as upright, square pixels.

    Sizes are checked in the header before a pixel is decoded. Safe to call from several
    threads. Native code may still die on bytes made to kill it: call it where that is
    survived.

    Args:
        path: the source, or its stored copy; its name stands in messages (see
            ``faults.renamed``).
        media_type: as ``media.sniff`` gives it.
        frame: from 0.
        limits: ``max_pixels`` and ``max_source_bytes`` count here.
        assumed_dpi: what to take where the file states no believable density.

    Raises:
        InputRejected: damaged, truncated, too large, locked, or no such frame.
    """
    if media_type == media.JPEG:
        return _jpeg(path, limits, assumed_dpi)
    if media_type == media.PDF:
        return _pdf(path, frame, limits, assumed_dpi)
    seen = raster.read(path, media_type=media_type, frame=frame, limits=limits)
    upright = pixels.turned(seen.pixels, seen.orientation)
    stated = seen.stated_dpi and _along_axes(seen.stated_dpi, seen.orientation)
    made = finished(upright, stated, bilevel=seen.bilevel, assumed_dpi=assumed_dpi)
    return replace(made, flaws=seen.flaws) if seen.flaws else made


def finished(
    upright: Pixels,
    stated_dpi: tuple[float, float] | None,
    *,
    bilevel: bool,
    assumed_dpi: float | None,
    code_stream: CodeStream | None = None,
) -> Decoded:
    """Upright pixels with their density settled and made the same along both axes."""
    upright = np.ascontiguousarray(upright)
    height, width = upright.shape[:2]
    density = settle(stated_dpi, (width, height), assumed_dpi=assumed_dpi)
    if density.square:
        return Decoded(upright, bilevel, density.x_dpi, density.origin, code_stream)
    square = pixels.squared(upright, density.x_dpi, density.y_dpi, bilevel=bilevel)
    return Decoded(square, bilevel, max(density.x_dpi, density.y_dpi), density.origin)


def _jpeg(path: Path, limits: Limits, assumed_dpi: float | None) -> Decoded:
    with rejecting(path.name, 1):
        stream = path.read_bytes()
        header = jpeg.read_header(stream)
        if header is None:
            raise ValueError("no frame header")
    size = header.width_px, header.height_px
    if size[0] * size[1] > limits.max_pixels:
        raise too_large(path.name, 1, size, limits.max_pixels)
    with rejecting(path.name, 1):
        stored, sound = jpeg.decompressed(stream, header)
    flaws = () if sound else (DAMAGED_STREAM,)
    orientation = raster.exif_orientation(header.exif)
    whole = CodeStream(stream, "image/jpeg", *size, header.components)
    kept = whole if header.embeddable and orientation == 1 and not flaws else None
    noted = _stated_dpi(header)
    stated = noted and _along_axes(noted, orientation)
    upright = pixels.turned(stored, orientation)
    made = finished(upright, stated, bilevel=False, assumed_dpi=assumed_dpi, code_stream=kept)
    return replace(made, flaws=flaws) if flaws else made


def _pdf(path: Path, frame: int, limits: Limits, assumed_dpi: float | None) -> Decoded:
    seen = read_page(path, frame=frame, limits=limits)
    upright, stated = seen.pixels, seen.dpi
    for orientation in seen.orientations:
        upright = pixels.turned(upright, orientation)
        stated = _along_axes(stated, orientation)
    kept = None
    if seen.jpeg_stream is not None and set(seen.orientations) == {1}:
        height, width = upright.shape[:2]
        components = upright.shape[2] if upright.ndim == 3 else 1
        kept = CodeStream(seen.jpeg_stream, "image/jpeg", width, height, components)
    made = finished(
        upright, stated, bilevel=seen.bilevel, assumed_dpi=assumed_dpi, code_stream=kept
    )
    return replace(made, flaws=seen.flaws) if seen.flaws else made


def _stated_dpi(header: jpeg.JpegHeader) -> tuple[float, float] | None:
    if header.jfif_density is not None:
        unit, x, y = header.jfif_density
        if unit in (1, 2) and x and y:
            scale = raster.CM_PER_INCH if unit == 2 else 1.0
            return x * scale, y * scale
    return raster.exif_dpi(header.exif)


def _along_axes(stated: tuple[float, float], orientation: int) -> tuple[float, float]:
    return (stated[1], stated[0]) if pixels.swaps_sides(orientation) else stated
