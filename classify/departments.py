"""The department or district office that a file belongs to, from its letterheads.

Names are compared with a gazetteer (``rules/departments.csv``, ``districts.csv``,
``offices.csv``) by likeness, so that a misread letter does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from classify.reading import Evidence, ReadLine, ReadPage, fold
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

ANSWERS_KEPT = 2000
"""A file's pages bear few letterheads, and a quarter of a millisecond goes into each look."""

_LATIN = re.compile("[A-Za-z]")
_MARKS = re.compile(r"[^\w\u0900-\u0963\u0970-\u097f]+")
_MIN_NAME_CHARS = 7


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a department or district, and the code of what it names.

    Old names stay: a file of 1975 belongs to the department as it was called then.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Office:
    """A kind of office; ``hindi`` and ``english`` have a place for the ``{district}``."""

    code: str
    hindi: str
    english: str

    def within(self, district: str) -> str:
        """Its name in that district, in the district's script."""
        wording = self.english if _LATIN.search(district) else self.hindi
        return wording.format(district=district)


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """All names by which departments, districts and kinds of offices are known.

    It is the same as itself alone, so that answers can be kept by it. The mappings go from a
    name, as ``normalise`` leaves it, to what it names.
    """

    departments: Mapping[str, Name]
    districts: Mapping[str, Name]
    office_cues: Mapping[str, Office]

    def district_named(self, name: str) -> Name | None:
        """The district of that name in any of its writings, None if there is none."""
        return self.districts.get(normalise(name))


@dataclass(frozen=True, slots=True)
class DepartmentSeen:
    """A department or office (``OFFICE/DISTRICT``) named on a page; weight 0..1."""

    code: str
    name: str
    weight: float
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
        _names(departments),
        _names(districts),
        {
            normalise(cue): Office(row["code"], row["hindi"], row["english"])
            for row in offices
            for cue in row["cues"].split("|")
        },
    )


def _names(rows: Iterable[Mapping[str, str]]) -> dict[str, Name]:
    """Every name, normalised; of names that differ in punctuation only, the first counts."""
    names: dict[str, Name] = {}
    for row in rows:
        for text in (row["hindi"], row["english"], *row["aliases"].split("|")):
            if text:
                names.setdefault(normalise(text), Name(row["code"], text))
    return names


def declared_code(name: str, gazetteer: Gazetteer) -> str | None:
    """The code of a department that somebody named, None if the gazetteer lacks it."""
    found = process.extractOne(
        normalise(name), gazetteer.departments.keys(), scorer=fuzz.ratio, score_cutoff=NAME_LIKENESS
    )
    return gazetteer.departments[found[0]].code if found else None


def departments_on(
    page: ReadPage, zones: Sequence[Zone], gazetteer: Gazetteer
) -> tuple[DepartmentSeen, ...]:
    """Departments and offices in the letterhead and, with less weight, at the foot."""
    seen: list[DepartmentSeen] = []
    head = [i for i, zone in enumerate(zones[:HEAD_LINES]) if zone is Zone.HEAD]
    for rank, index in enumerate(head):
        weight = 0.95 if rank < HEAD_LINES // 2 else 0.8
        seen += _departments_at(page.lines, index, weight, gazetteer)
        seen += _offices_at(page.lines, index, weight * OFFICE_WEIGHT, gazetteer)
    for index in range(max(len(page.lines) - FOOT_LINES, HEAD_LINES), len(page.lines)):
        if zones[index] is not Zone.COPIES:
            seen += _departments_at(page.lines, index, FOOT_WEIGHT, gazetteer)
    return tuple(seen)


def _departments_at(
    lines: Sequence[ReadLine], index: int, weight: float, gazetteer: Gazetteer
) -> Iterator[DepartmentSeen]:
    line = lines[index]
    texts = [line.text, *line.text.split(",")]
    if index + 1 < len(lines):
        texts.append(f"{line.text} {lines[index + 1].text}")
    for text in dict.fromkeys(texts):  # a line without a comma is its own first part
        name = normalise(text)
        likeness, match = _nearest_department(name, gazetteer)
        if match is None:
            continue
        evidence = _whole(line)
        sure = weight * (likeness / 100) ** 2 * evidence.confidence
        yield DepartmentSeen(match.code, match.text, sure, evidence, "letterhead")
        return


@lru_cache(ANSWERS_KEPT)
def _nearest_department(name: str, gazetteer: Gazetteer) -> tuple[float, Name | None]:
    if len(name) < _MIN_NAME_CHARS:
        return 0.0, None
    names = gazetteer.departments
    whole = process.extractOne(name, names.keys(), scorer=fuzz.ratio, score_cutoff=NAME_LIKENESS)
    if whole:
        return whole[1], names[whole[0]]
    rough = process.extract(
        name, names.keys(), scorer=fuzz.partial_ratio, score_cutoff=WITHIN_LIKENESS, limit=None
    )
    near = [key for key, _, _ in sorted(rough, key=lambda found: found[2])]
    within = process.extract(name, near, scorer=_within, score_cutoff=WITHIN_LIKENESS, limit=3)
    if not within:
        return 0.0, None
    best = max(within, key=lambda found: len(found[0]))
    return best[1] * 0.95, names[best[0]]


def _within(line: str, name: str, *, score_cutoff: float | None = None) -> float:
    """Likeness of ``name`` with the best-fitting run of whole words of ``line``, 0..100."""
    if len(name) < _MIN_NAME_CHARS or len(name) > len(line):
        return 0.0
    words, count = line.split(), len(name.split())
    runs = (" ".join(words[i : i + count]) for i in range(len(words) - count + 1))
    return max((fuzz.ratio(name, run, score_cutoff=score_cutoff) for run in runs), default=0.0)


def _offices_at(
    lines: Sequence[ReadLine], index: int, weight: float, gazetteer: Gazetteer
) -> Iterator[DepartmentSeen]:
    line = lines[index]
    name = normalise(line.text)
    if len(name) < _MIN_NAME_CHARS:
        return
    cue = process.extractOne(
        name, gazetteer.office_cues.keys(), scorer=_within, score_cutoff=CUE_LIKENESS
    )
    if cue is None:
        return
    for further, where in enumerate(lines[index : index + 3]):
        district = _district_in(normalise(where.text), gazetteer)
        if district is None:
            continue
        office = gazetteer.office_cues[cue[0]]
        evidence = _whole(line) if further == 0 else _whole(line) + _whole(where)
        sure = weight * (cue[1] / 100) ** 2 * evidence.confidence
        code = f"{office.code}/{district.code}"
        yield DepartmentSeen(
            code, office.within(district.text), sure, evidence, "office letterhead"
        )
        return


def _district_in(name: str, gazetteer: Gazetteer) -> Name | None:
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
