"""Which way lines run, told from how marks stand to each other and how they are shaped.

Ruled tables have ink in steps both ways: rows one way, columns of figures under each other the
other. But within a line the next letter is nearer than the next line, and a word in Devanagari,
hung from one headline, is wider than tall.

Source: nearest neighbours of components (O'Gorman, "The document spectrum", 1993).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.marks import Marks

_MOST_ASKED = 100  # marks asked for their neighbour; more only cost time
_LEAST_MM, _FARTHEST_MM = 1.2, 8.0  # dots have neighbours above and below
_ENOUGH = 4  # marks asked for a full vote
_ELONGATED = 2.0


def runs_across(marks: Marks, px_per_mm: float) -> float:
    """How far the neighbours speak for lines that run across, -1 (lines run down) .. 1.

    Half a vote from fewer than four marks; 0 where no mark has a neighbour.

    Args:
        marks: the written marks of a page.
        px_per_mm: pixels of the look a millimetre.
    """
    marks = marks.where(marks.long >= _LEAST_MM * px_per_mm)
    count = len(marks)
    if count < 2:
        return 0.0
    asked = np.linspace(0, count - 1, min(_MOST_ASKED, count)).astype(np.intp)
    aside = _gaps(marks.x, marks.width, asked)
    below = _gaps(marks.y, marks.height, asked)
    apart = np.hypot(np.maximum(aside, 0), np.maximum(below, 0))
    rows = np.arange(len(asked))
    apart[rows, asked] = np.inf
    nearest = apart.argmin(axis=1)
    near = apart[rows, nearest] < _FARTHEST_MM * px_per_mm
    if not near.any():
        return 0.0
    across = (aside[rows, nearest] > below[rows, nearest])[near]
    return float(2 * across.mean() - 1) * min(1.0, len(across) / _ENOUGH)


def elongation(marks: Marks) -> float:
    """Share of ink in marks that are wide less the share in marks that are tall, -1..1."""
    if not marks.ink:
        return 0.0
    wide = marks.width > _ELONGATED * marks.height
    tall = marks.height > _ELONGATED * marks.width
    return float(marks.area[wide].sum() - marks.area[tall].sum()) / marks.ink


def _gaps(
    start: NDArray[np.int32], length: NDArray[np.int32], asked: NDArray[np.intp]
) -> NDArray[np.float64]:
    """White between the asked marks and all others in one direction; negative: they overlap."""
    middle = start + length / 2
    between = np.abs(middle[asked, None] - middle[None])
    return np.asarray(between - (length[asked, None] + length[None]) / 2, np.float64)
