"""A font without glyphs: it gives invisible text its Unicode and its widths, nothing else.

Two-byte codes, Identity-H. A code is the code point itself; what lies beyond the basic plane
borrows a code of the surrogate range, which no text can contain, so every Unicode character
keeps exactly one code and readers get the text back in logical order.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

RESOURCE_NAME = "/f-0-0"  # the name under which OCRmyPDF finds a text layer's font
ADVANCE = 0.5  # of every character, in parts of the font size

_UNITS_PER_EM = 1000
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_REPLACEMENT = 0xFFFD
_MADE_S = 3_786_912_000  # 1 January 2024, seconds since 1904: a fixed date, not today's
_RANGES_PER_BLOCK = 100  # ISO 32000-1, 9.7.5.4 / Adobe Technical Note 5014


class Codes:
    """Gives each character of one PDF file its two-byte code.

    The basic plane maps to itself. Characters beyond it get the surrogate codes in the order
    in which they come; the 2,049th different one of a file becomes U+FFFD. Not thread-safe:
    one per file being written.
    """

    def __init__(self) -> None:
        self._borrowed: dict[str, int] = {}
        self._blocks: set[int] = set()

    @property
    def borrowed(self) -> Mapping[str, int]:
        """Characters beyond the basic plane and the codes they were given."""
        return self._borrowed

    @property
    def blocks(self) -> list[int]:
        """The high bytes of all codes given out, in order."""
        return sorted(self._blocks)

    def encode(self, text: str) -> bytes:
        """The codes of ``text``, two bytes a character, big-endian."""
        if text.isascii() or max(text) <= "\uffff":
            codes = text.encode("utf-16-be")
        else:
            codes = b"".join(struct.pack(">H", self._code(char)) for char in text)
        self._blocks.update(codes[::2])
        return codes

    def _code(self, char: str) -> int:
        if char <= "\uffff":
            return ord(char)
        free = _FIRST_SURROGATE + len(self._borrowed)
        if char not in self._borrowed and free <= _LAST_SURROGATE:
            self._borrowed[char] = free
        return self._borrowed.get(char, _REPLACEMENT)


def fill_in_font(pdf: Pdf, font: Object, codes: Codes) -> None:
    """Make the dictionary ``font`` of ``pdf`` the glyph-less font for ``codes``.

    Source: ISO 32000-1, 9.7 (composite fonts); ISO 19005-2, 6.2.11.
    """
    program = _truetype()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/GlyphLessFont"),
        Flags=5,  # fixed pitch, symbolic
        FontBBox=Array([0, 0, round(_UNITS_PER_EM * ADVANCE), _UNITS_PER_EM]),
        ItalicAngle=0,
        Ascent=_UNITS_PER_EM,
        Descent=0,
        CapHeight=_UNITS_PER_EM,
        StemV=80,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/GlyphLessFont"),
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=round(_UNITS_PER_EM * ADVANCE),
        # Every code in use shows the one empty glyph: none refers to .notdef. No longer than
        # needed: poppler reads the whole map again for every page.
        CIDToGIDMap=_deflated(pdf, b"\0\1" * (256 * (max(codes.blocks, default=0) + 1))),
    )
    font[Name.Type] = Name.Font
    font[Name.Subtype] = Name.Type0
    font[Name.BaseFont] = Name("/GlyphLessFont")
    font[Name.Encoding] = Name("/Identity-H")
    font[Name.DescendantFonts] = Array([pdf.make_indirect(descendant)])
    font[Name.ToUnicode] = _deflated(pdf, _to_unicode(codes))


def _deflated(pdf: Pdf, content: bytes) -> Object:
    return pdf.make_stream(zlib.compress(content, 9), Filter=Name.FlateDecode)


def _to_unicode(codes: Codes) -> bytes:
    # A range may not run over a multiple of 256: only the last byte is counted up. Only blocks
    # in use are named: readers spread every range out, some of them once a page.
    ranges = []
    for high in codes.blocks:
        if not _FIRST_SURROGATE <= high << 8 <= _LAST_SURROGATE:
            low, top = (1 if high == 0 else 0), (0xFD if high == 0xFF else 0xFF)
            ranges.append(f"<{high:02X}{low:02X}> <{high:02X}{top:02X}> <{high:02X}{low:02X}>")
    for char, code in codes.borrowed.items():
        ranges.append(f"<{code:04X}> <{code:04X}> <{char.encode('utf-16-be').hex().upper()}>")
    blocks = []
    for start in range(0, len(ranges), _RANGES_PER_BLOCK):
        block = ranges[start : start + _RANGES_PER_BLOCK]
        blocks.append("\n".join([f"{len(block)} beginbfrange", *block, "endbfrange"]))
    return _CMAP.replace("%RANGES%", "\n".join(blocks)).encode("ascii")


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%RANGES%
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _truetype() -> bytes:
    """The smallest TrueType program readers accept: two glyphs without a contour.

    Source: OpenType 1.9, the tables a CIDFontType2 program needs (ISO 32000-1, 9.9).
    """
    advance = round(_UNITS_PER_EM * ADVANCE)
    tables = {
        b"glyf": b"\0" * 12,
        b"head": struct.pack(
            ">IIIIHHQQ4hHHhhh",
            *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, _UNITS_PER_EM, _MADE_S, _MADE_S),
            *(0, 0, advance, _UNITS_PER_EM, 0, 8, 2, 0, 0),
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh4hhH", 0x00010000, _UNITS_PER_EM, 0, 0, advance, *(0,) * 11, 2
        ),
        b"hmtx": struct.pack(">HhHh", advance, 0, advance, 0),
        b"loca": struct.pack(">3H", 0, 0, 6),
        b"maxp": struct.pack(">IH13H", 0x00010000, 2, *(0,) * 4, 1, *(0,) * 8),
    }
    offset = 12 + 16 * len(tables)
    directory, body = struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, 32), b""
    for tag, content in sorted(tables.items()):
        padded = content + b"\0" * (-len(content) % 4)
        directory += struct.pack(">4sIII", tag, _checksum(padded), offset, len(content))
        body, offset = body + padded, offset + len(padded)
    program = directory + body
    adjusted = struct.pack(">I", (0xB1B0AFBA - _checksum(program)) & 0xFFFFFFFF)
    place = program.index(b"\x5f\x0f\x3c\xf5") - 4  # checkSumAdjustment stands before the magic
    return program[:place] + adjusted + program[place + 4 :]


def _checksum(content: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(content) // 4}I", content)
    return sum(words) & 0xFFFFFFFF
