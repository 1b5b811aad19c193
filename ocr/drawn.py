"""A finished page's layers as pixels again: what whoever opens the PDF sees."""

from __future__ import annotations

from typing import BinaryIO

import cv2
import numpy as np

from ocr.page import PageImage
from pdfium import one_at_a_time

MOST_PX = 16_000_000
SMALL_PX = 400  # a thumbnail is this wide at most


def drawn(pdf: bytes, *, dpi: float) -> PageImage:
    """The first page of ``pdf``, (height, width, 3) RGB at ``dpi``.

    Args:
        pdf: a PDF that this product has made.
        dpi: dots per inch to draw it at.

    Raises:
        pypdfium2.PdfiumError: it is no PDF.
    """
    import pypdfium2

    with one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[0].render(scale=dpi / 72, rev_byteorder=True)
            return np.array(bitmap.to_numpy()[:, :, :3], np.uint8)
        finally:
            document.close()


def drawn_page(pdf: BinaryIO, place: int, *, width_px: int) -> PageImage:
    """Page ``place`` (from 0) of the opened file ``pdf``, (height, ``width_px``, 3) RGB.

    A sheet that would have more than ``MOST_PX`` pixels is drawn smaller.

    Raises:
        pypdfium2.PdfiumError: it is no PDF.
    """
    import pypdfium2

    with one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[place]
            width, height = page.get_size()
            scale = min(width_px / width, (MOST_PX / (width * height)) ** 0.5)
            if width_px > SMALL_PX or 4 * scale**2 * width * height > MOST_PX:
                bitmap = page.render(scale=scale, rev_byteorder=True)
                return np.array(bitmap.to_numpy()[:, :, :3], np.uint8)
            # PDFium's own smoothing of so much smaller images takes twice as long
            bitmap = page.render(scale=2 * scale, no_smoothimage=True, rev_byteorder=True)
            twice = np.array(bitmap.to_numpy()[:, :, :3], np.uint8)
        finally:
            document.close()
    size_px = max(1, round(twice.shape[1] / 2)), max(1, round(twice.shape[0] / 2))
    return np.asarray(cv2.resize(twice, size_px, interpolation=cv2.INTER_AREA))
