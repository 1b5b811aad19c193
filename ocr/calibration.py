"""Confidence that means something: the probability that a word is right, that a page is.

An engine's own confidence is no probability: Tesseract is sure of strokes of a hand, and unsure
of good print. A table, fitted on made pages by ``make calibrate``, weighs it together with
other signs of a word (``ocr.signs``); a word's confidence becomes the share of such words that
are right, letter for letter with all signs. A page's confidence is the share of its characters
to be expected right: 1 - CER with lines in any order, where lost and invented text counts.

An engine without a table keeps its own confidence, kept off 0 and 1, and a page of it the mean
of its words by letters times the ink coverage: figures in order of trust, not probabilities.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from ocr.page import Line
from ocr.signs import PAGE_SIGNS, WORD_SIGNS, Figures, Surroundings, page_signs, word_signs

TABLE = Path(__file__).parent / "tables" / "confidence.json"
FORMAT = 1
SUREST, LEAST_SURE = 0.999, 0.001  # nothing that was read is certain, nothing impossible
_DECIMALS = 4  # what ALTO keeps


class Calibrated(NamedTuple):
    """Lines whose words have their new confidence, and the page's own."""

    lines: tuple[Line, ...]
    page_confidence: float


class Calibrator(Protocol):
    """Makes confidence out of what was read and what is known of the page."""

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """The same words with another confidence, and the page's."""


@dataclass(frozen=True)
class Weights:
    """A weighted sum of signs, made a probability by the logistic function.

    Attributes:
        bias: the sum without any sign.
        by_sign: one weight a sign, in the order of the signs.
    """

    bias: float
    by_sign: tuple[float, ...]

    def probability(self, signs: Figures) -> Figures:
        """0..1 for each row of ``signs`` (rows, signs), never quite 0 or 1."""
        total = np.clip(signs @ np.array(self.by_sign) + self.bias, -30, 30)
        return np.asarray(np.clip(1 / (1 + np.exp(-total)), LEAST_SURE, SUREST), np.float64)


@dataclass(frozen=True)
class FittedTable:
    """What was fitted for one engine and model."""

    word: Weights
    page: Weights

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """Probabilities in place of the engine's own confidence."""
        sure = with_confidence(lines, self.word.probability(word_signs(lines, around)))
        signs = page_signs(sure, around)
        page = float(self.page.probability(signs[np.newaxis])[0])
        return Calibrated(sure, page if sure else LEAST_SURE)


@dataclass(frozen=True)
class Unfitted:
    """For engines that nothing was fitted for: their own confidence, kept off 0 and 1."""

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        """The same confidence within its bounds; the page's is the mean times the coverage."""
        own = [word.confidence for line in lines for word in line.words]
        finite = [sure if math.isfinite(sure) else 0.0 for sure in own]
        kept = with_confidence(lines, np.clip(np.array(finite, np.float64), LEAST_SURE, SUREST))
        letters = sum(len(word.text) for line in kept for word in line.words)
        weighed = sum(w.confidence * len(w.text) for line in kept for w in line.words)
        return Calibrated(kept, weighed / letters * around.coverage if letters else 0.0)


def calibrated(
    lines: tuple[Line, ...], *, engine: str, around: Surroundings | None = None
) -> tuple[Line, ...]:
    """The same lines, every word with the probability that it is right.

    Args:
        lines: words with the engine's own confidence, 0..1; what is calibrated already may not
            come here again.
        engine: the engine's ``version``, such as ``tesseract 5.5.4 Devanagari``.
        around: what else is known of the page; less is known of a single line.
    """
    return calibrator_of(engine)(lines, around or Surroundings()).lines


def calibrator_of(engine: str) -> Calibrator:
    """What makes confidence out of the words of the engine whose ``version`` this is."""
    fitted = _tables().get(_key(engine))
    return fitted if fitted is not None else Unfitted()


def with_confidence(lines: Sequence[Line], sure: Figures) -> tuple[Line, ...]:
    """The lines with the word confidences ``sure`` (words,) in reading order."""
    left = iter(sure.tolist())
    return tuple(
        replace(
            line,
            words=tuple(
                replace(word, confidence=round(next(left), _DECIMALS)) for word in line.words
            ),
        )
        for line in lines
    )


def table_version() -> str:
    """A name for the table in use: it changes whenever a weight does."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()[:12] if TABLE.exists() else "none"


@cache
def _tables() -> dict[str, FittedTable]:
    if not TABLE.exists():
        return {}
    kept: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _table(entry) for name, entry in kept["engines"].items()}


def _table(entry: dict[str, Any]) -> FittedTable:
    return FittedTable(_weights(entry["word"], WORD_SIGNS), _weights(entry["page"], PAGE_SIGNS))


def _weights(entry: dict[str, Any], signs: Sequence[str]) -> Weights:
    """Weights in the order of our signs; a table of other signs is of no use."""
    by_sign = entry["weights"]
    if set(by_sign) != set(signs):
        raise ValueError(f"{TABLE.name} was fitted on other signs: run make calibrate")
    return Weights(float(entry["bias"]), tuple(float(by_sign[name]) for name in signs))


def _key(engine: str) -> str:
    """Program and model without the version: ``tesseract Devanagari``."""
    words = engine.split()
    return f"{words[0]} {words[-1]}" if words else ""
