"""Logistic regression with weights that may not fall below nothing, in plain numpy."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ocr.calibration import Weights
from ocr.signs import Figures

_STEPS = 60
_CLOSE = 1e-9


def fitted(
    signs: Figures,
    target: Figures,
    *,
    names: Sequence[str],
    never_falling: Collection[str],
    ridge: float = 1.0,
) -> Weights:
    """The weights under which ``target`` is likeliest.

    Signs that are given as never falling and would get a weight below nothing get none: the
    one furthest below first, then all are fitted anew. So the answer does not depend on chance.

    Args:
        signs: (rows, signs).
        target: (rows,) 0..1: what came true, or the share of it that did.
        names: names of the signs.
        never_falling: names of signs that may only raise the probability.
        ridge: how strongly weights are pulled towards nothing, against one row.
    """
    free = list(range(len(names)))
    while True:
        bias, weights = _newton(signs[:, free], target, ridge)
        below = [
            (weights[place], column)
            for place, column in enumerate(free)
            if names[column] in never_falling and weights[place] < -_CLOSE
        ]
        if not below:
            break
        free.remove(min(below)[1])
    by_sign = np.zeros(len(names))
    by_sign[free] = weights
    return Weights(bias, tuple(by_sign.tolist()))


def _newton(signs: Figures, target: Figures, ridge: float) -> tuple[float, Figures]:
    """Bias and weights by Newton's method, half a step where a whole one makes it worse."""
    design = np.column_stack([np.ones(len(signs)), signs])
    pull = np.full(design.shape[1], ridge)
    pull[0] = 1e-6
    at = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        sure = _logistic(design @ at)
        slope = design.T @ (target - sure) - pull * at
        bend = (design * (sure * (1 - sure))[:, np.newaxis]).T @ design + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while size > _CLOSE and _loss(design, target, at + size * step, pull) > _loss(
            design, target, at, pull
        ):
            size /= 2
        at = at + size * step
        if np.abs(size * step).max() < 1e-8:
            break
    return float(at[0]), at[1:]


def _loss(design: Figures, target: Figures, at: Figures, pull: Figures) -> float:
    total = design @ at
    missed = np.logaddexp(0, total) - target * total
    return float(missed.sum() + 0.5 * (pull * at * at).sum())


def _logistic(total: Figures) -> Figures:
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -30, 30))))
