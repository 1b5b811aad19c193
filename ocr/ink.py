"""Where the ink is, seen at reduced scale: paper level, lid, letters.

Nearly all looking at a page happens on one small copy (75 to 115 dpi for an A4 sheet), where a
letter still is a handful of pixels and a page costs a few milliseconds.

Ink is judged against the paper around it, so that tint, stains and uneven light do not count.
The threshold follows the darkness of the page's own letters: print that shines through from
the back is paler than they are and stays below it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.levels import levels_at
from ocr.marks import FAINT, Marks, ink_of_the_page, looks_written, marks_on
from ocr.page import GrayImage, Mask
from ocr.pieces import pieces_of
from ocr.softness import is_soft

LONGEST_LOOK_PX = 1300  # A4 at 300 dpi is looked at at 75 dpi, at 200 dpi at 100 dpi
# Shares of the paper's brightness: below the first lie stains and what shines through, below
# the second, looked at only on pages without darker ink, lies noise.
FAINTEST, PENCIL = 0.10, 0.06
SHORTEST_SHEET_IN = 8.0  # a wrong resolution must not turn letters into dust
_DARK, _FEWEST_DARK_MM2 = 0.3, 1.5
# Weak type beside darker ink: share of that ink's darkness, share of all ink, least area.
_PALE, _MOSTLY, _FEWEST_PALE_MM2 = 0.65, 0.7, 30.0
_BORDER_MM = 1.4
_INCH_MM = 25.4
_PAPER_STEP = 4  # the paper level is found on a copy smaller by this factor again
_LID_SHARE, _LID_DARKEST = 0.45, 80  # a scanner lid: share of the paper's level, grey level


@dataclass(frozen=True)
class Look:
    """A page seen at reduced scale.

    Attributes:
        factor: scan pixels a look pixel, a power of two.
        px_per_mm: look pixels a millimetre, by the resolution of the scan.
        paper: brightness of the paper at every place, size of the look.
        contrast: darkness against the paper, 0..255; 0 on the lid and along the rim.
        lid: 255 where there is no sheet but the scanner's dark lid.
        letters: 255 where ink looks like writing.
        drawings: 255 where other ink of the page is: rules, frames, pictures, blots.
        written: the marks that ``letters`` is made of.
        drawn: the marks that ``drawings`` is made of.
        strength: darkness of the page's own ink, 0..1; 0 without ink.
    """

    factor: int
    px_per_mm: float
    paper: GrayImage
    contrast: GrayImage
    lid: Mask
    letters: Mask
    drawings: Mask
    written: Marks
    drawn: Marks
    strength: float


def look_at(grey: GrayImage, *, dpi: float) -> Look:
    """The page seen at reduced scale.

    Args:
        grey: (height, width) scan at full resolution.
        dpi: its resolution.
    """
    small, factor = _reduced(grey)
    px_per_mm = min(dpi, max(grey.shape) / SHORTEST_SHEET_IN) / factor / _INCH_MM
    paper, lid = _paper_and_lid(small)
    contrast: GrayImage = cv2.divide(cv2.subtract(paper, small), paper, scale=255)  # type: ignore[assignment]
    contrast[lid > 0] = 0
    _clear_border(contrast, round(_BORDER_MM * px_per_mm))
    written, drawn, letters, drawings = _ink(contrast, FAINTEST, px_per_mm)
    strength = _strength(written if len(written) else drawn, px_per_mm)
    pale = written.where(written.contrast < _PALE * strength)
    weak = _is_the_page(pale, written, px_per_mm)
    weak = weak and not is_soft(grey, paper, _of(pale, letters), px_per_mm=px_per_mm)
    if weak:
        strength = _strength(pale, px_per_mm)
    threshold = PENCIL if strength < FAINT else min(max(0.45 * strength, FAINTEST), 0.35)
    if threshold != FAINTEST:
        written, drawn, letters, drawings = _ink(contrast, threshold, px_per_mm)
    if threshold == PENCIL and not weak:
        strength = _strength(written if len(written) else drawn, px_per_mm)
    masks = (lid, letters, drawings)
    return Look(factor, px_per_mm, paper, contrast, *masks, written, drawn, strength)


def _reduced(grey: GrayImage) -> tuple[GrayImage, int]:
    """Halved until it is small: halving is the one reduction that costs next to nothing."""
    factor = 1
    while max(grey.shape) > LONGEST_LOOK_PX and min(grey.shape) >= 2:
        height, width = grey.shape
        size = (width // 2, height // 2)
        grey = cv2.resize(grey[: size[1] * 2, : size[0] * 2], size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        factor *= 2
    return grey, factor


def _paper_and_lid(small: GrayImage) -> tuple[GrayImage, Mask]:
    height, width = small.shape
    size = (max(1, width // _PAPER_STEP), max(1, height // _PAPER_STEP))
    coarse: GrayImage = cv2.resize(small, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    # Ink is narrow: the brightest neighbour is paper; the median takes out what is left.
    level: GrayImage = cv2.medianBlur(cv2.dilate(coarse, np.ones((5, 5), np.uint8)), 21)  # type: ignore[assignment]
    lid = _lid(coarse, levels_at(level, 80)[0])
    paper = cv2.resize(np.maximum(level, 1), (width, height), interpolation=cv2.INTER_LINEAR)
    lid = cv2.resize(lid, (width, height), interpolation=cv2.INTER_NEAREST)  # type: ignore[assignment]
    return paper, lid  # type: ignore[return-value]


def _lid(coarse: GrayImage, paper_level: float) -> Mask:
    """Dark areas joined to the edge of the scan, with the shadow around them."""
    dark = (coarse < min(_LID_SHARE * paper_level, _LID_DARKEST)).astype(np.uint8)
    labels, boxes = pieces_of(dark, connectivity=4)
    height, width = coarse.shape
    x, y, w, h, area = boxes.T
    at_edge = (x == 0) | (y == 0) | (x + w == width) | (y + h == height)
    # Writing that is cut off at the edge is small; a lid runs along a good part of it.
    is_lid = at_edge & ((w > width // 4) | (h > height // 4) | (area > coarse.size // 400))
    is_lid[0] = False
    if not is_lid.any():
        return np.zeros_like(coarse)
    return cv2.dilate(is_lid.astype(np.uint8)[labels] * 255, np.ones((3, 3), np.uint8))  # type: ignore[return-value]


def _clear_border(contrast: GrayImage, width: int) -> None:
    """Take the rim out, in place: the edge of the sheet joins what touches it."""
    if width:
        contrast[:width], contrast[-width:] = 0, 0
        contrast[:, :width], contrast[:, -width:] = 0, 0


def _ink(
    contrast: GrayImage, threshold: float, px_per_mm: float
) -> tuple[Marks, Marks, Mask, Mask]:
    """Writing and other ink: the marks of both, the masks of both."""
    marks, labels = marks_on(contrast, threshold)
    size = (contrast.shape[1], contrast.shape[0])
    marks = marks.where(ink_of_the_page(marks, px_per_mm, size))
    chosen = looks_written(marks, px_per_mm)
    written, drawn = marks.where(chosen), marks.where(~chosen)
    return written, drawn, _mask(written, labels), _mask(drawn, labels)


def _is_the_page(pale: Marks, written: Marks, px_per_mm: float) -> bool:
    """True when pale ink is nearly all there is: weak type, with specks or a signature by it.

    What a fresh pen signed on a faded sheet must not make the type invisible.
    """
    enough = pale.ink >= _FEWEST_PALE_MM2 * px_per_mm**2
    return enough and pale.ink > _MOSTLY * written.ink


def _of(marks: Marks, letters: Mask) -> Mask:
    """Those parts of ``letters`` that lie in the boxes of ``marks``."""
    mask = np.zeros_like(letters)
    for x, y, width, height in zip(marks.x, marks.y, marks.width, marks.height, strict=True):
        place = np.s_[y : y + height, x : x + width]
        mask[place] = letters[place]
    return mask


def _mask(marks: Marks, labels: NDArray[np.int32]) -> Mask:
    table = np.zeros(int(labels.max()) + 1, np.uint8)
    table[marks.label] = 255
    return np.take(table, labels)


def _strength(marks: Marks, px_per_mm: float) -> float:
    """Darkness of the typical mark: weighted by ink, upper quartile.

    A few dark words on a sheet full of pale stains are what the page is about.
    """
    dark = marks.where(marks.contrast >= _DARK)
    if dark.ink >= _FEWEST_DARK_MM2 * px_per_mm**2:
        marks = dark
    if not len(marks):
        return 0.0
    order = np.argsort(marks.contrast, kind="stable")
    ink = np.cumsum(marks.area[order])
    return float(marks.contrast[order][np.searchsorted(ink, 0.75 * ink[-1])])
