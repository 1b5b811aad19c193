"""Lines that were read where no print is: notes by hand, signatures, parts of seals.

The engine knows print only and makes letters out of any stroke. Such lines are read with little
confidence from beginning to end, and their ink is thinner than that of the page's type. Old print
is read with little confidence too, but then all of the page is: without well-read type to compare
with, only the faintest lines are strokes. A signature is one mark as tall as two lines. A single
word of few letters is judged by its ink above all: ``1/n`` is read with little confidence, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.coverage import TextInk
from ocr.line_finder import InkLine
from ocr.page import Box, Line
from ocr.signs import is_number

# Confidences:
_SURE = 0.85  # one longer word like this, and the line is print
_VERY_UNSURE = 0.35  # the same, where the page has no type to compare with
_UNSURE = 0.5  # lines of print of three words and more are read better than this
_UNSURE_WORD = 0.65
# Letters:
_LONG_WORD = 4
_SHORT = 10
# Shares of ink in the box of a line: type fills 0.2 to 0.4, a pen 0.1 to 0.2.
_THINNER = 0.77  # than the page's type
_THIN = 0.17  # where the page has no type to compare with
_FULL = 0.205  # the same: what is fuller is type
_THIN_WORD = 0.3  # of a short word that is no line of the ink
_ONE_STROKE = 0.5  # of the ink in one mark
_TALL = 1.7  # heights of small letters
# What type to compare with is: well read, and enough of the page.
_WELL_READ, _ENOUGH_TYPE = 0.75, 0.3


@dataclass(frozen=True, slots=True)
class Parted:
    """Lines of print, and what was read out of strokes."""

    print_lines: tuple[Line, ...]
    strokes: tuple[Line, ...]


def parted(lines: tuple[Line, ...], seen: tuple[InkLine, ...], ink: TextInk) -> Parted:
    """The lines of print apart from those read out of strokes.

    Args:
        lines: what was recognised, as the engine gave it.
        seen: the lines of the ink.
        ink: the ink of the page as shown.
    """
    pen = _pen(lines, ink)
    strokes = {
        place
        for place, line in enumerate(lines)
        if line.confidence < _UNSURE_WORD and _is_stroke(line, seen, ink, pen)
    }
    return Parted(
        tuple(line for place, line in enumerate(lines) if place not in strokes),
        tuple(lines[place] for place in sorted(strokes)),
    )


def type_like(lines: tuple[Line, ...], ink: TextInk) -> frozenset[Box]:
    """Boxes of the longer lines whose ink is as full as type: print, however badly it was read.

    Args:
        lines: what was recognised.
        ink: the ink of the page as shown.
    """
    pen = _pen(lines, ink)
    full = _FULL if pen.filled == _THIN else pen.filled
    return frozenset(
        line.box
        for line in lines
        if sum(len(word.text) for word in line.words) >= _SHORT
        and _ink_in(line.box, ink)[0] >= full
    )


@dataclass(frozen=True, slots=True)
class _Pen:
    """What a long line must stay below, in both, to be a stroke of a pen."""

    filled: float
    confidence: float


def _pen(lines: tuple[Line, ...], ink: TextInk) -> _Pen:
    """By the page's own type, if there is enough of it that was read well."""
    letters = [sum(len(word.text) for word in line.words) for line in lines]
    well_read = [
        (line, count)
        for line, count in zip(lines, letters, strict=True)
        if line.confidence >= _WELL_READ and count >= _SHORT
    ]
    if sum(count for _, count in well_read) < _ENOUGH_TYPE * sum(letters) or not well_read:
        return _Pen(_THIN, _VERY_UNSURE)
    type_ = float(np.median([_ink_in(line.box, ink)[0] for line, _ in well_read]))
    return _Pen(_THINNER * type_, _UNSURE)


def _is_stroke(line: Line, seen: tuple[InkLine, ...], ink: TextInk, pen: _Pen) -> bool:
    if any(word.confidence >= _SURE and len(word.text) >= _LONG_WORD for word in line.words):
        return False
    if any(is_number(word.text) and len(word.text) >= _LONG_WORD for word in line.words):
        return False  # as the calibration has it: strokes seldom have the form of a number
    letters = sum(len(word.text) for word in line.words)
    filled, tallest, its_share = _ink_in(line.box, ink)
    if letters >= _SHORT:
        return line.confidence < pen.confidence and filled < pen.filled
    if its_share >= _ONE_STROKE and tallest >= _TALL:
        return True
    unseen = not any(_on_one_level(line.box, other.box) for other in seen)
    return unseen and filled < _THIN_WORD


def _ink_in(box: Box, ink: TextInk) -> tuple[float, float, float]:
    """Share of ink in the box, height of its largest mark in bodies, that mark's share of ink."""
    x0, y0 = int(box.x0 * ink.scale_x), int(box.y0 * ink.scale_y)
    x1 = max(x0 + 1, round(box.x1 * ink.scale_x))
    y1 = max(y0 + 1, round(box.y1 * ink.scale_y))
    part = np.ascontiguousarray(ink.own[y0:y1, x0:x1] > 127).astype(np.uint8)
    inked = int(part.sum())
    if not inked:
        return 0.0, 0.0, 0.0
    _, _, stats, _ = cv2.connectedComponentsWithStats(part)
    largest = stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()]
    height = float(largest[cv2.CC_STAT_HEIGHT]) / ink.body_px
    return inked / part.size, height, float(largest[cv2.CC_STAT_AREA]) / inked


def _on_one_level(one: Box, other: Box) -> bool:
    if min(one.x1, other.x1) <= max(one.x0, other.x0):
        return False
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * min(one.height, other.height)
