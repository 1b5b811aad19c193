"""The tilt of a word or two, from the straight edges of its ink.

Ink summed along a whole page of lines says their tilt to some hundredths of a degree. On a single
word the round and slanting parts of its letters weigh too much. What is straight there is the
headline of Devanagari, or the line on which Latin stands: many columns whose ink begins, or
ends, on one line. A straight line is fitted to those places alone, finer than a pixel.

Source: line fitting by voting, then least squares on what voted for it (Hough 1962; Fischler and
Bolles 1981 for fitting to inliers alone).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.page import GrayImage

_REACH_DEG, _STEP_DEG = 1.25, 0.05
_ROWS_PER_PX = 2
_TOLERANCES_PX = (1.2, 0.8, 0.8, 0.8)
_FEWEST, _LEAST_SPAN_MM, _LEAST_COLUMNS_MM = 8, 4.0, 2.5
_AGREE_DEG, _OUTWEIGHS = 0.4, 3.0

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A straight line that one side of the ink follows.

    Attributes:
        skew_ccw_deg: its tilt, counter-clockwise positive.
        columns_mm: width of the columns that lie on it.
        span_mm: from the first of them to the last.
    """

    skew_ccw_deg: float
    columns_mm: float
    span_mm: float

    @property
    def weight(self) -> float:
        """How well it knows its tilt: the error falls with the span, and with more columns."""
        return self.columns_mm * self.span_mm**2


def edge_skew(
    contrast: GrayImage, least: float, *, about_deg: float, px_per_mm: float
) -> float | None:
    """Tilt of the lines of ink in degrees; ``None`` where its edges do not tell.

    Args:
        contrast: darkness against the paper, 0..255, lines along x; 0 where no writing is.
        least: darkness from which there is ink.
        about_deg: the tilt as far as it is known, to a degree.
        px_per_mm: pixels a millimetre.
    """
    found = [_line(*places, about_deg, px_per_mm) for places in _edges(contrast, least)]
    lines = sorted((line for line in found if line), key=lambda line: -line.weight)
    if not lines or lines[0].columns_mm < _LEAST_COLUMNS_MM:
        return None
    if len(lines) == 1:
        return lines[0].skew_ccw_deg
    best, other = lines
    if abs(best.skew_ccw_deg - other.skew_ccw_deg) > _AGREE_DEG:
        return best.skew_ccw_deg if best.weight > _OUTWEIGHS * other.weight else None
    total = best.weight + other.weight
    return (best.skew_ccw_deg * best.weight + other.skew_ccw_deg * other.weight) / total


def _edges(contrast: GrayImage, least: float) -> list[tuple[Places, Places]]:
    """x and y of the places where ink begins, seen from above, and where it ends."""
    ink = contrast > least
    edges = []
    for change in (~ink[:-1] & ink[1:], ink[:-1] & ~ink[1:]):
        rows, columns = np.nonzero(change)
        above = contrast[rows, columns].astype(np.float64)
        below = contrast[rows + 1, columns].astype(np.float64)
        edges.append((columns.astype(np.float64), rows + (least - above) / (below - above)))
    return edges


def _line(x: Places, y: Places, about_deg: float, px_per_mm: float) -> EdgeLine | None:
    """The line that most of the places lie on, at most a degree from ``about_deg``."""
    if len(x) < _FEWEST:
        return None
    x = x - x.mean()
    steps = round(_REACH_DEG / _STEP_DEG)
    angles = about_deg + _STEP_DEG * np.arange(-steps, steps + 1)
    votes = [_most_voted(y + x * np.tan(np.radians(angle))) for angle in angles]
    top = max(range(len(votes)), key=lambda at: votes[at][0])
    slope, row = -float(np.tan(np.radians(angles[top]))), votes[top][1]
    on_it = np.zeros(len(x), np.bool_)
    for tolerance in _TOLERANCES_PX:
        on_it = np.abs(y - slope * x - row) < tolerance
        if np.count_nonzero(on_it) < _FEWEST or not np.ptp(x[on_it]):
            return None
        slope, row = (float(value) for value in np.polyfit(x[on_it], y[on_it], 1))
    first, last = np.percentile(x[on_it], [3, 97])
    span_mm = float(last - first) / px_per_mm
    columns_mm = len(np.unique(x[on_it])) / px_per_mm
    if span_mm < _LEAST_SPAN_MM:
        return None
    return EdgeLine(-float(np.degrees(np.arctan(slope))), columns_mm, span_mm)


def _most_voted(rows: Places) -> tuple[int, float]:
    """How many places lie in the fullest row, its neighbours included, and where it is."""
    first = float(rows.min())
    votes = np.bincount(((rows - first) * _ROWS_PER_PX).astype(np.intp))
    votes = np.convolve(votes, [1, 1, 1], "same")
    at = int(votes.argmax())
    return int(votes[at]), first + (at + 0.5) / _ROWS_PER_PX
