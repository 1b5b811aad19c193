"""The invisible text of a mixed page: as a page of its own for grafting, or over a picture."""

from __future__ import annotations

import io
import math
import zlib
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pikepdf
import pikepdf.pdfa
from pikepdf import Array, Dictionary, Matrix, Name, Page, Pdf

from ocr.description import Description, describe
from ocr.glyphless import RESOURCE_NAME, Codes, add_font
from ocr.page import Line, PageText
from ocr.textlayer import text_content

_LEAST_GAP = 0.2  # of the line's height; poppler joins what is nearer than 0.1 of the font size


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
    content = text_content(well_spaced(text), codes)
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


def well_spaced(text: PageText) -> PageText:
    """The same words, those that nearly touch the next one cut a little short.

    Readers tell words apart by the gap alone, whatever spaces are written: an italic f that
    leans over the space after it would tie ``of`` and ``the`` together.
    """
    return replace(text, lines=tuple(_well_spaced(line) for line in text.lines))


def _well_spaced(line: Line) -> Line:
    least = math.ceil(_LEAST_GAP * line.box.height)
    words = []
    for word, following in zip_longest(line.words, line.words[1:]):
        box = word.box
        if following and box.x0 < following.box.x0 < box.x1 + least:
            narrowest = box.x0 + max(1, box.width // 2)
            box = box._replace(x1=max(min(box.x1, following.box.x0 - least), narrowest))
        words.append(replace(word, box=box))
    return replace(line, words=tuple(words))


def over_picture(picture: bytes, text: PageText) -> bytes:
    """A one-page PDF/A-2b: the image layers of ``picture`` with ``text`` over them, invisible.

    Args:
        picture: a one-page PDF from ``layers.layer_page``.
        text: boxes on the same image.
    """
    codes = Codes()
    content = text_content(well_spaced(text), codes)
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
