"""What speaks for or against a word and a page: the named figures that confidence is made of.

Each row is a word, each column one sign of it. The signs are cheap: they come out of the words
themselves, their boxes, and the ink that the look at the page has found.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.page import Box, Line, Word

Figures = NDArray[np.float64]

# The engine's own confidence enters in pieces, straight between these knots.
KNOTS = (0.3, 0.5, 0.7, 0.8, 0.88, 0.93, 0.96)
_RISING = tuple(f"raw_over_{knot}" for knot in (0.0, *KNOTS))
WORD_SIGNS = (
    *_RISING, "line", "neighbours", "page", "agreed", "disagreed", "letters_log", "single",
    "digits", "latin", "signs_only", "two_scripts", "malformed", "height_off", "width_off",
    "ink_off", "taller",
)  # fmt: skip
"""Columns of ``word_signs``. The first ones are the engine's own confidence in pieces."""
NEVER_FALLING = frozenset({*_RISING, "line", "neighbours", "page", "agreed"})
"""Signs of a word that may only raise the confidence."""
PAGE_SIGNS = (
    "expected", "coverage", "doubtful_share", "left_out_share", "letters_log", "few_letters",
    "darkness",
)  # fmt: skip
"""Columns of ``page_signs``."""
PAGE_NEVER_FALLING = frozenset({"expected", "coverage", "darkness"})
DOUBTFUL = 0.5  # a line whose words are less likely right than this is probably no print
FEW = 40  # letters; so short a page is a stamp, a number, or mostly lost
_LEAST = 0.002
# ``11-20/2014/1/9``, ``04.06.1988``, ``क्र./4521/स्था.``, ``१/n``: digits beside a separator.
_NUMBER = re.compile(r"\d[-./](?:\d|[A-Za-zअ-ह])|[./]\d{3,}[./]")
_ASCII_DIGITS, _DEVANAGARI_DIGITS = frozenset("0123456789"), frozenset("०१२३४५६७८९")


@dataclass(frozen=True)
class Surroundings:
    """What is known of a page besides its words.

    Attributes:
        coverage: 0..1, share of text-like ink inside word boxes.
        ink: the ink of the page as shown; None where nobody looked.
        strength: 0..1, darkness of the page's own ink.
        agreed: word boxes that were read a second time, and whether the same came out.
        strokes: lines that were left out already, because their ink is no print.
        type_like: boxes of lines whose ink is like type: they stay, however badly they were read.
    """

    coverage: float = 1.0
    ink: TextInk | None = None
    strength: float = 1.0
    agreed: Mapping[Box, bool] = field(default_factory=dict)
    strokes: tuple[Line, ...] = ()
    type_like: frozenset[Box] = frozenset()


def word_signs(lines: Sequence[Line], around: Surroundings) -> Figures:
    """(words, ``len(WORD_SIGNS)``): the signs of every word, in reading order.

    Args:
        lines: words with the engine's own confidence, 0..1.
        around: what else is known of the page.
    """
    words = [word for line in lines for word in line.words]
    if not words:
        return np.zeros((0, len(WORD_SIGNS)))
    raw = np.array([word.confidence for word in words])
    weight = np.array([float(len(word.text)) for word in words])
    columns = [*_pieces(raw), *_company(lines), np.full(len(raw), np.average(raw, weights=weight))]
    same = [around.agreed.get(word.box) for word in words]
    columns += [np.array([float(told is truth) for told in same]) for truth in (True, False)]
    columns += [np.array(column) for column in zip(*map(_writing, words), strict=True)]
    columns += _measures(words, around.ink)
    return np.column_stack(columns)


def page_signs(lines: Sequence[Line], left_out: Sequence[Line], around: Surroundings) -> Figures:
    """(``len(PAGE_SIGNS)``,): the signs of a page, from words whose confidence is calibrated.

    Args:
        lines: what stands in the page's text.
        left_out: what was read and is no print.
        around: what else is known of the page.
    """
    letters, dropped = _letters(lines), _letters(left_out)
    expected = sum(line.confidence * _letters([line]) for line in lines)
    doubtful = _letters([line for line in lines if line.confidence < DOUBTFUL])
    share = expected / letters if letters else 0.0
    return np.array(
        [
            _log_odds(share * around.coverage),
            _log_odds(around.coverage),
            math.log(doubtful / max(1, letters) + 0.01),
            math.log(dropped / max(1, letters + dropped) + 0.01),
            math.log(1 + letters),
            float(letters < FEW),
            math.log(max(around.strength, _LEAST)),
        ]
    )


def _pieces(raw: Figures) -> list[Figures]:
    """How far the confidence has come in each piece between two knots, 0..1."""
    edges = (0.0, *KNOTS, 1.0)
    return [np.clip((raw - low) / (high - low), 0.0, 1.0) for low, high in pairwise(edges)]


def _company(lines: Sequence[Line]) -> list[Figures]:
    """Mean confidence of the other words of the line, and of the two beside the word."""
    of_line: list[float] = []
    beside: list[float] = []
    for line in lines:
        sure = [word.confidence for word in line.words]
        size = [len(word.text) for word in line.words]
        whole, all_letters = sum(s * n for s, n in zip(sure, size, strict=True)), sum(size)
        for place, own in enumerate(sure):
            others = all_letters - size[place]
            of_line.append((whole - own * size[place]) / others if others else own)
            near = sure[max(0, place - 1) : place] + sure[place + 1 : place + 2]
            beside.append(sum(near) / len(near) if near else own)
    return [np.array(of_line), np.array(beside)]


def is_number(text: str) -> bool:
    """Whether a word holds a number, date or page number: strokes seldom read so.

    Digits of both scripts in one word are the mark of strokes, not of a clerk.
    """
    mixed = not (_ASCII_DIGITS.isdisjoint(text) or _DEVANAGARI_DIGITS.isdisjoint(text))
    return not mixed and _NUMBER.search(text) is not None


def _writing(word: Word) -> tuple[float, ...]:
    """Length and script of a word, and whether it is formed as words are."""
    text = word.text
    categories = [unicodedata.category(sign) for sign in text]
    devanagari = any("\u0900" <= sign <= "\u097f" and sign.isalpha() for sign in text)
    latin = any(sign.isascii() and sign.isalpha() for sign in text)
    digits = any(category == "Nd" for category in categories)
    marks = [category[0] == "M" for category in categories]
    vowels = ["\u093e" <= sign <= "\u094c" for sign in text]
    malformed = marks[0] or any(one and other for one, other in pairwise(vowels))
    return (
        math.log(len(text)),
        float(len(text) == 1),
        float(digits),
        float(latin and not devanagari),
        float(not (devanagari or latin or digits)),
        float(devanagari and latin),
        float(malformed),
    )


def _measures(words: Sequence[Word], ink: TextInk | None) -> list[Figures]:
    """How far height, width a letter and ink are from what is usual on the page."""
    height = np.array([max(1.0, float(word.box.height)) for word in words])
    width = np.array([max(1.0, word.box.width / _advances(word.text)) for word in words])
    fill = _fill(words, ink)
    weight = np.array([len(word.text) for word in words])
    off = [_off(figures, weight) for figures in (height, width, fill)]
    return [np.abs(off[0]), np.abs(off[1]), np.abs(off[2]), np.clip(off[0], 0, None)]


def _off(figures: Figures, weight: NDArray[np.int_]) -> Figures:
    """Logarithm against the median by letters, at most 2 either way."""
    usual = float(np.median(np.repeat(figures, weight)))
    return np.clip(np.log(np.maximum(figures, 1e-3) / max(usual, 1e-3)), -2.0, 2.0)


def _fill(words: Sequence[Word], ink: TextInk | None) -> Figures:
    """Share of a word's box that is ink, 0..1."""
    if ink is None:
        return np.ones(len(words))
    sums = np.asarray(cv2.integral(ink.own), dtype=np.int64)
    height, width = ink.own.shape
    boxes = np.array([word.box for word in words], np.float64)
    scale = np.array([ink.scale_x, ink.scale_y] * 2)
    x0, y0, x1, y1 = (boxes * scale).round().astype(int).T
    x0, x1 = np.clip(x0, 0, width - 1), np.clip(np.maximum(x1, x0 + 1), 1, width)
    y0, y1 = np.clip(y0, 0, height - 1), np.clip(np.maximum(y1, y0 + 1), 1, height)
    inside = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    return np.asarray(inside / (255.0 * np.maximum(1, (x1 - x0) * (y1 - y0))), np.float64)


def _advances(text: str) -> int:
    """Signs that take width: matras above and below do not."""
    return max(1, sum(unicodedata.category(sign) != "Mn" for sign in text))


def _letters(lines: Sequence[Line]) -> int:
    return sum(len(word.text) for line in lines for word in line.words)


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
