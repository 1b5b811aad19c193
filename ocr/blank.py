"""Empty sheets, nearly empty sheets, and backs through which the front shows.

A wrong "blank" loses a page, so the bar is high: no ink at all but dust, creases, punch holes
and the edge of the sheet. Pale marks may be pencil; they count as nothing only when they have
no edges, as print has that shines through the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import FAINTEST, PENCIL, Look
from ocr.marks import FAINT, marks_on
from ocr.page import GrayImage, Mask
from ocr.softness import Detail, detail_of
from ocr.traces import BELT_MM, ink_left

NEARLY_BLANK_MM2 = 60.0  # ink of half a dozen words of ordinary type
# One seal is at most 36 mm wide; one line, tilted by 3 degrees, at most 14 mm high.
_LITTLE_MM2, _STAMP_MM, _LINE_MM, _LINE_INK_MM2, _STRAY = 450.0, 44.0, 15.0, 170.0, 0.03
_MOST_LID = 0.4  # more dark than this is no lid but a dark page
_LEAST_FAINT_MM2 = 2.0  # one digit written with a pencil
_PLAINLY_MM2 = 80.0
_DARKNESSES = (PENCIL, FAINTEST, 0.16)
# Sharpness of all that is left, and of its darkest strokes: a broad soft pencil is hardly
# sharper than bold print of the other side, and then the page is kept.
_SOFT, _DARKER, _SOFT_IF_DARK = 0.04, 0.13, 0.03
_STROKE_MM, _STROKE_MM2 = 2.0, 0.8


def is_blank(look: Look, grey: GrayImage) -> bool:
    """True for a sheet with no ink of its own.

    Args:
        look: the page at reduced scale.
        grey: the scan itself; looked at when the ink is faint.
    """
    if cv2.countNonZero(look.lid) > _MOST_LID * look.lid.size or _is_plainly_written(look):
        return False
    sheet = _Sheet(look, grey)
    return all(_is_explained(sheet, threshold) for threshold in _DARKNESSES)


@dataclass(frozen=True)
class _Sheet:
    """A sheet that may be empty; its details are looked for once, if they are asked for."""

    look: Look
    grey: GrayImage

    @cached_property
    def detail(self) -> Detail:
        """How much of its darkness has edges."""
        return detail_of(self.grey, self.look.paper, px_per_mm=self.look.px_per_mm)

    def sharpest(self, places: NDArray[np.int32]) -> float:
        """Sharpness of the sharpest of some places."""
        return float(self.detail.sharpness_of(places).max(initial=0.0))


def _is_explained(sheet: _Sheet, threshold: float) -> bool:
    """True when all that is darker than the threshold is no ink of this side of the sheet.

    A tick that touches a fold is part of it at one threshold and stands alone at another.
    """
    look = sheet.look
    left, mask = ink_left(look, threshold)
    if (left.contrast >= FAINT).any():
        return False
    if left.ink < _LEAST_FAINT_MM2 * look.px_per_mm**2:
        return True
    if sheet.sharpest((mask > 0).astype(np.int32)) > _SOFT:
        return False
    return sheet.sharpest(_darkest(look, mask)) <= _SOFT_IF_DARK


def _darkest(look: Look, mask: Mask) -> NDArray[np.int32]:
    """The darkest strokes of what is left, each with its number; 0 elsewhere."""
    marks, labels = marks_on(cv2.bitwise_and(look.contrast, mask), _DARKER)  # type: ignore[arg-type]
    mm = look.px_per_mm
    strokes = marks.where((marks.long > _STROKE_MM * mm) & (marks.area > _STROKE_MM2 * mm**2))
    numbers = np.zeros(int(labels.max()) + 1, np.int32)
    numbers[strokes.label] = np.arange(1, len(strokes) + 1)
    return np.take(numbers, labels)


def _is_plainly_written(look: Look) -> bool:
    """True when there is more dark ink off the edges than dust, staples and holes make."""
    belt, (height, width) = BELT_MM * look.px_per_mm, look.contrast.shape
    ink = 0
    for marks in (look.written, look.drawn):
        inside = (marks.x > belt) & (marks.x + marks.width < width - belt)
        inside &= (marks.y > belt) & (marks.y + marks.height < height - belt)
        ink += marks.where(inside & (marks.contrast >= FAINT)).ink
    return ink > _PLAINLY_MM2 * look.px_per_mm**2


def ink_mm2(look: Look) -> float:
    """Area of all ink of the page, square millimetres."""
    return float((look.written.ink + look.drawn.ink) / look.px_per_mm**2)


def is_nearly_blank(look: Look) -> bool:
    """True for a sheet with a page number, a stamp, a line or a few words."""
    ink = ink_mm2(look)
    if ink >= _LITTLE_MM2:
        return False
    if not ink:
        return True
    across_mm, down_mm = _extent_mm(look)
    in_a_line = min(across_mm, down_mm) <= _LINE_MM
    in_a_stamp = max(across_mm, down_mm) <= _STAMP_MM
    return ink < NEARLY_BLANK_MM2 or in_a_stamp or (in_a_line and ink < _LINE_INK_MM2)


def _extent_mm(look: Look) -> tuple[float, float]:
    """Width and height of what holds nearly all ink; specks far from it do not count."""
    marks = [look.written, look.drawn]
    area = np.concatenate([each.area for each in marks]).astype(np.float64)
    extents = []
    for start, length in (("x", "width"), ("y", "height")):
        first = np.concatenate([getattr(each, start) for each in marks])
        last = first + np.concatenate([getattr(each, length) for each in marks])
        spread = _at(last, area, 1 - _STRAY) - _at(first, area, _STRAY)
        extents.append(float(spread) / look.px_per_mm)
    return extents[0], extents[1]


def _at(places: NDArray[np.int32], weights: NDArray[np.float64], share: float) -> int:
    """The place before which ``share`` of the weight lies."""
    order = np.argsort(places, kind="stable")
    grown = np.cumsum(weights[order])
    return int(places[order][min(np.searchsorted(grown, share * grown[-1]), len(order) - 1)])
