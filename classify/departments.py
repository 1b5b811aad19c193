"""The department or district office that a file belongs to, from its letterheads.

Names are compared with a gazetteer (``rules/departments.csv``, ``districts.csv``,
``offices.csv``) by likeness, so that a misread letter does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from classify.proposals import Proposal, Side
from classify.reading import Evidence, ReadLine, fold
from classify.view import PageView, share_against, together
from classify.zones import Zone

NAME_LIKENESS = 86.0
"""Least likeness (rapidfuzz ratio, 0..100) of a line with a department's name."""

WITHIN_LIKENESS = 93.0
"""Least likeness (partial ratio) of a department's name inside a longer line."""

CUE_LIKENESS = 90.0
"""Least likeness (partial ratio) of the words that name a kind of office."""

DISTRICT_LIKENESS = 84.0
"""Least likeness (ratio) of a district's name of four letters or more."""

HEAD_LINES = 12
"""A letterhead is among so many first lines of a page."""

FOOT_LINES = 12
FOOT_WEIGHT = 0.3
"""Departments below signatures are often, not always, the writer's own."""

OFFICE_WEIGHT = 0.8
"""An office says less than the department it writes for."""

_LATIN = re.compile("[A-Za-z]")
_MARKS = re.compile(r"[^\w\u0900-\u0963\u0970-\u097f]+")
_MIN_NAME_CHARS = 7


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the gazetteer: its code, its Hindi and English name."""

    code: str
    hindi: str
    english: str

    def named_like(self, text: str) -> str:
        """The name in the language of ``text``."""
        return self.english if _LATIN.search(text) else self.hindi


@dataclass(frozen=True)
class Gazetteer:
    """All names by which departments, districts and kinds of offices are known.

    The mappings go from a name, as ``normalise`` leaves it, to its entry.
    """

    departments: Mapping[str, Place]
    districts: Mapping[str, Place]
    office_cues: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class _Sighting:
    code: str
    name: str
    weight: float
    page: int
    evidence: Evidence
    rule: str


def normalise(name: str) -> str:
    """``name`` folded, in lower case, with single spaces for all punctuation."""
    return " ".join(_MARKS.sub(" ", fold(name).replace("ः", "").lower()).split())


def compile_gazetteer(
    departments: Iterable[Mapping[str, str]],
    districts: Iterable[Mapping[str, str]],
    offices: Iterable[Mapping[str, str]],
) -> Gazetteer:
    """The gazetteer from the rows of its three tables.

    Raises:
        KeyError: a column is not there.
    """
    return Gazetteer(
        dict(_names(departments, "aliases")),
        dict(_names(districts, "aliases")),
        {
            normalise(cue): Place(row["code"], row["hindi"], row["english"])
            for row in offices
            for cue in row["cues"].split("|")
        },
    )


def _names(rows: Iterable[Mapping[str, str]], aliases: str) -> Iterator[tuple[str, Place]]:
    for row in rows:
        place = Place(row["code"], row["hindi"], row["english"])
        for name in (row["hindi"], row["english"], *row[aliases].split("|")):
            if name:
                yield normalise(name), place


def file_department(
    views: Sequence[PageView], own_key: str | None, gazetteer: Gazetteer
) -> Proposal | None:
    """The department or office most letterheads name, those with the file's number first."""
    own = own_key.removeprefix("F") if own_key else None
    seen = [s for view in views for s in _sightings(view, own, gazetteer)]
    if not seen:
        return None
    pages: dict[str, dict[int, float]] = {}
    for sighting in seen:
        by_page = pages.setdefault(sighting.code, {})
        by_page[sighting.page] = max(by_page.get(sighting.page, 0.0), sighting.weight)
    beliefs = {code: together(weights.values()) for code, weights in pages.items()}
    ranked = sorted(beliefs, key=lambda code: (-beliefs[code], code))
    # An office and its department do not contradict each other.
    rivals = [c for c in ranked[1:] if ("/" in c) == ("/" in ranked[0])]
    share = share_against(beliefs[ranked[0]], beliefs[rivals[0]]) if rivals else 1.0
    best = max((s for s in seen if s.code == ranked[0]), key=lambda s: (s.weight, -s.page))
    return Proposal(
        value=best.name,
        verbatim=best.evidence.verbatim,
        confidence=round(beliefs[best.code] * share**0.5, 4),
        page=best.page,
        bbox=best.evidence.bbox,
        rule=best.rule,
        canonical=best.code,
    )


def declared_code(name: str, gazetteer: Gazetteer) -> str | None:
    """The code of a department that somebody named, None if the gazetteer lacks it."""
    found = process.extractOne(
        normalise(name), gazetteer.departments.keys(), scorer=fuzz.ratio, score_cutoff=NAME_LIKENESS
    )
    return gazetteer.departments[found[0]].code if found else None


def _sightings(view: PageView, own: str | None, gazetteer: Gazetteer) -> Iterator[_Sighting]:
    trust = 1.0 if view.side in (Side.COVER, Side.NOTING) or own in view.head_keys() else 0.6
    lines = view.page.lines
    head = [
        i
        for i, zone in enumerate(view.zones[:HEAD_LINES])
        if zone is Zone.HEAD or view.side is Side.COVER
    ]
    foot = range(max(len(lines) - FOOT_LINES, HEAD_LINES), len(lines))
    for rank, index in enumerate(head):
        weight = trust * (0.95 if rank < HEAD_LINES // 2 else 0.8)
        yield from _departments_at(view, index, weight, gazetteer)
        yield from _offices_at(view, index, weight * OFFICE_WEIGHT, gazetteer)
    for index in foot:
        if view.zones[index] is not Zone.COPIES:
            yield from _departments_at(view, index, trust * FOOT_WEIGHT, gazetteer)


def _departments_at(
    view: PageView, index: int, weight: float, gazetteer: Gazetteer
) -> Iterator[_Sighting]:
    line = view.page.lines[index]
    texts = [line.text, *line.text.split(",")]
    if index + 1 < len(view.page.lines):
        texts.append(f"{line.text} {view.page.lines[index + 1].text}")
    for text in texts:
        name = normalise(text)
        likeness, match = _nearest_department(name, gazetteer)
        if match is None:
            continue
        evidence = _whole(line)
        sure = weight * (likeness / 100) ** 2 * evidence.confidence
        shown = match.named_like(name)
        yield _Sighting(match.code, shown, sure, view.page.sequence, evidence, "letterhead")
        return


def _nearest_department(name: str, gazetteer: Gazetteer) -> tuple[float, Place | None]:
    if len(name) < _MIN_NAME_CHARS:
        return 0.0, None
    names = gazetteer.departments
    whole = process.extractOne(name, names.keys(), scorer=fuzz.ratio, score_cutoff=NAME_LIKENESS)
    if whole:
        return whole[1], names[whole[0]]
    within = process.extract(
        name, names.keys(), scorer=_within, score_cutoff=WITHIN_LIKENESS, limit=3
    )
    if not within:
        return 0.0, None
    best = max(within, key=lambda found: len(found[0]))
    return best[1] * 0.95, names[best[0]]


def _within(line: str, name: str, *, score_cutoff: float | None = None) -> float:
    """Likeness of ``name`` with the best-fitting run of whole words of ``line``, 0..100."""
    if len(name) < _MIN_NAME_CHARS or len(name) > len(line):
        return 0.0
    rough = fuzz.partial_ratio(name, line, score_cutoff=score_cutoff)
    if not rough:
        return 0.0
    words, count = line.split(), len(name.split())
    runs = (" ".join(words[i : i + count]) for i in range(len(words) - count + 1))
    return max((fuzz.ratio(name, run, score_cutoff=score_cutoff) for run in runs), default=0.0)


def _offices_at(
    view: PageView, index: int, weight: float, gazetteer: Gazetteer
) -> Iterator[_Sighting]:
    line = view.page.lines[index]
    name = normalise(line.text)
    if len(name) < _MIN_NAME_CHARS:
        return
    cue = process.extractOne(
        name, gazetteer.office_cues.keys(), scorer=_within, score_cutoff=CUE_LIKENESS
    )
    if cue is None:
        return
    for further, where in enumerate(view.page.lines[index : index + 3]):
        district = _district_in(normalise(where.text), gazetteer)
        if district is None:
            continue
        office = gazetteer.office_cues[cue[0]]
        shown = office.named_like(name).format(district=district.named_like(name))
        evidence = _whole(line) if further == 0 else _whole(line) + _whole(where)
        sure = weight * (cue[1] / 100) ** 2 * evidence.confidence
        code = f"{office.code}/{district.code}"
        yield _Sighting(code, shown, sure, view.page.sequence, evidence, "office letterhead")
        return


def _district_in(name: str, gazetteer: Gazetteer) -> Place | None:
    words = name.split()
    runs = [" ".join(pair) for pair in pairwise(words)] + words
    for run in runs:
        if run in gazetteer.districts:
            return gazetteer.districts[run]
    for run in (run for run in runs if len(run) >= 4):
        found = process.extractOne(
            run, gazetteer.districts.keys(), scorer=fuzz.ratio, score_cutoff=DISTRICT_LIKENESS
        )
        if found and len(found[0]) >= 4:
            return gazetteer.districts[found[0]]
    return None


def _whole(line: ReadLine) -> Evidence:
    return line.evidence(0, len(line.text))
