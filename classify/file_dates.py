"""The date of a file: that of its principal document, pooled from all pages and voted on.

The principal document is the first one on the correspondence side that bears the file's own
number. Its date stands at its head, and often also with its endorsement, on the cover, and where
replies cite it with its number: each is a sign, and what the signs earn was fitted
(``certainty``). A file of nothing but notes has the date of its first note.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from classify.certainty import Weighing, legible
from classify.dates import full_year
from classify.number_signs import bare
from classify.page_dates import DateSeen
from classify.proposals import Proposal, Side
from classify.view import PageView
from classify.zones import Zone

SIGNS = (
    "any", "principal", "principal but for a slip", "own letter", "first letter", "other letter",
    "cover", "first note", "later note", "endorsed", "cited with our number", "cited", "text",
    "labelled", "sureness", "short year", "year of the number", "year before or after",
    "year far from it", "pages with it", "other reading", "near at a strong place", "no letters",
)  # fmt: skip
"""Names of the signs, in the order of a row; weights in ``rules/confidence.toml``."""

MOST_DATES = 80
"""So many dates, those at the stronger places, are weighed against one another."""

FAR_FROM_NUMBER_YEARS, DOUBTED = 5, 0.6
"""A date so much further from the year in the file's number is believed so much less."""

_STRONG = ("principal", "slip", "cover", "cited_ours", "endorsed")
_ORDER = (*_STRONG, "own", "first", "first_note", "other_letter", "note", "cited", "text", "other")
_AS_THEY_ARE = (
    *("principal", "slip", "own", "first", "other_letter"),
    *("cover", "first_note", "note", "endorsed"),
)  # places whose sign is whether the day stands there, as ``SIGNS`` orders them
_YEAR_IN_KEY = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)")
_SHORT_YEAR_IN_KEY = re.compile(r"/(\d\d)(?=/|$)")


@dataclass(frozen=True, slots=True)
class _Sighting:
    seen: DateSeen
    view: PageView
    place: str


@dataclass(frozen=True, slots=True)
class DateStanding:
    """One day with its clearest sighting.

    Attributes:
        day: the day.
        seen: the sighting to show.
        page: sequence of its page.
        pages: how many pages name that very day.
        sureness: 0..1, of its clearest reading.
        doubted: wherever it was read, the second reading has one and the same other day.
        signs: one figure for each of ``SIGNS``.
    """

    day: dt.date
    seen: DateSeen
    page: int
    pages: int
    sureness: float
    doubted: bool
    signs: tuple[float, ...]


def file_date(
    views: Sequence[PageView],
    own_key: str | None,
    weighing: Weighing,
    opened_year: int | None = None,
) -> Proposal | None:
    """The most likely date, None if no page has one.

    Args:
        views: all pages, with their sides settled.
        own_key: the file's canonical number, if one was found.
        weighing: of the signs of dates.
        opened_year: in which the register says that the file was opened, if it does.
    """
    standings = date_standings(views, own_key, opened_year)
    if not standings:
        return None
    shares = weighing.shares(SIGNS, [standing.signs for standing in standings])
    chance, place = max((share, -place) for place, share in enumerate(shares))
    best = standings[-place]
    evidence = best.seen.evidence
    sure = legible(chance, best.sureness, 1 if best.doubted else best.pages)
    number_year = year_of(own_key)
    if number_year is not None and abs(best.day.year - number_year) > FAR_FROM_NUMBER_YEARS:
        sure *= DOUBTED
    return Proposal(
        value=best.day.isoformat(),
        verbatim=evidence.verbatim,
        alternative=evidence.alternative,
        confidence=round(sure, 4),
        page=best.page,
        bbox=evidence.bbox,
        rule=best.seen.rule,
    )


def date_standings(
    views: Sequence[PageView], own_key: str | None, opened_year: int | None = None
) -> tuple[DateStanding, ...]:
    """Every day that the pages name, with its signs; stronger places first."""
    year = context_year(views, own_key, opened_year)
    days: defaultdict[dt.date, list[_Sighting]] = defaultdict(list)
    for sighting in _sightings(views, own_key):
        day = sighting.seen.reading.resolved(year)
        if day is not None:
            days[day].append(sighting)
        other = sighting.seen.other.resolved(year) if sighting.seen.other else None
        if other is not None:
            days[other].append(_Sighting(sighting.seen, sighting.view, "other"))
    ranked = sorted(days, key=lambda day: (min(map(_rank, days[day])), day))[:MOST_DATES]
    kept = {day: days[day] for day in ranked}
    no_letters = not any(view.side is Side.CORRESPONDENCE for view in views)
    number_year = year_of(own_key, year)
    return tuple(_standing(day, kept, number_year, no_letters) for day in ranked)


def context_year(
    views: Sequence[PageView], own_key: str | None, opened_year: int | None = None
) -> int | None:
    """A year that the file is near: its number's, the register's, or that of its full dates."""
    own = year_of(own_key)
    if own is not None or opened_year is not None:
        return own if own is not None else opened_year
    years = [seen.reading.year for view in views for seen in view.dates if not seen.reading.short]
    return median_low(years) if years else None


def year_of(key: str | None, near: int | None = None) -> int | None:
    """The year that a canonical file number names, None if it names none or several.

    Args:
        key: the number.
        near: sets two digits into a century; without it they are no year.
    """
    years = set(_YEAR_IN_KEY.findall(key or ""))
    if len(years) == 1:
        return int(years.pop())
    short = _SHORT_YEAR_IN_KEY.search(key or "") if near is not None and not years else None
    return full_year(int(short[1]), near) if short else None


def _sightings(views: Sequence[PageView], own_key: str | None) -> Iterator[_Sighting]:
    pages = _special_pages(views, own_key)
    for view in views:
        for seen in view.dates:
            yield _Sighting(seen, view, _place(seen, view, pages, own_key))


@dataclass(frozen=True, slots=True)
class _Special:
    """The pages by which a file is dated; None where there is no such page."""

    principal: PageView | None
    is_exact: bool
    first: PageView | None
    first_note: DateSeen | None


def _special_pages(views: Sequence[PageView], own_key: str | None) -> _Special:
    letters = [view for view in views if view.side is Side.CORRESPONDENCE]
    principal = next((v for v in letters if v.bears(own_key) or v.bears_almost(own_key)), None)
    notes = (seen for view in views if view.side is Side.NOTING for seen in _below_notes(view))
    return _Special(
        principal if own_key else None,
        principal is not None and principal.bears(own_key),
        next((view for view in letters if view.dates), None),
        next(notes, None),
    )


def _below_notes(view: PageView) -> list[DateSeen]:
    """The dates under the notes of a page, from the top."""
    return sorted((seen for seen in view.dates if seen.alone), key=lambda seen: seen.line)


def _place(seen: DateSeen, view: PageView, pages: _Special, own_key: str | None) -> str:
    if view.side is Side.COVER:
        return "cover"
    if view.side is Side.NOTING:
        if seen.alone:
            return "first_note" if seen is pages.first_note else "note"
        return "text"
    if seen.zone in (Zone.REFERENCE, Zone.BODY) and _beside_own_number(seen, view, own_key):
        return "cited_ours"
    is_principal = view is pages.principal
    at_head = seen.zone in (Zone.HEAD, Zone.ADDRESS)
    if seen.zone is Zone.ENDORSEMENT:
        at_head = view.first_number is not None and view.first_number.label == "endorsement"
        if not at_head:
            return "endorsed" if is_principal else "text"
    if at_head:
        return _letter_place(view, pages, own_key)
    return "cited" if seen.zone in (Zone.REFERENCE, Zone.COPIES, Zone.STAMP) else "text"


def _letter_place(view: PageView, pages: _Special, own_key: str | None) -> str:
    """What a date at the head of a letter is."""
    if view is pages.principal:
        return "principal" if pages.is_exact else "slip"
    if own_key and view.bears(own_key):
        return "own"
    return "first" if view is pages.first and pages.principal is None else "other_letter"


def _beside_own_number(seen: DateSeen, view: PageView, own_key: str | None) -> bool:
    key = bare(own_key) if own_key else None
    return any(bare(c.key) == key and 0 <= seen.line - c.line <= 1 for c in view.numbers)


def _rank(sighting: _Sighting) -> int:
    return _ORDER.index(sighting.place)


def _standing(
    day: dt.date,
    days: Mapping[dt.date, list[_Sighting]],
    number_year: int | None,
    no_letters: bool,
) -> DateStanding:
    own = days[day]
    exact = [s for s in own if s.place != "other"] or own
    places = {place: sum(s.place == place for s in own) for place in _ORDER}
    best = min(exact, key=lambda s: (_rank(s), not s.seen.reading.cued, s.view.sequence))
    pages = {s.view.sequence for s in exact}
    off = abs(day.year - number_year) if number_year is not None else None
    sureness = max(s.seen.evidence.confidence * s.seen.reading.strength for s in exact)
    signs = (
        1.0,
        *(bool(places[place]) for place in _AS_THEY_ARE),
        min(places["cited_ours"], 3),
        bool(places["cited"]),
        bool(places["text"]),
        any(s.seen.reading.cued for s in exact),
        sureness,
        all(s.seen.reading.short for s in exact),
        off == 0,
        off == 1,
        off is not None and off > 2,
        min(len(pages) - 1, 3),
        min(places["other"], 3),
        min(_near(day, days, pages), 3),
        no_letters and bool(places["first_note"]),
    )
    return DateStanding(
        day,
        best.seen,
        best.view.sequence,
        len(pages),
        sureness,
        _is_doubted(exact),
        tuple(map(float, signs)),
    )


def _near(day: dt.date, days: Mapping[dt.date, list[_Sighting]], pages: Collection[int]) -> int:
    """How often other pages have, at a telling place, a day that differs by a slip."""
    return sum(
        s.place in _STRONG and s.view.sequence not in pages
        for other, sightings in days.items()
        if other != day and _is_slip(other, day)
        for s in sightings
    )


def _is_doubted(exact: Sequence[_Sighting]) -> bool:
    """Whether the second reading contradicts every sighting, always with the same day."""
    others = {s.seen.other.day_month_year if s.seen.other else None for s in exact}
    return len(others) == 1 and None not in others


def _is_slip(one: dt.date, other: dt.date) -> bool:
    """Whether one misread or lost figure of the day, the month or the year parts the two."""
    parts = [(one.day, other.day), (one.month, other.month), (one.year, other.year)]
    apart = [(str(a), str(b)) for a, b in parts if a != b]
    if len(apart) != 1:
        return False
    first, second = apart[0]
    if len(first) == len(second):
        return sum(a != b for a, b in zip(first, second, strict=True)) == 1
    short, long = sorted((first, second), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
