"""How much of the writing on a page is written by hand.

Every line of the ink is weighed by signs that need no reading of it: print has rows of ink that
begin and end at once (headline, baseline), marks of even height, strokes of even fullness, and is
read with some certainty; a hand wanders. The weights are fitted by ``benchmarks.sides.fit`` on
made hands; the share of the page's ink in lines that are likelier by hand is the answer.

Signatures and seals are taller than lines of writing and are no part of the ink that is weighed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.line_finder import InkLine
from ocr.page import MOSTLY_BY_HAND, Box, Line

TABLE = Path(__file__).parent / "tables" / "handwriting.json"
LINE_SIGNS = (
    "unread", "unsure", "crispness", "uneven_heights", "fullness", "wander", "fine_rows",
    "large", "short",
)  # fmt: skip
"""Columns of ``line_signs``."""
_SHORT = 4.0  # heights of small letters
_FEW_MARKS = 2
_MOST = 6.0  # bounds of unbounded signs

Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Handwriting:
    """What of a page is by hand.

    Attributes:
        boxes: the lines of its ink, on the page as shown.
        signs: (lines, ``len(LINE_SIGNS)``).
        amounts: (lines,) ink of each.
        likely: (lines,) 0..1, how likely each is by hand.
    """

    boxes: tuple[Box, ...]
    signs: Figures
    amounts: Figures
    likely: Figures

    @property
    def share(self) -> float:
        """Share of the writing's ink that is by hand, 0..1; 0 where nothing is written."""
        if not len(self.amounts):
            return 0.0
        return round(float((self.likely * self.amounts).sum() / max(1.0, self.amounts.sum())), 4)

    @property
    def most_of_it(self) -> bool:
        """Whether most of the writing is by hand: its text is not to be relied on."""
        return self.share > MOSTLY_BY_HAND


def handwriting_on(seen: Sequence[InkLine], read: Sequence[Line], ink: TextInk) -> Handwriting:
    """What of the page is by hand.

    Args:
        seen: the lines of the ink.
        read: what was read as print, with calibrated confidence.
        ink: the text-like ink of the page as shown.
    """
    boxes = tuple(line.box for line in seen)
    amounts = np.array([float(line.ink) for line in seen])
    return weighed(boxes, line_signs(seen, read, ink), amounts)


def weighed(boxes: tuple[Box, ...], signs: Figures, amounts: Figures) -> Handwriting:
    """What of a page is by hand, where the signs of its lines are known.

    Args:
        boxes: the lines.
        signs: (lines, ``len(LINE_SIGNS)``).
        amounts: (lines,) ink of each.
    """
    weights, bias = _table()
    total = np.clip(signs.reshape(-1, len(LINE_SIGNS)) @ weights + bias, -30, 30)
    return Handwriting(boxes, signs, amounts, 1 / (1 + np.exp(-total)))


def line_signs(seen: Sequence[InkLine], read: Sequence[Line], ink: TextInk) -> Figures:
    """(lines, ``len(LINE_SIGNS)``): what speaks for a hand, line by line of the ink."""
    words = [word for line in read for word in line.words]
    places = np.array([word.box for word in words], np.float64).reshape(-1, 4)
    sure = np.array([word.confidence for word in words])
    letters = np.array([float(len(word.text)) for word in words])
    body = float(np.median([line.body_px for line in seen])) if seen else 1.0
    rows = []
    for line in seen:
        x0, y0, x1, y1 = line.box
        middle_x = (places[:, 0] + places[:, 2]) / 2
        middle_y = (places[:, 1] + places[:, 3]) / 2
        inside = (middle_x > x0) & (middle_x < x1) & (middle_y > y0) & (middle_y < y1)
        covered = float((places[inside, 2] - places[inside, 0]).sum()) / max(1, x1 - x0)
        weight = letters[inside].sum()
        unsure = 1 - float((sure[inside] * letters[inside]).sum() / weight) if weight else 1.0
        rows.append(
            (
                1 - min(1.0, covered),
                unsure,
                *_form(line, ink),
                min(_MOST, line.body_px / max(1.0, body)),
                float(line.box.width < _SHORT * line.body_px),
            )
        )
    return np.array(rows).reshape(-1, len(LINE_SIGNS))


def _form(line: InkLine, ink: TextInk) -> tuple[float, float, float, float, float]:
    """Crispness, unevenness of heights, fullness, wander of tops, fineness of the profile."""
    x0, x1 = int(line.box.x0 * ink.scale_x), round(line.box.x1 * ink.scale_x)
    y0, y1 = int(line.box.y0 * ink.scale_y), round(line.box.y1 * ink.scale_y)
    part = ink.mask[max(0, y0) : y1, max(0, x0) : x1]
    body = max(2.0, line.body_px * ink.scale_y)
    if part.size == 0 or not cv2.countNonZero(part):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    rows = cv2.reduce(part, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F).ravel() / 255
    peak = float(rows.max())
    steps = np.abs(np.diff(np.concatenate([[0.0], rows, [0.0]])))
    marks = ink.marks
    middle_x = (marks[:, 0] + marks[:, 2]) / 2
    middle_y = (marks[:, 1] + marks[:, 3]) / 2
    own = marks[(middle_x >= x0) & (middle_x < x1) & (middle_y >= y0) & (middle_y < y1)]
    own = own[(own[:, 3] - own[:, 1]) >= 0.5 * body]
    heights = (own[:, 3] - own[:, 1]) / body
    uneven, wander = 0.0, 0.0
    if len(own) > _FEW_MARKS:
        uneven = float(heights.std())
        wander = float(np.median(np.abs(own[:, 1] - np.median(own[:, 1]))) / body)
    return (
        float(steps.max() / peak),
        min(_MOST, uneven),
        cv2.countNonZero(part) / part.size,
        min(_MOST, wander),
        peak / max(1.0, part.shape[1]),
    )


@cache
def _table() -> tuple[Figures, float]:
    kept = json.loads(TABLE.read_text(encoding="utf-8"))
    by_sign = kept["weights"]
    if set(by_sign) != set(LINE_SIGNS):
        raise ValueError(f"{TABLE.name} was fitted on other signs: run make fit-sides")
    weights = np.array([float(by_sign[name]) for name in LINE_SIGNS])
    return weights, float(kept["bias"])
