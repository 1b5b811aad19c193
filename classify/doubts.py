"""When a description is too unsure to be taken without a person's look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from classify.proposals import Doubt, DoubtCode, FieldName, FileDescription, Side


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence (0..1) below which a value is referred to a person.

    ``None`` means: never ask about this field, not even when it was not found.
    """

    file_number: float | None = 0.85
    date: float | None = 0.75
    subject: float | None = 0.5
    department: float | None = 0.5
    document_type: float | None = 0.4
    sides: float | None = 0.7


def needs_review(description: FileDescription, *, thresholds: Thresholds) -> tuple[Doubt, ...]:
    """Every reason to show the file to a person; empty when it can go without.

    Args:
        description: what ``classify.file.describe_file`` gave.
        thresholds: how sure is sure enough.

    Returns:
        The description's own doubts (less those about fields nobody asks about),
        then one doubt for each value and for the sides below their threshold.
    """
    kept = tuple(d for d in description.doubts if not _is_waived(d.code, thresholds))
    return (
        *kept,
        *_unsure_values(description, thresholds),
        *_unsure_sides(description, thresholds),
    )


def _is_waived(code: DoubtCode, thresholds: Thresholds) -> bool:
    if code in (DoubtCode.ORDER_BACKWARDS, DoubtCode.ORDER_UNSURE):
        return thresholds.sides is None
    return any(
        code.value.startswith(name.value) and _threshold(name, thresholds) is None
        for name in FieldName
    )


def _threshold(name: FieldName, thresholds: Thresholds) -> float | None:
    return {
        FieldName.FILE_NUMBER: thresholds.file_number,
        FieldName.DATE: thresholds.date,
        FieldName.SUBJECT: thresholds.subject,
        FieldName.DEPARTMENT: thresholds.department,
        FieldName.DOCUMENT_TYPE: thresholds.document_type,
    }[name]


def _unsure_values(description: FileDescription, thresholds: Thresholds) -> Iterator[Doubt]:
    for name, proposal in description.values.items():
        limit = _threshold(name, thresholds)
        if limit is not None and proposal.confidence < limit:
            yield Doubt(DoubtCode(f"{name.value}_unsure"), {"value": proposal.value})


def _unsure_sides(description: FileDescription, thresholds: Thresholds) -> Iterator[Doubt]:
    limit = thresholds.sides
    if limit is None:
        return
    unsure = [
        sequence
        for sequence, proposal in zip(description.sequences, description.sides, strict=True)
        if proposal.confidence < limit and proposal.side is not Side.BLANK
    ]
    if unsure:
        yield Doubt(DoubtCode.SIDES_UNSURE, {"pages": ", ".join(map(str, unsure))})
