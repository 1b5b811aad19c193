"""The edge of a second sheet across a page: two sheets that were fed together.

A long straight step of brightness from side to side is a fold or an edge. At a fold the paper
is the same on either side and the line fades both ways alike. At an edge the shadow falls on one
side only, the two papers seldom have the same brightness, and writing ends at it on the one side
while the margin of the upper sheet lies on the other. Where no edge is seen, the lines of the one
sheet still run at another slope than those of the other: no two are pulled in quite alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import Look
from ocr.page import GrayImage, Mask
from ocr.skew import ink_points, slope_of

LIMIT_DEG = 6.0  # an ADF pulls no sheet further askew
_STEP_DEG = 0.5
_MOSTLY = 0.8  # of the width; what is seen on less is no edge
_TRIES = 2
_FOLD_MM = 2.5
_LIKELY = 4  # slopes that are looked at more finely
_BLOCKS = 40  # columns that the page is looked at in
_LID_MM = 3.0
_RIM_MM = 12.0  # the top and bottom edges of the sheet itself are no second edge
_OUTER = 3  # blocks at either end: an edge runs through the margins, a rule does not
_FAINTEST_STEP = 2.0  # grey levels: smaller steps are noise and stains
_MOST_STEP = 8.0  # writing and rules must not outweigh the edge
_FEWEST_MM = (60.0, 60.0)
_BANDS, _BAND_POINTS, _FEWEST_POINTS = 6, 3_000, 400
_CLEAR = 4.0  # clearness of a band's slope; handwriting and seals stay below
_REACH_MM, _NEAR_ROWS = 6.0, 4  # looked at above and below an edge: all of it, and next to it

Rows = NDArray[np.float32]  # (rows, blocks)
_Line = tuple[int, NDArray[np.int64], float]  # row in the middle, shift a block, slope


@dataclass(frozen=True, slots=True)
class Edge:
    """A long straight line across the page that may be the edge of another sheet.

    Attributes:
        y_px: where it crosses the middle of the scan, pixels of the scan.
        slope_ccw_deg: how it is tilted, counter-clockwise positive.
        share: share of the page's width on which it is seen, 0..1.
        one_sidedness: its steepest fall on one side over that on the other; a fold has 1.
        paper_step: difference of the paper's brightness above and below, grey levels.
        writing_ends: share of the width where writing ends at it with only margin beyond.
    """

    y_px: int
    slope_ccw_deg: float
    share: float
    one_sidedness: float
    paper_step: float
    writing_ends: float

    @property
    def evidence(self) -> float:
        """How far it is from a fold; 1 where the first of its signs is a sign."""
        return max(self.paper_step / 4, self.writing_ends / 0.12, self.one_sidedness / 2)


@dataclass(frozen=True, slots=True)
class SlopeBreak:
    """Where the lines of a page begin to run at another slope.

    Attributes:
        y_px: between the lines of the one and of the other slope, pixels of the scan.
        by_deg: how much the slopes differ; one sheet's stay within half a degree.
    """

    y_px: int
    by_deg: float


def slope_break(look: Look) -> SlopeBreak | None:
    """The greatest difference of slope between neighbouring bands with clear lines of type.

    Args:
        look: a page at reduced scale whose lines run across.
    """
    height = look.letters.shape[0]
    clear: list[tuple[float, float]] = []  # middle of the band, slope
    for band in range(_BANDS):
        top, bottom = height * band // _BANDS, height * (band + 1) // _BANDS
        x, y = ink_points(look.letters[top:bottom])
        if len(x) < _FEWEST_POINTS:
            continue
        step = -(-len(x) // _BAND_POINTS)
        slope = slope_of(x[::step], y[::step], limit_deg=LIMIT_DEG)
        if slope.clearness >= _CLEAR:
            clear.append(((top + bottom) / 2, slope.skew_ccw_deg))
    breaks = [
        SlopeBreak(round((above[0] + below[0]) / 2 * look.factor), abs(above[1] - below[1]))
        for above, below in pairwise(clear)
    ]
    return max(breaks, key=lambda found: found.by_deg, default=None)


def edge_across(small: GrayImage, look: Look) -> Edge | None:
    """The clearest line from side to side of the page; ``None`` where there is none.

    Args:
        small: the scan at the scale of the look.
        look: the page at reduced scale.
    """
    height, width = small.shape
    mm = look.px_per_mm
    if height < _FEWEST_MM[0] * mm or width < _FEWEST_MM[1] * mm or width < 2 * _BLOCKS:
        return None
    if round(_REACH_MM * mm) < _NEAR_ROWS:
        return None  # a scan so coarse shows no edge of paper
    levels = _blocked(small)
    steps = np.zeros_like(levels)
    steps[1:-1] = np.clip(levels[2:] - levels[:-2], -_MOST_STEP, _MOST_STEP)
    rim = round(_RIM_MM * mm)
    steps[:rim], steps[-rim:] = 0, 0
    lid = _blocked_ink(look.lid)
    steps[_grown(lid, round(_LID_MM * mm)) > 0] = 0  # where the sheet meets the lid
    written = _blocked_ink(np.maximum(look.letters, look.drawings))
    best: Edge | None = None
    for _ in range(_TRIES):
        line = _straightest(steps, block_px=width / _BLOCKS)
        if line is None:
            break
        edge = _edge_at(line, _Page(levels, steps, lid, written, look))
        if edge and (best is None or edge.evidence > best.evidence):
            best = edge
        if best and best.evidence >= 1:
            break
        _erase(steps, line, round(_FOLD_MM * mm))  # a fold may be clearer than the edge
    return best


@dataclass(frozen=True)
class _Page:
    """What is known of every row of every block: brightness, its steps, lid, ink; the look."""

    levels: Rows
    steps: Rows
    lid: Rows
    written: Rows
    look: Look


def _edge_at(line: _Line, page: _Page) -> Edge | None:
    row, shifts, slope = line
    mm = page.look.px_per_mm
    written = _sheared(page.written, shifts)
    if not written[: row - 2].any() or not written[row + 3 :].any():
        return None  # one sheet, and the white lid beyond its end
    on_sheet = 1 - _sheared(page.lid, shifts)[row]
    share = _share(page.steps, row, shifts, on_sheet > 0)
    profile = _profile(page.levels, row, shifts, reach=round(_REACH_MM * mm))
    if share is None or profile is None:
        return None
    return Edge(
        y_px=row * page.look.factor,
        slope_ccw_deg=slope,
        share=share,
        one_sidedness=_one_sidedness(profile),
        paper_step=_paper_step(profile, mm),
        writing_ends=_writing_ends(written, row, mm),
    )


def _erase(steps: Rows, line: _Line, reach: int) -> None:
    """Take the line out of the steps, in place."""
    row, shifts, _ = line
    for block, shift in enumerate(shifts):
        at = row + int(shift)
        steps[max(0, at - reach) : max(0, at + reach + 1), block] = 0


def _blocked(small: GrayImage) -> Rows:
    """Brightness a row in each of ``_BLOCKS`` columns; a light quantile, so writing is left out."""
    height, width = small.shape
    step = width // _BLOCKS
    columns = small[:, : step * _BLOCKS].reshape(height, _BLOCKS, step).transpose(2, 0, 1)
    # The few brightest so far, in order; each column of the blocks is passed down through them.
    brightest = np.zeros((step - step * 7 // 10, height, _BLOCKS), np.uint8)
    for column in np.ascontiguousarray(columns):
        for rank in brightest:
            darker = np.minimum(rank, column)
            np.maximum(rank, column, out=rank)
            column = darker
    return np.asarray(brightest[-1], np.float32)


def _blocked_ink(mask: Mask) -> Rows:
    """1 in each row of a block that holds any of the mask."""
    height, width = mask.shape
    step = width // _BLOCKS
    blocks = mask[:, : step * _BLOCKS].reshape(height, _BLOCKS, step)
    return np.asarray(blocks.max(axis=2) > 0, np.float32)


def _grown(rows: Rows, by: int) -> Rows:
    """The marked rows and ``by`` rows above and below them, block by block."""
    size = 2 * by + 1
    return np.asarray(cv2.dilate(rows, np.ones((size, 1), np.uint8)), np.float32)


def _straightest(steps: Rows, *, block_px: float) -> _Line | None:
    """Row in the middle, shift a block and slope of the line with the greatest one-signed step."""
    middle = (np.arange(_BLOCKS) - (_BLOCKS - 1) / 2) * block_px
    least = 2 * _FAINTEST_STEP * _OUTER * _MOSTLY
    height = len(steps)
    most = math.ceil(-middle[0] * math.tan(math.radians(LIMIT_DEG + _STEP_DEG)))
    columns = np.zeros((_BLOCKS, height + 2 * most), np.float32)
    columns[:, most : most + height] = steps.T
    at_either_end = (*range(_OUTER), *range(_BLOCKS - _OUTER, _BLOCKS))

    def tried(slope: float) -> tuple[float, int, NDArray[np.int64], float]:
        shifts = np.round(-middle * np.tan(np.radians(slope))).astype(np.int64)
        laid = [
            column[most + shift : most + shift + height]
            for column, shift in zip(columns, shifts.tolist(), strict=True)
        ]
        outer = np.add.reduce([laid[block] for block in at_either_end])
        total = sum(laid[_OUTER:-_OUTER], outer)
        # What does not reach through the margins is writing, or a rule.
        sign = np.sign(total)
        total = np.abs(total) * (outer * sign >= least)
        row = int(total.argmax())
        return float(total[row]), row, shifts, slope

    coarse = [float(slope) for slope in np.arange(-LIMIT_DEG, LIMIT_DEG + 0.1, _STEP_DEG)]
    likely = sorted(map(tried, coarse), key=lambda line: -line[0])[:_LIKELY]
    finer = {line[3] + part * _STEP_DEG for line in likely for part in (-0.5, -0.25, 0.25, 0.5)}
    best = max([*likely, *map(tried, sorted(finer))], key=lambda line: line[0])
    return None if best[0] < _FAINTEST_STEP * _MOSTLY * _BLOCKS else best[1:]


def _sheared(rows: Rows, shifts: NDArray[np.int64]) -> Rows:
    """Each block moved up by its shift; rows that come from outside are 0."""
    out = np.zeros_like(rows)
    height = len(rows)
    for block, shift in enumerate(shifts):
        low, high = max(0, -shift), min(height, height - shift)
        if low < high:
            out[low:high, block] = rows[low + shift : high + shift, block]
    return out


def _share(
    steps: Rows, row: int, shifts: NDArray[np.int64], on_sheet: NDArray[np.bool_]
) -> float | None:
    """Share of the sheet with a step of the common sign; ``None`` if the margins show none."""
    near = _sheared(steps, shifts)[max(0, row - 1) : row + 2]
    sign = 1.0 if near.sum() >= 0 else -1.0
    seen = ((sign * near).max(axis=0) >= _FAINTEST_STEP)[on_sheet]
    if len(seen) < _BLOCKS // 2:
        return None
    if seen[:_OUTER].sum() < _OUTER - 1 or seen[-_OUTER:].sum() < _OUTER - 1:
        return None
    return float(seen.mean())


def _profile(
    levels: Rows, row: int, shifts: NDArray[np.int64], *, reach: int
) -> NDArray[np.float32] | None:
    """Middling brightness across the line, ``reach`` rows above and below it."""
    part = _sheared(levels, shifts)[max(0, row - reach) : row + reach + 1]
    return np.median(part, axis=1) if len(part) == 2 * reach + 1 else None


def _one_sidedness(profile: NDArray[np.float32]) -> float:
    middle = len(profile) // 2
    near = np.diff(profile[middle - _NEAR_ROWS : middle + _NEAR_ROWS + 1])
    rise, fall = max(float(near.max()), 0.0), max(float(-near.min()), 0.0)
    return max(rise, fall) / max(min(rise, fall), 0.5)


def _paper_step(profile: NDArray[np.float32], mm: float) -> float:
    middle, near, far = len(profile) // 2, round(2 * mm), round(_REACH_MM * mm)
    above = np.percentile(profile[middle - far : middle - near], 80)
    below = np.percentile(profile[middle + near : middle + far], 80)
    return abs(float(above - below))


def _writing_ends(laid: Rows, row: int, mm: float) -> float:
    """Share of blocks whose writing touches the line, where the other side is all margin."""
    gap, touch, margin = round(0.7 * mm), round(2.0 * mm), round(8.0 * mm)
    sides = (laid[:row][::-1], laid[row + 1 :])
    found = 0.0
    for one, other in (sides, sides[::-1]):
        if not other[gap:margin].any():
            found = max(found, float(one[gap:touch].any(axis=0).mean()))
    return found
