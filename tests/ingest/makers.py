"""Small scans of every kind, made on the spot."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from ingest.limits import Limits

LIMITS = Limits()
WIDTH, HEIGHT = 240, 320


def picture(channels: int = 3, *, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A smooth picture without any symmetry: every turn of it looks different."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    grey: NDArray[np.float32] = 40 + 150 * x / width + 60 * (y / height) ** 2
    bands = grey if channels == 1 else np.dstack([grey, 255 - grey, 0.5 * grey + 60])
    return np.asarray(bands, dtype=np.uint8)


def marks() -> NDArray[np.uint8]:
    """Black and white, an L in the top left corner."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    page[20:200, 20:50] = 0
    page[170:200, 20:160] = 0
    return page


def encoded(pixels: NDArray[np.uint8], form: str, **options: object) -> bytes:
    """The pixels as a file of the given form."""
    out = io.BytesIO()
    image = Image.fromarray(pixels)
    if options.pop("bilevel", False):
        image = image.convert("1", dither=Image.Dither.NONE)
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(pixels: NDArray[np.uint8] | None = None, **options: object) -> bytes:
    """A JPEG of good quality."""
    return encoded(picture() if pixels is None else pixels, "JPEG", quality=92, **options)


def pdf_page(
    image: pikepdf.Dictionary | None,
    stream: bytes = b"",
    *,
    content: bytes = b"q 240 0 0 320 0 0 cm /Im0 Do Q",
    page: dict[str, object] | None = None,
) -> pikepdf.Pdf:
    """A PDF of one page, 240 by 320 points, that paints one image."""
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    if image is not None:
        held = pikepdf.Stream(pdf, stream)
        held.stream_dict = image
        sheet.obj["/Resources"] = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(held))
        )
    sheet.obj["/Contents"] = pdf.make_stream(content)
    for name, value in (page or {}).items():
        sheet.obj[name] = value
    return pdf


def image_entry(**entries: object) -> pikepdf.Dictionary:
    """The dictionary of an 8-bit image XObject, 240 by 320."""
    known: dict[str, object] = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": WIDTH,
        "Height": HEIGHT,
        "BitsPerComponent": 8,
    }
    return pikepdf.Dictionary({f"/{name}": value for name, value in {**known, **entries}.items()})


def jpeg_pdf(stream: bytes, **page: object) -> pikepdf.Pdf:
    """A plain scan: one colour JPEG over the whole page."""
    entry = image_entry(ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode)
    return pdf_page(entry, stream, page={f"/{name}": value for name, value in page.items()})


def write(path: Path, content: bytes | pikepdf.Pdf) -> Path:
    """The file, its folders made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content.save(path)
    return path
