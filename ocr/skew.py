"""How text lines run: which way, and how far from level.

Source: projection profiles (Postl 1986, Baird 1987): summed along the text lines, ink piles up
in sharp steps (the headline of Devanagari, baseline and x-line of Latin); at any other angle
the steps wash out. Energy is the sum of squared steps between neighbouring rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.page import Mask

MOST_POINTS = 20_000  # enough for a tenth of a degree; more only costs time
FINEST_DEG = 0.0625
_COARSE_DEG, _NEAR_DEG = 0.5, 0.125
_COARSE_POINTS = 8_000
_SUMMIT_DEG = 0.5625
_SUMMIT = 0.8  # share of the highest energy

Points = NDArray[np.float32]
Angles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """The angle at which the ink falls into lines, and how clearly it does.

    Attributes:
        skew_ccw_deg: tilt of the lines, counter-clockwise positive.
        energy: sum of squared steps of the profile, for comparing directions of the same ink.
        clearness: that energy against the middling angle's; 1 means no lines at all.
    """

    skew_ccw_deg: float
    energy: float
    clearness: float


def ink_points(letters: Mask) -> tuple[Points, Points]:
    """x and y of ink, thinned evenly to ``MOST_POINTS``, about the centre of the mask."""
    height, width = letters.shape
    places = np.flatnonzero(letters)
    places = places[:: -(-len(places) // MOST_POINTS) or 1]
    y, x = np.divmod(places, width)
    return (x - width / 2).astype(np.float32), (y - height / 2).astype(np.float32)


def slope_of(x: Points, y: Points, *, limit_deg: float, row_px: float = 1.0) -> Slope:
    """The slope of lines that run along x.

    Args:
        x: places of ink along the lines, pixels; right is positive.
        y: places across the lines, down is positive.
        limit_deg: how far from level to look.
        row_px: height of the rows that ink is summed in; below 1 for places finer than a pixel.
    """
    return refined(rough_slope_of(x, y, limit_deg=limit_deg, row_px=row_px), x, y, row_px=row_px)


def rough_slope_of(x: Points, y: Points, *, limit_deg: float, row_px: float = 1.0) -> Slope:
    """The same to half a degree, from some of the ink: enough to compare directions."""
    step = -(-len(x) // _COARSE_POINTS) or 1
    coarse = _angles(0.0, limit_deg, _COARSE_DEG)
    wide = _energies(x[::step], y[::step], coarse, row_px=2 * row_px)
    energy = float(wide.max())
    clearness = energy / max(float(np.median(wide)), 1.0)
    return Slope(float(coarse[int(wide.argmax())]), energy, clearness)


def refined(rough: Slope, x: Points, y: Points, *, row_px: float = 1.0) -> Slope:
    """A slope known to half a degree, from all of the ink, to some hundredths."""
    near = _angles(rough.skew_ccw_deg, 1.25 * _COARSE_DEG, _NEAR_DEG)
    best = float(near[int(_energies(x, y, near, row_px=row_px).argmax())])
    return replace(rough, skew_ccw_deg=_summit(x, y, best, row_px=row_px))


def _summit(x: Points, y: Points, about_deg: float, *, row_px: float) -> float:
    """The middle of the summit of the energy: the very highest angle is a matter of luck.

    On made pages 0.02 degrees off in the mean instead of 0.03, on single words 0.06 instead of
    0.08 (worst 0.3 instead of 0.65).
    """
    angles = _angles(about_deg, _SUMMIT_DEG, FINEST_DEG)
    energies = _energies(x, y, angles, row_px=row_px)
    top = int(energies.argmax())
    above = energies > _SUMMIT * energies[top]
    left, right = top, top
    while left > 0 and above[left - 1]:
        left -= 1
    while right < len(angles) - 1 and above[right + 1]:
        right += 1
    weights = energies[left : right + 1] - 0.999 * _SUMMIT * energies[top]
    total = float(weights.sum())
    # Without any ink all angles are alike.
    return float(np.dot(angles[left : right + 1], weights)) / total if total else about_deg


def _angles(middle_deg: float, reach_deg: float, step_deg: float) -> Angles:
    steps = round(reach_deg / step_deg)
    return middle_deg + step_deg * np.arange(-steps, steps + 1, dtype=np.float64)


def _energies(x: Points, y: Points, angles_ccw_deg: Angles, *, row_px: float) -> Angles:
    return np.array([_energy(x, y, float(angle), row_px=row_px) for angle in angles_ccw_deg])


def _energy(x: Points, y: Points, ccw_deg: float, *, row_px: float) -> float:
    # Content tilted counter-clockwise rises to the right: y falls as x grows.
    rows = (y + x * np.float32(np.tan(np.radians(ccw_deg)))) / np.float32(row_px)
    rows -= rows.min() if len(rows) else 0
    profile = np.bincount(rows.astype(np.int32))
    steps = profile[1:] - profile[:-1]
    ends = profile[:1], profile[-1:]  # from white to the first row, from the last one to white
    return float(sum(np.dot(some, some) for some in (steps, *ends)))
