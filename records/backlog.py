"""What waits, across all batches: the figures an operator watches, cheap at millions of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from records.lifecycle import FileState, PageState
from records.models import Batch, Page, PhysicalFile

COUNTED_TO = 100_000
"""Counting stops here: an operator needs to know that it is much, not how much."""


@dataclass(frozen=True)
class Backlog:
    """Work that is not done yet.

    Attributes:
        pages_waiting: received and in nobody's hands; at most ``COUNTED_TO``.
        files_to_assemble: files whose PDF is not made yet, complete or not.
        files_to_deposit: PDFs that wait for their deposit.
        files_in_review: files that wait for a person; at most ``COUNTED_TO``.
        files_quarantined: files of which nothing could be read.
        leased: pages and files in work now.
        leases_overdue: of these, the ones whose lease has run out.
        oldest_s: age of the oldest batch that has unread pages, in seconds; 0 when none has.
    """

    pages_waiting: int
    files_to_assemble: int
    files_to_deposit: int
    files_in_review: int
    files_quarantined: int
    leased: int
    leases_overdue: int
    oldest_s: float


def backlog(now: datetime) -> Backlog:
    """How much waits and how long; some short queries, each of them bounded."""
    open_batches = {"batch__state": Batch.State.OPEN}  # few: settled pages are never looked at
    unread = Page.objects.filter(state=PageState.RECEIVED, **open_batches)
    unfinished = PhysicalFile.objects.filter(
        state__in=(FileState.OPEN, FileState.ASSEMBLED), **open_batches
    )
    held = [
        rows.filter(lease_until__isnull=False).exclude(lease_holder="")
        for rows in (unread, unfinished)
    ]
    return Backlog(
        pages_waiting=_count(unread.filter(lease_holder="")),
        files_to_assemble=_count(unfinished.filter(state=FileState.OPEN)),
        files_to_deposit=_count(unfinished.filter(state=FileState.ASSEMBLED)),
        files_in_review=_count(PhysicalFile.objects.filter(state=FileState.IN_REVIEW)),
        files_quarantined=_count(PhysicalFile.objects.filter(state=FileState.QUARANTINED)),
        leased=sum(_count(rows) for rows in held),
        leases_overdue=sum(_count(rows.filter(lease_until__lt=now)) for rows in held),
        oldest_s=_oldest_s(now),
    )


def _count(rows: QuerySet[Page] | QuerySet[PhysicalFile]) -> int:
    return rows.order_by()[:COUNTED_TO].count()


def _oldest_s(now: datetime) -> float:
    unread = Page.objects.filter(batch=OuterRef("pk"), state=PageState.RECEIVED)
    oldest = (
        Batch.objects.filter(Exists(unread), state=Batch.State.OPEN)
        .order_by(F("created_at").asc())
        .values_list("created_at", flat=True)
        .first()
    )
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
