"""The text-like ink of an image that was made ready for an engine: level, paper white."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.line_finder import InkLine, find_lines
from ocr.line_image import small_letters
from ocr.page import GrayImage, Mask
from ocr.pieces import pieces_of
from ocr.white import white_strips

# Darker than this share of the paper is ink; at half the size thin strokes are paler.
_INK, _INK_SMALL = 0.69, 0.78
_PAPER = 80  # percentile of a page's pixels that is paper for certain
_SHRUNK = 2  # lines are looked for at half the size
_LEAST_LETTER_PX = 4.0  # smaller letters say nothing; they are specks
# In heights of small letters:
_TALLEST = 3.2  # taller marks are frames, seals, pictures
_LEVEL_RULE, _UPRIGHT_RULE = 6.0, 5.0
_LETTERS_BELOW = 0.8  # letters hang from their headline; below a rule is white
_HANGING = 30  # of 255: ink in that band


def lines_of(image: GrayImage, *, body_px: float) -> tuple[InkLine, ...]:
    """Stretches of text lines, their small letters measured at the full size.

    Args:
        image: (height, width) level, dark ink on white.
        body_px: height of small letters to be expected.
    """
    size = tuple(max(1, -(-side // _SHRUNK)) for side in image.shape[::-1])
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(small[::2, ::2], _PAPER))
    own = np.where(small < _INK_SMALL * paper, np.uint8(255), np.uint8(0))
    body = body_px / _SHRUNK
    mask, marks = _letters(own, body)
    if not len(marks):
        return ()
    scale = (size[0] / image.shape[1], size[1] / image.shape[0])
    ink = TextInk(mask, own, *scale, body, 1, marks)
    found = find_lines(ink, white_strips(ink))
    measured = (_measured(image, line, _INK * paper) for line in found)
    return tuple(line for line in measured if line.body_px >= _LEAST_LETTER_PX)


def _letters(own: Mask, body_px: float) -> tuple[Mask, NDArray[np.int32]]:
    """Ink of the size of letters, rules taken out, and the boxes of its pieces."""
    level = np.ones((1, round(_LEVEL_RULE * body_px)), np.uint8)
    upright = np.ones((round(_UPRIGHT_RULE * body_px), 1), np.uint8)
    # Headlines of long words are level strokes, too: a rule has no letters hanging from it.
    rules = cv2.morphologyEx(own, cv2.MORPH_OPEN, upright)
    long = cv2.morphologyEx(own, cv2.MORPH_OPEN, level)
    lone = cv2.subtract(long, _touched(own, long, body_px))
    mask = cv2.subtract(own, cv2.max(rules, lone))
    labels, boxes = pieces_of(mask)  # type: ignore[arg-type]
    chosen = boxes[:, cv2.CC_STAT_HEIGHT] <= _TALLEST * body_px
    chosen[0] = False
    keep = np.where(chosen, 255, 0).astype(np.uint8)
    x, y, width, height = boxes[chosen, :4].T
    return np.take(keep, labels), np.stack([x, y, x + width, y + height], 1)


def _touched(own: Mask, long: NDArray[Any], body_px: float) -> Mask:
    """Where long level strokes have ink right below them, as headlines have."""
    below = cv2.subtract(own, cv2.dilate(long, np.ones((3, 1), np.uint8)))
    reach = max(1, round(_LETTERS_BELOW * body_px))
    density = cv2.blur(below, (round(3 * body_px) | 1, reach), anchor=(-1, 0))
    return np.asarray(cv2.threshold(density, _HANGING, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _measured(image: GrayImage, line: InkLine, darkest_paper: float) -> InkLine:
    """The line with its small letters measured on the image itself."""
    box = line.box
    part = image[max(0, box.y0) : box.y1, max(0, box.x0) : box.x1]
    if not part.size:
        return line
    rows = np.asarray((part < darkest_paper).sum(axis=1), np.float64)
    top, baseline = small_letters(rows, (line.top_px - box.y0, line.baseline_px - box.y0))
    return InkLine(box, box.y0 + top, box.y0 + baseline, line.ink)
