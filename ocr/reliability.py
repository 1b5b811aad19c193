"""Whether confidence can be trusted: calibration, and what a review of the unsurest finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]

BINS = 10
BAD_PAGE = 0.05  # CER above which a page should have been looked at
REVIEWED = 0.1  # share of the pages that people have time to look at


@dataclass(frozen=True, slots=True)
class Bin:
    """What was said with a confidence in one step: how many, how sure, how often right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Review:
    """What is found when the pages with the lowest confidence are looked at.

    Attributes:
        share: share of the pages that are looked at.
        caught: of the bad pages, the share that is among them; 1 when there are none.
        most: the share that could be caught at best, when there are more bad pages than looks.
        bad: number of bad pages.
        pages: number of pages.
    """

    share: float
    caught: float
    most: float
    bad: int
    pages: int


def bins_of(confidence: Sequence[float] | Figures, right: Sequence[float] | Figures) -> list[Bin]:
    """Ten steps of equal width, those without anything in them left out.

    Args:
        confidence: 0..1.
        right: what came true, 0..1 each.
    """
    sure, true = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    step = np.clip((sure * BINS).astype(int), 0, BINS - 1)
    found = []
    for number in range(BINS):
        inside = step == number
        if inside.any():
            mean, share = float(sure[inside].mean()), float(true[inside].mean())
            found.append(Bin(int(inside.sum()), mean, share))
    return found


def calibration_error(
    confidence: Sequence[float] | Figures, right: Sequence[float] | Figures
) -> float:
    """Expected calibration error, 0..1: how far confidence and truth lie apart on average.

    Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015: bins of equal width, weighted
        by what is in them.
    """
    bins = bins_of(confidence, right)
    count = sum(step.count for step in bins)
    apart = sum(step.count * abs(step.confidence - step.right) for step in bins)
    return apart / count if count else 0.0


def risk_by_coverage(
    confidence: Sequence[float] | Figures, error: Sequence[float] | Figures
) -> tuple[Figures, Figures]:
    """Share of the pages that go without a look, surest first, and the mean error among them.

    Args:
        confidence: 0..1 a page.
        error: its error rate.

    Returns:
        Two arrays of the length of the pages: coverage 0..1 rising, risk.
    """
    order = np.argsort(-np.asarray(confidence, np.float64), kind="stable")
    errors = np.asarray(error, np.float64)[order]
    counts = np.arange(1, len(errors) + 1)
    return counts / max(1, len(errors)), np.cumsum(errors) / counts


def review_of_worst(
    confidence: Sequence[float] | Figures, error: Sequence[float] | Figures, share: float = REVIEWED
) -> Review:
    """What a look at the ``share`` of pages with the lowest confidence finds of the bad ones."""
    sure, errors = np.asarray(confidence, np.float64), np.asarray(error, np.float64)
    looks = round(share * len(sure))
    bad = errors > BAD_PAGE
    seen = np.argsort(sure, kind="stable")[:looks]
    count = int(bad.sum())
    return Review(
        share=share,
        caught=float(bad[seen].sum()) / count if count else 1.0,
        most=min(1.0, looks / count) if count else 1.0,
        bad=count,
        pages=len(sure),
    )
