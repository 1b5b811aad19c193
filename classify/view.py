"""What is kept of a page once it has been looked at.

The words themselves are let go: a view is small, so that a file of thousands of pages can
be judged as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from classify.candidates import Candidate, numbers_on
from classify.cues import PageCues, Shown
from classify.departments import DepartmentSeen, departments_on
from classify.keeping import KeptSeen, kept_on
from classify.kinds import kind_cues
from classify.page_dates import DateSeen, dates_on
from classify.proposals import Side
from classify.reading import Evidence, ReadLine, read_page
from classify.rulebook import Rules
from classify.side_chain import alone
from classify.side_signs import PaperLook, SideSigns, signs_of
from classify.subjects import Subject, subject_on
from classify.words import PageLike
from classify.zones import HEAD_ENDS_AT, Zone, zones_of

_SURELY_PRINT = 0.9
_LAID_OUT_FREELY = (Side.COVER, Side.SEPARATOR)


@dataclass(frozen=True, slots=True)
class PageView:
    """The findings of one page.

    Attributes:
        sequence: its place in the file.
        signs: what tells its side.
        side: where it belongs among its neighbours.
        kinds: cues for kinds of documents.
        numbers: every file number on it.
        dates: its dates.
        subject: what it is about.
        departments: departments and offices it names.
        opening: its first line.
        kept: what it is of the kinds that may never be destroyed.
        cut: some of its text was too much and was not searched.
    """

    sequence: int
    signs: SideSigns
    side: Side
    kinds: Mapping[str, Shown]
    numbers: tuple[Candidate, ...]
    dates: tuple[DateSeen, ...]
    subject: Subject | None
    departments: tuple[DepartmentSeen, ...]
    opening: Evidence | None
    cut: bool
    kept: tuple[KeptSeen, ...] = ()

    def bears(self, key: str | None) -> bool:
        """Whether the page has this canonical number as its own, with or without its F."""
        bare = key.removeprefix("F") if key else None
        return any(c.key.removeprefix("F") == bare for c in self.numbers if not c.cited)

    def bears_almost(self, key: str | None) -> bool:
        """Whether one misread sign may be all that parts a number of the page from ``key``."""
        bare = key.removeprefix("F") if key else ""
        own = (c.key.removeprefix("F") for c in self.numbers if not c.cited)
        return any(Levenshtein.distance(k, bare, score_cutoff=1) <= 1 for k in own)

    @property
    def first_number(self) -> Candidate | None:
        """The first number on the page that is not another paper's."""
        return next((c for c in self.numbers if not c.cited), None)

    @property
    def bears_any(self) -> bool:
        """Whether the page has any number as its own."""
        return any(not candidate.cited for candidate in self.numbers)


def look_at(sequence: int, text: PageLike, look: PaperLook, rules: Rules) -> PageView:
    """Search one page for everything; the cost of the room is here, 5-15 ms a page.

    Of a page that is mostly handwriting only its printed head, surely read, is searched for number,
    date, subject and department; the rest tells its side at best.
    """
    page = read_page(sequence, text)
    cues = PageCues(page, rules.zones)
    kinds = {} if look.by_hand else kind_cues(cues, rules.kinds)
    signs = signs_of(cues, look, rules.sides, kinds)
    own = alone(signs, rules.side_weights)
    if look.by_hand:
        page = replace(page, lines=tuple(line for line in page.lines if _is_printed_head(line)))
    zones = zones_of(page, rules.zones)
    if own.side in _LAID_OUT_FREELY:
        zones = (Zone.HEAD,) * len(zones)
    lines = page.lines
    return PageView(
        sequence=sequence,
        signs=signs,
        side=own.side,
        kinds=kinds,
        numbers=numbers_on(page, zones, rules.numbers),
        dates=dates_on(page, zones, rules.dates),
        subject=subject_on(page, rules.zones),
        departments=departments_on(page, zones, rules.gazetteer),
        opening=lines[0].evidence(0, len(lines[0].text)) if lines else None,
        kept=kept_on(cues, rules.keeping),
        cut=page.cut,
    )


def _is_printed_head(line: ReadLine) -> bool:
    """Whether it stands high on the page, and no hand can have written what is read so surely."""
    surely = all(word.confidence >= _SURELY_PRINT for word in line.words)
    return surely and line.top < HEAD_ENDS_AT
