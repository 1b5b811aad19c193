"""The figures of one page's text against its truth, and how they add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio, partial_ratio_alignment

from ocr.scoring import (
    Errors,
    Recall,
    errors_in_any_order,
    errors_in_order,
    normal,
    number_recall,
    word_recall,
)

# A line is lost when no stretch of the page's text is as much like it as this (0..100) …
ALIKE = 60.0
# … and shorter lines are not asked about: they are found in any text by chance.
SHORTEST_LINE = 8
# A page with more wrong characters than this cannot be searched.
CATASTROPHE = 0.3
# Only lines that are surely found have a place in the order; a lost one would find a wrong one.
SHORTEST_IN_ORDER, SURELY_FOUND = 4, 80.0

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
        numbers: words of the truth that hold a digit, and those found letter for letter.
        in_sequence: pairs of lines that were found, and those found in the order of the truth.
    """

    any_order: Errors = _NO_ERRORS
    in_order: Errors = _NO_ERRORS
    word_errors: Errors = _NO_ERRORS
    words: Recall = _NO_WORDS
    lines: int = 0
    lines_lost: int = 0
    invented: int = 0
    numbers: Recall = _NO_WORDS
    in_sequence: Recall = _NO_WORDS

    def __add__(self, other: TextCount) -> TextCount:
        return TextCount(
            self.any_order + other.any_order,
            self.in_order + other.in_order,
            self.word_errors + other.word_errors,
            self.words + other.words,
            self.lines + other.lines,
            self.lines_lost + other.lines_lost,
            self.invented + other.invented,
            self.numbers + other.numbers,
            self.in_sequence + other.in_sequence,
        )

    @property
    def order_error(self) -> float:
        """Share of the pairs of lines that were read in the wrong order, 0..1."""
        return 1 - self.in_sequence.rate

    @property
    def is_catastrophic(self) -> bool:
        """Whether more is wrong than a search can live with; meant for a single page."""
        return self.any_order.rate > CATASTROPHE

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
        number_recall(expected, found),
        lines_in_sequence(truth, read),
    )


def lines_in_sequence(truth: Sequence[str], read: Sequence[str]) -> Recall:
    """How many pairs of lines were read in the order of the truth, among all that were found.

    Each line, the longest first, takes the stretch of the reading that is most like it; a
    stretch is used once. Two columns read across make half of such pairs wrong, a heading read
    last all the pairs that it is in.

    Source: Kendall's tau distance between both orders.
    """
    text = "\n".join(map(normal, read))
    begins: dict[int, int] = {}
    lines = [normal(line) for line in truth]
    for place in sorted(range(len(lines)), key=lambda place: (-len(lines[place]), place)):
        line = lines[place]
        if not SHORTEST_IN_ORDER <= len(line) <= 2 * len(text):
            continue
        found = partial_ratio_alignment(line, text, score_cutoff=SURELY_FOUND)
        if found is not None and found.dest_end > found.dest_start:
            begins[place] = found.dest_start
            used = "\0" * (found.dest_end - found.dest_start)
            text = text[: found.dest_start] + used + text[found.dest_end :]
    order = [begins[place] for place in sorted(begins)]
    right = sum(one < other for here, one in enumerate(order) for other in order[here + 1 :])
    return Recall(right, len(order) * (len(order) - 1) // 2)


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
