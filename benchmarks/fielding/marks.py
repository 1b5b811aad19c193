"""What is said of made files against what they are."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.fuzz import ratio

from benchmarks.fielding.files import ReadFile
from classify.doubts import Thresholds, needs_review
from classify.file import Declared, SeenPage, describe_file
from classify.proposals import FieldName, FileDescription
from classify.rulebook import Rules
from ocr.scoring import normal

SAME_WORDS = 0.9
"""Subjects this much alike (0..1) are the same one with a slip of the reading."""

# The scan maker's names of departments, as the gazetteer has their codes.
CODES = {
    "gad": "GAD", "revenue": "REVENUE", "finance": "FINANCE", "education": "SCHOOL",
    "health": "HEALTH", "home": "HOME", "panchayat": "PANCHAYAT", "forest": "FOREST",
    "pwd": "PWD", "water": "WATER", "agriculture": "AGRICULTURE", "tribal": "TRIBAL",
    "urban": "URBAN", "food": "FOOD",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One field of one file: ``likeness`` 0..1, whether that is right, what was said of it.

    ``asked``: a person is asked about the field, for whatever reason.
    """

    likeness: float
    right: bool
    confidence: float
    truth: str
    found: str
    rule: str
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Marked:
    """One file, judged; ``cpu_s`` is the processor time of the whole room for it."""

    file: ReadFile
    said: FileDescription
    fields: dict[FieldName, Mark]
    cpu_s: float


def marked(
    files: Iterable[ReadFile], rules: Rules, declared: Sequence[Declared | None] | None = None
) -> list[Marked]:
    """Describe every file and judge what comes out.

    Args:
        files: with their words.
        rules: of the room ``classify``.
        declared: the row of the list beside the scans for each file; None: no list.
    """
    found = []
    for place, file in enumerate(files):
        pages = [SeenPage(number, text) for number, text in enumerate(file.texts, start=1)]
        row = declared[place] if declared is not None else None
        began = time.process_time()
        said = describe_file(pages, declared=row, rules=rules)
        spent = time.process_time() - began
        doubts = needs_review(said, thresholds=Thresholds())
        fields = {
            name: replace(
                _mark(name, file, said, rules),
                asked=any(doubt.code.startswith(name.value) for doubt in doubts),
            )
            for name in FieldName
        }
        found.append(Marked(file, said, fields, spent))
    return found


def _mark(name: FieldName, file: ReadFile, said: FileDescription, rules: Rules) -> Mark:
    truth = truth_of(name, file, rules)
    value = said.values.get(name)
    if value is None:
        return Mark(0.0, right=False, confidence=0.0, truth=truth, found="", rule="")
    found = value.value
    if name is FieldName.FILE_NUMBER:
        found = rules.numbers.canonical(value.value)
    elif name is FieldName.DEPARTMENT:
        found = value.canonical or ""
    likeness = float(found == truth)
    if name is FieldName.SUBJECT:
        likeness = ratio(normal(truth), normal(found)) / 100
    return Mark(likeness, likeness >= SAME_WORDS, value.confidence, truth, found, value.rule)


def truth_of(name: FieldName, file: ReadFile, rules: Rules) -> str:
    """What the file really is, as the product would say it."""
    truth = file.truth
    if name is FieldName.FILE_NUMBER:
        return rules.numbers.canonical(truth.file_number)
    if name is FieldName.DEPARTMENT:
        return CODES.get(truth.department_code) or _office(truth.department, rules)
    return str(getattr(truth, name.value))


def _office(name: str, rules: Rules) -> str:
    """The code of a collector's office: its district is the last word of its name."""
    place = name.replace(",", " ").split()[-1]
    district = rules.gazetteer.district_named(place)
    return f"COLLECTOR/{district.code}" if district else name
