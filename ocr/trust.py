"""How far a reader's own confidence goes: what two readers say of themselves, made comparable.

Tesseract says 0.9 of what is right in nine cases of ten, another reader may say it of what is
right in two of three. A line for each reader, fitted together with the confidence table, turns
what it says into a probability, so that a reading of one can be weighed against one of another.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ocr.calibration import TABLE, key_of
from ocr.page import Line

_LEAST = 0.001  # what is certain or impossible for a reader is neither
_DECIMALS = 4  # what ALTO keeps


def said_by(first: str, second: str, confidence: float) -> float:
    """What the first reader would have said of a word that the second is so sure of.

    Args:
        first: version of the engine whose confidences the word is to stand among.
        second: version of the engine that read it.
        confidence: what that engine said, 0..1.

    Returns:
        0..1; unchanged within one program, and where nothing was fitted for either.
    """
    one, other = _line(key_of(first)), _line(key_of(second))
    if first.split()[0] == second.split()[0] or one is None or other is None:
        return confidence
    true = other[0] + other[1] * _log_odds(confidence)
    return round(1 / (1 + math.exp(-(true - one[0]) / one[1])), _DECIMALS)


def as_said_by(first: str, second: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that the second read, as sure as the first would have been of them."""
    return tuple(
        replace(
            line,
            words=tuple(
                replace(word, confidence=said_by(first, second, word.confidence))
                for word in line.words
            ),
        )
        for line in lines
    )


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


@cache
def _line(key: str) -> tuple[float, float] | None:
    """Bias and slope of log odds for a reader."""
    if not TABLE.exists():
        return None
    fitted = json.loads(TABLE.read_text(encoding="utf-8")).get("trust", {}).get(key)
    return (float(fitted["bias"]), float(fitted["slope"])) if fitted else None
