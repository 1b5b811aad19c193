"""How sightings add up to a belief, and what a rival takes away."""

from __future__ import annotations

import math
from collections.abc import Iterable

MOST = 0.99
"""No belief in what a machine has read goes beyond this."""


def together(weights: Iterable[float]) -> float:
    """Belief (0..``MOST``) from sightings that each err independently: 1 - Π(1 - w).

    Source: noisy-or; J. Pearl, Probabilistic Reasoning in Intelligent Systems (1988), 4.3.2.
    """
    doubt = math.prod(1.0 - min(max(weight, 0.0), MOST) for weight in weights)
    return min(1.0 - doubt, MOST)


def share_against(belief: float, rival: float) -> float:
    """The share (0..1) of the evidence that speaks for the first of two rival beliefs."""
    own, other = (-math.log(1.0 - min(max(b, 0.0), MOST)) for b in (belief, rival))
    return own / (own + other) if own + other else 0.0


def contested(belief: float, rival: float) -> float:
    """``belief`` (0..1) lowered for the presence of a rival: unchanged without one."""
    return belief * math.sqrt(share_against(belief, rival))
