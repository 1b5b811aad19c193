"""The pixels of a PDF page: the scan's own where it is a plain scan, else as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest import fax, jpeg
from ingest.faults import rejecting, too_large, unreadable
from ingest.limits import Limits
from ingest.pdf import opened
from ingest.pixels import eight_bit, is_bilevel
from ingest.plain_page import POINTS_PER_INCH, PlacedImage, placed_image
from pdfium import one_at_a_time

if TYPE_CHECKING:
    import pikepdf

    from ingest.pixels import Pixels

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


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How finely a page is to be drawn, and how many pixels it may come to."""

    dpi: float
    max_pixels: int


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
            return _drawn(pdf, path, frame, _Drawing(RENDER_DPI, limits.max_pixels))
        size = int(placed.stream.Width), int(placed.stream.Height)
        if size[0] * size[1] > limits.max_pixels:
            raise too_large(path.name, frame + 1, size, limits.max_pixels)
        with rejecting(path.name, frame + 1):
            stored = _from_jpeg(placed, limits) or _extracted(placed)
        if stored is None or stored.pixels.shape[:2] != (size[1], size[0]):
            # Only PDFium knows this coding, or the picture is not what the page says it is.
            return _drawn(pdf, path, frame, _Drawing(max(placed.dpi), limits.max_pixels))
        return stored


def received_jpeg(path: Path, *, frame: int) -> bytes | None:
    """The JPEG that is the whole of a page of a PDF, as received; ``None`` if it is none.

    Raises:
        InputRejected: locked, damaged, or no such page.
    """
    with opened(path, path.name) as pdf, rejecting(path.name, frame + 1):
        placed = placed_image(pdf.pages[frame])
        return None if placed is None else _plain_jpeg(placed.stream)


def _from_jpeg(placed: PlacedImage, limits: Limits) -> PageRaster | None:
    """The page's JPEG, decoded once; ``None`` where the image is more than its stream."""
    stream = _plain_jpeg(placed.stream)
    header = jpeg.read_header(stream) if stream else None
    if stream is None or header is None or header.components != _components(placed.stream):
        return None
    if header.width_px * header.height_px > limits.max_pixels:
        return None
    pixels, sound = jpeg.decompressed(stream, header)
    kept = stream if header.embeddable and sound else None
    flaws = () if sound else (DAMAGED_STREAM,)
    return PageRaster(pixels, False, _turns(placed), placed.dpi, kept, flaws)


def _turns(placed: PlacedImage) -> tuple[int, ...]:
    return placed.orientation, _ROTATED.get(placed.rotate_deg, 1)


def _plain_jpeg(image: pikepdf.Object) -> bytes | None:
    """The stream of an image that is a JPEG and nothing else, no inversion, no colour switch."""
    import pikepdf

    if _filters(image) != ["/DCTDecode"] or "/Decode" in image or "/ImageMask" in image:
        return None
    settings = _listed(image.get("/DecodeParms", []))
    if any(isinstance(one, pikepdf.Dictionary) and "/ColorTransform" in one for one in settings):
        return None
    return bytes(image.read_raw_bytes())


def _filters(image: pikepdf.Object) -> list[str]:
    return [str(name) for name in _listed(image.get("/Filter", []))]


def _listed(entry: Any) -> list[Any]:
    import pikepdf

    return list(entry) if isinstance(entry, pikepdf.Array | list) else [entry]


def _components(image: pikepdf.Object) -> int | None:
    """1 or 3 where the image's colours are grey or RGB; ``None`` for any other."""
    entries = _listed(image.get("/ColorSpace"))
    name = str(entries[0])
    if name == "/ICCBased" and len(entries) > 1:
        count = int(entries[1].get("/N", 0))
        return count if count in (1, 3) else None
    return _PLAIN_COLOURS.get(name)


def _extracted(placed: PlacedImage) -> PageRaster | None:
    """The image through pikepdf and Pillow; ``None`` where those cannot decode it."""
    import pikepdf

    if "/Decode" in placed.stream and {"/DCTDecode", "/JPXDecode"} & set(_filters(placed.stream)):
        return None  # pikepdf leaves such an inversion out
    try:
        image = pikepdf.PdfImage(placed.stream).as_pil_image()
        image.load()
        pixels = eight_bit(image)
    except (
        pikepdf.DependencyError,  # JBIG2 without its program
        pikepdf.UnsupportedImageTypeError,
        pikepdf.InvalidPdfImageError,
        pikepdf.NotExtractableError,
        NotImplementedError,
    ):
        return None
    except pikepdf.PdfError as fault:
        raise ValueError("the picture's bytes cannot be unpacked") from fault
    bilevel = image.mode == "1" or (image.mode == "P" and is_bilevel(pixels))
    flaws = () if _fax_is_whole(placed.stream) else (fax.MISSING_END,)
    return PageRaster(pixels, bilevel, _turns(placed), placed.dpi, flaws=flaws)


def _fax_is_whole(image: pikepdf.Stream) -> bool:
    if _filters(image) != ["/CCITTFaxDecode"]:
        return True
    (settings,) = _listed(image.get("/DecodeParms", {}))
    if int(settings.get("/K", 0)) >= 0 or not settings.get("/EndOfBlock", True):
        return True
    return fax.has_its_end(image.read_raw_bytes()[-fax.TAIL_BYTES :])


def _drawn(pdf: pikepdf.Pdf, path: Path, frame: int, request: _Drawing) -> PageRaster:
    """The page as PDFium shows it, upright, at the density asked for or as the limits allow."""
    import pypdfium2

    with rejecting(path.name, frame + 1), one_at_a_time:
        try:
            try:
                pixels, dpi = _rendered(pypdfium2.PdfDocument(path), frame, request)
            except pypdfium2.PdfiumError:
                alone = pypdfium2.PdfDocument(_mended(pdf, frame))
                pixels, dpi = _rendered(alone, 0, request)
        except pypdfium2.PdfiumError as fault:
            raise unreadable(path.name, frame + 1, fault) from fault
    return PageRaster(pixels, False, (1,), (dpi, dpi))


def _rendered(document: Any, index: int, request: _Drawing) -> tuple[Pixels, float]:
    try:
        document.init_forms()
        sheet = document[index]
        width, height = sheet.get_size()
        finest = (request.max_pixels * 0.99 / max(width * height, 1.0)) ** 0.5
        scale = min(request.dpi / POINTS_PER_INCH, finest)
        drawn = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
        # A copy: the bitmap is gone with the document.
        return np.array(drawn[..., :3], order="C"), scale * POINTS_PER_INCH
    finally:
        document.close()


def _mended(pdf: pikepdf.Pdf, frame: int) -> bytes:
    """One page as qpdf understands it, for a reader that gives up on the file as it is."""
    import pikepdf

    alone = pikepdf.new()
    alone.pages.append(pdf.pages[frame])
    out = BytesIO()
    alone.save(out)
    return out.getvalue()
