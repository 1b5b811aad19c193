"""A page as the rules that look at the whole file see it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from classify.candidates import Candidate
from classify.proposals import Side
from classify.reading import ReadPage
from classify.zones import Zone


@dataclass(frozen=True, slots=True)
class PageView:
    """What is known of one page before the file as a whole is judged.

    Attributes:
        page: its folded lines.
        zones: the part of the letter each line belongs to.
        side: where the page most likely belongs.
        numbers: every file number on it.
    """

    page: ReadPage
    zones: tuple[Zone, ...]
    side: Side
    numbers: tuple[Candidate, ...]

    def head_keys(self) -> frozenset[str]:
        """Canonical numbers that the page bears as its own."""
        return frozenset(c.key.removeprefix("F") for c in self.numbers if not c.cited)


def together(weights: Iterable[float]) -> float:
    """Belief (0..1) from sightings that each err independently: 1 - Π(1 - w), at most 0.99.

    Source: noisy-or, e.g. Pearl, Probabilistic Reasoning in Intelligent Systems, 4.3.2.
    """
    doubt = math.prod(1.0 - min(max(weight, 0.0), 0.99) for weight in weights)
    return min(1.0 - doubt, 0.99)


def share_against(weight: float, rival: float) -> float:
    """The share (0..1) of the evidence that speaks for the first of two rival beliefs."""
    own, other = (-math.log(1.0 - min(max(w, 0.0), 0.99)) for w in (weight, rival))
    return own / (own + other) if own + other else 0.0
