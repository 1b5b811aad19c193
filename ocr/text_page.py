"""The invisible text of a mixed page: as a page of its own for grafting, or over a picture."""

from __future__ import annotations

import io
import math
import zlib
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pikepdf
import pikepdf.pdfa
from pikepdf import Array, Dictionary, Matrix, Name, Object, Page, Pdf

from ocr.description import Description, describe
from ocr.glyphless import RESOURCE_NAME, Codes, fill_in_font
from ocr.page import Line, PageText
from ocr.textlayer import text_content

_LEAST_GAP = 0.2  # of the line's height; poppler joins what is nearer than 0.1 of the font size


@dataclass(frozen=True, slots=True)
class Lie:
    """How a text that was read lies on the picture of its page.

    Args:
        width_px: width of the picture.
        height_px: height of the picture.
        turned_cw_deg: quarter turn that the picture was given for reading: 0, 90, 180, 270.
        skew_ccw_deg: skew that was taken out after that, about the centre.
    """

    width_px: int
    height_px: int
    turned_cw_deg: int = 0
    skew_ccw_deg: float = 0.0


def write_text_page(text: PageText, lie: Lie, path: Path) -> None:
    """Write a one-page PDF of the picture's size with nothing but invisible text, for grafting.

    Args:
        text: boxes on the turned and levelled picture.
        lie: how it lies on the picture as it is.
        path: where the PDF goes.
    """
    point = 72 / text.dpi
    width, height = lie.width_px * point, lie.height_px * point
    turned = (height, width) if lie.turned_cw_deg % 180 else (width, height)
    read = (text.width_px * point, text.height_px * point)
    back = _unlevelled(read, turned, lie.skew_ccw_deg) @ _unturned(*turned, lie.turned_cw_deg)
    codes = Codes()
    content = text_content(well_spaced(text), codes)
    with Pdf.new() as pdf:
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width, 4), round(height, 4)]),
            Resources=Dictionary(Font=Dictionary({RESOURCE_NAME: _font(pdf, codes)})),
            Contents=pdf.make_stream(b"q " + back.encode() + b" cm\n" + content + b"\nQ"),
        )
        pdf.pages.append(Page(pdf.make_indirect(page)))
        pdf.save(path, static_id=True)


def _font(pdf: Pdf, codes: Codes) -> Object:
    font = pdf.make_indirect(Dictionary())
    fill_in_font(pdf, font, codes)
    return font


def _unlevelled(
    read: tuple[float, float], turned: tuple[float, float], skew_ccw_deg: float
) -> Matrix:
    """Levelled page → tilted page, centre to centre; sizes in points, y upwards."""
    angle = math.radians(skew_ccw_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = read[0] / 2, read[1] / 2
    return Matrix(
        cos, sin, -sin, cos, turned[0] / 2 - cos * x + sin * y, turned[1] / 2 - sin * x - cos * y
    )


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
            page.obj.Resources[Name.Font] = Dictionary({RESOURCE_NAME: _font(pdf, codes)})
        describe(pdf, Description(title="-"))
        settings = pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7")
        written = io.BytesIO()
        pdf.save(written, **settings)
    return written.getvalue()
