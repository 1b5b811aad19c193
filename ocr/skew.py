"""How text lines run: which way, and how far from level.

Source: projection profiles (Postl 1986, Baird 1987): summed along the text lines, ink piles up
in sharp steps (the headline of Devanagari, baseline and x-line of Latin); at any other angle
the steps wash out. Energy is the sum of squared steps between neighbouring rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.page import Mask

MOST_POINTS = 20_000  # enough for a tenth of a degree; more only costs time
FINEST_DEG = 0.05
_COARSE_DEG = 0.5

Points = NDArray[np.float32]


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


def slope_of(x: Points, y: Points, *, limit_deg: float) -> Slope:
    """The slope of lines that run along x.

    Args:
        x: places of ink along the lines, pixels; right is positive.
        y: places across the lines, down is positive.
        limit_deg: how far from level to look.
    """
    coarse = np.arange(-limit_deg, limit_deg + _COARSE_DEG / 2, _COARSE_DEG)
    wide = np.array([_energy(x, y, angle, row_px=2.0) for angle in coarse])
    best, step = float(coarse[int(wide.argmax())]), _COARSE_DEG / 4
    near = best + step * np.arange(-5, 6)
    while step > FINEST_DEG / 2:
        best = float(max(near, key=lambda angle: _energy(x, y, angle, row_px=1.0)))
        step /= 2
        near = np.array([best - step, best, best + step])
    energy = float(wide.max())
    return Slope(best, energy, energy / max(float(np.median(wide)), 1.0))


def _energy(x: Points, y: Points, ccw_deg: float, *, row_px: float) -> float:
    # Content tilted counter-clockwise rises to the right: y falls as x grows.
    rows = (y + x * np.float32(np.tan(np.radians(ccw_deg)))) / np.float32(row_px)
    rows -= rows.min() if len(rows) else 0
    profile = np.bincount(rows.astype(np.int32))
    steps = np.diff(profile, prepend=0, append=0)
    return float(np.dot(steps, steps))
