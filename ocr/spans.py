"""Which words of a page are worth a second reading: numbers always, others when unsure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.page import Box, Line, Word

MOST_UNSURE_WORDS = 40  # a page of scrawl would cost as much again as its first reading

_DIGIT = re.compile("[0-9\u0966-\u096f]")
_DEVANAGARI = re.compile("[\u0900-\u0963\u0966-\u097f]")
# A 1 that was read as a letter or a stroke, beside the sign that parts numbers: I/n, 12/l.
_LOOKS_LIKE_ONE = re.compile(r"^[lI|।!]{1,3}[/.\-][A-Za-z0-9]|[A-Za-z0-9][/\-][lI|!]{1,3}$")
_LONGER = re.compile(r"\w.*\w")


class Script(StrEnum):
    """Which model is to read it."""

    LATIN = "latin"  # nothing of Devanagari in it: ASCII numbers, English words
    DEVANAGARI = "devanagari"


_ROOM = {Script.LATIN: 0.25, Script.DEVANAGARI: 0.5}  # beside a piece, of its height


@dataclass(frozen=True)
class Span:
    """Words beside one another in a line that are read again together.

    Attributes:
        line: index of the line.
        first: index of the first word in it.
        words: the words as they were read.
        number: they hold digits; else they are unsure words.
        room: how far the nearest words stand to the left and right, pixels.
    """

    line: int
    first: int
    words: tuple[Word, ...]
    number: bool
    room: tuple[int, int]

    @property
    def script(self) -> Script:
        """Devanagari as soon as one letter or digit of it is there."""
        text = "".join(word.text for word in self.words)
        return Script.DEVANAGARI if _DEVANAGARI.search(text) else Script.LATIN

    def place(self, size: tuple[int, int]) -> Box:
        """Its box with some paper around, kept clear of the neighbours and on the page.

        Tesseract ends words a little early: last Devanagari digits were cut off without this
        room. ASCII digits stand clear; more room brings in the rules of tables, and costs time.

        Args:
            size: width and height of the page.
        """
        x0 = min(word.box.x0 for word in self.words)
        y0 = min(word.box.y0 for word in self.words)
        x1 = max(word.box.x1 for word in self.words)
        y1 = max(word.box.y1 for word in self.words)
        height = y1 - y0
        most = _ROOM[self.script] * height
        left, right = (min(most, 0.6 * max(0, gap)) for gap in self.room)
        return Box(
            max(0, round(x0 - left)),
            max(0, round(y0 - 0.15 * height)),
            min(size[0], round(x1 + right)),
            min(size[1], round(y1 + 0.15 * height)),
        )


def holds_number(text: str) -> bool:
    """Whether there is a digit in a word, or what a digit 1 is mistaken for."""
    return bool(_DIGIT.search(text) or _LOOKS_LIKE_ONE.search(text))


def numbers_in(lines: Sequence[Line]) -> list[Span]:
    """Every run of words with digits."""
    spans = []
    for index, line in enumerate(lines):
        for first, after in _runs(line.words):
            spans.append(_span(lines, index, (first, after), number=True))
    return spans


def unsure_in(lines: Sequence[Line], *, below: float) -> list[Span]:
    """Words without digits whose confidence is ``below``, the least sure ones first.

    Single signs are left alone: strokes and dots are read as such, and nothing is won by
    reading them again.
    """
    spans = [
        _span(lines, index, (position, position + 1), number=False)
        for index, line in enumerate(lines)
        for position, word in enumerate(line.words)
        if word.confidence < below and _LONGER.search(word.text) and not holds_number(word.text)
    ]
    spans.sort(key=lambda span: (span.words[0].confidence, span.line, span.first))
    return spans[:MOST_UNSURE_WORDS]


def _runs(words: tuple[Word, ...]) -> Iterator[tuple[int, int]]:
    """First and after-last index of each run of words with digits."""
    first = None
    for position, word in enumerate(words):
        if holds_number(word.text):
            first = position if first is None else first
        elif first is not None:
            yield first, position
            first = None
    if first is not None:
        yield first, len(words)


def _span(lines: Sequence[Line], line: int, run: tuple[int, int], *, number: bool) -> Span:
    words = lines[line].words
    first, after = run
    chosen = words[first:after]
    height = max(word.box.height for word in chosen)
    left = chosen[0].box.x0 - words[first - 1].box.x1 if first else height
    right = words[after].box.x0 - chosen[-1].box.x1 if after < len(words) else height
    return Span(line, first, chosen, number, (left, right))
