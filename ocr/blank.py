"""Empty sheets, nearly empty sheets, and backs through which the front shows.

A wrong "blank" loses a page, so the bar is high: no ink at all but dust, creases, punch holes
and the edge of the sheet. Pale marks may be pencil; they count as nothing only when they have
no edges, as print has that shines through the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.dust import disk, painted_over
from ocr.ink import FAINTEST, PENCIL, Look, look_at
from ocr.marks import FAINT, Marks, marks_on
from ocr.page import GrayImage, Mask
from ocr.pieces import pieces_of
from ocr.softness import Detail, detail_of
from ocr.traces import BELT_MM, ink_left, staple_holes

NEARLY_BLANK_MM2 = 60.0  # ink of half a dozen words of ordinary type
# One seal is at most 36 mm wide; one line, tilted by 3 degrees, at most 14 mm high.
_LITTLE_MM2, _STAMP_MM, _LINE_MM, _LINE_INK_MM2, _STRAY = 450.0, 44.0, 15.0, 170.0, 0.03
_MOST_LID = 0.4  # more dark than this is no lid but a dark page
_LEAST_FAINT_MM2 = 1.6  # a danda, or one digit written with a pencil
_PLAINLY_MM2 = 80.0
_DARKNESSES = (PENCIL, FAINTEST, 0.16)
# Sharpness of all that is left, and of its darkest strokes: a broad soft pencil is hardly
# sharper than bold print of the other side, and then the page is kept.
_SOFT, _DARKER, _SOFT_IF_DARK = 0.04, 0.13, 0.03
_STROKE_MM, _STROKE_MM2 = 2.0, 0.8
# A dark mark along the border that is softer than anything written or printed is a shadow.
_SHADOW = 0.01
# A speck of dust, and the ring around it, which is less than half as dark; a pencil goes on there.
_SPECK, _SPECK_MM, _RING_MM, _FILLED_MM, _LIGHTER = 0.22, 1.6, (0.35, 0.9), 0.5, 0.5
# Specks that touch: as large as a digit, but at the full size of the scan they are round and apart.
_TOUCHING_MM, _ONE_SPECK_MM, _ROUND, _SOLID, _GROWN_PX = 3.0, 1.25, 1.6, 0.45, 1
_MOST_SPECKS = 400


def is_blank(look: Look, grey: GrayImage) -> bool:
    """True for a sheet with no ink of its own.

    Args:
        look: the page at reduced scale.
        grey: the scan itself; looked at when the ink is faint.
    """
    if cv2.countNonZero(look.lid) > _MOST_LID * look.lid.size or _is_plainly_written(look):
        return False
    if _holds_nothing(_Sheet(look, grey)):
        return True
    clean = _without_specks(look, grey)
    return clean is not None and _holds_nothing(clean)


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


def _holds_nothing(sheet: _Sheet) -> bool:
    return all(_is_explained(sheet, threshold) for threshold in _DARKNESSES)


def _without_specks(look: Look, grey: GrayImage) -> _Sheet | None:
    """The sheet with paper where specks of dust lie on it, or on print of the other side.

    Dust makes the soft strokes that it lies on look sharp. ``None`` where there is none.
    """
    found = [(specks, labels) for specks, labels in _specks_on(look, grey) if len(specks)]
    if not found:
        return None
    clean = grey
    for specks in found:
        clean = painted_over(clean, look, specks, around_mm=_FILLED_MM)
    return _Sheet(look_at(clean, dpi=look.px_per_mm * look.factor * 25.4), clean)


def _specks_on(look: Look, grey: GrayImage) -> Iterator[tuple[Marks, NDArray[np.int32]]]:
    """Lone specks, then those that touch, each with the image of their numbers."""
    mm = look.px_per_mm
    marks, labels = marks_on(look.contrast, _SPECK)
    small = marks.where(marks.long < _SPECK_MM * mm)
    if 0 < len(small) <= _MOST_SPECKS:
        yield small.where(_stands_out(look, small, labels) & ~_is_prick(look, small)), labels
    marks, labels = marks_on(look.contrast, _LIGHTER * _SPECK)
    large = (marks.long >= _SPECK_MM * mm) & (marks.long < _TOUCHING_MM * mm)
    if np.count_nonzero(large) > _MOST_SPECKS:
        return
    for at in np.flatnonzero(large):
        large[at] = _falls_apart(look, grey, marks.where(marks.label == marks.label[at]))
    touching = marks.where(large)
    yield touching.where(_stands_out(look, touching, labels)), labels


def _falls_apart(look: Look, grey: GrayImage, mark: Marks) -> bool:
    """Whether a mark is some round specks that touch, seen at the full size of the scan."""
    x, y, width, height = (int(side[0]) for side in (mark.x, mark.y, mark.width, mark.height))
    around, factor = _GROWN_PX, look.factor
    top, left = max(0, y - around) * factor, max(0, x - around) * factor
    part = grey[top : (y + height + around) * factor, left : (x + width + around) * factor]
    paper = int(look.paper[y + height // 2, x + width // 2])
    darkness = cv2.subtract(paper, part)  # type: ignore[call-overload]
    _, boxes = pieces_of((darkness > darkness.max() / 2).view(np.uint8))
    boxes = boxes[1:]
    long, short = boxes[:, 2:4].max(axis=1), boxes[:, 2:4].min(axis=1)
    round_ = (long <= _ROUND * short + 1) & (boxes[:, 4] >= _SOLID * long * short)
    small = long < _ONE_SPECK_MM * look.px_per_mm * factor
    return len(boxes) > 1 and bool((round_ & small).all())


def _is_prick(look: Look, specks: Marks) -> NDArray[np.bool_]:
    """Which specks may be the holes of a staple: without them its shadow looks written."""
    middle = np.stack([specks.x + specks.width / 2, specks.y + specks.height / 2], axis=1)
    apart = np.linalg.norm(middle[:, None] - staple_holes(look), axis=2)
    return np.asarray(apart.min(axis=1, initial=np.inf) < look.px_per_mm)


def _stands_out(look: Look, specks: Marks, labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which specks are more than twice as dark as all that is around them."""
    mm = look.px_per_mm
    near, far = (disk(reach * mm) for reach in _RING_MM)
    margin = len(far)
    rest, numbers = (
        cv2.copyMakeBorder(each, *(margin,) * 4, 0) for each in (look.contrast, labels)
    )
    found = np.zeros(len(specks), np.bool_)
    for at in range(len(specks)):
        x, y = int(specks.x[at]), int(specks.y[at])
        right, bottom = int(specks.width[at]) + 2 * margin, int(specks.height[at]) + 2 * margin
        box = np.s_[y : y + bottom, x : x + right]
        own = (numbers[box] == specks.label[at]).astype(np.uint8)
        ring = (cv2.dilate(own, far) > 0) & (cv2.dilate(own, near) == 0)
        found[at] = rest[box][ring].max(initial=0) / 255 < _LIGHTER * specks.contrast[at]
    return found


def _is_explained(sheet: _Sheet, threshold: float) -> bool:
    """True when all that is darker than the threshold is no ink of this side of the sheet.

    A tick that touches a fold is part of it at one threshold and stands alone at another.
    """
    look = sheet.look
    left, mask = ink_left(look, threshold)
    dark = left.where(left.contrast >= FAINT)
    if len(dark):
        shaded = _numbered(dark, mask)
        if not _lies_along_the_border(dark, look) or sheet.sharpest(shaded) >= _SHADOW:
            return False
        mask[shaded > 0] = 0
        left = left.where(left.contrast < FAINT)
    if left.ink < _LEAST_FAINT_MM2 * look.px_per_mm**2:
        return True
    if sheet.sharpest((mask > 0).astype(np.int32)) > _SOFT:
        return False
    return sheet.sharpest(_darkest(look, mask)) <= _SOFT_IF_DARK


def _lies_along_the_border(marks: Marks, look: Look) -> bool:
    """Whether all marks reach into the belt in which the edges of a sheet cast their shadows."""
    belt, (height, width) = BELT_MM * look.px_per_mm, look.contrast.shape
    inside = (marks.x > belt) & (marks.x + marks.width < width - belt)
    inside &= (marks.y > belt) & (marks.y + marks.height < height - belt)
    return not inside.any()


def _numbered(marks: Marks, mask: Mask) -> NDArray[np.int32]:
    """A number from 1 for what of ``mask`` lies in the box of each mark, else 0."""
    places = np.zeros(mask.shape, np.int32)
    for at in range(len(marks)):
        x, y = int(marks.x[at]), int(marks.y[at])
        box = np.s_[y : y + int(marks.height[at]), x : x + int(marks.width[at])]
        places[box][mask[box] > 0] = at + 1
    return places


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
