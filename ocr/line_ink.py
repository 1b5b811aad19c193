"""The text-like ink of an image that was made ready for an engine: level, paper white."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.levels import levels_at
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
_SHORT, _BESIDE = 4.0, 4.0  # shorter stretches borrow from lines no further away
_CELL, _ROW = 8.0, 40.0  # shorter stretches with odd letters borrow from all of their row
_LONE, _LONE_AFTER = 2.6, 1.0  # how far before and after a line its lone marks stand
_WIDEST_MARK = 1.6  # a lone mark is a letter or less
_NEAR = 0.3  # marks this far above or below a line's box are its own
_LETTERS_BELOW = 0.8  # letters hang from their headline; below a rule is white
_ODD = 1.35  # times larger or smaller letters than the usual ones
_HANGING = 30  # of 255: ink in that band


def lines_of(image: GrayImage, *, body_px: float) -> tuple[InkLine, ...]:
    """Stretches of text lines, their small letters measured at the full size.

    Args:
        image: (height, width) level, dark ink on white.
        body_px: height of small letters to be expected.
    """
    size = tuple(max(1, -(-side // _SHRUNK)) for side in image.shape[::-1])
    small: GrayImage = cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    paper = levels_at(small[::2, ::2], _PAPER)[0]
    own = np.where(small < _INK_SMALL * paper, np.uint8(255), np.uint8(0))
    body = body_px / _SHRUNK
    mask, marks = _letters(own, body)
    if not len(marks):
        return ()
    scale = (size[0] / image.shape[1], size[1] / image.shape[0])
    ink = TextInk(mask, own, *scale, body, 1, marks)
    found = find_lines(ink, white_strips(ink))
    measured = _as_beside([_measured(image, line, _INK * paper) for line in found])
    measured = _with_lone_marks(measured, marks / np.array([*scale, *scale]))
    return tuple(line for line in _once(measured) if line.body_px >= _LEAST_LETTER_PX)


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


def _with_lone_marks(lines: list[InkLine], marks: NDArray[np.float64]) -> list[InkLine]:
    """The lines, wide enough for the marks at their ends that belong to no other line.

    A number at the head of a paragraph is too narrow to be a line; half a digit is no digit.

    Args:
        lines: as measured.
        marks: (marks, 4) x0, y0, x1, y1 in the same pixels.
    """
    x, y = (marks[:, 0] + marks[:, 2]) / 2, (marks[:, 1] + marks[:, 3]) / 2
    owned = np.zeros(len(marks), bool)
    for line in lines:
        box, near = line.box, _NEAR * line.body_px
        owned |= (x >= box.x0 - 1) & (x <= box.x1 + 1) & (y >= box.y0 - near) & (y <= box.y1 + near)
    lone = marks[~owned]
    return [_widened(line, lone) for line in lines]


def _once(lines: list[InkLine]) -> list[InkLine]:
    """The lines without those that another one has come to hold."""
    kept: list[InkLine] = []
    for line in sorted(lines, key=lambda line: -line.box.width):
        middle = ((line.box.x0 + line.box.x1) / 2, (line.top_px + line.baseline_px) / 2)
        if not any(_holds(other, middle) for other in kept):
            kept.append(line)
    return sorted(kept, key=lambda line: (line.box.y0, line.box.x0))


def _holds(line: InkLine, at: tuple[float, float]) -> bool:
    return line.box.x0 <= at[0] <= line.box.x1 and line.top_px <= at[1] <= line.baseline_px


def _widened(line: InkLine, lone: NDArray[np.float64]) -> InkLine:
    body, box = line.body_px, line.box
    x0, y0, x1, y1 = lone.T
    in_row = (y0 > line.top_px - 0.9 * body) & (y1 < line.baseline_px + 0.6 * body)
    middle = (y0 + y1) / 2
    in_row &= (x1 - x0 <= _WIDEST_MARK * body) & (y1 - y0 <= _WIDEST_MARK * body)
    in_row &= (middle > line.top_px - 0.2 * body) & (middle < line.baseline_px + 0.2 * body)
    left, right = float(box.x0), float(box.x1)
    for mark in lone[in_row & (x1 <= left + body)][np.argsort(-x1[in_row & (x1 <= left + body)])]:
        if left - mark[2] <= _LONE * body:
            left = min(left, float(mark[0]))
    for mark in lone[in_row & (x0 >= right - body)][np.argsort(x0[in_row & (x0 >= right - body)])]:
        if mark[0] - right <= _LONE_AFTER * body:
            right = max(right, float(mark[2]))
    return replace(line, box=box._replace(x0=int(left), x1=round(right)))


def _as_beside(lines: list[InkLine]) -> list[InkLine]:
    """The lines; short ones with the small letters of the longer one that they stand beside.

    A number at the head of a paragraph, a lone mark: too little to tell small letters by. In a
    table's cell a rule that was not taken out tells of small letters that are none; such a
    piece borrows from whatever stands in its row.
    """
    usual = _usual_body(lines)
    long = [line for line in lines if line.box.width >= _SHORT * usual]
    sound = [line for line in lines if usual / _ODD < line.body_px < usual * _ODD]
    made = []
    for line in lines:
        beside: list[InkLine] = []
        if line.box.width < _CELL * usual and line not in sound:
            beside = [other for other in sound if _beside(line, other, _ROW)]
        elif line.box.width < _SHORT * usual:
            beside = [other for other in long if _beside(line, other, _BESIDE)]
        made.append(_borrowed(line, beside))
    return made


def _usual_body(lines: list[InkLine]) -> float:
    """Height of the small letters of the middling line, by length."""
    ordered = sorted(lines, key=lambda line: line.body_px)
    lengths = np.cumsum([line.box.width for line in ordered])
    if not len(lengths):
        return 1.0
    return ordered[int(np.searchsorted(lengths, 0.5 * lengths[-1]))].body_px


def _beside(line: InkLine, other: InkLine, most: float) -> bool:
    """Whether they stand in one row, at most so many heights of small letters apart."""
    middle = (line.box.y0 + line.box.y1) / 2
    gap = max(other.box.x0 - line.box.x1, line.box.x0 - other.box.x1)
    reach = most * other.body_px
    return other.top_px - 0.3 * other.body_px < middle < other.baseline_px and 0 <= gap < reach


def _borrowed(line: InkLine, beside: list[InkLine]) -> InkLine:
    if not beside:
        return line
    near = min(beside, key=lambda other: abs(other.box.x0 - line.box.x0))
    box = line.box._replace(
        y0=min(line.box.y0, round(near.top_px)), y1=max(line.box.y1, round(near.baseline_px))
    )
    return InkLine(box, near.top_px, near.baseline_px, line.ink)


def _measured(image: GrayImage, line: InkLine, darkest_paper: float) -> InkLine:
    """The line with its small letters measured on the image itself."""
    box = line.box
    part = image[max(0, box.y0) : box.y1, max(0, box.x0) : box.x1]
    if not part.size:
        return line
    rows = np.asarray((part < darkest_paper).sum(axis=1), np.float64)
    top, baseline = small_letters(rows, (line.top_px - box.y0, line.baseline_px - box.y0))
    return InkLine(box, box.y0 + top, box.y0 + baseline, line.ink)
