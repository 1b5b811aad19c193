"""Printable sheets: one A4 page that says, to people and to the program, which file begins.

Every sheet carries its code twice, in two sizes and places, so that one stain, fold or tear
cannot take both; and in letters what the code says, for the day when neither can be read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import segno

from errors import InputRejected, ToolMissing
from ingest.cover_payload import SheetKind, payload_of, sheet_id_of
from ingest.manifest import Declared

if TYPE_CHECKING:
    from fpdf import FPDF

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_FONTS = (
    ("hindi", "", "NotoSansDevanagari-Regular.ttf"),
    ("hindi", "B", "NotoSansDevanagari-Bold.ttf"),
    ("latin", "", "LiberationSans-Regular.ttf"),
    ("latin", "B", "LiberationSans-Bold.ttf"),
)
_PACKAGES = "fonts-noto-core fonts-liberation"
_WIDTH_MM, _HEIGHT_MM, _MARGIN_MM = 210.0, 297.0, 18.0
_CODE_MM, _SECOND_CODE_MM = 92.0, 52.0
_MODULE_PX = 6
MOST_PAYLOAD_BYTES = 400  # version 23 with correction H: modules of 0.8 mm in the large code
_TITLES = {
    SheetKind.FILE: ("नस्ती का आवरण पत्रक", "Cover sheet of a file"),
    SheetKind.NOTING: ("यहाँ से: टीप (नोटशीट)", "From here: noting side"),
    SheetKind.CORRESPONDENCE: ("यहाँ से: पत्राचार", "From here: correspondence side"),
}
_ADVICE = {
    SheetKind.FILE: (
        "इस पत्रक को नस्ती के पहले पन्ने के ऊपर रखकर स्कैन करें। कोड पर कुछ न लिखें।",
        "Scan this sheet on top of the file's first page. Write nothing on the codes.",
    ),
    SheetKind.NOTING: (
        "इस पत्रक को टीप के पहले पन्ने के ऊपर रखें। इसे बार-बार काम में लिया जा सकता है।",
        "Put this sheet on top of the first page of the noting. It can be used again and again.",
    ),
    SheetKind.CORRESPONDENCE: (
        "इस पत्रक को पत्राचार के पहले पन्ने के ऊपर रखें। इसे बार-बार काम में लिया जा सकता है।",
        "Put this sheet on top of the first letter. It can be used again and again.",
    ),
}


class Field(NamedTuple):
    """A line of the sheet: its name in both languages, what is printed, how large."""

    hindi: str
    english: str
    text: str
    size_pt: float = 13.0


def sheets_pdf(files: Sequence[Declared], *, key: bytes = b"", sides: bool = False) -> bytes:
    """A PDF with one A4 sheet for each file, and one for each side at the end if asked.

    Args:
        files: what to print, in order; each needs a number or a computer number.
        key: the office's secret for the check in the code.
        sides: add the two sheets that part a file into noting and correspondence.

    Raises:
        ToolMissing: the typefaces are not installed.
        InputRejected: a file's texts are too long for a code.
    """
    pdf = _document()
    try:
        for declared in files:
            payload = payload_of(SheetKind.FILE, declared, key=key)
            if len(payload) > MOST_PAYLOAD_BYTES:
                raise _too_long(declared)
            _draw(pdf, SheetKind.FILE, payload, _fields(declared))
        for kind in (SheetKind.NOTING, SheetKind.CORRESPONDENCE) if sides else ():
            _draw(pdf, kind, payload_of(kind, key=key), ())
        return bytes(pdf.output())
    finally:
        _close_fonts(pdf)


def _close_fonts(pdf: FPDF) -> None:
    """The library leaves the typefaces' files open."""
    for font in pdf.fonts.values():
        ttfont = getattr(font, "ttfont", None)
        if ttfont is not None:
            ttfont.close()


def _fields(declared: Declared) -> tuple[Field, ...]:
    pages = "" if declared.declared_pages is None else str(declared.declared_pages)
    shown = (
        Field("क्रमांक", "Number", declared.file_number or "", 22.0),
        Field("विषय", "Subject", declared.subject or ""),
        Field("विभाग", "Department", declared.department or ""),
        Field("पृष्ठ", "Pages", pages, 18.0),
        Field("स्थान", "Location", declared.location or ""),
        Field("अभिलेख श्रेणी", "Retention class", declared.retention_class or ""),
        Field("कंप्यूटर क्रमांक", "Computer number", declared.computer_number or ""),
        Field("पत्रक", "Sheet", sheet_id_of(declared), 18.0),
    )
    return tuple(field for field in shown if field.text)


def _document() -> FPDF:
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(_MARGIN_MM)
    for family, style, name in _FONTS:
        pdf.add_font(family, style, _font(name))
    pdf.set_fallback_fonts(["latin"], exact_match=False)
    pdf.set_text_shaping(True)
    pdf.set_title("Abhilekh")
    return pdf


def _font(name: str) -> Path:
    for folder in FONT_FOLDERS:
        found = next(folder.rglob(name), None) if folder.is_dir() else None
        if found is not None:
            return found
    raise ToolMissing(
        "The typeface {name} is not installed here.",
        kept="Nothing was written.",
        todo="Type: sudo apt-get install {packages}",
        name=name,
        packages=_PACKAGES,
    )


def _draw(pdf: FPDF, kind: SheetKind, payload: bytes, fields: Iterable[Field]) -> None:
    pdf.add_page()
    _place_codes(pdf, payload)
    pdf.set_y(_MARGIN_MM + _CODE_MM + 4)
    for title, size_pt in zip(_TITLES[kind], (24.0, 15.0), strict=True):
        pdf.set_font("hindi", "B", size_pt)
        pdf.multi_cell(0, size_pt * 0.5, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    for field in fields:
        _line(pdf, field)
    pdf.set_y(_HEIGHT_MM - _MARGIN_MM - 22)
    for advice in _ADVICE[kind]:
        pdf.set_font("hindi", "", 10.5)
        width = _WIDTH_MM - 2 * _MARGIN_MM - _SECOND_CODE_MM - 6
        pdf.multi_cell(width, 5.5, advice, align="L", new_x="LMARGIN", new_y="NEXT")


def _line(pdf: FPDF, field: Field) -> None:
    top = pdf.get_y()
    pdf.set_font("hindi", "", 10)
    pdf.multi_cell(40, 5, f"{field.hindi}\n{field.english}", align="L", new_x="RIGHT", new_y="TOP")
    pdf.set_xy(_MARGIN_MM + 42, top)
    pdf.set_font("hindi", "B", field.size_pt)
    # Beside the second code, lines are shorter.
    aside = top + 12 > _HEIGHT_MM - _MARGIN_MM - _SECOND_CODE_MM
    width = _WIDTH_MM - 2 * _MARGIN_MM - 42 - (_SECOND_CODE_MM + 4 if aside else 0)
    pdf.multi_cell(
        width, field.size_pt * 0.48, field.text, align="L", new_x="LMARGIN", new_y="NEXT"
    )
    pdf.set_y(max(pdf.get_y(), top + 10) + 2)


def _place_codes(pdf: FPDF, payload: bytes) -> None:
    code = segno.make(payload, error="h", mode="byte", boost_error=False, micro=False)
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=_MODULE_PX, border=4)
    pdf.image(picture, x=(_WIDTH_MM - _CODE_MM) / 2, y=_MARGIN_MM - 4, w=_CODE_MM)
    corner = _WIDTH_MM - _MARGIN_MM - _SECOND_CODE_MM, _HEIGHT_MM - _MARGIN_MM - _SECOND_CODE_MM
    pdf.image(picture, x=corner[0] + 4, y=corner[1] + 4, w=_SECOND_CODE_MM)


def _too_long(declared: Declared) -> InputRejected:
    return InputRejected(
        "The texts of {number} are too long for a code that a scanner can read.",
        kept="Nothing was written.",
        todo="Shorten its subject or location in the list to a hundred letters.",
        number=declared.file_number or declared.computer_number or "",
    )
