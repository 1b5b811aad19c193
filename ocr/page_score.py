"""The figures of one page's text against its truth, and how they add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio

from ocr.scoring import (
    Errors,
    Recall,
    errors_in_any_order,
    errors_in_order,
    normal,
    word_recall,
)

# A line is lost when no stretch of the page's text is as much like it as this (0..100) …
ALIKE = 60.0
# … and shorter lines are not asked about: they are found in any text by chance.
SHORTEST_LINE = 8

_FOLDED = (
    (re.compile(r"॥|।\s*।|\|\s*\|"), "।।"),
    (re.compile(r"\|"), "।"),
    (re.compile(r"\s+(?=।)"), ""),
    (re.compile(r"''|``|,,|[“”„‟«»″]"), '"'),
    (re.compile(r"[‘’‚‛`´′]"), "'"),
    (re.compile(r"[‐‑‒–—―−]"), "-"),
    (re.compile(r"…"), "..."),
)


_NO_ERRORS, _NO_WORDS = Errors(), Recall()


@dataclass(frozen=True, slots=True)
class TextCount:
    """One reading of a page, or the sum over many.

    Attributes:
        any_order: character errors, every line looked for anywhere on its page.
        in_order: character errors of the whole text as it was read.
        word_errors: words inserted, lost or changed, in the order of reading.
        words: words of the truth that were found again, wherever they stand.
        lines: lines of at least ``SHORTEST_LINE`` characters in the truth.
        lines_lost: those of them that nothing resembles in what was read.
        invented: characters among the errors that were read where no text stands: strokes of
            a hand, rules, stains.
    """

    any_order: Errors = _NO_ERRORS
    in_order: Errors = _NO_ERRORS
    word_errors: Errors = _NO_ERRORS
    words: Recall = _NO_WORDS
    lines: int = 0
    lines_lost: int = 0
    invented: int = 0

    def __add__(self, other: TextCount) -> TextCount:
        return TextCount(
            self.any_order + other.any_order,
            self.in_order + other.in_order,
            self.word_errors + other.word_errors,
            self.words + other.words,
            self.lines + other.lines,
            self.lines_lost + other.lines_lost,
            self.invented + other.invented,
        )

    @property
    def lost_share(self) -> float:
        """Share of the lines that were lost, 0..1."""
        return self.lines_lost / self.lines if self.lines else 0.0

    @property
    def invented_rate(self) -> float:
        """The part of the character error rate (any order) that is invented text."""
        return self.any_order.rate * self.invented / max(1, self.any_order.edits)


def count_text(
    truth: Sequence[str], read: Sequence[str], *, optional: Sequence[str] = ()
) -> TextCount:
    """The figures of one page.

    Args:
        truth: the lines that stand on the page, in reading order.
        read: the lines that were read, in the order they were read.
        optional: what may be read or left out, such as the words of a seal; where order counts,
            it counts as invented.
    """
    expected, found = "\n".join(truth), "\n".join(read)
    asked, lost = _lost_lines(truth, found)
    any_order = errors_in_any_order(truth, read, optional=optional)
    # With everything that was read allowed for, what has no place in the truth costs nothing.
    not_invented = errors_in_any_order(truth, read, optional=[*optional, *read])
    return TextCount(
        any_order,
        errors_in_order(expected, found),
        _word_errors(expected, found),
        word_recall(expected, found),
        asked,
        lost,
        max(0, any_order.edits - not_invented.edits),
    )


def folded(text: str) -> str:
    """Text with marks made equal that printers and typists use for one another.

    Danda and double danda in all their writings, the space before them, quotation marks,
    hyphens and dashes, the ellipsis. Letters, digits and matras stay as they are.
    """
    shown = normal(text)
    for writings, one in _FOLDED:
        shown = writings.sub(one, shown)
    return shown


def _lost_lines(truth: Sequence[str], found: str) -> tuple[int, int]:
    """How many lines were looked for, and how many of them nothing resembles."""
    text = normal(found)
    asked = [line for line in map(normal, truth) if len(line) >= SHORTEST_LINE]
    # The shorter of the two slides along the longer: a text shorter than the line holds no line.
    lost = [
        line for line in asked if len(text) < len(line) / 2 or partial_ratio(line, text) < ALIKE
    ]
    return len(asked), len(lost)


def _word_errors(expected: str, found: str) -> Errors:
    words, read = normal(expected).split(), normal(found).split()
    return Errors(Levenshtein.distance(words, read), len(words))
