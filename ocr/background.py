"""The paper of a page without its ink, small, and the colours of the inks that stood on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Box, Mask, PageImage
from ocr.reduction import reduce_by

_Levels: TypeAlias = NDArray[np.floating]
Colour: TypeAlias = tuple[int, ...]  # one grey level or (red, green, blue), 0..255

_FILL_CELL = 8  # background pixels a cell in which paper is averaged under ink
_SATURATED = 0.20  # of an ink's absorption; black ink stays under 0.1, coloured is over 0.25
_LEAST_ABSORPTION = 30  # of 255, mean around the place, to judge a hue by
_AROUND_TONED = 21  # reduced pixels
_LEAST_TONED_MM2 = 2.0  # of ink-covered cells; less is stray colour
_SAMPLED_FROM, _SAMPLES_APART = 1 << 20, 5  # pixels; larger masks are sampled


@dataclass(frozen=True, slots=True)
class Ink:
    """One layer of ink: its pixels inside ``box`` (mask of the box's size) and its colour.

    ``colour`` is one colour for all of it, or a small image to be stretched over the box.
    """

    mask: Mask
    box: Box
    colour: Colour | PageImage


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
    average = _spread(total, weight, least=0.08).clip(0, 255).astype(np.uint8)
    return cast(PageImage, cv2.resize(average, (columns, rows), interpolation=cv2.INTER_LINEAR))


def _spread(total: _Levels, weight: _Levels, *, least: float) -> _Levels:
    """Weighted means in windows that grow until at least ``least`` weight is in them."""
    result = np.empty_like(total)
    result[:] = total.sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6)
    missing = np.ones(weight.shape, bool)
    for window in (3, 9, 27, 81):
        amount = cv2.blur(weight, (window, window), borderType=cv2.BORDER_REPLICATE)
        mean = cv2.blur(total, (window, window), borderType=cv2.BORDER_REPLICATE)
        found = missing & (amount > least)
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
    """The page at 1/step: as it is, its paper, where ink covers it and where that ink is pale."""

    small: PageImage
    paper: PageImage
    covered: Mask
    pale: Mask
    step: int
    dpi: float


def separate_inks(image: PageImage, ink: Mask, reduced: Reduced) -> list[Ink]:
    """The dark ink in one colour, then all coloured and all pale ink in the colours it has.

    Ink is coloured when it takes away much more of one primary colour than of another,
    measured against the paper around it; that is the same for full strokes and for pixels
    that are half paper. Each pixel of ``ink`` goes to exactly one of the results.

    Args:
        image: (height, width) or (height, width, 3) uint8.
        ink: (height, width), 255 where ink is.
        reduced: the same page at 1/step.
    """
    inks: list[Ink] = []
    dark = ink
    if (region := _toned_region(reduced)) is not None:
        coloured = _take(image, ink, region, reduced)
        if coloured is not None:
            dark, box = ink.copy(), coloured.box
            part = dark[box.y0 : box.y1, box.x0 : box.x1]
            part[:] = cv2.subtract(part, coloured.mask)
            inks.append(coloured)
    if dark.any():
        height, width = ink.shape
        inks.insert(0, Ink(dark, Box(0, 0, width, height), _colour_of(image, dark)))
    return inks


def _toned_region(reduced: Reduced) -> Mask | None:
    """At reduced scale, where ink is coloured or pale, and around it; ``None`` if nowhere.

    Wide, so that no thin or faint part of a mark is left out; black writing that gets in
    keeps its own colour too.
    """
    toned = cv2.bitwise_and(reduced.pale, reduced.covered)
    if reduced.small.ndim == 3:
        toned = cv2.bitwise_or(toned, _coloured(reduced))
    if cv2.countNonZero(toned) < _LEAST_TONED_MM2 * (reduced.dpi / 25.4) ** 2:
        return None
    return cast(Mask, cv2.dilate(toned, np.ones((_AROUND_TONED, _AROUND_TONED), np.uint8)))


def _coloured(reduced: Reduced) -> Mask:
    passed = cv2.divide(reduced.small, reduced.paper, scale=255)
    passed = cv2.max(passed, cv2.cvtColor(cv2.bitwise_not(reduced.covered), cv2.COLOR_GRAY2RGB))
    red, green, blue = cv2.split(cv2.blur(passed, (5, 5)))
    least = cv2.min(cv2.min(red, green), blue)
    most = cv2.max(cv2.max(red, green), blue)
    absorbed = cv2.bitwise_not(least)
    limit = cv2.convertScaleAbs(absorbed, alpha=_SATURATED)
    coloured = cv2.compare(cv2.subtract(most, least), limit, cv2.CMP_GT)
    _, strong = cv2.threshold(absorbed, _LEAST_ABSORPTION, 255, cv2.THRESH_BINARY)
    coloured = cv2.bitwise_and(cv2.bitwise_and(coloured, strong), reduced.covered)
    return cast(Mask, cv2.morphologyEx(coloured, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))


def _take(image: PageImage, ink: Mask, region: Mask, reduced: Reduced) -> Ink | None:
    """The ink pixels inside the region as a layer of their own, with their colours."""
    step = reduced.step
    x, y, w, h = cv2.boundingRect(region)
    height, width = ink.shape
    box = Box(x * step, y * step, min(width, (x + w) * step), min(height, (y + h) * step))
    local = region[y : y + h, x : x + w]
    grown = cv2.resize(local, (w * step, h * step), interpolation=cv2.INTER_NEAREST)
    mask = cv2.bitwise_and(ink[box.y0 : box.y1, box.x0 : box.x1], grown[: box.height, : box.width])
    if not mask.any():
        return None
    part = image[box.y0 : box.y1, box.x0 : box.x1]
    return Ink(cast(Mask, mask), box, _colours_in(part, cast(Mask, mask), step))


def _colours_in(image: PageImage, mask: Mask, step: int) -> PageImage:
    """The ink's colours at 1/(2 step), from its own pixels only, spread smoothly over the gaps."""
    sharp = reduce_by(image, 2)
    weight = cv2.LUT(reduce_by(mask, 2), _INSIDE_OUT)
    gray = sharp if image.ndim == 2 else cv2.cvtColor(sharp, cv2.COLOR_RGB2GRAY)
    darkness = cv2.bitwise_not(gray)
    for _ in range(2):  # by its square: soft edges must not make the ink look washed out
        weight = cv2.multiply(weight, darkness, scale=1 / 255)
    wide = weight if image.ndim == 2 else cv2.merge([weight] * 3)
    total = cv2.multiply(sharp, wide, dtype=cv2.CV_16U)
    size = (max(1, sharp.shape[1] // step), max(1, sharp.shape[0] // step))
    sums = cv2.resize(total, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    weights = cv2.resize(weight, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return cast(PageImage, _spread(sums, weights, least=0.2).clip(0, 255).astype(np.uint8))


# How much a halved pixel tells of the ink's colour, by how much of it is ink: edges, little.
_INSIDE_OUT = np.array([0] * 128 + [16] * 127 + [255], np.uint8)


def _colour_of(image: PageImage, mask: Mask) -> Colour:
    """The ink's own colour: the median of the darker half of its pixels, edges left out."""
    apart = 1 if mask.size < _SAMPLED_FROM else _SAMPLES_APART
    if not (sampled := mask[::apart, ::apart]).any():
        apart, sampled = 1, mask
    pixels = image[::apart, ::apart][sampled > 0]
    pixels = pixels.reshape(len(pixels), -1)
    brightness = pixels.sum(axis=1, dtype=np.int32)
    core = pixels[brightness <= np.median(brightness)]
    return tuple(int(level) for level in np.median(core, axis=0))
