"""The paper of a page without its ink, small, and the colours of the inks that stood on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Box, ColourImage, GrayImage, Mask, PageImage

_Levels: TypeAlias = NDArray[np.floating]
Colour: TypeAlias = tuple[int, ...]  # one grey level or (red, green, blue), 0..255

_FILL_CELL = 8  # background pixels a cell in which paper is averaged under ink
_SATURATED = 0.30  # of an ink's absorption; above it the ink is coloured
_LEAST_ABSORPTION = 30  # of 255, mean around the place, to judge a hue by
_HUE_REACH = 22  # of 256 to either side of a hue's peak belong to the same ink
_MOST_COLOURED_INKS = 3
_LEAST_COLOURED_MM2 = 6.0  # of ink-covered cells; less is stray colour
_SAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Ink:
    """One ink: its pixels inside ``box`` (mask of the box's size), its colour."""

    mask: Mask
    box: Box
    colour: Colour


def reduce_page(image: PageImage, step: int) -> PageImage:
    """The page at 1/step by averaging; a rest of under ``step`` pixels at the edges is cut."""
    if step == 1:
        return image
    height, width = image.shape[:2]
    rows, columns = max(1, height // step), max(1, width // step)
    whole = image[: rows * step, : columns * step]
    return cast(PageImage, cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))


def covered_cells(ink: Mask, step: int) -> Mask:
    """At 1/step: where any ink, or its soft edge of two pixels, comes to lie."""
    height, width = ink.shape
    rows, columns = max(1, height // step), max(1, width // step)
    reach = step + 4 - step % 2 + 1
    wide = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
    return np.ascontiguousarray(wide[step // 2 :: step, step // 2 :: step][:rows, :columns])


def paper_under(small: PageImage, covered: Mask) -> PageImage:
    """The reduced page as if nothing were written on it: smooth paper, from what is open.

    Args:
        small: (h, w) or (h, w, 3) uint8.
        covered: (h, w), 255 where ink lies.
    """
    rows, columns = covered.shape
    cells = (-(-columns // _FILL_CELL), -(-rows // _FILL_CELL))
    is_open = cv2.bitwise_not(covered)
    seen = cv2.bitwise_and(small, small, mask=is_open)
    total = cv2.resize(seen, cells, interpolation=cv2.INTER_AREA).astype(np.float32)
    weight = cv2.resize(is_open, cells, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    average = _spread(total, weight).clip(0, 255).astype(np.uint8)
    return cast(PageImage, cv2.resize(average, (columns, rows), interpolation=cv2.INTER_LINEAR))


def _spread(total: _Levels, weight: _Levels) -> _Levels:
    """Weighted means in windows that grow until there is paper in them."""
    result = np.full_like(total, 255)
    missing = np.ones(weight.shape, bool)
    for window in (3, 9, 27, 81, 243):
        amount = cv2.blur(weight, (window, window), borderType=cv2.BORDER_REPLICATE)
        mean = cv2.blur(total, (window, window), borderType=cv2.BORDER_REPLICATE)
        found = missing & (amount > 0.08)
        share = amount[found]
        result[found] = mean[found] / (share if total.ndim == 2 else share[:, None])
        missing &= ~found
        if not missing.any():
            break
    return result


def fill_in(small: PageImage, paper: PageImage, covered: Mask) -> PageImage:
    """The reduced page with paper where ink lay; no ghost of the text remains."""
    background = small.copy()
    cv2.copyTo(paper, covered, background)
    return background


@dataclass(frozen=True, slots=True)
class Reduced:
    """The page at 1/step with the paper under it and the cells that ink covers."""

    small: PageImage
    paper: PageImage
    covered: Mask
    step: int
    dpi: float


def separate_inks(image: PageImage, ink: Mask, reduced: Reduced) -> list[Ink]:
    """The inks of the page by colour: the dark one first, then up to three coloured ones.

    An ink is coloured when it takes away much more of one primary colour than of another,
    measured against the paper around it; that is the same for full strokes and for pixels
    that are half paper. Each pixel of ``ink`` goes to exactly one of the results.

    Args:
        image: (height, width) or (height, width, 3) uint8.
        ink: (height, width), 255 where ink is.
        reduced: the same page at 1/step.
    """
    inks: list[Ink] = []
    rest = ink
    if image.ndim == 3:
        for region in _coloured_regions(reduced):
            taken = _take(image, rest, region, reduced.step)
            if taken is not None:
                rest = ink.copy() if rest is ink else rest
                box = taken.box
                part = rest[box.y0 : box.y1, box.x0 : box.x1]
                part[:] = cv2.subtract(part, taken.mask)
                inks.append(taken)
    if rest.any():
        height, width = ink.shape
        whole = Box(0, 0, width, height)
        inks.insert(0, Ink(rest, whole, _colour_of(image, rest)))
    return inks


def _coloured_regions(reduced: Reduced) -> list[Mask]:
    """One mask at reduced scale for each coloured ink, the most frequent first."""
    passed = cv2.divide(reduced.small, reduced.paper, scale=255)
    passed = cv2.max(passed, cv2.cvtColor(cv2.bitwise_not(reduced.covered), cv2.COLOR_GRAY2RGB))
    smooth = cv2.blur(passed, (5, 5))
    red, green, blue = cv2.split(smooth)
    least = cv2.min(cv2.min(red, green), blue)
    most = cv2.max(cv2.max(red, green), blue)
    absorbed = cv2.bitwise_not(least)
    limit = cv2.convertScaleAbs(absorbed, alpha=_SATURATED)
    coloured = cv2.compare(cv2.subtract(most, least), limit, cv2.CMP_GT)
    _, strong = cv2.threshold(absorbed, _LEAST_ABSORPTION, 255, cv2.THRESH_BINARY)
    coloured = cv2.bitwise_and(cv2.bitwise_and(coloured, strong), reduced.covered)
    fewest = _LEAST_COLOURED_MM2 * (reduced.dpi / 25.4) ** 2
    if cv2.countNonZero(coloured) < fewest:
        return []
    hue = cv2.cvtColor(smooth, cv2.COLOR_RGB2HSV_FULL)[:, :, 0]
    return _by_hue(cast(Mask, hue), cast(Mask, coloured), fewest)


def _by_hue(hue: GrayImage, coloured: Mask, fewest: float) -> list[Mask]:
    counts = np.bincount(hue[coloured > 0], minlength=256).astype(np.int64)
    regions = []
    for _ in range(_MOST_COLOURED_INKS):
        around = np.concatenate([counts[-_HUE_REACH:], counts, counts[:_HUE_REACH]])
        sums = np.convolve(around, np.ones(2 * _HUE_REACH + 1, np.int64), "valid")
        peak = int(sums.argmax())
        if sums[peak] < fewest:
            break
        near = (np.arange(peak - _HUE_REACH, peak + _HUE_REACH + 1)) % 256
        table = np.zeros(256, np.uint8)
        table[near] = 255
        counts[near] = 0
        region = cv2.bitwise_and(cv2.LUT(hue, table), coloured)
        regions.append(cast(Mask, cv2.dilate(region, np.ones((3, 3), np.uint8))))
    return regions


def _take(image: ColourImage, ink: Mask, region: Mask, step: int) -> Ink | None:
    """The ink pixels inside the region as an ink of their own."""
    x, y, w, h = cv2.boundingRect(region)
    height, width = ink.shape
    box = Box(x * step, y * step, min(width, (x + w) * step), min(height, (y + h) * step))
    local = region[y : y + h, x : x + w]
    grown = cv2.resize(local, (w * step, h * step), interpolation=cv2.INTER_NEAREST)
    mask = cv2.bitwise_and(ink[box.y0 : box.y1, box.x0 : box.x1], grown[: box.height, : box.width])
    if not mask.any():
        return None
    part = image[box.y0 : box.y1, box.x0 : box.x1]
    return Ink(cast(Mask, mask), box, _colour_of(part, cast(Mask, mask)))


def _colour_of(image: PageImage, mask: Mask) -> Colour:
    """The ink's own colour: the median of the darker half of its pixels, edges left out."""
    spots = np.flatnonzero(mask)
    spots = spots[:: max(1, len(spots) // _SAMPLES)]
    pixels = (
        image.reshape(mask.size, -1)[spots]
        if image.flags.c_contiguous
        else image[np.unravel_index(spots, mask.shape)].reshape(len(spots), -1)
    )
    brightness = pixels.sum(axis=1, dtype=np.int32)
    core = pixels[brightness <= np.median(brightness)]
    return tuple(int(level) for level in np.median(core, axis=0))
