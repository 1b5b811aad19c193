"""The ink of a page with little on it, seen at two to four times the scale of the look.

At 75 dots an inch a single word is too small to say how far it is tilted; seen closely, its
headline or baseline says it to a few tenths of a degree. Little ink makes it cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.ink import Look
from ocr.page import GrayImage
from ocr.skew import Points, ink_points

_MOST_PIXELS = 1_500_000
_CLOSEST = 4  # times the scale of the look
_FAINTEST = 0.05
_HALF = 0.5  # of the ink's darkness: where a blurred edge lies


@dataclass(frozen=True)
class CloseLook:
    """The written part of a page, seen closely.

    Attributes:
        contrast: darkness against the paper, 0..255; 0 where no writing is.
        least: darkness from which there is ink.
        times: its pixels a pixel of the look.
    """

    contrast: GrayImage
    least: int
    times: int

    def points(self) -> tuple[Points, Points, float]:
        """x and y of the ink, and how fine they are, in pixels of the look."""
        x, y = ink_points(np.asarray(self.contrast > self.least, np.uint8))
        return x / np.float32(self.times), y / np.float32(self.times), 1 / self.times


def close_look(look: Look, grey: GrayImage) -> CloseLook:
    """The ink that looks like writing, seen closely.

    Args:
        look: the page at reduced scale; some of its marks are written.
        grey: the scan it was made from.
    """
    marks, factor = look.written, look.factor
    left, top = int(marks.x.min()), int(marks.y.min())
    width = int((marks.x + marks.width).max()) - left
    height = int((marks.y + marks.height).max()) - top
    times = _CLOSEST
    while times > 1 and (times > factor or width * height * times**2 > _MOST_PIXELS):
        times //= 2
    size = (width * times, height * times)
    place = np.s_[top : top + height, left : left + width]
    page = grey[top * factor : (top + height) * factor, left * factor : (left + width) * factor]
    page = cv2.resize(page, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    paper = cv2.resize(look.paper[place], size, interpolation=cv2.INTER_LINEAR)
    near = cv2.dilate(look.letters[place], np.ones((3, 3), np.uint8))
    near = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST)
    contrast = np.asarray(cv2.divide(cv2.subtract(paper, page), paper, scale=255), np.uint8)
    contrast[near == 0] = 0
    return CloseLook(contrast, round(255 * max(_HALF * look.strength, _FAINTEST)), times)
