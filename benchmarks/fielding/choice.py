"""Weights of a conditional logit: which of several is the right one, if any; in plain numpy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]

_STEPS = 60
_CLOSE = 1e-7


@dataclass(frozen=True)
class Question:
    """Several values with their signs (values, signs), and the place of the right one or None."""

    signs: Figures
    right: int | None


def fitted_choice(
    questions: Sequence[Question],
    *,
    names: Sequence[str],
    never_falling: Collection[str],
    never_rising: Collection[str] = (),
    ridge: float = 1.0,
) -> dict[str, float]:
    """The weights under which the right answers are likeliest; "none is right" weighs 0.

    Signs that are given as never falling and would get a weight below nothing get none; those
    that are given as never rising, likewise.

    Args:
        questions: what was to be chosen from.
        names: names of the signs.
        never_falling: names of signs that may only speak for a value.
        never_rising: names of signs that may only speak against it.
        ridge: how strongly weights are pulled towards nothing, against one question.
    """
    free = list(range(len(names)))
    at = np.zeros(0)
    while free:
        at = _newton(questions, free, ridge)
        wrong = [
            (abs(weight), column)
            for weight, column in zip(at, free, strict=True)
            if (names[column] in never_falling and weight < -_CLOSE)
            or (names[column] in never_rising and weight > _CLOSE)
        ]
        if not wrong:
            break
        free.remove(max(wrong)[1])
        at = np.zeros(len(free))
    weights = dict.fromkeys(names, 0.0)
    weights.update({names[column]: float(w) for column, w in zip(free, at, strict=True)})
    return weights


def _newton(questions: Sequence[Question], free: Sequence[int], ridge: float) -> Figures:
    at = np.zeros(len(free))
    loss = _loss(questions, free, at, ridge)
    for _ in range(_STEPS):
        slope, bend = -ridge * at, np.eye(len(free)) * ridge
        for question in questions:
            signs = question.signs[:, free]
            share = _shares(signs, at)
            mean = share @ signs
            slope -= mean
            if question.right is not None:
                slope += signs[question.right]
            bend += (signs * share[:, np.newaxis]).T @ signs - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while size > _CLOSE and _loss(questions, free, at + size * step, ridge) > loss:
            size /= 2
        at = at + size * step
        loss = _loss(questions, free, at, ridge)
        if float(np.abs(size * step).max()) < _CLOSE:
            break
    return at


def _shares(signs: Figures, at: Figures) -> Figures:
    totals = signs @ at
    top = max(float(totals.max()), 0.0)
    weights = np.exp(totals - top)
    return np.asarray(weights / (weights.sum() + np.exp(-top)))


def _loss(questions: Sequence[Question], free: Sequence[int], at: Figures, ridge: float) -> float:
    found = 0.5 * ridge * float(at @ at)
    for question in questions:
        totals = question.signs[:, free] @ at
        top = max(float(totals.max()), 0.0)
        whole = top + float(np.log(np.exp(totals - top).sum() + np.exp(-top)))
        found += whole - (float(totals[question.right]) if question.right is not None else 0.0)
    return found
