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

from ocr.page import Box, GrayImage, Mask

_SURVEY_DPI = 75  # where paper and ink depth are judged
_PAPER_WINDOW_MM = 6.0  # wider than any stroke, narrower than a picture
_DEPTH_CELL = 4  # survey pixels a cell of the depth map
_DEPTH_WINDOW_CELLS = 7
_GRAIN = 14  # grey levels below the paper that are still paper grain
_LEAST_CONTRAST = 0.17  # of the paper's brightness; fainter marks stay in the background
_LEAST_OF_PAGE_INK = 0.33  # of the page's usual ink depth; fainter is show-through
_CUT = 0.5  # the threshold stands half-way between paper and ink
_PICTURE_DARKNESS = 0.42  # mean darkness of a cell that text does not reach
_PICTURE_CELL_MM, _PICTURE_CORE_CELLS = 1.4, 5  # solid dark for 7 mm both ways
_PICTURE_GAP_CELLS = 6


@dataclass(frozen=True, slots=True)
class Foreground:
    """The ink of a page (full size) and the boxes of pictures, inside which there is none."""

    ink: Mask
    pictures: tuple[Box, ...]


def find_foreground(gray: GrayImage, dpi: float) -> Foreground:
    """Separate ink from paper; halftones, photographs and dark borders are left to the paper.

    Args:
        gray: (height, width) uint8, upright, any size from 1 x 1.
        dpi: its resolution, used for physical sizes only.

    Source: local threshold half-way between paper (morphological closing) and the ink's
    contraharmonic mean depth, which few dark specks do not move.
    """
    step = max(1, round(dpi / _SURVEY_DPI))
    survey = _reduced(gray, step)
    paper = _paper(survey, dpi / step)
    threshold = _threshold(_reduced(gray, max(1, step // 2)), paper)
    pictures = _pictures(survey, dpi / step)
    for box in pictures:
        threshold[box.y0 : box.y1, box.x0 : box.x1] = 0
    height, width = gray.shape
    limit = cv2.resize(threshold, (width, height), interpolation=cv2.INTER_LINEAR)
    ink = cv2.compare(gray, limit, cv2.CMP_LT)
    boxes = tuple(_scaled(box, step, width, height) for box in pictures)
    return Foreground(_without_specks(cast(Mask, ink)), boxes)


def _reduced(image: GrayImage, step: int) -> GrayImage:
    """The image at 1/step, averaged; what is left over at the right and bottom is stretched in."""
    if step == 1:
        return image.copy()
    height, width = image.shape[:2]
    rows, columns = max(1, height // step), max(1, width // step)
    whole = image[: rows * step, : columns * step]
    reduced = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return cast(GrayImage, reduced)


def _paper(survey: GrayImage, dpi: float) -> GrayImage:
    """Brightness of the paper under the ink, at survey scale."""
    window = max(3, round(_PAPER_WINDOW_MM / 25.4 * dpi)) | 1
    kernel = np.ones((window, window), np.uint8)
    closed = cv2.morphologyEx(survey, cv2.MORPH_CLOSE, kernel)
    return cast(GrayImage, cv2.blur(closed, (window, window)))


def _threshold(half: GrayImage, paper: GrayImage) -> GrayImage:
    """The darkest paper-like grey, at survey scale; 0 where there is no ink to be had."""
    height, width = half.shape
    below = cv2.subtract(cv2.resize(paper, (width, height)), half)
    below = cv2.subtract(below, np.full_like(below, _GRAIN))
    squares = cv2.LUT(below, _SQUARES)
    rows, columns = paper.shape
    cells = (max(1, columns // _DEPTH_CELL), max(1, rows // _DEPTH_CELL))
    around = (_DEPTH_WINDOW_CELLS, _DEPTH_WINDOW_CELLS)
    first = cv2.blur(
        cv2.resize(below, cells, interpolation=cv2.INTER_AREA).astype(np.float32), around
    )
    second = cv2.blur(
        cv2.resize(squares, cells, interpolation=cv2.INTER_AREA).astype(np.float32), around
    )
    depth = 255 * second / np.maximum(first, 0.05) + _GRAIN
    usual = _usual_depth(depth, cast(NDArray[np.floating], first))
    level = cv2.resize(paper, cells, interpolation=cv2.INTER_AREA).astype(np.float32)
    enough = (
        (depth > _LEAST_CONTRAST * level) & (depth > _LEAST_OF_PAGE_INK * usual) & (first > 0.1)
    )
    cut = np.where(enough, level - _CUT * depth, 0).clip(0, 255).astype(np.uint8)
    return cast(GrayImage, cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_LINEAR))


_SQUARES = np.array([min(255, round(d * d / 255)) for d in range(256)], np.uint8)


def _usual_depth(depth: NDArray[np.floating], amount: NDArray[np.floating]) -> float:
    """Depth of the page's ink: the depth that most of its ink reaches, specks aside."""
    inked = depth[amount > 1.5]
    return float(np.percentile(inked, 75)) if inked.size else 0.0


def _pictures(survey: GrayImage, dpi: float) -> list[Box]:
    """Boxes at survey scale of regions too dark, over too wide an area, to be text."""
    step = max(1, round(_PICTURE_CELL_MM / 25.4 * dpi))
    cells = _reduced(survey, step)
    paper = float(np.percentile(cells, 90))
    _, dark = cv2.threshold(cells, (1 - _PICTURE_DARKNESS) * paper, 255, cv2.THRESH_BINARY_INV)
    core = cv2.morphologyEx(
        dark,
        cv2.MORPH_OPEN,
        np.ones((_PICTURE_CORE_CELLS, _PICTURE_CORE_CELLS), np.uint8),
        borderType=cv2.BORDER_REPLICATE,
    )
    if not core.any():
        return []
    gap = np.ones((_PICTURE_GAP_CELLS, _PICTURE_GAP_CELLS), np.uint8)
    joined = cv2.morphologyEx(core, cv2.MORPH_CLOSE, gap)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    rows, columns = survey.shape
    grown = [Box(x - 1, y - 1, x + w + 1, y + h + 1) for x, y, w, h, _ in stats[1:].tolist()]
    return [_scaled(box, step, columns, rows) for box in grown]


def _scaled(box: Box, step: int, width: int, height: int) -> Box:
    """The box at ``step`` times the size, kept inside (width, height)."""
    right = width if (box.x1 + 1) * step >= width else box.x1 * step
    bottom = height if (box.y1 + 1) * step >= height else box.y1 * step
    return Box(max(0, box.x0 * step), max(0, box.y0 * step), right, bottom)


def _without_specks(ink: Mask) -> Mask:
    """Drop what nowhere fills a 2 x 2 square and is not beside anything that does."""
    solid = cv2.erode(ink, np.ones((2, 2), np.uint8), anchor=(0, 0))
    near = cv2.dilate(solid, np.ones((6, 6), np.uint8))
    return cast(Mask, cv2.bitwise_and(ink, near))
