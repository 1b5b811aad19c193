"""The date of a file: that of its principal document.

The principal document is the first one on the correspondence side whose head bears the
file's own number. Without one it is the first dated letter, then the cover, then the note
side. Dates in references, running text and copies are other papers' dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classify.belief import together
from classify.page_dates import DateSeen
from classify.proposals import Proposal, Side
from classify.view import PageView

LEAST_WEIGHT = 0.2
"""A page whose best date weighs less has no date of its own."""

FAR_FROM_NUMBER_YEARS = 5
"""A date further from the year in the file's number is doubted."""

SAME_ELSEWHERE = 0.5
"""What a second sighting of the same day adds, of its own weight."""

TIER_TRUST = (1.0, 0.85, 0.8, 0.6, 0.7, 0.5)
"""By rank of the page (see ``_tier``): how surely its date is the file's."""

ALMOST_OWN = 0.8
"""The same for a page whose number is the file's but for one sign."""

_YEAR_IN_KEY = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class _Dated:
    """A page's date with its weight there."""

    iso: str
    weight: float
    view: PageView
    seen: DateSeen


def file_date(views: Sequence[PageView], own_key: str | None) -> Proposal | None:
    """The date of the file's principal document, None if no page is dated.

    Args:
        views: all pages.
        own_key: the file's canonical number, if one was found.
    """
    year = year_of(own_key)
    dated = [date for view in views for date in _dated(view, year)]
    strong = [date for date in dated if date.weight >= LEAST_WEIGHT]
    if not strong:
        return None
    order = {view.sequence: position for position, view in enumerate(views)}
    best = min(strong, key=lambda d: (_tier(d.view, own_key), order[d.view.sequence], -d.weight))
    trust = TIER_TRUST[_tier(best.view, own_key)]
    if trust == 1.0 and not best.view.bears(own_key):
        trust = ALMOST_OWN
    others = [d.weight * SAME_ELSEWHERE for d in dated if d is not best and d.iso == best.iso]
    belief = together([best.weight * trust, *others])
    if year is not None and abs(int(best.iso[:4]) - year) > FAR_FROM_NUMBER_YEARS:
        belief *= 0.6
    evidence = best.seen.evidence
    return Proposal(
        value=best.iso,
        verbatim=evidence.verbatim,
        alternative=evidence.alternative,
        confidence=round(belief, 4),
        page=best.view.sequence,
        bbox=evidence.bbox,
        rule=best.seen.rule,
    )


def year_of(key: str | None) -> int | None:
    """The year that a canonical file number names, None if it names none or several."""
    years = set(_YEAR_IN_KEY.findall(key or ""))
    return int(years.pop()) if len(years) == 1 else None


def _tier(view: PageView, own_key: str | None) -> int:
    """Rank of the page as the principal document's: 0 is best."""
    if view.side is Side.COVER:
        return 2
    if view.side is Side.NOTING:
        return 4
    if view.bears(own_key) or view.bears_almost(own_key):
        return 0
    if not view.bears_any:
        return 3
    return 5 if own_key else 1


def _dated(view: PageView, year: int | None) -> list[_Dated]:
    on_cover = view.side is Side.COVER
    found = ((seen, seen.reading.resolved(year)) for seen in view.dates)
    return [
        _Dated(day.isoformat(), seen.weight(on_cover=on_cover), view, seen)
        for seen, day in found
        if day is not None
    ]
