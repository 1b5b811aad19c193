"""How far the work has come, for those who look at many batches at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from records import access, counts
from records.access import Scope
from records.counts import PAGES
from records.due import PENDING_FILES
from records.lifecycle import FileState, PageState
from records.models import Batch, PhysicalFile

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


@dataclass(frozen=True, slots=True)
class Taken:
    """Which batches: taken in ``since``..``until``, both included; ``state`` open or done."""

    since: date | None = None
    until: date | None = None
    state: str = ""

    def of(self, batches: QuerySet[Batch]) -> QuerySet[Batch]:
        """Those among ``batches``."""
        if self.since:
            batches = batches.filter(created_at__date__gte=self.since)
        if self.until:
            batches = batches.filter(created_at__date__lte=self.until)
        return batches.filter(state=self.state) if self.state else batches

    def files_of(self, files: QuerySet[PhysicalFile]) -> QuerySet[PhysicalFile]:
        """Files of those batches; the batches are only looked at where something is asked."""
        if self == Taken():
            return files
        return files.filter(batch__in=self.of(Batch.objects.all()))


ALL = Taken()


def offices(scope: Scope, taken: Taken = ALL) -> list[dict[str, Any]]:
    """One row an office: its files by state, scans received, last activity, files a week."""
    rows = _counted(taken.files_of(access.files(scope)), "batch__office")
    received: dict[str, dict[str, Any]] = {}
    if scope.whole_batches:
        summed = taken.of(access.batches(scope)).values("office").order_by("office")
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


def batches(
    scope: Scope, taken: Taken = ALL, *, limit: int = 50, behind: int = 0
) -> list[dict[str, Any]]:
    """Batches with their files by state, the newest first; ``behind`` so many of the newest."""
    found = taken.of(access.batches(scope)).order_by("-created_at", "-id")
    newest = list(found[behind : behind + limit])
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


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the work goes, over the last seven days.

    Attributes:
        files_a_day: files deposited or sent to review for the first time.
        pages_a_day: their pages.
        files_left: files in work now.
    """

    files_a_day: float
    pages_a_day: float
    files_left: int

    @property
    def days_left(self) -> int | None:
        """Days until the files in work are settled at that pace; None while nothing is."""
        return math.ceil(self.files_left / self.files_a_day) if self.files_a_day else None


def pace(scope: Scope, now: datetime) -> Pace:
    """Pages a day and time left, as far as ``scope`` reaches."""
    seen = (
        counts.settled(scope).filter(at__gte=now - WEEK).aggregate(files=Count("pk"), pages=PAGES)
    )
    left = access.files(scope).filter(state__in=PENDING_FILES).count()
    return Pace(seen["files"] / WEEK.days, (seen["pages"] or 0) / WEEK.days, left)


def files_of(batch: Batch, scope: Scope, *, state: str | None = None) -> QuerySet[PhysicalFile]:
    """The files of one batch that are in ``scope``, in their order, with their pages counted."""
    rows = access.files(scope).filter(batch=batch)
    if state is not None and state in OF_STATES:
        rows = rows.filter(OF_STATES[state])
    found = Count("pages", filter=~Q(pages__state=PageState.REPLACED))
    return rows.order_by("ordinal").annotate(n_pages=found)


def _share(row: Mapping[str, Any]) -> int:
    """Settled files among all, percent."""
    return round(100 * (row["files"] - row["pending"]) / row["files"]) if row["files"] else 0
