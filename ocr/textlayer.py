"""The invisible text of a page: what makes a scan searchable, copied and read aloud.

One operator a word, stretched to the word's box, words parted by real spaces, lines in
reading order, characters in logical order. Nothing is shaped, so nothing can come apart.
"""

from __future__ import annotations

import math
import unicodedata
from itertools import zip_longest
from statistics import median
from typing import NamedTuple

from ocr.glyphless import ADVANCE, RESOURCE_NAME, Codes
from ocr.page import Box, Line, PageText

_TALLEST = 2.0  # of the usual word height of the page: nothing is written larger
_SAME_LINE = 0.75  # of the font size; a word lower or higher than that is set on its own
_GAP = 0.28  # of the font size, at least, between two words
_ESCAPES = (b"\\", b"(", b")")
_DROPPED_CATEGORIES = {"Cc", "Cs", "Cn"}
_DROPPED = {"\u00ad", "\ufeff", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_LIGATURES = range(0xFB00, 0xFB07)  # of Latin letters; readers take them apart, so they go in apart


def written_words(text: str) -> tuple[str, ...]:
    """The words that the layer writes for ``text``: what a search can find again.

    NFC, split at white space, Latin ligatures as letters; without control characters, lone
    surrogates, unassigned code points, soft hyphens (readers hide them), byte order marks and
    the marks that turn the direction of writing.
    """
    return tuple(unicodedata.normalize("NFC", text).translate(_WRITTEN_AS).split())


class _WrittenAs(dict[int, str | None]):
    """For ``str.translate``: what each character becomes in the layer, judged once a character."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        becomes: str | None = char
        if char.isspace():
            becomes = " "
        elif char in _DROPPED or unicodedata.category(char) in _DROPPED_CATEGORIES:
            becomes = None
        elif code in _LIGATURES:
            becomes = unicodedata.normalize("NFKC", char)
        self[code] = becomes
        return becomes


_WRITTEN_AS = _WrittenAs()


def text_content(page: PageText, codes: Codes) -> bytes:
    """The content stream (not compressed) that writes a page's words, invisibly.

    The stream leaves the graphics state as it was; it needs the font under
    ``glyphless.RESOURCE_NAME``. Empty when the page has no words.

    Args:
        page: words with boxes in pixels from the top left.
        codes: the codes of the file that the page goes into; may be added to.

    Source: ISO 32000-1, 9.3 and 9.4.
    """
    heights = [word.box.height for line in page.lines for word in line.words]
    # A rule or frame that was read as a sign is many lines high: readers would tie the lines
    # beside it together.
    most = max(1, round(_TALLEST * median(heights))) if heights else 1
    shown = (_line_content(line, page, codes, most_px=most) for line in page.lines)
    lines = [content for content in shown if content]
    if not lines:
        return b""
    scale = f"{72 / page.dpi:.6f}".rstrip("0")
    head = f"q {scale} 0 0 {scale} 0 0 cm BT 3 Tr".encode("ascii")
    return b"\n".join([head, *lines, b"ET Q"])


def _line_content(line: Line, page: PageText, codes: Codes, *, most_px: int) -> bytes:
    words = [(word, text) for word in line.words if (text := " ".join(written_words(word.text)))]
    if not words:
        return b""
    seats = _seats([word.box for word, _ in words], most_px)
    shown, set_size = [], 0
    for (_, text), seat in zip(words, seats, strict=True):
        stretch = 100 * seat.width / (ADVANCE * seat.size * len(text))
        place = f"{stretch:.1f} Tz 1 0 0 1 {seat.left} {page.height_px - seat.baseline} Tm"
        if seat.size != set_size:
            place, set_size = f"{RESOURCE_NAME} {seat.size} Tf {place}", seat.size
        shown.append(place.encode("ascii") + b"(" + _escaped(codes.encode(text + " ")) + b")Tj")
    return b"\n".join(shown)


class _Seat(NamedTuple):
    """Where a word is set: left edge, baseline from the top, font size and width, in pixels."""

    left: int
    baseline: int
    size: int
    width: int


def _seats(boxes: list[Box], most_px: int) -> list[_Seat]:
    """One baseline and size for all words of a line, and gaps that no reader overlooks.

    Readers judge by geometry whether words are apart, whatever spaces are written: poppler
    joins what stands closer than 0.15 of the font size (0.25 where it lays pages out). So a
    word ends early where the next begins too soon, and begins late where that is not enough.
    """
    bottom = round(median(box.y1 for box in boxes))
    size = min(most_px, max(1, round(median(box.height for box in boxes))))
    seats: list[_Seat] = []
    free_from = 0  # where the next word may begin
    for box, following in zip_longest(boxes, boxes[1:]):
        # A word that sits elsewhere (a seal, a superscript) keeps its own height.
        alone = abs(box.y1 - bottom) > _SAME_LINE * size
        baseline, own_size = (box.y1, min(most_px, max(1, box.height))) if alone else (bottom, size)
        gap = math.ceil(_GAP * own_size)
        left, right = box.x0, box.x1
        if seats and box.x0 >= seats[-1].left - size:
            left = max(left, free_from)
        if following is not None and following.x0 >= box.x0 - size:
            right = min(right, following.x0 - gap)
        seats.append(_Seat(left, baseline, own_size, max(1, right - left)))
        free_from = left + seats[-1].width + gap
    return seats


def _escaped(codes: bytes) -> bytes:
    for byte in _ESCAPES:
        codes = codes.replace(byte, b"\\" + byte)
    return codes.replace(b"\r", b"\\r")
