"""The invisible text of a mixed page: as a page of its own for grafting, or over a picture."""

from __future__ import annotations

import io
import math
import zlib
from pathlib import Path

import pikepdf
import pikepdf.pdfa
from pikepdf import Array, Dictionary, Matrix, Name, Page, Pdf

from ocr.description import Description, describe
from ocr.glyphless import RESOURCE_NAME, Codes, add_font
from ocr.page import PageText
from ocr.textlayer import text_content


def write_text_page(text: PageText, path: Path, *, turned_cw_deg: int, skew_ccw_deg: float) -> None:
    """Write a one-page PDF with nothing but invisible text, for grafting under a picture.

    The text was read on the picture after it was turned and levelled; the page has the size of
    the picture as it was, and the text lies on it as the writing does.

    Args:
        text: boxes on the turned and levelled picture.
        path: where the PDF goes.
        turned_cw_deg: quarter turn that was applied to the picture: 0, 90, 180, 270.
        skew_ccw_deg: skew that was taken out after that.
    """
    width, height = text.width_px * 72 / text.dpi, text.height_px * 72 / text.dpi
    back = _unlevelled(width, height, skew_ccw_deg) @ _unturned(width, height, turned_cw_deg)
    across, up = (height, width) if turned_cw_deg % 180 else (width, height)
    codes = Codes()
    content = text_content(text, codes)
    with Pdf.new() as pdf:
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(across, 4), round(up, 4)]),
            Resources=Dictionary(Font=Dictionary({RESOURCE_NAME: add_font(pdf, codes)})),
            Contents=pdf.make_stream(b"q " + back.encode() + b" cm\n" + content + b"\nQ"),
        )
        pdf.pages.append(Page(pdf.make_indirect(page)))
        pdf.save(path, static_id=True)


def _unlevelled(width: float, height: float, skew_ccw_deg: float) -> Matrix:
    """Levelled page → tilted page, about the centre; points, y upwards."""
    if not skew_ccw_deg:
        return Matrix()
    x, y = width / 2, height / 2
    angle = math.radians(skew_ccw_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    return Matrix(cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


def _unturned(width: float, height: float, turned_cw_deg: int) -> Matrix:
    """Turned page of this size → page as it was before; points, y upwards."""
    if turned_cw_deg == 90:
        return Matrix(0, 1, -1, 0, height, 0)
    if turned_cw_deg == 180:
        return Matrix(-1, 0, 0, -1, width, height)
    if turned_cw_deg == 270:
        return Matrix(0, -1, 1, 0, 0, width)
    return Matrix()


def over_picture(picture: bytes, text: PageText) -> bytes:
    """A one-page PDF/A-2b: the image layers of ``picture`` with ``text`` over them, invisible.

    Args:
        picture: a one-page PDF from ``layers.layer_page``.
        text: boxes on the same image.
    """
    codes = Codes()
    content = text_content(text, codes)
    with Pdf.open(io.BytesIO(picture)) as pdf:
        page = pdf.pages[0]
        if content:
            page.contents_add(pdf.make_stream(zlib.compress(content, 6), Filter=Name.FlateDecode))
            page.obj.Resources[Name.Font] = Dictionary({RESOURCE_NAME: add_font(pdf, codes)})
        describe(pdf, Description(title="-"))
        settings = pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7")
        written = io.BytesIO()
        pdf.save(written, **settings)
    return written.getvalue()
