"""How far each office has come, over all its batches."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from records.lifecycle import FileState
from records.models import Batch, PhysicalFile


@dataclass(frozen=True)
class OfficeProgress:
    """The sum of an office's batches."""

    office: str
    batches: int
    batches_open: int
    pages: int
    files: int
    files_pending: int
    files_in_review: int
    files_deposited: int


def progress() -> list[OfficeProgress]:
    """Every office, by its code."""
    opened = Count("pk", filter=Q(state=Batch.State.OPEN))
    rows = Batch.objects.order_by().values("office")
    sums = rows.annotate(n=Count("pk"), n_open=opened, n_pages=Sum("received"))
    files = _files_by_office()
    return [
        OfficeProgress(
            office=row["office"],
            batches=row["n"],
            batches_open=row["n_open"],
            pages=row["n_pages"],
            files=sum(files[row["office"]].values()),
            files_pending=files[row["office"]][FileState.OPEN]
            + files[row["office"]][FileState.ASSEMBLED],
            files_in_review=files[row["office"]][FileState.IN_REVIEW],
            files_deposited=files[row["office"]][FileState.DEPOSITED],
        )
        for row in sums.order_by("office")
    ]


def _files_by_office() -> dict[str, Counter[str]]:
    """Files by state, counted batch by batch from the index alone and then added up."""
    office_of = dict(Batch.objects.values_list("pk", "office"))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    rows = PhysicalFile.objects.order_by().values_list("batch_id", "state")
    for batch_id, state, n in rows.annotate(n=Count("batch_id")):
        counted[office_of[batch_id]][state] += n
    return counted
