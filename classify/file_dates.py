"""The date of a file: that of its principal document.

The principal document is the first one on the correspondence side whose head bears the
file's own number. Without one it is the first dated letter, then the cover, then the note
side. Dates in references, running text and copies are other papers' dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classify.dates import DateReading, DateRules
from classify.proposals import Proposal, Side
from classify.reading import Evidence
from classify.view import PageView, together
from classify.zones import Zone

ZONE_WEIGHTS = {
    Zone.HEAD: 1.0,
    Zone.ADDRESS: 0.8,
    Zone.SUBJECT: 0.3,
    Zone.REFERENCE: 0.1,
    Zone.BODY: 0.3,
    Zone.ENDORSEMENT: 0.6,
    Zone.COPIES: 0.1,
}
CUED, BARE = 0.97, 0.6
"""Weight with and without a word such as दिनांक in front."""

LEAST_WEIGHT = 0.2
"""A page whose best date weighs less has no date of its own."""

FAR_FROM_NUMBER_YEARS = 5
"""A date further from the year in the file's number is doubted."""

_YEAR_IN_KEY = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One date on one page, as ISO 8601, and its weight 0..1."""

    iso: str
    weight: float
    page: int
    evidence: Evidence
    rule: str


def file_date(views: Sequence[PageView], own_key: str | None, rules: DateRules) -> Proposal | None:
    """The date of the file's principal document, None if no page is dated.

    Args:
        views: all pages.
        own_key: the file's canonical number, if one was found.
        rules: from ``classify.rulebook.load_rules``.
    """
    year = year_of(own_key)
    seen = [(view, tuple(_sightings(view, year, rules))) for view in views]
    seen = [(view, s) for view, s in seen if s and max(x.weight for x in s) >= LEAST_WEIGHT]
    if not seen:
        return None
    bare = own_key.removeprefix("F") if own_key else None
    tier, position = min((_tier(view, bare), i) for i, (view, _) in enumerate(seen))
    best = max(seen[position][1], key=lambda s: s.weight)
    backing = {
        s.page: s.weight * 0.5
        for _, group in seen
        for s in group
        if s.iso == best.iso and s is not best
    }
    belief = together([best.weight * _TIER_TRUST[tier], *backing.values()])
    if year is not None and abs(int(best.iso[:4]) - year) > FAR_FROM_NUMBER_YEARS:
        belief *= 0.6
    return Proposal(
        best.iso, best.evidence.verbatim, round(belief, 4), best.page, best.evidence.bbox, best.rule
    )


def year_of(key: str | None) -> int | None:
    """The year that a canonical file number names, None if it names none or several."""
    years = _YEAR_IN_KEY.findall(key or "")
    return int(years[0]) if len(set(years)) == 1 else None


_TIER_TRUST = (1.0, 0.85, 0.8, 0.6, 0.7, 0.5)


def _tier(view: PageView, own: str | None) -> int:
    """Rank of the page as the principal document's: 0 is best."""
    if view.side is Side.COVER:
        return 2
    if view.side is Side.NOTING:
        return 4
    keys = view.head_keys()
    if own is not None and own in keys:
        return 0
    if own is None and keys:
        return 1
    return 3 if not keys else 5


def _sightings(view: PageView, year: int | None, rules: DateRules) -> Iterator[Sighting]:
    for line, zone in zip(view.page.lines, view.zones, strict=True):
        for reading in rules.find(line.text):
            day = reading.resolved(year)
            if day is None:
                continue
            evidence = line.evidence(reading.start, reading.end)
            weight = _weight(view, zone, reading) * evidence.confidence
            rule = f"{zone.value}/{'cued' if reading.cued else 'bare'}"
            yield Sighting(day.isoformat(), weight, view.page.sequence, evidence, rule)


def _weight(view: PageView, zone: Zone, reading: DateReading) -> float:
    place = 1.0 if view.side is Side.COVER else ZONE_WEIGHTS[zone]
    return reading.strength * (CUED if reading.cued else BARE) * place
