"""The paper of a page without its ink, small, and the colours of the inks that stood on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Box, Mask, PageImage
from ocr.shown import ShownPage

_Levels: TypeAlias = NDArray[np.floating]
Colour: TypeAlias = tuple[int, ...]  # one grey level or (red, green, blue), 0..255

_BAND_CELLS = 48  # rows that are looked at together
_FILL_CELL = 8  # background pixels a cell in which paper is averaged under ink
_COARSEST = 5  # cells; over fewer, one mean is enough
_SATURATED = 0.20  # of an ink's absorption; black ink stays under 0.1, coloured is over 0.25
_LEAST_ABSORPTION = 30  # of 255, mean around the place, to judge a hue by
_AROUND_TONED = 21  # reduced pixels
_LEAST_TONED_MM2 = 2.0  # of ink-covered cells; less is stray colour
_PLACES = 1 << 15  # pixels of an ink that are looked at together
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
    covered = np.empty((rows, columns), np.uint8)
    for top in range(0, rows, _BAND_CELLS):
        end = min(top + _BAND_CELLS, rows)
        first = max(0, top * step - reach)
        wide = cv2.dilate(ink[first : end * step + reach], np.ones((reach, reach), np.uint8))
        middles = wide[top * step - first + step // 2 :: step, step // 2 :: step]
        covered[top:end] = middles[: end - top, :columns]
    return covered


def paper_under(small: PageImage, covered: Mask) -> PageImage:
    """The reduced page as if nothing were written on it: smooth paper, from what is open.

    Args:
        small: (h, w) or (h, w, 3) uint8.
        covered: (h, w), 255 where ink lies.
    """
    rows, columns = covered.shape
    rest = (-rows % _FILL_CELL, -columns % _FILL_CELL)
    is_open = cv2.bitwise_not(covered)
    seen = cv2.bitwise_and(small, small, mask=is_open)
    total, weight = (_in_cells(cast(PageImage, part), rest) for part in (seen, is_open))
    average = _spread(total, weight / 255, least=0.08).clip(0, 255).astype(np.uint8)
    size = (columns + rest[1], rows + rest[0])
    paper = cv2.resize(average, size, interpolation=cv2.INTER_LINEAR)
    return cast(PageImage, paper[:rows, :columns])


def _in_cells(image: PageImage, rest: tuple[int, int]) -> _Levels:
    """Means of whole cells, filled up with nothing at the bottom and the right."""
    filled = cv2.copyMakeBorder(image, 0, rest[0], 0, rest[1], cv2.BORDER_CONSTANT, value=0)
    size = (filled.shape[1] // _FILL_CELL, filled.shape[0] // _FILL_CELL)
    return cv2.resize(filled, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _spread(total: _Levels, weight: _Levels, *, least: float) -> _Levels:
    """Weighted means in windows that grow until at least ``least`` weight is in them."""
    amount = cv2.blur(weight, (3, 3), borderType=cv2.BORDER_REPLICATE)
    near = cv2.blur(total, (3, 3), borderType=cv2.BORDER_REPLICATE)
    enough = _mask_of(amount > least)
    amount = np.maximum(amount, 1e-6, out=amount)
    cv2.divide(near, amount if total.ndim == 2 else cv2.merge([amount] * 3), near)
    del amount
    height, width = weight.shape
    if cv2.countNonZero(enough) == height * width:
        return cast(_Levels, near)
    if max(height, width) <= _COARSEST:
        far = np.empty_like(total)
        far[:] = total.sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6)
    else:
        size = (-(-width // 3), -(-height // 3))
        coarse, shares = (
            cast(_Levels, cv2.resize(part, size, interpolation=cv2.INTER_AREA))
            for part in (total, weight)
        )
        spread = _spread(coarse, shares, least=least)
        far = cast(_Levels, cv2.resize(spread, (width, height), interpolation=cv2.INTER_LINEAR))
    return cast(_Levels, cv2.copyTo(near, enough, far))


def _mask_of(chosen: NDArray[np.bool_]) -> Mask:
    return chosen.astype(np.uint8) * 255


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


def separate_inks(page: ShownPage, ink: Mask, reduced: Reduced) -> list[Ink]:
    """The dark ink in one colour, then all coloured and all pale ink in the colours it has.

    Ink is coloured when it takes away much more of one primary colour than of another,
    measured against the paper around it; that is the same for full strokes and for pixels
    that are half paper. Each pixel of ``ink`` goes to exactly one of the results.

    Args:
        page: the page.
        ink: (height, width), 255 where ink is; given away: the dark ink is what remains of it.
        reduced: the same page at 1/step.
    """
    inks: list[Ink] = []
    if (toned := _toned(reduced)) is not None:
        coloured = _take(page, ink, toned, reduced)
        if coloured is not None:
            box = coloured.box
            part = ink[box.y0 : box.y1, box.x0 : box.x1]
            cv2.subtract(part, coloured.mask, part)
            inks.append(coloured)
    if ink.any():
        height, width = ink.shape
        inks.insert(0, Ink(ink, Box(0, 0, width, height), _colour_of(page, ink)))
    return inks


def _toned(reduced: Reduced) -> Mask | None:
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


def _take(page: ShownPage, ink: Mask, region: Mask, reduced: Reduced) -> Ink | None:
    """The ink pixels inside the region as a layer of their own, with their colours."""
    step = reduced.step
    x, y, w, h = cv2.boundingRect(region)
    height, width = ink.shape
    box = Box(x * step, y * step, min(width, (x + w) * step), min(height, (y + h) * step))
    local = region[y : y + h, x : x + w]
    grown = cv2.resize(local, (w * step, h * step), interpolation=cv2.INTER_NEAREST)
    mask = cast(Mask, grown[: box.height, : box.width])
    cv2.bitwise_and(ink[box.y0 : box.y1, box.x0 : box.x1], mask, mask)
    if not cv2.countNonZero(mask):
        return None
    return Ink(mask, box, _colours_of(page, mask, box, 2 * step))


def _colours_of(page: ShownPage, mask: Mask, box: Box, step: int) -> PageImage:
    """The ink's colours at 1/step, from its own pixels only, spread smoothly over the gaps.

    Ink is a few per cent of its box, so its pixels are looked at one by one: every second one
    each way, some at a time, for a map or a coloured form has a million of them.
    """
    levels, weight = _gathered(page, mask, box, step)
    return cast(PageImage, _spread(levels, weight, least=0.2).clip(0, 255).astype(np.uint8))


def _gathered(page: ShownPage, mask: Mask, box: Box, step: int) -> tuple[_Levels, _Levels]:
    """At 1/step, the weighted sums of the ink's colours, and of the weights."""
    places = np.flatnonzero(np.ascontiguousarray(mask[::2, ::2]))
    size = (max(1, box.width // step), max(1, box.height // step))
    sums = np.zeros((4 if page.coloured else 2, size[0] * size[1]))
    for first in range(0, len(places), _PLACES):
        rows, columns = (
            2 * place for place in np.divmod(places[first : first + _PLACES], (box.width + 1) // 2)
        )
        cell = np.minimum(rows // step, size[1] - 1) * size[0] + np.minimum(
            columns // step, size[0] - 1
        )
        seen = page.colours_at(box.x0 + columns, box.y0 + rows)
        weights = _weights(mask, rows, columns, seen)
        for sum_, level in zip(sums, (1.0, *seen.T), strict=True):
            sum_ += np.bincount(cell, weights * level, sums.shape[1])
    weight, *total = (sum_.reshape(size[::-1]).astype(np.float32) * 4 / step**2 for sum_ in sums)
    return total[0] if len(total) == 1 else cast(_Levels, cv2.merge(total)), weight


def _weights(
    mask: Mask, rows: NDArray[np.intp], columns: NDArray[np.intp], seen: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """How much each of the ink's pixels tells of its colour.

    Args:
        mask: (height, width) of the ink.
        rows: of the pixels, (pixels,).
        columns: of the pixels, (pixels,).
        seen: their colours, (pixels, channels).
    """
    height, width = mask.shape
    below, beside = np.minimum(rows + 1, height - 1), np.minimum(columns + 1, width - 1)
    inside = mask[below, columns] & mask[rows, beside] & mask[below, beside]
    # By the square of the darkness: soft edges must not make the ink look washed out.
    darkness = (255 - seen.mean(axis=1)) / 255
    return cast(NDArray[np.float64], np.where(inside > 0, 255.0, _EDGE) * darkness**2)


_EDGE = 16.0  # how much an ink's edge tells of its colour, of 255


def _colour_of(page: ShownPage, mask: Mask) -> Colour:
    """The ink's own colour: the median of the darker half of its pixels, edges left out."""
    apart = 1 if mask.size < _SAMPLED_FROM else _SAMPLES_APART
    if not (sampled := mask[::apart, ::apart]).any():
        apart, sampled = 1, mask
    rows, columns = np.nonzero(sampled)
    pixels = page.colours_at(columns * apart, rows * apart)
    brightness = pixels.sum(axis=1, dtype=np.int32)
    core = pixels[brightness <= np.median(brightness)]
    return tuple(int(level) for level in np.median(core, axis=0))
