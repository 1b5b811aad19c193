"""Which pixels of a page are ink, and which regions are pictures, by integers at low scales.

The full-size page is touched by few passes only: grey, one comparison, a clean-up. All that
decides is worked out on reduced copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.levels import levels_at
from ocr.page import Box, GrayImage, Mask
from ocr.pieces import pieces_of
from ocr.reduction import reduce_by

_SURVEY_DPI = 75  # where paper and ink depth are judged
_PAPER_WINDOW_MM = 6.0  # wider than any stroke, narrower than a picture
_DEPTH_CELL = 4  # survey pixels a cell of the depth map
_DEPTH_WINDOW_CELLS = 7
_GRAIN = 14  # grey levels below the paper that are still paper grain
_LEAST_CONTRAST = 0.17  # of the paper's brightness; fainter marks stay in the background
_LEAST_OF_PAGE_INK = 0.33  # of the page's usual ink depth; fainter is show-through
_PALE = 0.6  # of the page's usual ink depth
_CUT = 0.58  # how far the threshold stands from the paper towards the ink
_BUSY_CELL = 4  # survey pixels a cell, 1.4 mm
_BUSY, _RATHER_BUSY = 145, 112  # of 255: share of a 7 mm square that is not paper; text stays under
_PICTURE_CORE_CELLS, _PICTURE_GAP_CELLS = (
    9,
    7,
)  # odd; 12 mm both ways, more than a line of large type
_PICTURE_REACH_CELLS = 13
_BAND_ROWS, _SPECK_REACH = 128, 3  # rows; a speck is judged by that many above and below
_RIM_DARKNESS = 0.42  # of the paper's brightness
_RIM_MM, _RIM_LENGTH_MM = 1.4, 20.0  # thicker and longer than a stroke that runs off the sheet


@dataclass(frozen=True, slots=True)
class Foreground:
    """The ink of a page and the boxes of pictures, inside which there is none.

    Attributes:
        ink: full size, 255 where ink is.
        pale: smaller, stretched over the page: 255 where the ink is much fainter than usual.
        pictures: in pixels of the full size.
    """

    ink: Mask
    pale: Mask
    pictures: tuple[Box, ...]


def find_foreground(gray: GrayImage, dpi: float) -> Foreground:
    """Separate ink from paper; halftones, photographs and dark borders are left to the paper.

    Args:
        gray: (height, width) uint8, upright, any size from 1 x 1.
        dpi: its resolution, used for physical sizes only.

    Source: local threshold between the paper (morphological closing) and the ink's
    contraharmonic mean depth, which few dark specks do not move.
    """
    step = _even(min(round(dpi / _SURVEY_DPI), *gray.shape))
    half = reduce_by(gray, max(1, step // 2))
    survey = reduce_by(half, 2 if step > 1 else 1)
    paper = _paper(survey, dpi / step)
    below = _below_paper(half, paper)
    threshold, pale = _threshold(below, paper)
    pictures = _pictures(below, survey.shape)
    for box in pictures:
        threshold[box.y0 : box.y1, box.x0 : box.x1] = 0
    threshold[_rim(survey, dpi / step) > 0] = 0
    height, width = gray.shape
    # Full pages of 9 MB: each is written over as soon as it has served.
    limit = cv2.resize(threshold, (width, height), interpolation=cv2.INTER_LINEAR)
    ink = cv2.compare(gray, limit, cv2.CMP_LT, limit)
    scaled = (_scaled(box, step, width, height) for box in pictures)
    boxes = tuple(box for box in scaled if box.width > 0 and box.height > 0)
    return Foreground(_without_specks(cast(Mask, ink)), pale, boxes)


def _even(step: int) -> int:
    return max(1, step // 2 * 2)


def _paper(survey: GrayImage, dpi: float) -> GrayImage:
    """Brightness of the paper under the ink, at survey scale."""
    window = max(3, round(_PAPER_WINDOW_MM / 25.4 * dpi)) | 1
    kernel = np.ones((window, window), np.uint8)
    closed = cv2.morphologyEx(survey, cv2.MORPH_CLOSE, kernel)
    return cast(GrayImage, cv2.blur(closed, (3, 3)))


def _below_paper(half: GrayImage, paper: GrayImage) -> GrayImage:
    """How much darker than the paper each pixel is, its grain aside."""
    height, width = half.shape
    below = cv2.subtract(cv2.resize(paper, (width, height)), half)
    return cast(GrayImage, cv2.subtract(below, np.full_like(below, _GRAIN)))


def _threshold(below: GrayImage, paper: GrayImage) -> tuple[GrayImage, Mask]:
    """The level under which there is ink, at survey scale, 0 for none; cells where it is pale."""
    rows, columns = paper.shape
    cells = (max(1, columns // _DEPTH_CELL), max(1, rows // _DEPTH_CELL))
    first = _around(below, cells)
    second = _around(cast(GrayImage, cv2.LUT(below, _SQUARES)), cells)
    depth = 255 * second / np.maximum(first, 0.05) + _GRAIN
    usual = _usual_depth(depth, first)
    level = cv2.resize(paper, cells, interpolation=cv2.INTER_AREA).astype(np.float32)
    enough = (
        (depth > _LEAST_CONTRAST * level) & (depth > _LEAST_OF_PAGE_INK * usual) & (first > 0.1)
    )
    cut = np.where(enough, level - _CUT * depth, 0).clip(0, 255).astype(np.uint8)
    pale = (enough & (depth < _PALE * usual)).astype(np.uint8) * 255
    limit = cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return cast(GrayImage, limit), pale


def _around(below: GrayImage, cells: tuple[int, int]) -> NDArray[np.floating]:
    """Means over a window around each cell."""
    across, down = below.shape[1] // cells[0], below.shape[0] // cells[1]
    whole = below[: cells[1] * down, : cells[0] * across]  # a broken ratio would cost twice as much
    means = cv2.resize(whole, cells, interpolation=cv2.INTER_AREA).astype(np.float32)
    blurred = cv2.blur(means, (_DEPTH_WINDOW_CELLS, _DEPTH_WINDOW_CELLS))
    return cast(NDArray[np.floating], blurred)


_SQUARES = np.array([min(255, round(d * d / 255)) for d in range(256)], np.uint8)


def _usual_depth(depth: NDArray[np.floating], amount: NDArray[np.floating]) -> float:
    """Depth of the page's proper ink: what only its darkest parts surpass, specks aside."""
    inked = depth[amount > 1.5]
    return float(np.percentile(inked, 92)) if inked.size else 0.0


def _pictures(below: GrayImage, shape: tuple[int, int]) -> list[Box]:
    """Boxes at survey scale of regions in which almost nothing is bare paper: no text is so.

    Args:
        below: at half scale, how far each pixel lies under the paper; 0 is paper.
        shape: (height, width) at survey scale.
    """
    _, marked = cv2.threshold(below, 0, 255, cv2.THRESH_BINARY)
    cells = reduce_by(cast(Mask, marked), 2 * _BUSY_CELL)
    busy = cv2.blur(cells, (5, 5))
    core = cv2.morphologyEx(_above(busy, _BUSY), cv2.MORPH_OPEN, _square(_PICTURE_CORE_CELLS))
    if not core.any():
        return []
    near = cv2.morphologyEx(_above(busy, _RATHER_BUSY), cv2.MORPH_OPEN, _square(3))
    # Not far from the core: dense text beside a picture must not become a part of it.
    near = cv2.bitwise_and(near, cv2.dilate(core, _square(_PICTURE_REACH_CELLS)))
    joined = cv2.morphologyEx(near, cv2.MORPH_CLOSE, _square(_PICTURE_GAP_CELLS))
    parts, found = pieces_of(cast(Mask, joined))
    chosen = 1 + np.flatnonzero(np.bincount(parts[core > 0], minlength=len(found))[1:])
    rows, columns = shape
    # The blur has widened what is busy by two cells to each side.
    boxes = [Box(x + 1, y + 1, x + w - 1, y + h - 1) for x, y, w, h, _ in found[chosen].tolist()]
    return [_scaled(box, _BUSY_CELL, columns, rows) for box in boxes]


def _above(cells: NDArray[np.integer | np.floating], level: int) -> Mask:
    return cast(Mask, cv2.threshold(cells, level, 255, cv2.THRESH_BINARY)[1])


def _square(side: int) -> NDArray[np.uint8]:
    return np.ones((side, side), np.uint8)


def _rim(survey: GrayImage, dpi: float) -> Mask:
    """At survey scale, the scanner's dark lid beside the sheet: solid, and open to the edge."""
    paper = levels_at(survey[::4, ::4], 90)[0]
    _, dark = cv2.threshold(survey, (1 - _RIM_DARKNESS) * paper, 255, cv2.THRESH_BINARY_INV)
    stroke = max(3, round(_RIM_MM / 25.4 * dpi) | 1)
    wide = cv2.copyMakeBorder(dark, *(stroke,) * 4, cv2.BORDER_REPLICATE)
    solid = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((stroke, stroke), np.uint8))
    parts, boxes = pieces_of(cast(Mask, solid))
    height, width = solid.shape
    at_edge = [
        part
        for part, (x, y, w, h, _) in enumerate(boxes.tolist())
        if part
        and (x == 0 or y == 0 or x + w == width or y + h == height)
        and max(w, h) > _RIM_LENGTH_MM / 25.4 * dpi
    ]
    chosen = np.zeros(len(boxes), np.uint8)
    chosen[at_edge] = 255
    rim = cv2.dilate(chosen[parts], np.ones((5, 5), np.uint8))
    return cast(Mask, rim[stroke:-stroke, stroke:-stroke])


def _scaled(box: Box, step: int, width: int, height: int) -> Box:
    """The box at ``step`` times the size, kept inside (width, height)."""
    right = width if (box.x1 + 1) * step >= width else box.x1 * step
    bottom = height if (box.y1 + 1) * step >= height else box.y1 * step
    return Box(max(0, box.x0 * step), max(0, box.y0 * step), right, bottom)


def _without_specks(ink: Mask) -> Mask:
    """Drop, in place, what nowhere fills a 2 x 2 square and is not beside anything that does.

    Some rows at a time: they stay in the processor's cache, and no page is copied.
    """
    above = ink[:0]  # rows before the band as they were
    for top in range(0, len(ink), _BAND_ROWS):
        band = ink[top : top + _BAND_ROWS]
        end = top + len(band)
        rows = np.concatenate([above, ink[top : end + _SPECK_REACH]])
        kept = slice(len(above), len(above) + len(band))
        above = band[-_SPECK_REACH:].copy()
        solid = cv2.erode(rows, np.ones((2, 2), np.uint8), anchor=(0, 0))
        near = cv2.dilate(solid, np.ones((6, 6), np.uint8))
        cv2.bitwise_and(band, near[kept], band)
    return ink
