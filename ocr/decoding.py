"""From probabilities step by step to signs with places, and to words.

Greedy: the likeliest class of each step, repetitions joined, blanks dropped. Nothing here knows a
language; a digit stays what was seen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """Attributes: text: one or two code points; at: its place, in steps; sure: 0..1."""

    text: str
    at: float
    sure: float


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word in a line.

    Attributes:
        text: NFC.
        signs: what it is made of.
        sure: confidence of its least sure sign, 0..1.
    """

    text: str
    signs: tuple[Sign, ...]

    @property
    def sure(self) -> float:
        """Confidence of the least sure sign, 0..1."""
        return min(sign.sure for sign in self.signs)


def signs_in(probabilities: NDArray[np.float32], names: Sequence[str]) -> list[Sign]:
    """The signs of a line in their order.

    Args:
        probabilities: (steps, classes), class 0 the blank.
        names: what the classes after the blank stand for.
    """
    if not len(probabilities):
        return []
    best = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(best)), best]
    begins = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(begins[1:], len(best))
    found = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        kind = int(best[begin])
        if kind != BLANK:
            run = sure[begin:end]
            found.append(Sign(names[kind - 1], begin + float(run.argmax()) + 0.5, float(run.max())))
    return found


def words_in(signs: Sequence[Sign]) -> list[ReadWord]:
    """The signs between spaces."""
    words: list[list[Sign]] = [[]]
    for sign in signs:
        if sign.text == " ":
            words.append([])
        else:
            words[-1].append(sign)
    return [
        ReadWord(unicodedata.normalize("NFC", "".join(sign.text for sign in word)), tuple(word))
        for word in words
        if word
    ]
