"""Whether ink has edges: pen and type do, print that shines through the paper does not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import GrayImage, Mask

# Blurs between which an edge of a pen or of type is lost and one softened by paper is not.
_FINE_MM, _COARSE_MM = 0.17, 0.34
SOFT = 0.03
_MOST_PX_PER_MM = 12.5  # 317 dpi; finer scans are halved first
_PAPER_SHADE = 0.06  # less dark than this against the paper is paper
_RIM_MM = 4.0
_APART = 6  # pixels between two places of bare paper that are looked at
_MOST_PLACES = 65_535
_BAND_ROWS = 256  # of the scan that are summed up at once

Places = NDArray[np.intp]


def is_soft(grey: GrayImage, paper: GrayImage, marked: Mask, *, px_per_mm: float) -> bool:
    """True when the marked ink has no edges: print of the other side, softened by the paper.

    Args:
        grey: the scan.
        paper: brightness of the paper, at the size of the look.
        marked: 255 where the ink is, at the size of the look.
        px_per_mm: look pixels a millimetre.
    """
    places = (marked > 0).astype(np.int32)
    return float(sharpness_of(grey, paper, places, px_per_mm=px_per_mm).max(initial=0)) < SOFT


def sharpness_of(
    grey: GrayImage, paper: GrayImage, places: NDArray[np.int32], *, px_per_mm: float
) -> NDArray[np.float64]:
    """Share of the ink of each place that lies in details of a quarter of a millimetre, 0..1.

    What noise and compression put there is measured on bare paper and taken off. Print that
    shines through keeps 1 to 5 % of it there, a carbon copy 8 % and more, pen and pencil 17 %
    and more, even on a blurred scan.

    Args:
        grey: the scan.
        paper: brightness of the paper, at the size of the look.
        places: the number of its place for every pixel of ink, from 1, else 0; size of the look.
        px_per_mm: look pixels a millimetre.

    Returns:
        One figure a place; 0 for a number that no pixel has.
    """
    px_per_mm *= grey.shape[1] / places.shape[1]
    while px_per_mm > _MOST_PX_PER_MM:
        grey = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        px_per_mm /= 2
    size = (grey.shape[1], grey.shape[0])
    fine, coarse = (_blurred(grey, mm * px_per_mm) for mm in (_FINE_MM, _COARSE_MM))
    level = cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR)
    bare = _bare(coarse, level, px_per_mm)
    noise = float(_squares(fine, coarse, bare).mean()) if len(bare) else 0.0
    # Two bytes a pixel: at full size, wider numbers would weigh more than the scan itself.
    around = cv2.dilate(np.minimum(places, _MOST_PLACES).astype(np.uint16), np.ones((3, 3)))
    wide = cv2.resize(around, size, interpolation=cv2.INTER_NEAREST)
    count = int(around.max(initial=0)) + 1
    detail, whole = np.zeros(count), np.zeros(count)
    for top in range(0, len(wide), _BAND_ROWS):
        band = np.s_[top : top + _BAND_ROWS]
        at = np.flatnonzero(wide[band])
        number = wide[band].ravel()[at]
        squares = _squares(fine[band], coarse[band], at) - noise
        detail += np.bincount(number, squares, minlength=count)
        whole += np.bincount(number, _squares(level[band], coarse[band], at), minlength=count)
    return np.asarray(np.clip(detail / np.maximum(whole, 1), 0, 1)[1:], np.float64)


def _blurred(grey: GrayImage, sigma_px: float) -> GrayImage:
    return cv2.GaussianBlur(grey, (0, 0), sigma_px)  # type: ignore[return-value]


def _bare(coarse: GrayImage, level: cv2.typing.MatLike, px_per_mm: float) -> Places:
    """Where there is nothing but paper: one pixel in some dozens, off the rim."""
    shade = cv2.convertScaleAbs(level, alpha=_PAPER_SHADE)
    dark = cv2.compare(cv2.subtract(level, coarse), shade, cv2.CMP_GT)
    inked = cv2.dilate(dark, np.ones((9, 9), np.uint8))
    height, width = coarse.shape
    rim = min(round(_RIM_MM * px_per_mm), min(height, width) // 4)
    rows, columns = np.nonzero(inked[rim : height - rim : _APART, rim : width - rim : _APART] == 0)
    return np.asarray((rim + _APART * rows) * width + rim + _APART * columns, np.intp)


def _squares(one: cv2.typing.MatLike, other: GrayImage, at: Places) -> NDArray[np.float32]:
    """Squared differences of two images at some places."""
    difference = one.ravel()[at].astype(np.float32) - other.ravel()[at]
    return np.asarray(np.square(difference), np.float32)
