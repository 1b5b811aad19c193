"""From sightings to a table, and from a table to what it is worth on other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.fitting.logistic import fitted
from benchmarks.fitting.sightings import Sighting
from ocr.calibration import Calibrated, FittedTable, Weights, parted, with_confidence
from ocr.page import Line
from ocr.page_score import TextCount
from ocr.reliability import Review, calibration_error, review_of_worst
from ocr.right_words import right_words
from ocr.signs import (
    NEVER_FALLING,
    PAGE_NEVER_FALLING,
    PAGE_SIGNS,
    WORD_SIGNS,
    Figures,
    page_signs,
)

# Words of a page stand and fall together: they tell less than as many words of many pages.
_WORD_RIDGE, _PAGE_RIDGE = 5.0, 0.5
_BARS = (0.1, 0.2, 0.3, 0.4, 0.5)  # of lines that are print; higher ones leave out bad print


@dataclass(frozen=True)
class Judgement:
    """A table on pages that it was not fitted on.

    Attributes:
        word_confidence, word_right: a figure for each word that stands in the text.
        raw_confidence, raw_right: the same of the engine's own confidence, all words.
        page_confidence, page_error: a figure a page, 0..1.
        count: errors of all pages.
        plain_count: errors without leaving out what is no print.
    """

    word_confidence: Figures
    word_right: Figures
    raw_confidence: Figures
    raw_right: Figures
    page_confidence: Figures
    page_error: Figures
    count: TextCount
    plain_count: TextCount

    @property
    def word_ece(self) -> float:
        """Expected calibration error of the words."""
        return calibration_error(self.word_confidence, self.word_right)

    @property
    def raw_ece(self) -> float:
        """The same of the engine's own confidence."""
        return calibration_error(self.raw_confidence, self.raw_right)

    @property
    def page_ece(self) -> float:
        """Expected calibration error of the pages."""
        return calibration_error(self.page_confidence, 1 - self.page_error)

    @property
    def review(self) -> Review:
        """What a look at the worst tenth finds."""
        return review_of_worst(self.page_confidence, self.page_error)


def table_of(seen: Sequence[Sighting]) -> FittedTable:
    """The table under which what was seen is likeliest."""
    read = [one for one in seen if len(one.right)]
    word = fitted(
        np.vstack([one.signs for one in read]),
        np.concatenate([one.right for one in read]).astype(np.float64),
        names=WORD_SIGNS,
        never_falling=NEVER_FALLING,
        ridge=_WORD_RIDGE,
    )
    bar = min(_BARS, key=lambda bar: (_wrong(read, word, bar), bar))
    return FittedTable(word, _page_weights(read, word, bar), bar)


def _wrong(seen: Sequence[Sighting], word: Weights, bar: float) -> int:
    """Wrong characters of all pages, were lines below the bar no print."""
    wrong = 0
    for one in seen:
        sure = with_confidence(one.lines, word.probability(one.signs))
        wrong += one.count(parted(sure, one.around.type_like, bar)[0]).any_order.edits
    return wrong


def judged(seen: Sequence[Sighting], table: FittedTable) -> Judgement:
    """What ``table`` makes of pages."""
    made = [table.weighed(one.lines, one.signs, one.around) for one in seen]
    kept = [word.confidence for page in made for line in page.lines for word in line.words]
    right = [ok for one, page in zip(seen, made, strict=True) for ok in _right(one, page)]
    counts = [one.count(page.lines) for one, page in zip(seen, made, strict=True)]
    plain = [one.count((*one.lines, *one.around.strokes)) for one in seen]
    return Judgement(
        word_confidence=np.array(kept),
        word_right=np.array(right, np.float64),
        raw_confidence=np.concatenate([one.raw for one in seen]),
        raw_right=np.concatenate([one.right for one in seen]).astype(np.float64),
        page_confidence=np.array([page.page_confidence for page in made]),
        page_error=np.array([_error(count) for count in counts]),
        count=sum(counts, TextCount()),
        plain_count=sum(plain, TextCount()),
    )


def _page_weights(seen: Sequence[Sighting], word: Weights, bar: float) -> Weights:
    rows, shares = [], []
    for one in seen:
        sure = with_confidence(one.lines, word.probability(one.signs))
        printed, unlikely = parted(sure, one.around.type_like, bar)
        if printed:
            rows.append(page_signs(printed, (*one.around.strokes, *unlikely), one.around))
            shares.append(1 - _error(one.count(printed)))
    return fitted(
        np.array(rows),
        np.array(shares),
        names=PAGE_SIGNS,
        never_falling=PAGE_NEVER_FALLING,
        ridge=_PAGE_RIDGE,
    )


def _right(one: Sighting, page: Calibrated) -> list[bool]:
    words = right_words(one.scan.lines, _texts(page.lines), optional=one.scan.marks)
    return [ok for line in words for ok in line]


def _texts(lines: Sequence[Line]) -> list[list[str]]:
    return [[word.text for word in line.words] for line in lines]


def _error(count: TextCount) -> float:
    return min(1.0, count.any_order.rate)
