"""Scans as an office scanner's files: colour JPEG, grey and bilevel TIFF, PNG, PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from benchmarks.scans.options import Kind

JPEG_QUALITY = 85
SUFFIX = {
    Kind.COLOUR_JPEG: ".jpg",
    Kind.GREY_TIFF: ".tif",
    Kind.BILEVEL_TIFF: ".tif",
    Kind.PNG: ".png",
    Kind.MULTIPAGE_TIFF: ".tif",
    Kind.PDF: ".pdf",
}
MANY_PAGES = (Kind.MULTIPAGE_TIFF, Kind.PDF)

Pixels = NDArray[np.uint8]


def write_page(image: Pixels, path: Path, kind: Kind, dpi: int) -> None:
    """Write one (height, width, 3) RGB scan as a file of its own, with its resolution."""
    density = (dpi, dpi)
    if kind is Kind.COLOUR_JPEG:
        path.write_bytes(jpeg(image, dpi))
    elif kind is Kind.GREY_TIFF:
        Image.fromarray(grey(image)).save(path, compression="tiff_lzw", dpi=density)
    elif kind is Kind.BILEVEL_TIFF:
        Image.fromarray(bilevel(image)).convert("1").save(path, compression="group4", dpi=density)
    elif kind is Kind.PNG:
        Image.fromarray(image).save(path, compress_level=1, dpi=density)
    else:
        write_pages([image], path, kind, dpi)


def write_pages(images: Iterable[Pixels], path: Path, kind: Kind, dpi: int) -> None:
    """Write scans as one file of many pages; one page is in memory at a time."""
    if kind is Kind.PDF:
        _write_pdf(images, path, dpi)
        return
    frames: Iterator[Image.Image] = (Image.fromarray(grey(image)) for image in images)
    first = next(frames)
    first.save(path, compression="tiff_lzw", dpi=(dpi, dpi), save_all=True, append_images=frames)


def jpeg(image: Pixels, dpi: int) -> bytes:
    """The scan as JPEG with its resolution in the JFIF header."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=JPEG_QUALITY, dpi=(dpi, dpi))
    return out.getvalue()


def grey(image: Pixels) -> Pixels:
    """(height, width) luminance."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8)


def bilevel(image: Pixels) -> Pixels:
    """(height, width), 0 or 255: darker than 78 % of the paper around it is ink."""
    plain = grey(image)
    small = cv2.resize(plain, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.medianBlur(small, 31), plain.shape[::-1])
    limit = cv2.convertScaleAbs(around, alpha=0.78)
    return cv2.compare(plain, limit, cv2.CMP_GE).astype(np.uint8)


def _write_pdf(images: Iterable[Pixels], path: Path, dpi: int) -> None:
    with pikepdf.new() as pdf:
        for image in images:
            height, width = image.shape[:2]
            size = (width * 72 / dpi, height * 72 / dpi)
            page = pdf.add_blank_page(page_size=size)
            picture = pdf.make_stream(
                jpeg(image, dpi),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=width,
                Height=height,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            # Named here, because pikepdf would draw a name by chance.
            name = page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name.Im0)
            drawing = f"q {size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm {name} Do Q"
            page.Contents = pdf.make_stream(drawing.encode())
        pdf.save(path, deterministic_id=True)
