"""Letter by letter: where two drawings that lie on each other say different things.

Two copies of one letter to two people agree but for a name, an initial or a digit: too little for
``ocr.likeness``, which looks at a sheet as a whole at 75 dpi. So writing is cut into pieces of a
word or less; every piece is moved until it fits best (paper is never flat), and then compared
through a window of one letter. Thin, pale and jagged strokes of one and the same letter still
correlate there; another letter does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import GrayImage

_INK = 60  # of 255: what belongs to a piece
_JOINED = (3, 7)  # rows and columns between letters of one piece
_LONGEST_PX = 73  # 18 mm: a longer piece is cut
_LEAST_PX, _LEAST_HEIGHT_PX = 4, 5  # what is smaller is a dot or a comma
_PAD_PX, _REACH_PX = 3, 2  # around a piece; how far it may be moved
_WINDOW_PX = 7  # 1.8 mm: a letter or a digit
_SOFT = 0.6
# Of the variance of ink in a window: where there is writing at all; what is most of it in the
# darkest tenth of the piece; what the paler of the two must have of the darker to say something.
_WRITING, _MOST, _ENOUGH = 100.0, 0.4, 0.25

Boxes = NDArray[np.int32]


@dataclass(frozen=True)
class Pieces:
    """The writing of two drawings, piece by piece.

    Attributes:
        boxes: (n, 4) left, top, right, bottom in pixels of the first drawing.
        agreement: (n,) least correlation of a letter where both have ink, -1..1.
        ink: (n, 2) sum of its ink in both, in pixels of full ink; paper's grain counts.
        dark: (n, 2) the same of what is dark enough to be ink by itself.
    """

    boxes: Boxes
    agreement: NDArray[np.float32]
    ink: NDArray[np.float32]
    dark: NDArray[np.float32]

    def within(self, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
        """Which pieces have a part in common with ``box``."""
        left, top, right, bottom = self.boxes.T
        x0, y0, x1, y1 = box
        return np.asarray((left < x1) & (right > x0) & (top < y1) & (bottom > y0))


def pieces_of(one: GrayImage, laid: GrayImage) -> Pieces:
    """Both drawings compared piece by piece.

    Args:
        one: (height, width) ink at 100 dpi, 0 paper.
        laid: the other drawing laid over it, same shape.
    """
    soft = [_softened(ink) for ink in (one, laid)]
    edge = _PAD_PX + _REACH_PX
    height, width = one.shape
    found = [
        (box, *_compared(soft[0], soft[1], box))
        for box in _boxes(np.maximum(one, laid))
        if edge <= box[0] and edge <= box[1] and box[2] + edge < width and box[3] + edge < height
    ]
    return Pieces(
        np.array([row[0] for row in found], np.int32).reshape(-1, 4),
        np.array([row[1] for row in found], np.float32),
        np.array([row[2] for row in found], np.float32).reshape(-1, 2),
        np.array([row[3] for row in found], np.float32).reshape(-1, 2),
    )


def _boxes(ink: GrayImage) -> list[tuple[int, int, int, int]]:
    """Pieces of writing, none longer or taller than ``_LONGEST_PX``."""
    mask = (ink > _INK).astype(np.uint8)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(_JOINED, np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = []
    for x, y, width, height in stats[1:, :4].tolist():
        across, down = -(-width // _LONGEST_PX), -(-height // _LONGEST_PX)
        if width // across < _LEAST_PX or height // down < _LEAST_HEIGHT_PX:
            continue
        xs = [x + width * part // across for part in range(across + 1)]
        ys = [y + height * part // down for part in range(down + 1)]
        boxes += [
            (left, top, right, bottom)
            for top, bottom in pairwise(ys)
            for left, right in pairwise(xs)
        ]
    return boxes


def _compared(
    one: NDArray[np.float32], laid: NDArray[np.float32], box: tuple[int, int, int, int]
) -> tuple[float, list[float], list[float]]:
    """Agreement, ink and dark ink of one piece; see ``Pieces``."""
    left, top, right, bottom = box
    rows, columns = (top - _PAD_PX, bottom + _PAD_PX), (left - _PAD_PX, right + _PAD_PX)
    here = one[slice(*rows), slice(*columns)]
    around = laid[
        rows[0] - _REACH_PX : rows[1] + _REACH_PX, columns[0] - _REACH_PX : columns[1] + _REACH_PX
    ]
    fit = cv2.matchTemplate(around, here, cv2.TM_CCOEFF_NORMED)
    _, _, _, (x, y) = cv2.minMaxLoc(fit)
    there = around[y : y + here.shape[0], x : x + here.shape[1]]
    both = (here, there)
    ink = [float(drawn.sum()) / 255 for drawn in both]
    dark = [float(drawn[drawn > _INK].sum()) / 255 for drawn in both]
    return _agreement(here, there), ink, dark


def _agreement(here: NDArray[np.float32], there: NDArray[np.float32]) -> float:
    """Least correlation in a window where both have writing; 1 where there is no such window."""
    mean = [_blurred(ink) for ink in (here, there)]
    spread = [
        _blurred(ink * ink) - level * level for ink, level in zip((here, there), mean, strict=True)
    ]
    more, less = np.maximum(*spread), np.minimum(*spread)
    if not (more > 1).any():
        return 1.0
    written = max(_WRITING, _MOST * float(np.percentile(more[more > 1], 90)))
    both = (more > written) & (less > _ENOUGH * more)
    if not both.any():
        return 1.0
    shared = _blurred(here * there) - mean[0] * mean[1]
    return float((shared[both] / np.sqrt(more[both] * less[both])).min())


def _softened(ink: GrayImage) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(ink.astype(np.float32), (0, 0), _SOFT), np.float32)


def _blurred(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    window = (_WINDOW_PX, _WINDOW_PX)
    return np.asarray(cv2.blur(ink, window, borderType=cv2.BORDER_CONSTANT), np.float32)
