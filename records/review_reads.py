"""The review queue, as lists and pages of the desk show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from records import access, eyes, reads, reasons
from records.access import EVERYTHING, Scope
from records.corrections import history
from records.lifecycle import FileState
from records.models import Deposit, PhysicalFile

WALKED = 200


def queue(
    *,
    office: str | None = None,
    code: str | None = None,
    limit: int = 50,
    scope: Scope = EVERYTHING,
    only: Q | None = None,
) -> list[dict[str, Any]]:
    """Files that wait for a person, the most worth a minute first.

    Args:
        office: of their batch; None for every office.
        code: a reason that they have, see ``records.reasons``; None for any.
        limit: most files given.
        scope: what the person may see; other files are neither given nor named.
        only: which of them, such as ``records.desk.free``; None for all.
    """
    return _lines(list(_queued(office, code, scope).filter(only or Q())[:limit]), scope)


def whole_queue(*, code: str | None = None, scope: Scope = EVERYTHING) -> Iterator[dict[str, Any]]:
    """The queue from its first file to its last, read while it is walked."""
    rows = _queued(None, code, scope).iterator(chunk_size=WALKED)
    while some := list(islice(rows, WALKED)):
        yield from _lines(some, scope)


def _queued(office: str | None, code: str | None, scope: Scope) -> QuerySet[PhysicalFile]:
    rows = _waiting(office, scope)
    if code is not None:
        rows = rows.annotate(told=Cast("reasons", TextField())).filter(told__contains=f'"{code}"')
    return rows.order_by("-urgency", "id").select_related("batch")


def _lines(found: Sequence[PhysicalFile], scope: Scope) -> list[dict[str, Any]]:
    shown = eyes.for_eyes(scope, [file.reasons for file in found])
    return [file_line(file, kept) for file, kept in zip(found, shown, strict=True)]


def beside(
    file: PhysicalFile, *, scope: Scope, only: Q, code: str | None = None
) -> tuple[str | None, str | None]:
    """The files before and after one in the queue: their ids, None where there is none."""
    rows = _queued(None, code, scope).filter(only).exclude(pk=file.pk).select_related(None)
    more = Q(urgency__gt=file.urgency) | Q(urgency=file.urgency, pk__lt=file.pk)
    ids = rows.values_list("pk", flat=True)
    return ids.filter(more).order_by("urgency", "-id").first(), ids.exclude(more).first()


def waiting(
    *,
    office: str | None = None,
    code: str | None = None,
    scope: Scope = EVERYTHING,
    only: Q | None = None,
) -> int:
    """How many files wait for a person: all that ``queue`` gives if asked the same."""
    return _queued(office, code, scope).filter(only or Q()).count()


def _waiting(office: str | None, scope: Scope) -> QuerySet[PhysicalFile]:
    rows = access.files(scope).filter(state=FileState.IN_REVIEW)
    return rows if office is None else rows.filter(batch__office=office)


def review_report(file: PhysicalFile, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """One file as its reviewer sees it: report, versions, and all that people changed.

    Nothing of it names a file or an e-file that is not in ``scope``.
    """
    made = Deposit.objects.filter(file=file).order_by("version")
    versions = made.values_list("version", "deposited_at")
    report = reads.file_report(file, scope)
    return {
        "file": report,
        "batch": reads.batch_line(file.batch),
        "urgency": file.urgency,
        "accepted": [reasons.in_words(kept) for kept in file.accepted],
        "versions": [{"version": n, "deposited_at": at.isoformat()} for n, at in versions],
        "history": eyes.cover_history(scope, history(file.pk)),
    }


def file_line(file: PhysicalFile, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One file as the queue lists it, with the reasons ``shown``."""

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
        "reasons": [reasons.in_words(kept) for kept in shown],
        "reason_codes": [kept["code"] for kept in file.reasons],
        "pages": sorted(
            kept["facts"]["page"] for kept in file.reasons if "page" in kept.get("facts", {})
        ),
    }
