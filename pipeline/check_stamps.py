"""Numbers stamped on the sheets of one folder: which place they stand at, and which are missing.

A number is followed only where it is found at one place on most sheets and really counts; a year
or a file number in a letterhead stands at one place too, and does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

PLACE_MM = 6.0
"""How far from the same place a stamp may lie: sheets slip in the feeder."""
FEWEST, SHARE = 4, 0.6
"""Sheets, and share of the folder, on which the place must be found."""
COUNTS = 0.6
"""Share of neighbours whose numbers differ by as much as their places do."""
MOST_MISSING = 50
"""A greater jump is another bundle, not a lost sheet."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number found on a sheet: digits as read (or empty), how many, where, millimetres."""

    digits: str
    count: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Jump:
    """Numbers that the stamps jump over: the sheet after it, the numbers on both sides."""

    at: int
    after: str
    before: str
    count: int


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamped numbers of one folder.

    Attributes:
        folder: which.
        first, last: the numbers at its ends, as read.
        read, not_read: on how many sheets.
        jumps: where numbers are missing.
    """

    folder: str
    first: str
    last: str
    read: int
    not_read: int
    jumps: tuple[Jump, ...]

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` shows it."""
        return {
            "folder": self.folder,
            "first": self.first,
            "last": self.last,
            "read": self.read,
            "not_read": self.not_read,
        }


def stamps_of(folder: str, sheets: Sequence[Sequence[Number]]) -> Stamps | None:
    """The stamped numbers of a folder; ``None`` where there are none that count.

    Args:
        folder: its name.
        sheets: the numbers found on each sheet, in order.
    """
    enough = max(FEWEST, SHARE * len(sheets))
    seeds = [number for found in sheets[: 3 * FEWEST] for number in found]
    rows = [[_at(seed, found) for found in sheets] for seed in seeds]
    best = max(rows, key=lambda row: sum(one is not None for one in row), default=[])
    if sum(one is not None for one in best) < enough:
        return None
    read = [(place, one.digits) for place, one in enumerate(best) if one and one.digits]
    if len(read) < max(FEWEST - 1, len(sheets) / 2) or not _counts(read):
        return None
    jumps = tuple(_jumps(read))
    return Stamps(folder, read[0][1], read[-1][1], len(read), len(sheets) - len(read), jumps)


def _at(seed: Number, found: Sequence[Number]) -> Number | None:
    near = (
        one
        for one in found
        if one.count == seed.count
        and abs(one.x_mm - seed.x_mm) <= PLACE_MM
        and abs(one.y_mm - seed.y_mm) <= PLACE_MM
    )
    return next(near, None)


def _counts(read: list[tuple[int, str]]) -> bool:
    steps = [int(b) - int(a) == j - i for (i, a), (j, b) in pairwise(read)]
    return sum(steps) >= COUNTS * len(steps)


def _jumps(read: list[tuple[int, str]]) -> list[Jump]:
    """Where more numbers lie between two sheets than sheets whose number was not read."""
    found = []
    for (i, a), (j, b) in pairwise(read):
        lacking = int(b) - int(a) - (j - i)
        if 0 < lacking <= MOST_MISSING:
            found.append(Jump(j, a, b, lacking))
    return found
