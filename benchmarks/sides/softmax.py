"""A softmax with a ridge, fitted by Newton's method in plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]
_STEPS, _CLOSE = 40, 1e-8


def softmax(scores: Figures) -> Figures:
    """(rows, answers) of probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float64)


def fitted(
    signs: Figures, answers: Figures, weight: Figures, *, centre: Figures, ridge: float
) -> Figures:
    """(answers, 1 + signs): the bias and the weights under which the answers are likeliest.

    Args:
        signs: (rows, signs).
        answers: (rows, answers), one 1 a row.
        weight: (rows,) what each row counts.
        centre: (answers, 1 + signs) what weights are pulled to: what is known without pages.
        ridge: how strongly they are pulled, against one row.
    """
    design = np.column_stack([np.ones(len(signs)), signs])
    rows, width, kinds = len(design), design.shape[1], answers.shape[1]
    pull = np.full((kinds, width), ridge)
    pull[:, 0] = 0.05 * ridge
    at = centre.copy()
    for _ in range(_STEPS):
        likely = softmax(design @ at.T)
        slope = ((answers - likely) * weight[:, None]).T @ design - pull * (at - centre)
        bend = np.diag(pull.ravel())
        for one in range(kinds):
            for other in range(kinds):
                mixed = likely[:, one] * ((one == other) - likely[:, other]) * weight
                part = (design * mixed[:, None]).T @ design
                place = np.s_[one * width : (one + 1) * width, other * width : (other + 1) * width]
                bend[place] += part
        step = np.linalg.solve(bend, slope.ravel()).reshape(at.shape)
        size = 1.0
        now = _loss(design, answers, weight, at) + _pulled(at - centre, pull)
        while size > _CLOSE:
            further = at + size * step
            if _loss(design, answers, weight, further) + _pulled(further - centre, pull) <= now:
                break
            size /= 2
        at = at + size * step
        if np.abs(size * step).max() < _CLOSE * rows:
            break
    return at


def _loss(design: Figures, answers: Figures, weight: Figures, at: Figures) -> float:
    likely = softmax(design @ at.T)
    return float(-(answers * np.log(np.clip(likely, 1e-12, 1))).sum(axis=1) @ weight)


def _pulled(away: Figures, pull: Figures) -> float:
    return float(0.5 * (pull * away * away).sum())
