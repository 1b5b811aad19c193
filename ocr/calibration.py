"""Confidence that means something: the probability that a word is right, that a page is.

An engine's own confidence is no probability: Tesseract is sure of strokes of a hand, and unsure
of good print. A table, fitted on made pages by ``make calibrate``, weighs it together with
other signs of a word (``ocr.signs``); a word's confidence becomes the share of such words that
are right, letter for letter with all signs. A page's confidence is the share of its characters
to be expected right: 1 - CER with lines in any order, where lost and invented text counts.

Strokes of a hand, rules and seals are read as print, too. Lines that are almost certainly wrong
in every word are such strokes: they are left out of the text, and said to be.

An engine without a table keeps its own confidence, kept off 0 and 1, and a page of it the mean
of its words by letters times the ink coverage: figures in order of trust, not probabilities.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Protocol

import numpy as np

from ocr.page import Box, Line, Word
from ocr.signs import (
    PAGE_SIGNS,
    WORD_SIGNS,
    Figures,
    Surroundings,
    is_number,
    page_signs,
    word_signs,
)
from ocr.tsv import around as around_boxes

TABLE = Path(__file__).parent / "tables" / "confidence.json"
FORMAT = 1
SUREST, LEAST_SURE = 0.999, 0.001  # nothing that was read is certain, nothing impossible
# Lines and words less likely right than this are no print. On made pages CER fell from 4.8 to
# 3.0 % by it; a higher bar leaves out print that is merely bad. Of longer lines more is known.
# The table may hold another bar for lines, fitted with the rest.
PRINTED_LINE, PRINTED_WORD = 0.1, 0.02
_MORE = 0.05
_OF_USUAL = 0.35  # of the middling line's confidence: no more is asked of any line
_LONG_LINE = 3  # words
LOW_PAGE = 0.95  # more than 5 % wrong is to be expected: a person should look
LOW_PAGE_UNFITTED = 0.7  # the same for engines without a table, by experience
# A number whose two readings differ stays below what any field is taken with unasked, though
# two of three such numbers are right: a wrong number files a record where nobody finds it.
CONTESTED_NUMBER = 0.5
_UNREAD_PAGE = 0.5  # most confidence of a page without a word: what was not seen, nobody knows
_DECIMALS = 4  # what ALTO keeps


class Calibrated(NamedTuple):
    """What became of the lines of a page.

    Attributes:
        lines: what is print, every word with its new confidence.
        page_confidence: the page's own, 0..1.
        low: whether that is so low that a person should look.
        left_out: what is no print.
    """

    lines: tuple[Line, ...]
    page_confidence: float
    low: bool
    left_out: tuple[Line, ...] = ()


class Calibrator(Protocol):
    """Makes confidence out of what was read and what is known of the page."""

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """The same words with another confidence, and the page's."""


@dataclass(frozen=True)
class Weights:
    """A weighted sum of signs, made a probability by the logistic function.

    Attributes:
        bias: the sum without any sign.
        by_sign: one weight a sign, in the order of the signs.
    """

    bias: float
    by_sign: tuple[float, ...]

    def probability(self, signs: Figures) -> Figures:
        """0..1 for each row of ``signs`` (rows, signs), never quite 0 or 1."""
        total = np.clip(signs @ np.array(self.by_sign) + self.bias, -30, 30)
        return np.asarray(np.clip(1 / (1 + np.exp(-total)), LEAST_SURE, SUREST), np.float64)


@dataclass(frozen=True)
class FittedTable:
    """What was fitted for one engine and model.

    Attributes:
        word: of the signs of words.
        page: of the signs of pages.
        bar: lines less likely right than this are no print.
    """

    word: Weights
    page: Weights
    bar: float = PRINTED_LINE

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """Probabilities in place of the engine's own confidence."""
        return self.weighed(lines, word_signs(lines, around), around)

    def weighed(self, lines: Sequence[Line], signs: Figures, around: Surroundings) -> Calibrated:
        """The same where the signs of the words are known already."""
        sure = with_confidence(lines, _capped(lines, self.word.probability(signs), around))
        printed, unlikely = parted(sure, around.type_like, self.bar)
        left_out = (*around.strokes, *unlikely)
        page = self._page(printed, left_out, around)
        return Calibrated(printed, page, page < LOW_PAGE, left_out)

    def _page(
        self, printed: Sequence[Line], left_out: Sequence[Line], around: Surroundings
    ) -> float:
        if not printed:
            seen = min(max(around.coverage, LEAST_SURE), _UNREAD_PAGE)
            return seen if left_out else LEAST_SURE
        signs = page_signs(printed, left_out, around)
        return float(self.page.probability(signs[np.newaxis])[0])


@dataclass(frozen=True)
class Unfitted:
    """For engines that nothing was fitted for: their own confidence, kept off 0 and 1."""

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """The same confidence within its bounds; the page's is the mean times the coverage.

        What was left out already counts as read with no confidence.
        """
        own = [word.confidence for line in lines for word in line.words]
        finite = [sure if math.isfinite(sure) else 0.0 for sure in own]
        kept = with_confidence(lines, np.clip(np.array(finite, np.float64), LEAST_SURE, SUREST))
        letters = sum(len(word.text) for line in kept for word in line.words)
        weighed = sum(w.confidence * len(w.text) for line in kept for w in line.words)
        letters += sum(len(word.text) for line in around.strokes for word in line.words)
        page = weighed / letters * around.coverage if letters else 0.0
        return Calibrated(kept, page, page < LOW_PAGE_UNFITTED, around.strokes)


def calibrated(
    lines: tuple[Line, ...], *, engine: str, around: Surroundings | None = None
) -> tuple[Line, ...]:
    """The same lines, every word with the probability that it is right; none is left out.

    Args:
        lines: words with the engine's own confidence, 0..1; what is calibrated already may not
            come here again.
        engine: the engine's ``version``, such as ``tesseract 5.5.4 Devanagari``.
        around: what else is known of the page; less is known of a single line.
    """
    seen = around or Surroundings()
    fitted = _tables().get(key_of(engine))
    if fitted is None:
        return Unfitted()(lines, seen).lines
    return with_confidence(lines, fitted.word.probability(word_signs(lines, seen)))


def calibrator_of(engine: str) -> Calibrator:
    """What makes confidence out of the words of the engine whose ``version`` this is."""
    fitted = _tables().get(key_of(engine))
    return fitted if fitted is not None else Unfitted()


def _capped(lines: Sequence[Line], sure: Figures, around: Surroundings) -> Figures:
    """Probabilities in which no contested number is sure enough to go without a person."""
    words = (word for line in lines for word in line.words)
    contested = [
        around.agreed.get(word.box) is False and any(map(str.isdigit, word.text)) for word in words
    ]
    return np.where(contested, np.minimum(sure, CONTESTED_NUMBER), sure)


def with_confidence(lines: Sequence[Line], sure: Figures) -> tuple[Line, ...]:
    """The lines with the word confidences ``sure`` (words,) in reading order."""
    left = iter(sure.tolist())
    return tuple(
        replace(
            line,
            words=tuple(
                replace(word, confidence=round(next(left), _DECIMALS)) for word in line.words
            ),
        )
        for line in lines
    )


def parted(
    lines: Sequence[Line],
    type_like: frozenset[Box] = frozenset(),
    least: float = PRINTED_LINE,
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Print, and what is none: lines and words that are almost certainly wrong.

    What has the form of a number stays: a digit is soon misread, but strokes seldom read so,
    and a date stands alone between signatures.

    Args:
        lines: words with probabilities.
        type_like: boxes of lines that are print by their ink; old print is read badly too.
        least: how likely right a line must be to be print; of longer ones more is asked.

    Returns:
        The lines that stay, and those, or parts of those, that do not.
    """
    printed, strokes = [], []
    # Where nothing is read well the print is bad: what is read badly there may be print, too.
    usual = median([line.confidence for line in lines]) if lines else 0.0
    least = max(min(least, _OF_USUAL * usual), PRINTED_LINE)
    for line in lines:
        bar = least + (_MORE if len(line.words) >= _LONG_LINE else 0.0)
        if line.box in type_like:
            printed.append(line)
            continue
        of_word = PRINTED_WORD if line.confidence >= bar else math.inf
        stays = [word.confidence >= of_word or is_number(word.text) for word in line.words]
        words = tuple(word for word, print_ in zip(line.words, stays, strict=True) if print_)
        rest = tuple(word for word, print_ in zip(line.words, stays, strict=True) if not print_)
        printed += [_of(line, words)] if words else []
        strokes += [_of(line, rest)] if rest else []
    return tuple(printed), tuple(strokes)


def _of(line: Line, words: tuple[Word, ...]) -> Line:
    if len(words) == len(line.words):
        return line
    return replace(line, words=words, box=around_boxes(word.box for word in words))


def table_version() -> str:
    """A name for the table in use: it changes whenever a weight does."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()[:12] if TABLE.exists() else "none"


@cache
def _tables() -> dict[str, FittedTable]:
    if not TABLE.exists():
        return {}
    kept: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _table(entry) for name, entry in kept["engines"].items()}


def _table(entry: dict[str, Any]) -> FittedTable:
    return FittedTable(
        _weights(entry["word"], WORD_SIGNS),
        _weights(entry["page"], PAGE_SIGNS),
        float(entry.get("bar", PRINTED_LINE)),
    )


def _weights(entry: dict[str, Any], signs: Sequence[str]) -> Weights:
    """Weights in the order of our signs; a table of other signs is of no use."""
    by_sign = entry["weights"]
    if set(by_sign) != set(signs):
        raise ValueError(f"{TABLE.name} was fitted on other signs: run make calibrate")
    return Weights(float(entry["bias"]), tuple(float(by_sign[name]) for name in signs))


def key_of(engine: str) -> str:
    """Program and model without the version: ``tesseract Devanagari``."""
    words = engine.split()
    return f"{words[0]} {words[-1]}" if words else ""
