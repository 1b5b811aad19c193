"""The department or district office that a file belongs to: pooled from all pages, voted on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from classify.certainty import Weighing
from classify.departments import FOOT_WEIGHT, DepartmentSeen
from classify.number_signs import bare
from classify.proposals import Proposal, Side
from classify.view import PageView

SIGNS = (
    "any", "cover", "note head", "own letter", "further own letters", "letter without number",
    "other letter", "further other letters", "foot", "sureness", "office", "only one named",
)  # fmt: skip
"""Names of the signs, in the order of a row; weights in ``rules/confidence.toml``."""

MOST_DEPARTMENTS = 40


@dataclass(frozen=True, slots=True)
class _Sighting:
    seen: DepartmentSeen
    page: int
    place: str


@dataclass(frozen=True, slots=True)
class DepartmentStanding:
    """One department or office, its clearest sighting, one figure for each of ``SIGNS``."""

    code: str
    seen: DepartmentSeen
    page: int
    signs: tuple[float, ...]


def file_department(
    views: Sequence[PageView], own_key: str | None, weighing: Weighing
) -> Proposal | None:
    """The most likely one; None if no page names any.

    Args:
        views: all pages, with their sides settled.
        own_key: the file's canonical number, if one was found.
        weighing: of the signs of departments.
    """
    standings = department_standings(views, own_key)
    if not standings:
        return None
    shares = weighing.shares(SIGNS, [standing.signs for standing in standings])
    chance, place = max((share, -place) for place, share in enumerate(shares))
    best = standings[-place]
    return Proposal(
        value=best.seen.name,
        verbatim=best.seen.evidence.verbatim,
        confidence=round(chance, 4),
        page=best.page,
        bbox=best.seen.evidence.bbox,
        rule=best.seen.rule,
        canonical=best.code,
    )


def department_standings(
    views: Sequence[PageView], own_key: str | None
) -> tuple[DepartmentStanding, ...]:
    """Every department and office that the pages name, with its signs."""
    named: defaultdict[str, list[_Sighting]] = defaultdict(list)
    for view in views:
        page_place = _page_place(view, own_key)
        for seen in view.departments:
            place = "foot" if seen.weight <= FOOT_WEIGHT else page_place
            named[seen.code].append(_Sighting(seen, view.sequence, place))
    ranked = sorted(named, key=lambda code: (-max(s.seen.weight for s in named[code]), code))
    return tuple(_standing(code, named[code], len(named)) for code in ranked[:MOST_DEPARTMENTS])


def is_office(code: str) -> bool:
    """Whether the code is that of an office in a district, ``COLLECTOR/KATNI``."""
    return "/" in code


def _page_place(view: PageView, own_key: str | None) -> str:
    if view.side is Side.COVER:
        return "cover"
    if view.side is Side.NOTING:
        return "note"
    own = bare(own_key) if own_key else None
    if any(bare(c.key) == own for c in view.numbers if not c.cited and not c.ours):
        return "own"
    return "other" if view.bears_any else "unnumbered"


def _standing(code: str, sightings: Sequence[_Sighting], named: int) -> DepartmentStanding:
    pages: dict[str, set[int]] = defaultdict(set)
    for sighting in sightings:
        pages[sighting.place].add(sighting.page)
    best = max(sightings, key=lambda s: (s.place != "foot", s.seen.weight, -s.page))
    signs = (
        1.0,
        bool(pages["cover"]),
        bool(pages["note"]),
        bool(pages["own"]),
        math.log2(max(len(pages["own"]), 1)),
        bool(pages["unnumbered"]),
        bool(pages["other"]),
        math.log2(max(len(pages["other"]), 1)),
        bool(pages["foot"]),
        max(s.seen.weight for s in sightings),
        is_office(code),
        named == 1,
    )
    return DepartmentStanding(code, best.seen, best.page, tuple(map(float, signs)))
