"""The pixels of a PDF page: the scan's own where it is a plain scan, else as it is shown."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest import jpeg
from ingest.faults import pdf_faults, rejecting, too_large, unreadable
from ingest.limits import Limits
from ingest.pdf import opened
from ingest.pixels import Pixels, eight_bit, is_bilevel
from ingest.plain_page import POINTS_PER_INCH, PlacedImage, placed_image

if TYPE_CHECKING:
    import pikepdf

RENDER_DPI = 300.0  # for pages that are no plain scan
DAMAGED_STREAM = "The picture's bytes are damaged: a part of it may be wrong."

_ROTATED = {0: 1, 90: 6, 180: 3, 270: 8}  # /Rotate as a TIFF orientation
_PLAIN_COLOURS = {"/DeviceGray": 1, "/DeviceRGB": 3, "/CalGray": 1, "/CalRGB": 3}


@dataclass(frozen=True, slots=True)
class PageRaster:
    """The picture of one page, as stored or as shown.

    Attributes:
        pixels: grey or RGB bytes.
        bilevel: the image is black and white by kind.
        orientations: TIFF orientations to apply one after the other to set it upright.
        dpi: along x and y of ``pixels``.
        jpeg_stream: the received code stream that ``pixels`` were decoded from, if it is plain.
        flaws: sentences for people.
    """

    pixels: Pixels
    bilevel: bool
    orientations: tuple[int, ...]
    dpi: tuple[float, float]
    jpeg_stream: bytes | None = None
    flaws: tuple[str, ...] = ()


def read_page(path: Path, *, frame: int, limits: Limits) -> PageRaster:
    """The picture of one page of a PDF.

    A plain scan's code stream is decoded once, at its own resolution. What its decoder
    cannot take (JBIG2, odd colours) and every other page is drawn by PDFium.

    Raises:
        InputRejected: locked, damaged, too large, or no such page.
    """
    with opened(path, path.name) as pdf:
        with rejecting(path.name, frame + 1):
            page = pdf.pages[frame]
        placed = placed_image(page)
        if placed is None:
            return _drawn(path, frame, RENDER_DPI, limits)
        size = int(placed.stream.Width), int(placed.stream.Height)
        if size[0] * size[1] > limits.max_pixels:
            raise too_large(path.name, frame + 1, size, limits.max_pixels)
        return _stored(path, frame, placed, limits)


def _stored(path: Path, frame: int, placed: PlacedImage, limits: Limits) -> PageRaster:
    page = frame + 1
    orientations = (placed.orientation, _ROTATED.get(placed.rotate_deg, 1))
    stream = _plain_jpeg(placed.stream)
    if stream is not None:
        with rejecting(path.name, page):
            header = jpeg.read_header(stream)
            if header is None:
                raise ValueError("no frame header")
            pixels, sound = jpeg.decompressed(stream, header)
        agrees = pixels.shape[:2] == (int(placed.stream.Height), int(placed.stream.Width))
        kept = stream if header.embeddable and sound and agrees else None
        flaws = () if sound else (DAMAGED_STREAM,)
        return PageRaster(pixels, False, orientations, placed.dpi, kept, flaws)
    return _extracted(placed, orientations) or _drawn(path, frame, max(placed.dpi), limits)


def _plain_jpeg(image: pikepdf.Object) -> bytes | None:
    """The JPEG stream of an image that is nothing but this stream, colours as they come."""
    filters = image.get("/Filter")
    if filters is None or [str(name) for name in _listed(filters)] != ["/DCTDecode"]:
        return None
    if "/Decode" in image or image.get("/ImageMask", False):
        return None
    if any(
        "/ColorTransform" in parameters for parameters in _listed(image.get("/DecodeParms", []))
    ):
        return None
    if _components(image.get("/ColorSpace")) is None:
        return None
    return bytes(image.read_raw_bytes())


def _listed(entry: Any) -> list[Any]:
    import pikepdf

    return list(entry) if isinstance(entry, pikepdf.Array | list) else [entry]


def _components(space: Any) -> int | None:
    """1 or 3 for a grey or RGB colour space; ``None`` for any other."""
    entries = _listed(space)
    name = str(entries[0])
    if name == "/ICCBased" and len(entries) > 1:
        count = int(entries[1].get("/N", 0))
        return count if count in (1, 3) else None
    return _PLAIN_COLOURS.get(name)


def _extracted(placed: PlacedImage, orientations: tuple[int, ...]) -> PageRaster | None:
    """The image through pikepdf and Pillow; ``None`` where those cannot decode it."""
    from pikepdf import PdfImage

    try:
        image = PdfImage(placed.stream).as_pil_image()
        image.load()
        pixels = eight_bit(image)
    except pdf_faults():
        return None  # JBIG2 without its program, an odd colour space, damage: PDFium may know
    bilevel = image.mode == "1" or (image.mode == "P" and is_bilevel(pixels))
    return PageRaster(pixels, bilevel, orientations, placed.dpi)


def _drawn(path: Path, frame: int, dpi: float, limits: Limits) -> PageRaster:
    """The page as PDFium shows it, upright, at ``dpi`` or as finely as the limits allow."""
    import pypdfium2  # type: ignore[import-untyped]

    with rejecting(path.name, frame + 1), _one_at_a_time(pypdfium2):
        try:
            document = pypdfium2.PdfDocument(path)
            try:
                document.init_forms()
                sheet = document[frame]
                width, height = sheet.get_size()
                finest = (limits.max_pixels * 0.99 / max(width * height, 1.0)) ** 0.5
                scale = min(dpi / POINTS_PER_INCH, finest)
                bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
                pixels = bitmap.to_numpy().copy()
            finally:
                document.close()
        except pypdfium2.PdfiumError as fault:
            raise unreadable(path.name, frame + 1, fault) from fault
    shown = scale * POINTS_PER_INCH
    return PageRaster(np.ascontiguousarray(pixels[..., :3]), False, (1,), (shown, shown))


def _one_at_a_time(pdfium: Any) -> threading.Lock:
    # PDFium keeps global state. The lock lives on the module itself, so that rooms which may
    # not know each other share it.
    lock: threading.Lock = vars(pdfium).setdefault("one_at_a_time", threading.Lock())
    return lock
