"""A page of words, folded once so that every rule can look at it cheaply.

Folding takes out what readers and typists get wrong (nuktas, joiners, kinds of dashes) and
keeps the way back: any stretch of folded text gives its original words, box and confidence.

A page is searched within limits, so that no text can take unbounded time: see the constants.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classify.words import BoxLike, LineLike, PageLike, WordLike

MAX_LINES_FROM_TOP = 200
MAX_LINES_FROM_BOTTOM = 100
MAX_LINE_CHARS = 400
MAX_WORD_CHARS = 80

CONTESTED = 0.45
"""Most that a value is believed which was read off a number whose two readings differ: below
what is taken without a person's look, above what is no sighting at all."""

LETTERS = r"\u0900-\u0902\u0904-\u0963\u0970-\u097fA-Za-z"
"""Letters and vowel signs of both scripts, for use inside [ ] of a pattern. Visarga is not
among them, because it is read for a colon, nor is the danda."""

_DROPPED = '\u093c\u200b\u200c\u200d\u2060\ufeff\u00ad"“”«»*'
_BETWEEN = ".,:;-ः"
"""A word of these says nothing, however badly it was read, but for behind a digit."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212_~"
_FOLDS = {
    **{ord(sign): None for sign in _DROPPED},
    **{ord(sign): "-" for sign in _DASHES},
    ord("ँ"): "ं",
    ord("\\"): "/",
    ord("："): ":",
    ord("॥"): "।",
    ord("¦"): "|",
}
_ASCII_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}

BoundingBox = tuple[int, int, int, int]


def fold(text: str) -> str:
    """``text`` without nuktas, joiners and quotes, with one kind of dash; digits as written."""
    return unicodedata.normalize("NFC", text).translate(_FOLDS)


def ascii_digits(text: str) -> str:
    """``text`` with Devanagari digits as 0-9; every other character stays, length too."""
    return text.translate(_ASCII_DIGITS)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was read.

    Attributes:
        verbatim: the words.
        bbox: the box around them.
        confidence: the reader's; at most ``CONTESTED`` where two readings of a number differ.
        alternative: the words as the other reading has them; None where both agree or there is
            one only.
    """

    verbatim: str
    bbox: BoundingBox
    confidence: float
    alternative: str | None = None

    def __add__(self, other: Evidence) -> Evidence:
        """Both together, read one after the other; as sure as the less sure of the two."""
        alternative = None
        if self.alternative or other.alternative:
            parts = (each.alternative or each.verbatim for each in (self, other))
            alternative = " ".join(parts)
        return Evidence(
            f"{self.verbatim} {other.verbatim}",
            _union((self.bbox, other.bbox)),
            min(self.confidence, other.confidence),
            alternative,
        )


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line: folded text, and for every word where it starts in it.

    Attributes:
        text: folded words with single spaces between.
        starts: offset of each word in ``text``.
        words: the words as they came; as many as ``starts``.
        bbox: around the whole line, pixels.
        top: upper edge as a share of the page's height, 0..1.
    """

    text: str
    starts: tuple[int, ...]
    words: tuple[WordLike, ...]
    bbox: BoundingBox
    top: float

    @property
    def height_px(self) -> int:
        """Height of the line's box."""
        return self.bbox[3] - self.bbox[1]

    def evidence(self, start: int, end: int) -> Evidence:
        """The words that ``text[start:end]`` (not empty) came from."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)), first + 1)
        words = self.words[first:last]
        sure = [certainty(word) for word in _saying(words)]
        confidence = (min(sure) + sum(sure) / len(sure)) / 2
        contested = any(map(is_contested, words))
        return Evidence(
            " ".join(word.text[:MAX_WORD_CHARS] for word in words),
            _union(corners(word.box) for word in words),
            min(confidence, CONTESTED) if contested else confidence,
            _other_reading(words) if contested else None,
        )

    def original_from(self, start: int) -> str:
        """The words as they came from ``text[start:]`` on, a word cut in its middle included."""
        index = max(bisect_right(self.starts, start) - 1, 0)
        first = self.words[index].text[:MAX_WORD_CHARS]
        folded_tail = len(fold(first)) - (start - self.starts[index])
        pieces = [_tail(first, folded_tail), *(w.text for w in self.words[index + 1 :])]
        return " ".join(piece[:MAX_WORD_CHARS] for piece in pieces if piece)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """All lines that are searched of one page, in reading order.

    Attributes:
        sequence: the page's place in its file.
        lines: at most ``MAX_LINES_FROM_TOP + MAX_LINES_FROM_BOTTOM``, none empty.
        width_px: width of the page's image.
        height_px: height of the page's image.
        cut: some of the text was too much and is not in ``lines``.
    """

    sequence: int
    lines: tuple[ReadLine, ...]
    width_px: int
    height_px: int
    cut: bool


def read_page(sequence: int, page: PageLike) -> ReadPage:
    """The page's words, folded and bounded."""
    kept: Sequence[LineLike] = page.lines
    too_many = len(kept) > MAX_LINES_FROM_TOP + MAX_LINES_FROM_BOTTOM
    if too_many:
        kept = [*kept[:MAX_LINES_FROM_TOP], *kept[-MAX_LINES_FROM_BOTTOM:]]
    read = [_read_line(line, max(page.height_px, 1)) for line in kept]
    return ReadPage(
        sequence,
        tuple(line for line, _ in read if line.text),
        max(page.width_px, 1),
        max(page.height_px, 1),
        too_many or any(was_cut for _, was_cut in read),
    )


def line_after(page: ReadPage, index: int) -> int | None:
    """The line in which text that breaks off in line ``index`` goes on, None at the end.

    That is the line to its right in the same row, where a form sets label and value apart
    and the reader took them for two columns, else the next one in reading order.
    """
    line = page.lines[index]
    middle = (line.bbox[1] + line.bbox[3]) / 2
    beside = [
        (other.bbox[0], position)
        for position, other in enumerate(page.lines)
        if other.bbox[0] >= line.bbox[2] and other.bbox[1] <= middle < other.bbox[3]
    ]
    if beside:
        return min(beside)[1]
    return index + 1 if index + 1 < len(page.lines) else None


def has_line_before(page: ReadPage, line: ReadLine) -> bool:
    """Whether another line, such as a label, stands to the left in the same row."""
    middle = (line.bbox[1] + line.bbox[3]) / 2
    return any(
        other.bbox[2] <= line.bbox[0] and other.bbox[1] <= middle < other.bbox[3]
        for other in page.lines
    )


def certainty(word: WordLike) -> float:
    """The word's confidence, forced into 0..1; what is not a number counts as 0."""
    return min(max(word.confidence, 0.0), 1.0) if math.isfinite(word.confidence) else 0.0


def _saying(words: Sequence[WordLike]) -> Sequence[WordLike]:
    """The words without signs that stand alone; between digits one may be misread for another."""
    texts = [fold(word.text) for word in words]
    said = [
        word
        for word, text, before in zip(words, texts, ("", *texts), strict=False)
        if text.strip(_BETWEEN) or before[-1:].isdigit()
    ]
    return said or words


def is_contested(word: WordLike) -> bool:
    """Whether two readings of a number differ."""
    return word.alternative is not None and any(map(str.isdigit, word.text + word.alternative))


def _other_reading(words: Sequence[WordLike]) -> str:
    """The words as the other reading has them.

    One alternative may stand for several words: it is given once.
    """
    pieces: list[str] = []
    for before, word in zip((None, *words), words, strict=False):
        if word.alternative is None:
            pieces.append(word.text[:MAX_WORD_CHARS])
        elif before is None or before.alternative != word.alternative:
            pieces.append(word.alternative[:MAX_WORD_CHARS])
    return " ".join(pieces)


def corners(box: BoxLike) -> BoundingBox:
    """The box as a plain tuple of whole pixels."""
    return (int(box.x0), int(box.y0), int(box.x1), int(box.y1))


def _read_line(line: LineLike, page_height_px: int) -> tuple[ReadLine, bool]:
    folded: list[str] = []
    starts: list[int] = []
    words: list[WordLike] = []
    length, was_cut = 0, False
    for word in line.words:
        if length > MAX_LINE_CHARS:
            was_cut = True
            break
        text = "".join(fold(word.text[:MAX_WORD_CHARS]).split())
        if not text:
            continue
        folded.append(text)
        starts.append(length)
        words.append(word)
        length += len(text) + 1
    bbox = corners(line.box)
    top = min(max(bbox[1] / page_height_px, 0.0), 1.0)
    return ReadLine(" ".join(folded), tuple(starts), tuple(words), bbox, top), was_cut


def _union(boxes: Iterable[BoundingBox]) -> BoundingBox:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def _tail(original: str, folded_length: int) -> str:
    """The end of ``original`` that folds to the last ``folded_length`` characters."""
    for start in range(len(original)):
        if len(fold(original[start:])) <= folded_length:
            return original[start:]
    return ""
