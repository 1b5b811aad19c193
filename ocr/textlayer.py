"""The invisible text of a page: what makes a scan searchable, copied and read aloud.

One operator a word, stretched to the word's box, words parted by real spaces, lines in
reading order, characters in logical order. Nothing is shaped, so nothing can come apart.
"""

from __future__ import annotations

import unicodedata
from statistics import median

from ocr.glyphless import ADVANCE, RESOURCE_NAME, Codes
from ocr.page import Line, PageText, Word

_TALLEST_LINE = 1.8  # of its words' median height; beyond that the line box is not trusted
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
    lines = [shown for line in page.lines if (shown := _line_content(line, page, codes))]
    if not lines:
        return b""
    scale = f"{72 / page.dpi:.6f}".rstrip("0")
    head = f"q {scale} 0 0 {scale} 0 0 cm BT 3 Tr".encode("ascii")
    return b"\n".join([head, *lines, b"ET Q"])


def _line_content(line: Line, page: PageText, codes: Codes) -> bytes:
    words = [(word, text) for word in line.words if (text := " ".join(written_words(word.text)))]
    if not words:
        return b""
    baseline, height = _seat(line, [word for word, _ in words])
    shown, set_size = [], 0
    for word, text in words:
        size, bottom = height or max(word.box.height, 1), baseline or word.box.y1
        stretch = 100 * max(word.box.width, 1) / (ADVANCE * size * len(text))
        place = f"{stretch:.1f} Tz 1 0 0 1 {word.box.x0} {page.height_px - bottom} Tm"
        if size != set_size:
            place, set_size = f"{RESOURCE_NAME} {size} Tf {place}", size
        shown.append(place.encode("ascii") + b"(" + _escaped(codes.encode(text + " ")) + b")Tj")
    return b"\n".join(shown)


def _seat(line: Line, words: list[Word]) -> tuple[int, int]:
    """Baseline and size in pixels for the whole line, or zeros: each word sits in its own box."""
    usual = median(word.box.height for word in words)
    if not 0 < line.box.height <= _TALLEST_LINE * usual:
        return 0, 0
    return line.box.y1, line.box.height


def _escaped(codes: bytes) -> bytes:
    for byte in _ESCAPES:
        codes = codes.replace(byte, b"\\" + byte)
    return codes.replace(b"\r", b"\\r")
