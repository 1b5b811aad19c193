"""Sampling plans: how many of a lot are looked at, and how many bad ones it may hold.

Figures only; which items are drawn is in ``pipeline.sampling``.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from errors import WrongUsage
from pipeline.switching import Severity

TABLE = Path(__file__).with_name("tables") / "iso2859.toml"
UP, DOWN = "↑", "↓"


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """What a lot's rule asks for.

    Attributes:
        size: items to be looked at; all of them where the rule asks for more than there are.
        accepted: most bad items with which the lot is accepted.
        letter: code letter of the standard; empty for a fixed share.
    """

    size: int
    accepted: int
    letter: str = ""


def by_aql(lot_size: int, aql: str, severity: Severity = Severity.NORMAL) -> SamplingPlan:
    """Single sampling, general inspection level II.

    Args:
        lot_size: items in the lot, 1 or more.
        aql: acceptance quality limit, bad items in a hundred, as the table writes it.
        severity: of the inspection; where lots are no longer inspected, the tightened figures.

    Raises:
        WrongUsage: the table has no such limit.

    Source: ISO 2859-1:1999, tables 1, 2-A and 2-B.
    """
    table = _table()
    figures = table["normal" if severity is Severity.NORMAL else "tightened"]
    column = figures.get(aql)
    if column is None:
        raise WrongUsage(
            "There is no sampling plan for the AQL {aql}.",
            kept="Nothing was drawn.",
            todo="Choose one of: {known}.",
            aql=aql,
            known=", ".join(figures),
        )
    letters = list(table["sizes"])
    fitting = (one for one in table["letters"] if lot_size <= one.get("up_to", lot_size))
    place = letters.index(next(fitting)["letter"])
    while isinstance(column[place], str):
        place += 1 if column[place] == DOWN else -1
    size = table["sizes"][letters[place]]
    return SamplingPlan(min(size, lot_size), column[place], letters[place])


def by_share(lot_size: int, percent: float, accepted: int) -> SamplingPlan:
    """A fixed share of the lot, one item at least.

    Raises:
        WrongUsage: the share is none, or the number cannot be.
    """
    if not 0 < percent <= 100 or accepted < 0:
        raise WrongUsage(
            "A share of {percent} percent with {accepted} bad ones cannot be drawn.",
            kept="Nothing was drawn.",
            todo="Give a share above 0 and up to 100, and a number from 0 on.",
            percent=percent,
            accepted=accepted,
        )
    return SamplingPlan(min(lot_size, math.ceil(lot_size * percent / 100)), accepted)


def drawn(items: Iterable[str], size: int, seed: str) -> list[str]:
    """``size`` of ``items`` at random; the same seed draws the same, in any program.

    Every item is given the SHA-256 of the seed, a line feed and its name; the smallest are drawn.
    """
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\n{item}".encode()).digest())[
        :size
    ]


def limits() -> tuple[str, ...]:
    """The acceptance quality limits that the table has."""
    return tuple(_table()["normal"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
