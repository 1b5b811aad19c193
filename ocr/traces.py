"""What handling and the scanner leave on an empty sheet: punch holes, staples, edge shadows.

Looked at only when a sheet may be empty: what is taken out here is taken out before marks are
told apart, so that a fold that runs into a hole or a shadow is seen as the fold it is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import FAINTEST, Look
from ocr.marks import Chosen, Marks, ink_of_the_page, marks_on
from ocr.page import GrayImage, Mask

_HOLE_CONTRAST, _HOLE_MM, _AROUND_MM = 0.35, (4.0, 9.0), 0.8
# A shadow along the edge is broad and lies in this belt; no stroke of a pen is as broad.
BELT_MM, _BROAD_MM, _SMOOTH_MM, _RIM_MM = 14.0, 3.3, 0.45, 1.4
# The two holes of a staple, and how far from the line between them its shadow reaches.
_STAPLE_MM, _CORNER_MM, _PRICK_MM, _PRICKED, _BESIDE_MM = (5.5, 14.0), 32.0, 1.7, 0.3, 1.2
_MOST_PRICKS = 60
# Dust: judged by its core; and specks that hang together, among dust and far from any mark.
_CORE, _SKIRT_MM = 0.15, 2.2
_SPECK_MM, _SPECK_MM2, _FEW_SPECKS, _LONELY_MM, _ALIKE = 1.9, 1.4, 10, 8.0, 0.6


def ink_left(look: Look, threshold: float) -> tuple[Marks, Mask]:
    """The marks that neither handling nor the scanner explain, and 255 where they are.

    Args:
        look: the page at reduced scale.
        threshold: share of full darkness from which there is a mark, 0..1.
    """
    mm = look.px_per_mm
    contrast = look.contrast.copy()
    _take_out_holes(contrast, mm)
    _take_out_shadows(contrast, mm)
    marks, labels = marks_on(contrast, threshold)
    size = (contrast.shape[1], contrast.shape[0])
    left = marks.where(ink_of_the_page(marks, mm, size))
    left = left.where(~_is_staple(left, look.contrast, labels, mm))
    left = left.where(~_has_a_core_of_dust(left, contrast, labels, mm))
    left = left.where(~_is_speck(left, len(marks) - len(left), mm))
    table = np.zeros(int(labels.max()) + 1, np.uint8)
    table[left.label] = 255
    return left, np.take(table, labels)


def _take_out_holes(contrast: GrayImage, mm: float) -> None:
    """Clear punch holes and their rims, in place."""
    marks, labels = marks_on(contrast, _HOLE_CONTRAST)
    fill = marks.area / (marks.width * marks.height)
    round_ = (fill > 0.7) & (marks.long < 1.25 * marks.short)
    holes = marks.where(round_ & (marks.short > _HOLE_MM[0] * mm) & (marks.long < _HOLE_MM[1] * mm))
    if len(holes):
        around = max(1, round(_AROUND_MM * mm))
        punched = np.isin(labels, holes.label).astype(np.uint8)
        grown = cv2.dilate(punched, np.ones((2 * around + 1, 2 * around + 1), np.uint8))
        contrast[grown > 0] = 0


def _take_out_shadows(contrast: GrayImage, mm: float) -> None:
    """Along the border leave only what is narrower than a shadow, in place."""
    reach, belt = round(_BROAD_MM * mm), round(BELT_MM * mm)
    if not reach or min(contrast.shape) <= 2 * belt:
        return
    # The rim of a look is empty; a shadow there goes on as it is beside it.
    rim = round(_RIM_MM * mm) + 1
    inner = contrast[rim:-rim, rim:-rim]
    smooth = cv2.GaussianBlur(
        inner, (0, 0), max(0.5, _SMOOTH_MM * mm), borderType=cv2.BORDER_REPLICATE
    )
    margin = 2 * reach
    wide = cv2.copyMakeBorder(smooth, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    broad = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))
    inside = np.s_[margin:-margin, margin:-margin]
    broad = cv2.dilate(broad, np.ones((3, 3), np.uint8))[inside]
    narrow = np.zeros_like(contrast)
    narrow[rim:-rim, rim:-rim] = cv2.subtract(inner, broad)
    narrow[belt:-belt, belt:-belt] = contrast[belt:-belt, belt:-belt]
    contrast[:] = narrow


def _is_staple(marks: Marks, contrast: GrayImage, labels: NDArray[np.int32], mm: float) -> Chosen:
    """Marks that lie between the two dark pricks of a staple in a corner of the sheet."""
    height, width = contrast.shape
    dots, _ = marks_on(contrast, _PRICKED)
    dots = dots.where(dots.long < _PRICK_MM * mm)
    x, y = dots.x + dots.width / 2, dots.y + dots.height / 2
    aside, away = np.minimum(x, width - x), np.minimum(y, height - y)
    pricks = np.stack([x, y], axis=1)[np.maximum(aside, away) < _CORNER_MM * mm]
    stapled = np.zeros(len(marks), np.bool_)
    if len(pricks) > _MOST_PRICKS:
        return stapled
    apart = np.linalg.norm(pricks[:, None] - pricks, axis=2)
    pairs = np.argwhere((apart > _STAPLE_MM[0] * mm) & (apart < _STAPLE_MM[1] * mm))
    for at in np.flatnonzero(marks.long < (_STAPLE_MM[1] + 2) * mm):
        own = np.s_[marks.y[at] : marks.y[at] + marks.height[at], :]
        rows, columns = np.nonzero(labels[own] == marks.label[at])
        pixels = np.stack([columns, rows + marks.y[at]], axis=1)
        ends = [(pricks[one], pricks[other]) for one, other in pairs if one < other]
        stapled[at] = any(_lies_between(pixels, *pair, reach=_BESIDE_MM * mm) for pair in ends)
    return stapled


def _lies_between(
    pixels: NDArray[np.intp],
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    *,
    reach: float,
) -> bool:
    """True when all pixels lie within ``reach`` of the line from one point to the other."""
    length = np.linalg.norm(other - one)
    ahead = (other - one) / length
    along = (pixels - one) @ ahead
    beside = (pixels - one) @ np.array([-ahead[1], ahead[0]])
    inside = (along > -reach) & (along < length + reach) & (np.abs(beside) < reach)
    return bool(inside.all())


def _has_a_core_of_dust(
    marks: Marks, contrast: GrayImage, labels: NDArray[np.int32], mm: float
) -> Chosen:
    """Small dark marks that are dust once the pale skirt around them is left off."""
    cores, numbers = marks_on(contrast, FAINTEST)
    cores = cores.where(ink_of_the_page(cores, mm, (contrast.shape[1], contrast.shape[0])))
    made = labels[np.isin(numbers, cores.label)]
    small = (marks.long < _SKIRT_MM * mm) & (marks.contrast > _CORE)
    return np.asarray(small & ~np.isin(marks.label, made))


def _is_speck(marks: Marks, dust: int, mm: float) -> Chosen:
    """Small marks far from all others on a sheet full of dust: two specks that touch."""
    small = (marks.long < _SPECK_MM * mm) & (marks.area < _SPECK_MM2 * mm**2)
    if dust < _FEW_SPECKS or not 0 < np.count_nonzero(small) <= _FEW_SPECKS:
        return np.zeros_like(small)
    x, y = marks.x + marks.width / 2, marks.y + marks.height / 2
    near = np.hypot(x[:, None] - x, y[:, None] - y) < _LONELY_MM * mm
    # Print that shines through around a speck is paler than the speck.
    near &= marks.contrast > _ALIKE * marks.contrast[:, None]
    return np.asarray(small & (near.sum(axis=1) == 1))
