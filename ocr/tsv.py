"""Tesseract's table of words: what both ways of running Tesseract hand back.

Source: ``TessBaseAPI::GetTSVText``: level, page, block, paragraph, line, word, left, top,
width, height, confidence 0..100 (-1 on layout rows), text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import groupby

from ocr.page import Box, Line, Word

_WORD_LEVEL = "5"
_COLUMNS = 12
_JOINERS = "\u200c\u200d"
_DECIMALS = 4  # what ALTO keeps, so that a page read back equals the page written


def lines_of(table: str) -> tuple[Line, ...]:
    """Lines in reading order, blocks numbered from 0 in order of appearance.

    Text comes back in NFC, without joiners at the ends of words, confidences as 0..1. Layout
    rows (confidence -1, which is no word) and words of nothing but spaces are dropped.
    """
    rows = (row.split("\t") for row in table.split("\n") if row.startswith(_WORD_LEVEL + "\t"))
    numbers: dict[str, int] = {}
    lines = []
    for (block, *_), row_group in groupby(
        (row for row in rows if len(row) == _COLUMNS), key=lambda row: (row[2], row[3], row[4])
    ):
        words = tuple(_words_of(row_group))
        if words:
            number = numbers.setdefault(block, len(numbers))
            lines.append(Line(words, around(word.box for word in words), number))
    return tuple(lines)


def _words_of(rows: Iterable[list[str]]) -> Iterable[Word]:
    for row in rows:
        # A joiner at the end of a word joins nothing: Tesseract's way of writing a bare virama.
        text = unicodedata.normalize("NFC", row[11].strip().strip(_JOINERS))
        confidence = float(row[10])
        if not text or confidence < 0:
            continue
        x, y, width, height = (int(value) for value in row[6:10])
        box = Box(x, y, x + width, y + height)
        yield Word(text, box, round(min(confidence, 100.0) / 100, _DECIMALS))


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of ``boxes``.

    Raises:
        ValueError: there are none.
    """
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))
