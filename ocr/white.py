"""Upright strips of a page in which nothing is written, between what is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.page import Box, Mask

# In heights of small letters:
NARROWEST = 0.9
_LOWEST = 9.0  # four lines
_RULE = 8.0  # a level stroke this long is a rule
_BROKEN = 2.0  # pieces of a tilted rule this far apart are one
_THICK = 0.8  # what is thicker is a picture
_ALIKE = 0.9  # columns of pixels that share so much of the tallest one are one strip


def white_strips(ink: TextInk) -> Mask:
    """255 in upright strips without ink that have ink on both sides."""
    body = ink.body_px
    inked = _sharp(cv2.max(ink.mask, _level_rules(ink)))
    narrowest = np.ones((1, max(2, round(NARROWEST * body))), np.uint8)
    white = cv2.bitwise_not(cv2.dilate(inked, narrowest))
    white = cv2.bitwise_and(white, _between(_sharp(ink.own), round(1.5 * body)))
    tall = np.ones((max(3, round(_LOWEST * body)), 1), np.uint8)
    return cv2.morphologyEx(white, cv2.MORPH_OPEN, tall)  # type: ignore[return-value]


def _level_rules(ink: TextInk) -> Mask:
    """Level strokes of the drawings, such as a table's: no column runs through them.

    Pictures and upright rules stand between columns or beside them.
    """
    body = ink.body_px
    drawn = cv2.subtract(ink.own, ink.mask)
    joined = cv2.morphologyEx(
        drawn, cv2.MORPH_CLOSE, np.ones((1, round(_BROKEN * body) | 1), np.uint8)
    )
    long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, round(_RULE * body) | 1), np.uint8))
    thick = cv2.morphologyEx(long, cv2.MORPH_OPEN, np.ones((round(_THICK * body) | 1, 3), np.uint8))
    return cv2.subtract(long, thick)  # type: ignore[return-value]


def _sharp(mask: NDArray[Any]) -> Mask:
    """255 where the mask is more than half full; levelling leaves its edges soft."""
    _, sharp = cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)
    return np.asarray(sharp, dtype=np.uint8)


def _between(inked: Mask, reach: int) -> Mask:
    """255 between the first and the last ink of each row, its neighbours' ink counted too."""
    tall = cv2.dilate(inked, np.ones((2 * reach + 1, 1), np.uint8))
    width = tall.shape[1]
    first, last = tall.argmax(axis=1), width - 1 - tall[:, ::-1].argmax(axis=1)
    first[~tall.any(axis=1)] = width  # nothing lies between nothing
    x = np.arange(width)
    inside = (x >= first[:, None]) & (x <= last[:, None])
    return np.where(inside, np.uint8(255), np.uint8(0))


def strips_of(white: Mask, *, most: int = 60) -> list[Box]:
    """The white as boxes, pixels of the look, the tallest first.

    Args:
        white: what ``white_strips`` found.
        most: how many boxes at most.
    """
    columns = np.flatnonzero(cv2.reduce(white, 0, cv2.REDUCE_MAX))
    edges = np.diff(np.pad(white[:, columns].T > 0, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    column, y0 = np.nonzero(edges == 1)
    x = columns[column]
    y1 = np.nonzero(edges == -1)[1]
    strips: list[Box] = []
    while len(x) and len(strips) < most:
        tallest = int(np.argmax(y1 - y0))
        top, bottom = int(y0[tallest]), int(y1[tallest])
        shared = np.minimum(y1, bottom) - np.maximum(y0, top)
        alike = shared >= _ALIKE * (bottom - top)
        first, last = _without_break(x[alike], int(x[tallest]))
        strips.append(Box(first, top, last + 1, bottom))
        kept = (shared <= 0) | (x < first) | (x > last)
        x, y0, y1 = x[kept], y0[kept], y1[kept]
    return strips


def _without_break(numbers: NDArray[np.int_], one: int) -> tuple[int, int]:
    """First and last of the numbers that follow each other around ``one``."""
    present = set(numbers.tolist())
    first = last = one
    while first - 1 in present:
        first -= 1
    while last + 1 in present:
        last += 1
    return first, last
