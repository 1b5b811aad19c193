"""What PDFium sees on a page: its picture and its characters.

PDFium is not safe to use from two threads: everything here runs inside a cell
(``ocr.pdf_cell``), which has one.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr.page import PageImage

_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_LINE_HYPHENS = {0x02, 0xFFFE}  # how PDFium writes a hyphen at a line's end, without a line end
_FLAT_PT = 0.1  # lower than any letter
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as PDFium reports it, in points from the lower left of the page.

    Args:
        char: the character; ``"\\n"`` between lines, ``" "`` between words.
        left, bottom, right, top: its box, along the line with its share of the spacing; all 0
            for a character that PDFium put in.
        angle_deg: how far the baseline is turned clockwise, 0 for ordinary text, 0..359.
        hidden: drawn invisibly (text render mode 3), as OCR layers are.
        mapped: False where the PDF does not say which character the glyph is.
        put_in: PDFium inferred it (space, line end) from the layout.
        font: name of the font.
    """

    char: str
    left: float
    bottom: float
    right: float
    top: float
    angle_deg: int
    hidden: bool
    mapped: bool
    put_in: bool
    font: str


_LINE_END = Glyph("\n", 0.0, 0.0, 0.0, 0.0, 0, False, True, True, "")


@contextmanager
def opened(path: Path, page_index: int) -> Iterator[Any]:
    """One page of a PDF, open for as long as the block runs.

    Raises:
        pypdfium2.PdfiumError: the file or the page cannot be opened.
    """
    document = pdfium.PdfDocument(path)
    try:
        document.init_forms()
        page = document[page_index]
        try:
            yield page
        finally:
            page.close()
    finally:
        document.close()


def draw(page: Any, size_px: tuple[int, int], *, colour: bool) -> PageImage:
    """The page as a reader sees it, fields and annotations included.

    Args:
        page: from ``opened``.
        size_px: width and height that the whole page is to fill.
        colour: RGB, else grey.

    Returns:
        (height, width, 3) or (height, width), exactly ``size_px``, paper where nothing is drawn.
    """
    width, height = size_px
    scale = max(width / page.get_width(), height / page.get_height())
    bitmap = page.render(scale=scale, grayscale=not colour, rev_byteorder=colour)
    try:
        seen = np.asarray(bitmap.to_numpy())[..., :3] if colour else bitmap.to_numpy()
        seen = seen.reshape(seen.shape[0], seen.shape[1], -1)
        fitted = np.full((height, width, seen.shape[2]), 255, np.uint8)
        rows, columns = min(height, seen.shape[0]), min(width, seen.shape[1])
        fitted[:rows, :columns] = seen[:rows, :columns]
    finally:
        bitmap.close()
    return fitted if colour else fitted[:, :, 0]


def glyphs(page: Any) -> list[Glyph]:
    """Every character of the page in the order of PDFium's text extraction."""
    text_page = page.get_textpage()
    try:
        return _joined(list(_each(text_page.raw)))
    finally:
        text_page.close()


def _each(raw: Any) -> Iterator[Glyph]:
    styles: dict[int, tuple[bool, str]] = {}
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium_c.FS_RECTF()
    for index in range(pdfium_c.FPDFText_CountChars(raw)):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        ends_line = code in _LINE_HYPHENS
        hidden, font = _style(raw, index, styles)
        angle = round(math.degrees(pdfium_c.FPDFText_GetCharAngle(raw, index))) % 360
        box = (0.0, 0.0, 0.0, 0.0)
        if pdfium_c.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
            box = (left.value, bottom.value, right.value, top.value)
        if pdfium_c.FPDFText_GetLooseCharBox(raw, index, loose):
            box = _seated(box, (loose.left, loose.bottom, loose.right, loose.top), angle)
        if angle == 0 and box[3] - box[1] < _FLAT_PT:
            box = (box[0], box[1], box[2], box[1] + _size(raw, index))
        yield Glyph(
            "-" if ends_line else chr(code) if code < 0x110000 else "\ufffd",
            *box,
            angle_deg=angle,
            hidden=hidden,
            mapped=pdfium_c.FPDFText_HasUnicodeMapError(raw, index) != 1,
            put_in=pdfium_c.FPDFText_IsGenerated(raw, index) == 1,
            font=font,
        )
        if ends_line:
            yield _LINE_END


_Edges = tuple[float, float, float, float]


def _seated(ink: _Edges, room: _Edges, angle_deg: int) -> _Edges:
    """Along the line the room that the character takes, across it its ink, if it has any.

    Ink alone would bring an f so near to the next word that readers join the two.
    """
    x0, y0, x1, y1 = room
    if angle_deg % 90 or ink[2] - ink[0] < _FLAT_PT or ink[3] - ink[1] < _FLAT_PT:
        return room
    return (ink[0], y0, ink[2], y1) if angle_deg % 180 else (x0, ink[1], x1, ink[3])


def _size(raw: Any, index: int) -> float:
    """Font size as shown, points: the height of a character whose font has no outlines."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFText_GetMatrix(raw, index, matrix):
        return 0.0
    size: float = pdfium_c.FPDFText_GetFontSize(raw, index) * math.hypot(matrix.c, matrix.d)
    return size


def _style(raw: Any, index: int, styles: dict[int, tuple[bool, str]]) -> tuple[bool, str]:
    """Whether the character is hidden, and its font; looked up once a text object."""
    thing = pdfium_c.FPDFText_GetTextObject(raw, index)
    if not thing:
        return False, ""
    address = ctypes.cast(thing, ctypes.c_void_p).value or 0
    if address not in styles:
        name = ctypes.create_string_buffer(128)
        font = pdfium_c.FPDFTextObj_GetFont(thing)
        if font:
            pdfium_c.FPDFFont_GetBaseFontName(font, name, len(name))
        hidden = pdfium_c.FPDFTextObj_GetTextRenderMode(thing) == _INVISIBLE
        styles[address] = hidden, name.value.decode("latin-1")
    return styles[address]


def _joined(seen: list[Glyph]) -> list[Glyph]:
    """Surrogate pairs as the one character that they are."""
    if not any(unicodedata.category(glyph.char) == "Cs" for glyph in seen):
        return seen
    joined: list[Glyph] = []
    for glyph in seen:
        code = ord(glyph.char)
        if code in _LOW and joined and ord(joined[-1].char) in _HIGH:
            high = joined.pop()
            whole = 0x10000 + ((ord(high.char) - 0xD800) << 10) + (code - 0xDC00)
            glyph = _replaced(high, chr(whole))
        joined.append(glyph)
    return [_replaced(g, "\ufffd") if ord(g.char) in (*_HIGH, *_LOW) else g for g in joined]


def _replaced(glyph: Glyph, char: str) -> Glyph:
    return Glyph(
        char, glyph.left, glyph.bottom, glyph.right, glyph.top, glyph.angle_deg,
        glyph.hidden, glyph.mapped, glyph.put_in, glyph.font,
    )  # fmt: skip
