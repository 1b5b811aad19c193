"""The page summed along its text lines: where lines are, how tall, which way up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.skew import Points

ROWS_PER_PX = 2  # sharper than a pixel: a slight skew spreads the samples between rows

Profile = NDArray[np.float64]


def row_profile(x: Points, y: Points, *, skew_ccw_deg: float) -> Profile:
    """Ink a row, ``ROWS_PER_PX`` rows a pixel, for lines with the given slope along x."""
    rows = y + x * np.float32(np.tan(np.radians(skew_ccw_deg)))
    rows = (rows - rows.min()) * ROWS_PER_PX
    counts = np.bincount(rows.astype(np.int32)).astype(np.float64)
    return np.convolve(counts, [0.25, 0.5, 0.25], "same")


def lines_in(profile: Profile) -> list[Profile]:
    """The pieces of the profile that are text lines, from the top."""
    written = profile[profile > 0]
    if not len(written):
        return []
    # A line is where a good share of what a full row holds stands; single strokes
    # (matras, descenders) that reach into the gap do not join two lines.
    on = np.r_[False, profile > 0.15 * np.percentile(written, 85), False]
    edges = np.flatnonzero(np.diff(on.astype(np.int8)))
    return [
        profile[start:end]
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start >= 2 * ROWS_PER_PX
    ]


def body_height_px(lines: list[Profile], *, share: float) -> float | None:
    """Height of the small letters: x-line to baseline, in Devanagari headline to baseline.

    Measured as the rows that hold at least half of what the middling row of the line holds.
    Within a tenth of the true height on print of 7 to 16 points at 75 dpi.

    Args:
        lines: profiles of the lines.
        share: which line is meant: this share of the ink stands in smaller ones.

    Returns:
        Pixels; ``None`` without lines.
    """
    if not lines:
        return None
    heights = np.array([np.count_nonzero(line > 0.5 * np.median(line)) for line in lines])
    weights = np.array([line.sum() for line in lines])
    order = np.argsort(heights, kind="stable")
    total = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(total, share * total[-1])]) / ROWS_PER_PX


def headline_lean(lines: list[Profile]) -> float:
    """How much sharper lines begin at their top than they end at their bottom, -1..1.

    Devanagari hangs from its headline: upright lines begin with one great step, +0.2 to
    +0.5. Latin stands on its baseline and ends with it, -0.05 to -0.2.
    """
    total = sum(float(line.sum()) for line in lines)
    lean = 0.0
    for line in lines:
        steps = np.diff(line, prepend=0, append=0)
        lean += float(line.sum()) * float(steps.max() + steps.min()) / float(np.abs(steps).max())
    return lean / total if total else 0.0


def ascent(lines: list[Profile]) -> float:
    """Share of ink above the small letters less the share below them.

    Both scripts reach up more than down: capitals and ascenders, matras above the headline.
    Upright pages have 0 to 0.05.
    """
    total = sum(float(line.sum()) for line in lines)
    over = 0.0
    for line in lines:
        body = np.flatnonzero(line > 0.5 * np.median(line))
        over += float(line[: body[0]].sum() - line[body[-1] + 1 :].sum())
    return over / total if total else 0.0
