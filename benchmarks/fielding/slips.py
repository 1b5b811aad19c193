"""True text as a reader might have it: signs taken for others, digits lost, spaces put in.

What slips and how often follows what was seen on made pages that were really read; it serves
tuning, where thousands of files are wanted, and never the figures that are published.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.scans.truth import LineTruth, PageTruth
from ocr.page import Box, Line, PageText, Word

# What a reader makes of a sign, and how often (share of its sightings).
_IN_NUMBERS = {
    "1": (("|", 0.02), ("।", 0.01), ("l", 0.004), ("", 0.012), ("4", 0.002), ("7", 0.003)),
    "0": (("O", 0.006), ("8", 0.002), ("6", 0.002)),
    "2": (("7", 0.002), ("", 0.001)),
    "3": (("8", 0.004),),
    "5": (("6", 0.003), ("S", 0.002)),
    "6": (("5", 0.002), ("8", 0.002)),
    "7": (("1", 0.003),),
    "8": (("3", 0.004), ("6", 0.002)),
    "9": (("0", 0.002), ("8", 0.002)),
    "१": (("9", 0.01), ("", 0.006), ("५", 0.003)),
    "४": (("8", 0.006), ("५", 0.003)),
    "५": (("४", 0.004), ("9", 0.004)),
    "७": (("9", 0.004), ("6", 0.003)),
    "९": (("१", 0.004), ("8", 0.002)),
    "३": (("2", 0.004), ("8", 0.002)),
    "०": (("0", 0.02), ("o", 0.006)),
    "-": ((":", 0.004), (";", 0.002), ("", 0.006), ("—", 0.01)),
    "/": (("|", 0.004), ("1", 0.003), ("।", 0.002)),
    ".": ((",", 0.01), ("", 0.01)),
    "(": (("{", 0.01),),
}
_IN_WORDS = {
    "र्": (("", 0.02),),
    "्र": (("", 0.012),),
    "ं": (("", 0.012), ("ँ", 0.004)),
    "़": (("", 0.3),),
    "ि": (("ी", 0.004),),
    "ी": (("ि", 0.004),),
    "भ": (("म", 0.006),),
    "म": (("भ", 0.003),),
    "ष": (("प", 0.008),),
    "व": (("ब", 0.006),),
    "थ": (("य", 0.005),),
    "द": (("ढ", 0.002),),
    "े": (("", 0.003),),
    ":-": (("ः-", 0.06), (":", 0.03), ("-", 0.02)),
    "rn": (("m", 0.01),),
    "e": (("c", 0.003),),
    "t": (("l", 0.002),),
}
_SPACE_IN = 0.012
"""Share of the places between digit and sign where a space appears."""

_LOST_LINE = 0.004
_SURE, _SLIPPED = (24.0, 1.0), (5.0, 2.5)
"""Shapes of the beta distributions of the confidence of words read right and wrong."""


def read_with_slips(page: PageTruth, often: float, rng: np.random.Generator) -> PageText:
    """The page's words, misread here and there.

    Args:
        page: what really stands there.
        often: 0 for none, 1 for what a reader usually does.
        rng: decides what slips.
    """
    lines = tuple(
        _line(line, often, rng)
        for line in (*page.lines, *page.marks)
        if rng.random() >= _LOST_LINE * often
    )
    ordered = sorted(lines, key=lambda line: line.box.y0)
    return PageText(tuple(ordered), page.width_px, page.height_px, float(page.dpi))


def _line(line: LineTruth, often: float, rng: np.random.Generator) -> Line:
    words = line.text.split()
    x0, y0, x1, y1 = line.box
    step = (x1 - x0) / max(len(line.text), 1)
    found: list[Word] = []
    at = float(x0)
    for word in words:
        right = at + step * len(word)
        box = Box(round(at), y0, max(round(right), round(at) + 1), y1)
        found += [
            Word(piece, box, sure, other) for piece, sure, other in _misread(word, often, rng)
        ]
        at = right + step
    return Line(tuple(found), Box(x0, y0, x1, y1))


def _misread(
    word: str, often: float, rng: np.random.Generator
) -> Iterator[tuple[str, float, str | None]]:
    """The word in one or more pieces, each with a confidence and what a second look has."""
    numeric = any(sign.isdigit() for sign in word)
    read = "".join(_signs(word, _IN_NUMBERS if numeric else _IN_WORDS, often, rng))
    pieces = _parted(read, often, rng) if numeric else [read]
    shape = _SURE if read == word and len(pieces) == 1 else _SLIPPED
    other = None
    if numeric and read != word and rng.random() < 0.6:
        other = word  # the second look is right where the first is wrong, more often than not
    elif numeric and rng.random() < 0.01 * often:
        other = "".join(_signs(word, _IN_NUMBERS, 20 * often, rng))
    for piece in pieces:
        if piece:
            yield piece, float(rng.beta(*shape)), other if other != read else None


def _signs(
    word: str,
    slips: dict[str, tuple[tuple[str, float], ...]],
    often: float,
    rng: np.random.Generator,
) -> Iterator[str]:
    place = 0
    while place < len(word):
        pair = word[place : place + 2]
        known = pair if pair in slips else word[place]
        place += len(known)
        chance = rng.random()
        for slip, share in slips.get(known, ()):
            chance -= share * often
            if chance < 0:
                yield slip
                break
        else:
            yield known


def _parted(word: str, often: float, rng: np.random.Generator) -> list[str]:
    for place in range(1, len(word)):
        if word[place] in "/-." and rng.random() < _SPACE_IN * often:
            return [word[:place], word[place:]]
    return [word]
