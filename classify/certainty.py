"""From signs to probabilities, by weights that were fitted (``rules/confidence.toml``).

The file number is chosen among all numbers on its pages, and "none of them is read right", by a
conditional logit: each number's chance is its share of the sum of exp(weights · signs), where
"none" counts 1. Every other field has one value, and a logistic of its own signs.
Source: D. McFadden, Conditional logit analysis of qualitative choice behavior (1974).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SUREST, LEAST_SURE = 0.999, 0.001
"""Nothing that was read is certain, nothing that was read impossible."""

HARDLY_READ = 1.5
"""A value on one page is at most so many times as sure as its reading."""

_FARTHEST = 40.0


@dataclass(frozen=True)
class Weighing:
    """The weights of one field's signs, by the names of the signs."""

    bias: float
    by_sign: Mapping[str, float]

    def total(self, names: Sequence[str], signs: Sequence[float]) -> float:
        """Bias and weighed signs together; a sign without a weight counts nothing."""
        found = sum(
            self.by_sign.get(name, 0.0) * sign for name, sign in zip(names, signs, strict=True)
        )
        return min(max(self.bias + found, -_FARTHEST), _FARTHEST)

    def probability(self, names: Sequence[str], signs: Sequence[float]) -> float:
        """How likely (0..1) a value with these signs is right."""
        return _kept(1.0 / (1.0 + math.exp(-self.total(names, signs))))

    def shares(self, names: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        """How likely each of several values is the right one; what is missing to 1 is none."""
        weights = [math.exp(self.total(names, row)) for row in rows]
        whole = 1.0 + sum(weights)
        return [weight / whole for weight in weights]


@dataclass(frozen=True)
class Certainty:
    """The weights of every field."""

    file_number: Weighing
    date: Weighing
    department: Weighing
    subject: Weighing
    document_type: Weighing


def compile_certainty(book: Mapping[str, Any]) -> Certainty:
    """``rules/confidence.toml``, ready for use.

    Raises:
        KeyError: a table that is needed is not there.
    """
    return Certainty(
        file_number=compile_weighing(book["file_number"]),
        date=compile_weighing(book["date"]),
        department=compile_weighing(book["department"]),
        subject=compile_weighing(book["subject"]),
        document_type=compile_weighing(book["document_type"]),
    )


def compile_weighing(book: Mapping[str, Any]) -> Weighing:
    """One table of ``rules/confidence.toml``, ready for use.

    Raises:
        KeyError: the table lacks its bias or its weights.
    """
    weights = {name: float(weight) for name, weight in book["weights"].items()}
    return Weighing(float(book["bias"]), weights)


def legible(chance: float, sureness: float, pages: int) -> float:
    """The chance of a value, lowered where it stands on one page only and was hardly read there.

    Faint pages, and numbers of which two readings differ, are rarer among the files that the
    weights were fitted on than their harm is great.

    Args:
        chance: what the signs say, 0..1.
        sureness: the reader's own, of its clearest reading, 0..1.
        pages: how many pages have the very same value, and not all of them the same doubt.
    """
    return chance if pages > 1 else min(chance, HARDLY_READ * sureness)


def _kept(probability: float) -> float:
    return min(max(probability, LEAST_SURE), SUREST)
