"""What lies along the four sides of a scan: the dark lid, and writing that the edge cuts off.

The look leaves out a rim along the border, where the edge of the sheet would join whatever
touches it. Here that rim is what is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import Look
from ocr.page import Box, GrayImage, Mask
from ocr.pieces import pieces_of

SIDES = ("top", "bottom", "left", "right")
_STRIP_MM = 14.0
_FAINTEST = 0.14  # share of darkness; paler marks at the rim are shadows and stains
_LETTER_MM = (1.0, 9.0)  # extent of a cut line of type: small letters to a headline of 36 points
_STROKE_MM = (0.25, 60.0)  # extent of the pieces along the side, strokes to whole words
_THIN_MM, _LONG_MM = 0.8, 6.0  # thinner and longer is a rule or the sheet's own edge
_LID_OF_SIDE = 0.3  # where so much of a side is lid, nothing can be cut off there
# Less paper than this beside a whole line of type is no margin. A cut between two lines leaves
# nothing cut behind; but a sheet that lay too far down has that much more paper above its writing
# than below, while one that is written full has its usual margin there.
_NEAR_MM = {"top": 5.0, "bottom": 3.0, "left": 3.0, "right": 3.0}
_LOW_MM, _EMPTY_ABOVE_MM = 10.0, 35.0
_ROW_OF_WRITING_MM = 4.0  # ink in a row; less is a speck, a hole or a tick
# Pieces and extent of what counts as such: words of a heading, beginnings of several lines; no
# stamp in a corner.
_NEAR_LINE, _NEAR_COLUMN = (2, 25.0), (5, 60.0)
_SOLID = 0.55  # share of its box that a wedge of lid fills; a word fills less


@dataclass(frozen=True, slots=True)
class Cut:
    """Writing at one side of the scan.

    Attributes:
        side: ``top``, ``bottom``, ``left`` or ``right``, as scanned.
        touching: it reaches the edge; else a line of type lies so near it that there is no margin.
        pieces: connected pieces of ink.
        tall_mm: height of the tallest as a line of type stands.
        span_mm: how far apart along the side the outermost of them are.
        box: around all of them, pixels of the scan.
    """

    side: str
    touching: bool
    pieces: int
    tall_mm: float
    span_mm: float
    box: Box


def lid_mm(look: Look) -> Mapping[str, float]:
    """How wide the scanner's dark lid shows at each side: middling width, millimetres.

    The middling width along a side leaves out the wedges beside a sheet that lies askew.
    """
    return {
        side: float(np.median(_depth(_from_side(look.lid, side)))) / look.px_per_mm
        for side in SIDES
    }


def cuts_in(grey: GrayImage, look: Look) -> tuple[Cut, ...]:
    """Writing that the edge of the scan cuts off, side by side.

    Args:
        grey: the scan at full resolution; only strips along its sides are looked at.
        look: the same at reduced scale.
    """
    depth = min(round(_STRIP_MM * look.px_per_mm), min(look.letters.shape) // 3)
    if depth < 4:
        return ()
    found = (_cut_at(grey, look, side, depth) for side in SIDES)
    return tuple(cut for cut in found if cut is not None)


def _cut_at(grey: GrayImage, look: Look, side: str, depth: int) -> Cut | None:
    lid = _from_side(look.lid, side)[:depth]
    if np.count_nonzero(lid[0]) > _LID_OF_SIDE * lid.shape[1]:
        return None
    ink = _ink_of_strip(grey, look, side, depth)
    ink[lid > 0] = 0
    labels, boxes = pieces_of(ink)
    like_type = _like_type(boxes, look.px_per_mm, side)
    like_type[0] = False
    touching = np.zeros(len(boxes), bool)
    touching[np.unique(labels[:2])] = True
    if (touching & like_type).any():
        return _cut(boxes[touching & like_type], look, grey, side, touching=True)
    near = like_type & (boxes[:, cv2.CC_STAT_TOP] < _no_margin_mm(look, side) * look.px_per_mm)
    cut = _cut(boxes[near], look, grey, side, touching=False) if near.any() else None
    pieces, span_mm = _NEAR_LINE if side in ("top", "bottom") else _NEAR_COLUMN
    is_line = cut and cut.pieces >= pieces and cut.span_mm >= span_mm
    return cut if is_line else None


def _no_margin_mm(look: Look, side: str) -> float:
    """How near to the side a line of type has no margin."""
    if side != "bottom":
        return _NEAR_MM[side]
    ink = np.count_nonzero(look.letters, axis=1)
    written = np.flatnonzero(ink >= _ROW_OF_WRITING_MM * look.px_per_mm)
    low = len(written) and written[0] >= _EMPTY_ABOVE_MM * look.px_per_mm
    return _LOW_MM if low else _NEAR_MM[side]


def _cut(
    stats: NDArray[np.int32], look: Look, grey: GrayImage, side: str, *, touching: bool
) -> Cut:
    x, y, width, height, _ = stats.T
    low, high, inwards = int(x.min()), int((x + width).max()), int((y + height).max())
    box = _box(side, (low, high, inwards), (grey.shape[1], grey.shape[0]), look.factor)
    tall = (y + height if side in ("top", "bottom") else width).max() / look.px_per_mm
    return Cut(side, touching, len(stats), float(tall), (high - low) / look.px_per_mm, box)


def _like_type(stats: NDArray[np.int32], px_per_mm: float, side: str) -> NDArray[np.bool_]:
    """Which pieces of a strip may be cut letters and words: no rule, shadow, speck or blot."""
    _, _, along, inwards, area = (column / px_per_mm for column in stats.T)
    area = area / px_per_mm
    # Across the line of type a piece is as tall as letters are; along it, as long as words.
    tall, wide = (inwards, along) if side in ("top", "bottom") else (along, inwards)
    is_type = (tall >= _LETTER_MM[0]) & (tall <= _LETTER_MM[1])
    is_type &= (wide >= _STROKE_MM[0]) & (wide <= _STROKE_MM[1])
    thickness = area / np.maximum(np.hypot(along, inwards), 1e-6)
    ruled = (thickness < _THIN_MM) & (np.maximum(along, inwards) > _LONG_MM)
    straight = np.minimum(along, inwards) < _THIN_MM
    fill = area / np.maximum(along * inwards, 1e-6)
    blot = (fill > 0.75) & (np.minimum(along, inwards) > 4.0)
    blot |= (fill > _SOLID) & (np.maximum(along, inwards) > 9.0)
    return np.asarray(is_type & ~(ruled & straight) & ~blot)


def _ink_of_strip(grey: GrayImage, look: Look, side: str, depth: int) -> Mask:
    """Ink along one side at the scale of the look, the edge of the scan as its first row."""
    full = _from_side(grey, side)[: depth * look.factor]
    paper = _from_side(look.paper, side)[:depth]
    small = cv2.resize(full, paper.shape[::-1], interpolation=cv2.INTER_AREA)
    contrast = cv2.divide(cv2.subtract(paper, small), paper, scale=255)
    threshold = max(0.45 * look.strength, _FAINTEST)
    return (np.asarray(contrast) > round(threshold * 255)).astype(np.uint8)


def _from_side(image: GrayImage, side: str) -> GrayImage:
    """A view with the given side as its first row."""
    if side == "top":
        return image
    if side == "bottom":
        return image[::-1]
    return image.T if side == "left" else image[:, ::-1].T


def _depth(lid: Mask) -> NDArray[np.int64]:
    """For every place along the first row: how many rows of lid lie there from the edge on."""
    solid = lid > 0
    return np.where(solid.all(axis=0), len(solid), np.argmin(solid, axis=0))


def _box(side: str, cut: tuple[int, int, int], size: tuple[int, int], factor: int) -> Box:
    low, high, inwards = (value * factor for value in cut)
    width, height = size
    if side == "top":
        return Box(low, 0, min(high, width), inwards)
    if side == "bottom":
        return Box(low, height - inwards, min(high, width), height)
    if side == "left":
        return Box(0, low, inwards, min(high, height))
    return Box(width - inwards, low, width, min(high, height))
