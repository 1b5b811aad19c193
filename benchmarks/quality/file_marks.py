"""What was found out about one made file, against what it really is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.fuzz import ratio

from benchmarks.quality.deposited import DepositedFile
from benchmarks.scans.maker import FileTruth
from benchmarks.scans.numbers import canonical
from ocr.scoring import Recall, normal

FIELDS = ("file_number", "date", "subject", "department", "document_type")
# Names and subjects this much alike (0..1) are the same one with a slip of the reading.
SAME_WORDS = 0.9


@dataclass(frozen=True, slots=True)
class FieldMark:
    """One field of one file.

    Attributes:
        likeness: 1 for the very same value, 0 when none was found.
        right: good enough to be taken: equal, or for words nearly equal.
        confidence: the product's own, 0..1; 0 when it found nothing.
        doubted: the product asks a person to look at this field.
    """

    likeness: float
    right: bool
    confidence: float
    doubted: bool


@dataclass(frozen=True, slots=True)
class FileMark:
    """One made file after the run; ``name`` is box and number: ``office 3``."""

    name: str
    pages: int
    fields: Mapping[str, FieldMark]
    state: str
    reasons: tuple[str, ...]
    has_pdf: bool


@dataclass(frozen=True, slots=True)
class FieldSum:
    """One field over many files.

    Attributes:
        exact: found in the very same form.
        right: found well enough.
        likeness: mean likeness, 0..1.
        wrong_and_sure: wrong, and nobody is asked to look: the failure that matters.
        right_but_doubted: right, and a person is asked all the same: work for nothing.
    """

    exact: Recall
    right: Recall
    likeness: float
    wrong_and_sure: int
    right_but_doubted: int


def mark_file(name: str, truth: FileTruth, file: DepositedFile) -> FileMark:
    """Judge one file."""
    facts = file.facts
    return FileMark(
        name=name,
        pages=len(truth.pages),
        fields={field: _field(field, truth, facts) for field in FIELDS},
        state=facts["state"],
        reasons=tuple(facts["reason_codes"]),
        has_pdf=file.has_pdf,
    )


def sum_field(field: str, marks: Sequence[FileMark]) -> FieldSum:
    """One field over all files."""
    seen = [mark.fields[field] for mark in marks]
    return FieldSum(
        exact=Recall(sum(mark.likeness == 1 for mark in seen), len(seen)),
        right=Recall(sum(mark.right for mark in seen), len(seen)),
        likeness=sum(mark.likeness for mark in seen) / max(1, len(seen)),
        wrong_and_sure=sum(not mark.right and not mark.doubted for mark in seen),
        right_but_doubted=sum(mark.right and mark.doubted for mark in seen),
    )


def _field(field: str, truth: FileTruth, facts: Mapping[str, Any]) -> FieldMark:
    doubted = any(code.startswith(f"{field}_") for code in facts["reason_codes"])
    found = facts["metadata"].get(field)
    if found is None or not found["value"]:
        return FieldMark(0.0, right=False, confidence=0.0, doubted=doubted)
    likeness = _LIKENESS[field](getattr(truth, field), found["value"])
    enough = SAME_WORDS if field in ("subject", "department") else 1.0
    return FieldMark(likeness, likeness >= enough, found["confidence"], doubted)


def _same_number(truth: str, found: str) -> float:
    return float(canonical(truth) == canonical(found))


def _same_word(truth: str, found: str) -> float:
    return float(truth == found)


def _alike(truth: str, found: str) -> float:
    return ratio(normal(truth), normal(found)) / 100


_LIKENESS: Mapping[str, Callable[[str, str], float]] = {
    "file_number": _same_number,
    "date": _same_word,
    "subject": _alike,
    "department": _alike,
    "document_type": _same_word,
}
