"""What goes wrong at the scanner, done to a made page on purpose, by known amounts.

Each defect is a function of a page and figures in millimetres, degrees or shares; nothing is
drawn by chance but what the given seed draws, so the same call gives the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scans.pages import MadePage
from benchmarks.scans.truth import PageTruth
from benchmarks.scans.typefaces import font_file

Pixels = NDArray[np.uint8]
SIDES = ("top", "bottom", "left", "right")
_MM_PER_INCH = 25.4
_RIM_MM = 6.0
_BLACK = (18, 18, 20)


def defocused(made: MadePage, sigma_mm: float) -> Pixels:
    """The sheet out of the scanner's focus: a Gaussian of the given width."""
    sigma = sigma_mm * _px_per_mm(made.truth)
    return _pixels(cv2.GaussianBlur(made.image, (0, 0), sigma))


def moved(made: MadePage, length_mm: float, *, along: str) -> Pixels:
    """The sheet moved while it was scanned: smeared ``along`` the ``feed`` or ``across`` it."""
    length = max(1, round(length_mm * _px_per_mm(made.truth)))
    size = (1, length) if along == "feed" else (length, 1)
    return _pixels(cv2.blur(made.image, size))


def cut_off(made: MadePage, side: str, cut_mm: float, *, black_lid: bool = False) -> Pixels:
    """The sheet lay too far to one side: ``cut_mm`` of its text block are outside the scan.

    On the other side the lid is seen, white like the paper or black.
    """
    x0, y0, x1, y1 = text_block(made.truth)
    height, width = made.image.shape[:2]
    by = cut_mm * _px_per_mm(made.truth)
    shift = {
        "left": (-(x0 + by), 0.0),
        "right": (width - x1 + by, 0.0),
        "top": (0.0, -(y0 + by)),
        "bottom": (0.0, height - y1 + by),
    }[side]
    matrix = np.array([[1, 0, round(shift[0])], [0, 1, round(shift[1])]], np.float64)
    fill = _BLACK if black_lid else _paper_of(made.image)
    return _pixels(cv2.warpAffine(made.image, matrix, (width, height), borderValue=fill))


def text_block(truth: PageTruth) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the printed lines as they lie in the tilted scan."""
    boxes = [line.box for line in truth.lines]
    corners = np.array(
        [(x, y) for box in boxes for x in (box.x0, box.x1) for y in (box.y0, box.y1)], np.float64
    )
    centre = np.array([truth.width_px / 2, truth.height_px / 2])
    angle = math.radians(truth.skew_ccw_deg)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    tilted = (corners - centre) @ spin.T + centre
    (left, top), (right, bottom) = tilted.min(axis=0), tilted.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def underexposed(made: MadePage, light: float) -> Pixels:
    """Too little light: ``light`` of it is left, 0..1."""
    return _pixels(cv2.convertScaleAbs(made.image, alpha=light))


def overexposed(made: MadePage, gain: float) -> Pixels:
    """Too much light: everything ``gain`` times as bright, what is beyond white is lost."""
    return _pixels(cv2.convertScaleAbs(made.image, alpha=gain))


def bordered(made: MadePage, border_mm: dict[str, float], *, shade: int = 16) -> Pixels:
    """The scan is larger than the sheet: the black lid shows ``border_mm`` wide at each side."""
    mm = _px_per_mm(made.truth)
    top, bottom, left, right = (round(border_mm.get(side, 0.0) * mm) for side in SIDES)
    return _pixels(
        cv2.copyMakeBorder(
            made.image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(shade,) * 3
        )
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How one sheet lies on another that was fed with it.

    Attributes:
        at_mm: where the edge is seen, below the top of the scan; of a long scan whose upper
            sheet came first, how much longer than a sheet it is.
        tilt_deg: how far the upper sheet is turned, counter-clockwise.
        edge: which edge of the upper sheet is seen: its ``top`` or its ``bottom``.
        shadow: darkness of the shadow beside the edge, 0..1.
        shadow_mm: how far the shadow reaches (sigma).
        long: the scan is as long as both together; else as long as one sheet.
    """

    at_mm: float
    tilt_deg: float
    edge: str = "top"
    shadow: float = 0.2
    shadow_mm: float = 0.3
    long: bool = False


def fed_double(upper: MadePage, lower: MadePage, overlap: Overlap) -> Pixels:
    """Two sheets that went through together, the upper one covering a part of the lower."""
    mm = _px_per_mm(upper.truth)
    height, width = lower.image.shape[:2]
    at = round(overlap.at_mm * mm)
    below = lower.image
    if overlap.long:  # the lower sheet reaches to the end of the scan, the upper to its top
        below = np.empty((height + at, width, 3), np.uint8)
        below[:] = _paper_of(lower.image)
        start = 0 if overlap.edge == "top" else at
        below[start : start + height] = lower.image
    rim = round(_RIM_MM * mm)  # where the made scan may show its own lid
    above = upper.image[rim:-rim]
    edge_y, top = 0, at
    if overlap.edge == "bottom":
        edge_y = above.shape[0] - 1
        top = 0 if overlap.long else at - edge_y
    turn = np.asarray(
        cv2.getRotationMatrix2D((width / 2, edge_y), overlap.tilt_deg, 1.0), np.float64
    )
    turn[1, 2] += top
    return _laid_over(below, above, turn, (overlap.shadow, overlap.shadow_mm * mm))


def coarser(made: MadePage, dpi: float) -> Pixels:
    """The page as a scanner set to ``dpi`` gives it."""
    scale = dpi / made.truth.dpi
    return _pixels(cv2.resize(made.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def head_down(made: MadePage) -> Pixels:
    """The sheet fed the wrong way round."""
    return _pixels(cv2.rotate(made.image, cv2.ROTATE_180))


def imprinted(made: MadePage, number: str, face: str, at_mm: tuple[float, float]) -> Pixels:
    """A number printed on the sheet as it passed, upright in the scan.

    Args:
        made: the page.
        number: its digits.
        face: file name of the typeface.
        at_mm: left end and base line, from the left and the top edge; negative from the bottom.
    """
    mm = _px_per_mm(made.truth)
    font = ImageFont.truetype(str(font_file(face)), round(4.6 * mm))
    sheet = Image.fromarray(made.image)
    y = at_mm[1] * mm if at_mm[1] >= 0 else sheet.height + at_mm[1] * mm
    ImageDraw.Draw(sheet).text((at_mm[0] * mm, y), number, (60, 40, 90), font, "ls")
    return _pixels(cv2.GaussianBlur(np.asarray(sheet), (0, 0), 0.05 * mm))


def _laid_over(
    below: Pixels, above: Pixels, turn: NDArray[np.float64], shadow: tuple[float, float]
) -> Pixels:
    """``above`` on ``below``, placed by ``turn``, with the shadow of its edge (share, sigma px)."""
    size = (below.shape[1], below.shape[0])
    mask = cv2.warpAffine(np.full(above.shape[:2], 255, np.uint8), turn, size)
    laid = cv2.warpAffine(above, turn, size, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.convertScaleAbs(cv2.GaussianBlur(mask, (0, 0), shadow[1]), alpha=2 * shadow[0])
    shaded = cv2.subtract(below, cv2.merge([soft] * 3))
    return _pixels(np.where((mask > 127)[..., None], laid, shaded))


def _px_per_mm(truth: PageTruth) -> float:
    return truth.dpi / _MM_PER_INCH


def _paper_of(image: Pixels) -> tuple[int, int, int]:
    sample = image[::40, ::40].reshape(-1, 3)
    red, green, blue = (int(value) for value in np.percentile(sample, 70, axis=0))
    return red, green, blue


def _pixels(image: object) -> Pixels:
    return np.asarray(image, dtype=np.uint8)
