"""The review queue, as lists and pages of the desk show it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from records import reads, reasons
from records.corrections import history
from records.lifecycle import FileState
from records.models import Deposit, PhysicalFile


def queue(
    *,
    office: str | None = None,
    code: str | None = None,
    limit: int = 50,
    among: QuerySet[PhysicalFile] | None = None,
) -> list[dict[str, Any]]:
    """Files that wait for a person, the most worth a minute first.

    Args:
        office: of their batch; None for every office.
        code: a reason that they have, see ``records.reasons``; None for any.
        limit: most files given.
        among: what the person may see, from ``records.access``; None for all.
    """
    rows = _waiting(office, among)
    if code is not None:
        rows = rows.annotate(told=Cast("reasons", TextField())).filter(told__contains=f'"{code}"')
    rows = rows.order_by("-urgency", "id").select_related("batch")[:limit]
    return [_line(file) for file in rows]


def waiting(*, office: str | None = None, among: QuerySet[PhysicalFile] | None = None) -> int:
    """How many files wait for a person."""
    return _waiting(office, among).count()


def _waiting(office: str | None, among: QuerySet[PhysicalFile] | None) -> QuerySet[PhysicalFile]:
    rows = PhysicalFile.objects.all() if among is None else among
    rows = rows.filter(state=FileState.IN_REVIEW)
    return rows if office is None else rows.filter(batch__office=office)


def review_report(file: PhysicalFile) -> dict[str, Any]:
    """One file as its reviewer sees it: report, versions, and all that people changed."""
    made = Deposit.objects.filter(file=file).order_by("version")
    versions = made.values_list("version", "deposited_at")
    return {
        "file": reads.file_report(file),
        "batch": reads.batch_line(file.batch),
        "urgency": file.urgency,
        "accepted": [reasons.in_words(kept) for kept in file.accepted],
        "versions": [{"version": n, "deposited_at": at.isoformat()} for n, at in versions],
        "history": history(file.pk),
    }


def _line(file: PhysicalFile) -> dict[str, Any]:
    def value(name: str) -> str | None:
        found: str | None = file.metadata.get(name, {}).get("value")
        return found

    return {
        "id": file.pk,
        "source": file.source,
        "office": file.batch.office,
        "batch": file.batch_id,
        "version": file.version,
        "file_number": value("file_number"),
        "subject": value("subject"),
        "department": value("department"),
        "urgency": file.urgency,
        "reasons": [reasons.in_words(kept) for kept in file.reasons],
        "reason_codes": [kept["code"] for kept in file.reasons],
        "pages": sorted(
            kept["facts"]["page"] for kept in file.reasons if "page" in kept.get("facts", {})
        ),
    }
