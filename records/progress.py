"""How far the work has come, for those who look at many batches at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from records import access
from records.access import Scope
from records.due import PENDING_FILES
from records.lifecycle import FileState
from records.models import Batch, LedgerEvent, PhysicalFile

OF_STATES: Mapping[str, Q] = {
    "pending": Q(state__in=PENDING_FILES),
    "deposited": Q(state=FileState.DEPOSITED),
    "in_review": Q(state=FileState.IN_REVIEW),
    "quarantined": Q(state=FileState.QUARANTINED),
}
WEEK = timedelta(days=7)


def _counted(rows: QuerySet[PhysicalFile], *by: str) -> list[dict[str, Any]]:
    counts = {name: Count("pk", filter=state) for name, state in OF_STATES.items()}
    return list(rows.values(*by).annotate(files=Count("pk"), **counts).order_by(*by))


def offices(scope: Scope) -> list[dict[str, Any]]:
    """One row an office: its files by state, scans received, last activity, files a week."""
    rows = _counted(access.files(scope), "batch__office")
    received: dict[str, dict[str, Any]] = {}
    if scope.whole_batches:
        summed = access.batches(scope).values("office").order_by("office")
        counted = summed.annotate(
            scans=Sum("received"), batches=Count("pk"), last=Max("created_at")
        )
        received = {row["office"]: dict(row) for row in counted}
    return [
        {
            "office": row["batch__office"],
            **{name: row[name] for name in ("files", *OF_STATES)},
            "scans": received.get(row["batch__office"], {}).get("scans"),
            "batches": received.get(row["batch__office"], {}).get("batches"),
            "last": received.get(row["batch__office"], {}).get("last"),
            "share": _share(row),
        }
        for row in rows
    ]


def batches(scope: Scope, *, office: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """The newest batches with their files by state."""
    found = access.batches(scope)
    if office is not None:
        found = found.filter(office=office)
    newest = list(found.order_by("-created_at", "-id")[:limit])
    rows = _counted(access.files(scope).filter(batch__in=newest), "batch")
    counts = {row["batch"]: row for row in rows}
    empty = dict.fromkeys(("files", *OF_STATES), 0)
    return [
        {
            "batch": batch,
            **{name: counts.get(batch.pk, empty)[name] for name in ("files", *OF_STATES)},
            "share": _share(counts.get(batch.pk, empty)),
        }
        for batch in newest
    ]


def deposits_a_day(scope: Scope, now: datetime) -> float:
    """Files deposited or sent to review a day, over the last seven days."""
    seen = LedgerEvent.objects.filter(type="accession", at__gte=now - WEEK)
    if scope != access.EVERYTHING:
        seen = seen.filter(file_id__in=access.files(scope).values("pk"))
    return seen.count() / WEEK.days


def files_of(batch: Batch, scope: Scope, *, state: str | None = None) -> QuerySet[PhysicalFile]:
    """The files of one batch that are in ``scope``, in their order."""
    rows = access.files(scope).filter(batch=batch)
    if state is not None and state in OF_STATES:
        rows = rows.filter(OF_STATES[state])
    return rows.order_by("ordinal").annotate(n_pages=Count("pages"))


def _share(row: Mapping[str, Any]) -> int:
    """Settled files among all, percent."""
    return round(100 * (row["files"] - row["pending"]) / row["files"]) if row["files"] else 0
