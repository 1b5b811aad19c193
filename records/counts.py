"""Daily counts: what came in, what was settled, and what each person decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from records import access
from records.access import Scope
from records.ledger import EventType
from records.models import LedgerEvent

PAGES = Sum(Cast(KT("facts__pages"), IntegerField()))
"""Pages that a deposit's event tells of."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the office's calendar, both included."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Their beginning and their end."""
        begin, end = (datetime.combine(day, time.min) for day in (self.first, self.last))
        zone = timezone.get_current_timezone()
        return begin.replace(tzinfo=zone), end.replace(tzinfo=zone) + timedelta(days=1)


def settled(scope: Scope) -> QuerySet[LedgerEvent]:
    """Events of first deposits: a file whose work was done for the first time."""
    return _seen(scope, EventType.DEPOSIT).filter(facts__version=1)


def by_day(scope: Scope, days: Days) -> list[dict[str, Any]]:
    """One row a day and office, newest first: scans that came in, files and pages settled.

    Scans are only counted for those who see whole batches, else they are None.
    """
    nothing = 0 if scope.whole_batches else None
    empty = {"batches": nothing, "scans": nothing, "files": 0, "pages": 0}
    found: defaultdict[tuple[date, str], dict[str, Any]] = defaultdict(empty.copy)
    if scope.whole_batches:
        for came in _came_in(scope, days):
            found[came["day"], came["office"]] |= came
    office_of = dict(access.batches(scope).values_list("pk", "office"))
    for done in _settled_by_batch(scope, days):
        row = found[done["day"], office_of.get(done["batch_id"], "")]
        row["files"] += done["files"]
        row["pages"] += done["pages"] or 0
    order = sorted(found, key=lambda one: (-one[0].toordinal(), one[1]))
    return [{**found[one], "day": one[0], "office": one[1]} for one in order]


def by_operator(scope: Scope, days: Days) -> list[dict[str, Any]]:
    """One row a day and operator, newest first: batches that they sent by browser, with the scans.

    What came by the command line has no name. Nothing for those who do not see whole batches.
    """
    if not scope.whole_batches:
        return []
    begin, end = days.moments
    came = access.batches(scope).filter(created_at__gte=begin, created_at__lt=end)
    rows = came.annotate(day=TruncDate("created_at"), who=F("upload__who")).values("day", "who")
    counted = rows.annotate(batches=Count("pk"), scans=Sum("received"))
    return [{**row, "who": row["who"] or ""} for row in counted.order_by("-day", "who")]


def by_device(scope: Scope, days: Days) -> list[dict[str, Any]]:
    """One row a day and scanner, newest first: scans that it sent, as the scans name it.

    An empty name: not told by the scans. Nothing for those who do not see whole batches.
    """
    if not scope.whole_batches:
        return []
    begin, end = days.moments
    came = access.batches(scope).filter(created_at__gte=begin, created_at__lt=end)
    counted: Counter[tuple[date, str]] = Counter()
    for day, received, devices in came.annotate(day=TruncDate("created_at")).values_list(
        "day", "received", "devices"
    ):
        counted.update({(day, device): scans for device, scans in devices.items()})
        untold = received - sum(devices.values())  # of batches older than this count
        if untold > 0:
            counted[day, ""] += untold
    order = sorted(counted, key=lambda one: (-one[0].toordinal(), one[1]))
    return [{"day": day, "device": device, "scans": counted[day, device]} for day, device in order]


def _came_in(scope: Scope, days: Days) -> Iterable[dict[str, Any]]:
    begin, end = days.moments
    rows = access.batches(scope).filter(created_at__gte=begin, created_at__lt=end).order_by()
    by = rows.annotate(day=TruncDate("created_at")).values("day", "office")
    return map(dict, by.annotate(batches=Count("pk"), scans=Sum("received")))


def _settled_by_batch(scope: Scope, days: Days) -> Iterable[dict[str, Any]]:
    begin, end = days.moments
    rows = settled(scope).filter(at__gte=begin, at__lt=end).order_by()
    by = rows.annotate(day=TruncDate("at")).values("day", "batch_id")
    return map(dict, by.annotate(files=Count("pk"), pages=PAGES))


def by_person(scope: Scope, days: Days) -> list[dict[str, Any]]:
    """One row a day and person, newest first: files that they decided on, and changes in them."""
    begin, end = days.moments
    seen = _seen(scope, EventType.CORRECTION).filter(page_id="", at__gte=begin, at__lt=end)
    rows = seen.annotate(day=TruncDate("at"), who=KT("facts__by")).values("day", "who")
    changes = Sum(Cast(KT("facts__changes"), IntegerField()))
    files = Count("file_id", distinct=True)
    counted = rows.annotate(files=files, changes=changes).order_by("-day", "who")
    return [{**row, "changes": row["changes"] or 0} for row in counted]


def _seen(scope: Scope, kind: EventType) -> QuerySet[LedgerEvent]:
    rows = LedgerEvent.objects.filter(type=str(kind))
    if scope != access.EVERYTHING:
        rows = rows.filter(file_id__in=access.files(scope).values("pk"))
    return rows
