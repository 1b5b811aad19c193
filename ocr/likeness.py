"""Whether two drawings show one sheet: laid over each other, then compared place by place.

Paper stretches in a feeder and a level is good to a tenth of a degree, so the pair is laid over
each other in two steps: the shift that fits the whole best, then the one affine map that fits a
few dozen tiles. After that writing must agree everywhere; a name or a word that differs leaves a
patch where both sheets have ink that does not correlate.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fingerprint import Fingerprint
from ocr.page import GrayImage

_STEP = 3  # the shift is sought on copies smaller by this factor
_FEWEST_ALIKE = 0.55  # correlation of the whole below which no turn fits
_TILE_PX, _REACH_PX, _MOST_TILES, _FEWEST_TILES = 64, 7, 24, 6
_LEAST_TILE = 1.5  # mean grey level of a tile worth fitting
_WINDOW_PX = 11  # 3.7 mm, the height of a letter
_INK_VARIANCE = 60.0
_UNLIKE = 0.5  # correlation of a window in which the sheets say different things
_RIM_PX = 14
# Beyond these a pair is two sheets. In 60 sheets rescans reached 1.7 %, 9.7 %, 393 px (what a
# bilevel scan of a pale page loses), a changed name of two words left 1,400 px.
_MOST_DIFFERENT, _MOST_ONE_SIDED, _LARGEST_PATCH_PX = 0.02, 0.12, 550.0

Map = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One drawing laid over another.

    Attributes:
        likeness: 0..1; above a half the ink says that both show one sheet.
        turned: the second drawing had to be turned upside down first.
        onto: 2 × 3, places on the second drawing (turned if need be) to places on the first.
    """

    likeness: float
    turned: bool
    onto: Map


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """How alike two sheets are, 0..1; above a half they are one sheet as far as ink can tell.

    Words that differ in a digit or two are beyond what ink at 75 dpi can tell apart: see
    ``ocr.letterwise``.
    """
    return compared(one.drawing, other.drawing).likeness


def compared(one: GrayImage, other: GrayImage) -> Comparison:
    """``other`` laid over ``one``, upside down if that fits better.

    Args:
        one: (height, width) ink at 75 dpi, 0 paper.
        other: likewise; its size may differ.
    """
    shift, alike = _shift(one, other)
    turned = False
    if alike < _FEWEST_ALIKE:
        head_down = np.ascontiguousarray(other[::-1, ::-1])
        shift_turned, alike_turned = _shift(one, head_down)
        if alike_turned > alike:
            other, shift, alike, turned = head_down, shift_turned, alike_turned, True
    if alike < _FEWEST_ALIKE:
        return Comparison(0.0, turned, _moved(*shift))
    onto = _fitted(one, other, shift)
    laid = cv2.warpAffine(other, onto, one.shape[::-1])
    agreement, ink, both = _agreement(one, np.asarray(laid, np.uint8))
    return Comparison(_verdict(agreement, ink, both), turned, onto)


def _shift(one: GrayImage, other: GrayImage) -> tuple[tuple[float, float], float]:
    """What to add to places on ``other``, and how well the whole correlates then, 0..1."""
    small = [_small(drawing) for drawing in (one, other)]
    height, width = (
        cv2.getOptimalDFTSize(small[0].shape[axis] + small[1].shape[axis] // 3) for axis in (0, 1)
    )
    height, width = max(height, small[1].shape[0]), max(width, small[1].shape[1])
    spectra, power = [], 1e-6
    for image in small:
        padded = np.zeros((height, width), np.float32)
        padded[: image.shape[0], : image.shape[1]] = image
        padded -= padded.mean()
        power *= float(np.linalg.norm(padded)) or 1.0
        spectra.append(cv2.dft(padded))
    product = cv2.mulSpectrums(spectra[0], spectra[1], 0, conjB=True)
    correlation = cv2.idft(product, flags=cv2.DFT_SCALE)
    _, peak, _, (x, y) = cv2.minMaxLoc(correlation)
    x, y = (x - width if x > width // 2 else x), (y - height if y > height // 2 else y)
    return (x * _STEP, y * _STEP), peak / (power * 1e6)


def _small(drawing: GrayImage) -> NDArray[np.float32]:
    size = (max(1, drawing.shape[1] // _STEP), max(1, drawing.shape[0] // _STEP))
    return cv2.resize(drawing, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _moved(by_x: float, by_y: float) -> Map:
    return np.array([[1, 0, by_x], [0, 1, by_y]], np.float64)


def _fitted(one: GrayImage, other: GrayImage, shift: tuple[float, float]) -> Map:
    """The affine map from ``other`` to ``one``; a plain shift where few tiles fit."""
    pairs = np.array(
        [
            (*place, *found)
            for place in _tiles(one)
            if (found := _found(one, other, place, shift)) is not None
        ]
    ).reshape(-1, 4)
    if not len(pairs):
        return _moved(*shift)
    there, here = pairs[:, 2:], pairs[:, :2]
    spread = np.ptp(there, axis=0)
    if len(pairs) < _FEWEST_TILES or min(spread) < 2 * _TILE_PX:
        return _moved(*(float(middle) for middle in np.median(here - there, axis=0)))
    kept = np.ones(len(pairs), bool)
    full = np.column_stack([there, np.ones(len(there))])
    for _ in range(3):
        solved, *_ = np.linalg.lstsq(full[kept], here[kept], rcond=None)
        miss = np.linalg.norm(full @ solved - here, axis=1)
        kept = miss <= max(1.0, 2 * float(np.median(miss)))
    return np.asarray(solved.T, np.float64)


def _tiles(drawing: GrayImage) -> list[tuple[float, float]]:
    """Middles of the tiles with the most ink."""
    height, width = (side // _TILE_PX for side in drawing.shape)
    if not height or not width:
        return []
    cut = drawing[: height * _TILE_PX, : width * _TILE_PX]
    ink = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    order = np.argsort(-ink.ravel(), kind="stable")[:_MOST_TILES]
    rich = order[ink.ravel()[order] >= _LEAST_TILE]
    return [
        ((place % width + 0.5) * _TILE_PX - 0.5, (place // width + 0.5) * _TILE_PX - 0.5)
        for place in rich.tolist()
    ]


def _found(
    one: GrayImage, other: GrayImage, place: tuple[float, float], shift: tuple[float, float]
) -> tuple[float, float] | None:
    """Where on ``other`` the tile about ``place`` on ``one`` lies, to a part of a pixel."""
    x, y = (round(value - _TILE_PX / 2 + 0.5) for value in place)
    left, top = x - round(shift[0]) - _REACH_PX, y - round(shift[1]) - _REACH_PX
    size = _TILE_PX + 2 * _REACH_PX
    around = other[max(top, 0) : top + size, max(left, 0) : left + size]
    if left < 0 or top < 0 or around.shape != (size, size):
        return None
    tile = one[y : y + _TILE_PX, x : x + _TILE_PX]
    fit = cv2.matchTemplate(around, tile, cv2.TM_CCOEFF_NORMED)
    _, best, _, (px, py) = cv2.minMaxLoc(fit)
    if best < 0.3 or not (0 < px < 2 * _REACH_PX and 0 < py < 2 * _REACH_PX):
        return None
    fine_x = _summit(fit[py, px - 1], fit[py, px], fit[py, px + 1])
    fine_y = _summit(fit[py - 1, px], fit[py, px], fit[py + 1, px])
    return left + px + fine_x + _TILE_PX / 2 - 0.5, top + py + fine_y + _TILE_PX / 2 - 0.5


def _summit(before: float, here: float, after: float) -> float:
    """Where a parabola through three neighbouring values is highest, -0.5..0.5."""
    bend = before - 2 * here + after
    return float((before - after) / (2 * bend)) if bend < 0 else 0.0


def _agreement(
    one: GrayImage, laid: GrayImage
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Correlation in a window about every place; where either, and where both have ink."""
    a, b = (cv2.GaussianBlur(image.astype(np.float32), (0, 0), 0.6) for image in (one, laid))
    window = (_WINDOW_PX, _WINDOW_PX)
    mean_a, mean_b = cv2.blur(a, window), cv2.blur(b, window)
    spread_a = cv2.sqrBoxFilter(a, -1, window) - mean_a * mean_a
    spread_b = cv2.sqrBoxFilter(b, -1, window) - mean_b * mean_b
    shared = cv2.blur(a * b, window) - mean_a * mean_b
    inner = np.zeros(one.shape, bool)
    inner[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX] = True
    more, less = np.maximum(spread_a, spread_b), np.minimum(spread_a, spread_b)
    ink = (more > _INK_VARIANCE) & inner
    both = ink & (less > _INK_VARIANCE)
    scale = np.sqrt(np.maximum(spread_a, 1) * np.maximum(spread_b, 1))
    return np.where(ink, shared / scale, 1).astype(np.float32), ink, both


def _verdict(
    agreement: NDArray[np.float32], ink: NDArray[np.bool_], both: NDArray[np.bool_]
) -> float:
    """1 for sheets that agree everywhere, a half at the limits, 0 far beyond them."""
    total = int(np.count_nonzero(ink))
    if not total:
        return 0.0
    different = both & (agreement < _UNLIKE)
    one_sided = ink & ~both & (agreement < _UNLIKE)
    _, _, stats, _ = cv2.connectedComponentsWithStats(different.astype(np.uint8))
    patch = float(stats[1:, cv2.CC_STAT_AREA].max(initial=0))
    worst = max(
        int(np.count_nonzero(different)) / total / _MOST_DIFFERENT,
        int(np.count_nonzero(one_sided)) / total / _MOST_ONE_SIDED,
        patch / _LARGEST_PATCH_PX,
    )
    return max(0.0, 1.0 - worst / 2)
