"""Every date on a page, with the part of the letter it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.dates import DateReading, DateRules
from classify.reading import Evidence, ReadLine, ReadPage, fold
from classify.zones import Zone

ZONE_WEIGHTS = {
    Zone.HEAD: 1.0,
    Zone.ADDRESS: 0.8,
    Zone.SUBJECT: 0.3,
    Zone.REFERENCE: 0.1,
    Zone.BODY: 0.3,
    Zone.ENDORSEMENT: 0.6,
    Zone.COPIES: 0.1,
    Zone.STAMP: 0.05,
}
CUED, BARE = 0.97, 0.6
"""Weight with and without a word such as दिनांक in front."""

MAX_DATES_A_PAGE = 24

MOST_BESIDE = 2
"""So many letters beside a date are specks or the rest of a signature."""


@dataclass(frozen=True, slots=True)
class DateSeen:
    """One date on a page.

    Attributes:
        reading: day, month and year as written.
        zone: the part of the letter it stands in.
        evidence: the words it was read from.
        line: place of its line on the page, from 0.
        alone: nothing else stands in that line, as below a note.
        other: the date in the second reading of the same words, where that is another one.
    """

    reading: DateReading
    zone: Zone
    evidence: Evidence
    line: int = 0
    alone: bool = False
    other: DateReading | None = None

    def weight(self, *, on_cover: bool) -> float:
        """How far (0..1) this says "the paper is from that day"; on a cover place is nothing."""
        place = 1.0 if on_cover else ZONE_WEIGHTS[self.zone]
        return (
            self.reading.strength
            * (CUED if self.reading.cued else BARE)
            * place
            * (self.evidence.confidence)
        )

    @property
    def rule(self) -> str:
        """Zone and cue: ``head/cued``."""
        return f"{self.zone.value}/{'cued' if self.reading.cued else 'bare'}"


def dates_on(page: ReadPage, zones: Sequence[Zone], rules: DateRules) -> tuple[DateSeen, ...]:
    """The page's dates, those of the weightiest parts if there are very many."""
    seen = [
        _seen(line, zones[index], index, reading, rules)
        for index, line in enumerate(page.lines)
        for reading in rules.find(line.text)
    ]
    seen.sort(key=lambda date: -date.weight(on_cover=False))  # stable: first ones first
    return tuple(seen[:MAX_DATES_A_PAGE])


def _seen(
    line: ReadLine, zone: Zone, index: int, reading: DateReading, rules: DateRules
) -> DateSeen:
    evidence = line.evidence(reading.start, reading.end)
    around = line.text[: reading.start] + line.text[reading.end :]
    alone = sum(sign.isalnum() for sign in around) <= MOST_BESIDE
    other = None
    if evidence.alternative is not None:
        found = rules.find(fold(evidence.alternative))
        if len(found) == 1 and found[0].day_month_year != reading.day_month_year:
            other = found[0]
    return DateSeen(reading, zone, evidence, index, alone, other)
