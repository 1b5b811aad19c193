"""What handling and the scanner leave on an empty sheet: punch holes, staples, edge shadows.

Looked at only when a sheet may be empty: what is taken out here is taken out before marks are
told apart, so that a fold that runs into a hole or a shadow is seen as the fold it is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import FAINTEST, PENCIL, Look
from ocr.marks import Chosen, Marks, creases, ink_of_the_page, marks_on
from ocr.page import GrayImage, Mask

_HOLE_CONTRAST, _HOLE_MM, _AROUND_MM = 0.35, (4.0, 9.0), 0.8
# A shadow along the edge is broad and lies in this belt; no stroke of a pen is as broad.
BELT_MM, _BROAD_MM, _SMOOTH_MM, _RIM_MM = 14.0, 3.3, 0.45, 1.4
# The two holes of a staple, and how far from the line between them its shadow reaches.
_STAPLE_MM, _STAPLE_LEAST_MM, _CORNER_MM = 14.0, (5.5, 2.5), 32.0
_PRICK_MM, _ROUND, _PRICKED, _BESIDE_MM = 1.7, 2.0, 0.3, 1.2
_MOST_PRICKS = 60
# A piece of a fold by itself; and how much darker than all of it one stretch may be.
_FOLD_MM, _FOLD_WIDE_MM, _HARDLY_DARKER = 15.0, 1.2, 1.6
# Where the sheet ends askew a strip of lid is left: long, thin, flat against the border.
_STRIP_MM, _STRIP_ASPECT, _AT_BORDER_MM = 15.0, 12.0, 2.2
# Dust: judged by what is half as dark as its darkest; and specks that hang together, among
# dust and far from any mark.
_CORE, _SKIRTED_MM, _SKIRT_MM, _CORE_MM, _CORE_MM2 = 0.15, 2.2, 1.15, 1.45, 1.1
_SPECK_MM, _SPECK_MM2, _FEW_SPECKS, _LONELY_MM, _ALIKE = 1.9, 1.4, 10, 5.0, 0.6
_MOST_SPECKS = 40


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
    left = left.where(~_is_staple(left, look, labels))
    left = left.where(~_is_strip_of_lid(left, mm, size))
    left = left.where(~_has_a_core_of_dust(left, contrast, labels, mm))
    left = left.where(~_is_dust_with_a_skirt(left, contrast, labels, mm))
    left = left.where(~_is_speck(left, len(marks) - len(left), mm))
    if threshold > PENCIL:
        left = left.where(~_lies_in_a_fold(left, contrast, labels, mm))
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


def _is_staple(marks: Marks, look: Look, labels: NDArray[np.int32]) -> Chosen:
    """Marks that lie between the two dark pricks of a staple in a corner of the sheet."""
    mm, outside = look.px_per_mm, _outside(look)
    pricks = _pricks_in_corners(look)
    stapled = np.zeros(len(marks), np.bool_)
    if not 0 < len(pricks) <= _MOST_PRICKS:
        return stapled
    for at in np.flatnonzero(marks.long < (_STAPLE_MM + 2) * mm):
        own = np.s_[marks.y[at] : marks.y[at] + marks.height[at], :]
        rows, columns = np.nonzero(labels[own] == marks.label[at])
        pixels = np.stack([columns, rows + marks.y[at]], axis=1)
        ends = np.concatenate([pricks, _cut_off(pixels, outside)])
        apart = np.linalg.norm(pricks[:, None] - ends, axis=2)
        # Of one that goes on out of sight any part may be seen.
        least = np.where(np.arange(len(ends)) < len(pricks), *_STAPLE_LEAST_MM)
        pairs = np.argwhere((apart > least * mm) & (apart < _STAPLE_MM * mm))
        stapled[at] = any(
            _lies_between(pixels, pricks[one], ends[other], reach=_BESIDE_MM * mm)
            for one, other in pairs
        )
    return stapled


def staple_holes(look: Look) -> NDArray[np.float64]:
    """(n, 2): where the two ends of a staple may have gone through the sheet, x and y."""
    pricks, mm = _pricks_in_corners(look), look.px_per_mm
    if len(pricks) > _MOST_PRICKS:
        return pricks[:0]
    apart = np.linalg.norm(pricks[:, None] - pricks, axis=2)
    paired = (apart > _STAPLE_LEAST_MM[0] * mm) & (apart < _STAPLE_MM * mm)
    return np.asarray(pricks[paired.any(axis=1)])


def _pricks_in_corners(look: Look) -> NDArray[np.float64]:
    mm, (height, width) = look.px_per_mm, look.contrast.shape
    dots, _ = marks_on(look.contrast, _PRICKED)
    # A hole is round; the dashes around a page's number are not.
    dots = dots.where((dots.long < _PRICK_MM * mm) & (dots.long <= _ROUND * dots.short))
    x, y = dots.x + dots.width / 2, dots.y + dots.height / 2
    aside, away = np.minimum(x, width - x), np.minimum(y, height - y)
    pricks = np.stack([x, y], axis=1)[np.maximum(aside, away) < _CORNER_MM * mm]
    return np.asarray(pricks, np.float64)


def _outside(look: Look) -> Mask:
    """255 along the border and around the lid, where a staple's second prick cannot be seen."""
    reach = round(_AT_BORDER_MM * look.px_per_mm)
    edge = look.lid.copy()
    edge[0], edge[-1], edge[:, 0], edge[:, -1] = 255, 255, 255, 255
    return np.asarray(cv2.dilate(edge, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)), np.uint8)


def _cut_off(pixels: NDArray[np.intp], outside: Mask) -> NDArray[np.float64]:
    """Where the mark, pixels (x, y), goes on out of sight: one point a row, none if it does not."""
    ends = pixels[outside[pixels[:, 1], pixels[:, 0]] > 0]
    far = np.linalg.norm(ends - pixels.mean(axis=0), axis=1)
    return np.asarray(ends[np.argsort(-far)[:1]], np.float64)


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


def _lies_in_a_fold(
    marks: Marks, contrast: GrayImage, labels: NDArray[np.int32], mm: float
) -> Chosen:
    """Marks that are the darker stretches of a fold, seen whole where less is called ink."""
    pale, numbers = marks_on(contrast, PENCIL)
    # Small pieces may lie in one line by chance.
    folds = pale.where(creases(pale, mm) & (pale.long > _FOLD_MM * mm))
    fold = np.isin(numbers, folds.label)
    hardly = float(folds.contrast.max(initial=0.0)) * _HARDLY_DARKER
    outside = np.bincount(labels[~fold], minlength=int(labels.max()) + 1)[marks.label]
    along = marks.short < _FOLD_WIDE_MM * mm  # what turns off from it is a tick across it
    return np.asarray(along & (outside == 0) & (marks.contrast < hardly))


def _is_strip_of_lid(marks: Marks, mm: float, size: tuple[int, int]) -> Chosen:
    """Long thin strips along the border: what shows of the lid beside a sheet that lies askew."""
    width, height = size
    aside = np.minimum(marks.x, width - marks.x - marks.width)
    away = np.minimum(marks.y, height - marks.y - marks.height)
    flat = (marks.width > _STRIP_ASPECT * marks.height) & (away < _AT_BORDER_MM * mm)
    upright = (marks.height > _STRIP_ASPECT * marks.width) & (aside < _AT_BORDER_MM * mm)
    return np.asarray((flat | upright) & (marks.long > _STRIP_MM * mm))


def _has_a_core_of_dust(
    marks: Marks, contrast: GrayImage, labels: NDArray[np.int32], mm: float
) -> Chosen:
    """Small dark marks that are dust once the pale skirt around them is left off."""
    cores, numbers = marks_on(contrast, FAINTEST)
    cores = cores.where(ink_of_the_page(cores, mm, (contrast.shape[1], contrast.shape[0])))
    made = labels[np.isin(numbers, cores.label)]
    small = (marks.long < _SKIRTED_MM * mm) & (marks.contrast > _CORE)
    return np.asarray(small & ~np.isin(marks.label, made))


def _is_dust_with_a_skirt(
    marks: Marks, contrast: GrayImage, labels: NDArray[np.int32], mm: float
) -> Chosen:
    """Marks that are no larger than dust where they are half as dark as their darkest."""
    dusty = np.zeros(len(marks), np.bool_)
    small = (marks.long < (_CORE_MM + _SKIRT_MM) * mm) & (marks.contrast > _CORE)
    for at in np.flatnonzero(small):
        x, y = int(marks.x[at]), int(marks.y[at])
        place = np.s_[y : y + int(marks.height[at]), x : x + int(marks.width[at])]
        shade = np.where(labels[place] == marks.label[at], contrast[place], 0)
        rows, columns = np.nonzero(2 * shade.astype(np.int32) > int(shade.max()))
        long = max(int(np.ptp(rows)), int(np.ptp(columns))) + 1
        dusty[at] = (
            long < _CORE_MM * mm
            and len(rows) < _CORE_MM2 * mm**2
            and marks.long[at] < long + _SKIRT_MM * mm
        )
    return dusty


def _is_speck(marks: Marks, dust: int, mm: float) -> Chosen:
    """Small marks far from all others on a sheet full of dust: two specks that touch."""
    small = (marks.long < _SPECK_MM * mm) & (marks.area < _SPECK_MM2 * mm**2)
    if dust < _FEW_SPECKS or not 0 < np.count_nonzero(small) <= _MOST_SPECKS:
        return np.zeros_like(small)
    x, y = marks.x + marks.width / 2, marks.y + marks.height / 2
    near = np.hypot(x[:, None] - x, y[:, None] - y) < _LONELY_MM * mm
    # Print that shines through around a speck is paler than the speck.
    near &= marks.contrast > _ALIKE * marks.contrast[:, None]
    return np.asarray(small & (near.sum(axis=1) == 1))
