"""A text line as the reader of lines gets it: one height, one size of letters, ink on nothing.

The band that is cut reaches as far above the small letters as matras and ascenders do, and as far
below as descenders do, whatever marks this one line happens to have; so a letter has the same
size and the same place wherever it stands.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.levels import levels_at
from ocr.line_finder import InkLine
from ocr.page import Box, GrayImage, Mask

HEIGHT_PX = 40
BODY_PX = 16.5  # height of the small letters within it
ABOVE = 0.80  # heights of small letters kept above them
MARGIN = 0.5  # paper kept left and right, in heights of small letters
WIDEST_PX = 8192  # a longer stretch is no line of writing; it is squeezed

_PAPER = 80  # percentile of a line's pixels that is paper for certain
_GRAIN = 72  # percentile of how dark a line's pixels are that is the paper's grain
_GROUND = 0.27  # of the line's height
_INK = 3  # percentile that is ink
_REACH = 0.45  # of the small letters' height: how far off the first look at it may be
_LEAST, _MOST = 0.5, 1.5  # the same: what the second look may make of it
_FULL = 0.4  # of the ink of a middling row of letters; descenders hold less
_STEEP = 0.25  # of the same: what the first row of letters holds more than the one above
_HALF = 0.6
_GOES_ON = 0.75  # of the reach
_THIN = 0.3  # of the ink of a middling row
_LEAST_CONTRAST = 48  # grey levels between paper and ink; less is paper with stains


def line_image(page: GrayImage, line: InkLine) -> Mask:
    """The line cut out of the page, as the reader of lines wants it.

    Args:
        page: (height, width) grey, 0 black.
        line: where it stands, in pixels of ``page``.

    Returns:
        (HEIGHT_PX, width) uint8, 0 paper .. 255 ink.
    """
    edge = MARGIN * line.body_px
    return band_image(page, line.box.x0 - edge, line.box.x1 + edge, (line.top_px, line.baseline_px))


def band_image(page: GrayImage, x0: float, x1: float, body: tuple[float, float]) -> Mask:
    """What stands between ``x0`` and ``x1``, its small letters between the two rows ``body``."""
    top, baseline = body
    tall = max(baseline - top, 2.0)
    scale = BODY_PX / tall
    y0 = top - ABOVE * tall
    y1 = y0 + HEIGHT_PX / scale
    width = min(WIDEST_PX, max(8, round((x1 - x0) * scale)))
    part = _padded(page, Box(round(x0), round(y0), max(round(x1), round(x0) + 1), round(y1)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return inked(np.asarray(cv2.resize(part, (width, HEIGHT_PX), interpolation=how), np.uint8))


def inked(line: GrayImage) -> Mask:
    """Grey pixels as ink, 0 paper .. 255 ink; light letters on dark ground count as ink too.

    What is darker than the ground right around it is ink: tinted cells and the shade of a fold
    are ground.
    """
    dark, median, light = levels_at(line, _INK, 50, 100 - _INK)
    if median < (dark + light) / 2 and median < 128:
        line = cv2.bitwise_not(line)  # type: ignore[assignment]
    ground = cv2.morphologyEx(line, cv2.MORPH_CLOSE, _ground_around(line.shape[0]))
    darker: GrayImage = cv2.subtract(ground, line)  # type: ignore[assignment]
    grain, ink = levels_at(darker, _GRAIN, 100 - _INK)
    scale = 255 / max(ink - grain, _LEAST_CONTRAST)
    table = np.clip((np.arange(256) - grain) * scale, 0, 255).astype(np.uint8)
    return cv2.LUT(darker, table)  # type: ignore[return-value]


@cache
def _ground_around(height_px: int) -> NDArray[np.uint8]:
    """The square within which every stroke of a letter has some of its ground."""
    side = max(3, round(_GROUND * height_px)) | 1
    return np.ones((side, side), np.uint8)


def body_rows(line: GrayImage) -> tuple[float, float]:
    """First row and end of the small letters in a crop that holds just one line of writing.

    The whole crop when there is nothing in it.
    """
    rows = inked(line).mean(axis=1)
    if not len(rows) or rows.max() == 0:
        return 0.0, float(len(rows))
    written = rows[rows > 0.12 * rows.max()]
    full = np.flatnonzero(rows >= 0.55 * np.median(written))
    pieces = np.split(full, np.flatnonzero(np.diff(full) > max(2, len(rows) // 20)) + 1)
    best: NDArray[np.int64] = max(pieces, key=lambda piece: float(rows[piece].sum()))
    return small_letters(rows, (float(best[0]), float(best[-1] + 1)))


def small_letters(rows: NDArray[np.float64], near: tuple[float, float]) -> tuple[float, float]:
    """Where the small letters begin and end, told by the ink of each row.

    They begin where ink rises most: at the headline in Devanagari, at the x-line in Latin; matras
    and ascenders hold less, however many of them a line has. They end with the last row that is
    as full as letters are.

    Args:
        rows: ink of each row.
        near: first row and end, as far as they are known; kept where nothing clearer is found.
    """
    top, baseline = near
    reach = _REACH * (baseline - top)
    middle = round((top + baseline) / 2)
    upper, lower = max(0, round(top - reach)), min(len(rows), round(baseline + reach))
    if middle - upper < 2 or lower - middle < 2:
        return near
    smooth = np.convolve(np.pad(rows, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
    rise = np.diff(smooth, prepend=0.0)  # [row]: from the row above to this one
    usual = float(np.median(rows[middle : max(middle + 1, round(baseline))]))
    full = _FULL * usual
    # Letters go on below their first row; below a rule there is white.
    length = max(1, round(_GOES_ON * reach))
    least = [rows[row + 2 : row + 2 + length].min(initial=usual) for row in range(upper, middle)]
    goes_on = np.array(least) >= _THIN * usual
    steepest = upper + int((rise[upper:middle] * goes_on).argmax())
    if rise[steepest] < _STEEP * usual:  # the line is not level: half way up
        steepest = middle - int((smooth[upper : middle + 1][::-1] < _HALF * usual).argmax())
    found_top = steepest
    found_end = middle + int(np.flatnonzero(rows[middle:lower] >= full)[-1]) + 1 if full else 0
    body = found_end - found_top
    return (
        (float(found_top), float(found_end)) if _LEAST < body / (baseline - top) < _MOST else near
    )


def _padded(page: GrayImage, box: Box) -> GrayImage:
    """The part of the page; past its edge lies paper."""
    height, width = page.shape
    x0, x1 = min(max(box.x0, 0), width - 1), max(min(box.x1, width), 1)
    y0, y1 = min(max(box.y0, 0), height - 1), max(min(box.y1, height), 1)
    part = page[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    edges = (max(0, y0 - box.y0), max(0, box.y1 - y1), max(0, x0 - box.x0), max(0, box.x1 - x1))
    if not any(edges):
        return part
    paper = levels_at(part, _PAPER)[0]
    return cv2.copyMakeBorder(part, *edges, cv2.BORDER_CONSTANT, value=paper)  # type: ignore[return-value]
