"""Double entry: which number each person keyed for a file, without seeing the others'."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from records.reasons import reason

if TYPE_CHECKING:
    from records.models import PhysicalFile

UNCONFIRMED = "number_unconfirmed"
ONLY_THE_NUMBER = [reason(UNCONFIRMED)]
"""All that stands against a file whose number waits for another person."""

ENOUGH = 2


class NumberEntry(models.Model):
    """One person's number of one file; their latest stands."""

    file = models.ForeignKey(
        "records.PhysicalFile", on_delete=models.PROTECT, related_name="number_entries"
    )
    by = models.CharField(max_length=150)
    value = models.CharField(max_length=500)
    key = models.CharField(max_length=500, help_text="canonical form, to compare")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "by"], name="one_number_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.by}"


def note(file_id: str, by: str, keyed: tuple[str, str], at: datetime) -> None:
    """Keep what ``by`` keyed: the value and its canonical form; an earlier one of theirs goes."""
    value, key = keyed
    NumberEntry.objects.update_or_create(
        file_id=file_id, by=by, defaults={"value": value, "key": key, "at": at}
    )


def agreed(file_id: str) -> list[NumberEntry]:
    """The entries of those who keyed the same, earliest first; empty while no two agree."""
    rows = list(NumberEntry.objects.filter(file=file_id).order_by("at", "pk"))
    keys = Counter(row.key for row in rows)
    same = next((row.key for row in reversed(rows) if keys[row.key] >= ENOUGH), None)
    return [row for row in rows if row.key == same]


def left_to(who: str, files: QuerySet[PhysicalFile]) -> QuerySet[PhysicalFile]:
    """Those of ``files`` whose number waits for somebody, and ``who`` has not keyed it."""
    mine = NumberEntry.objects.filter(file=OuterRef("pk"), by=who)
    rows = files.filter(state="in_review").annotate(told=Cast("reasons", models.TextField()))
    return rows.filter(~Exists(mine), told__contains=f'"{UNCONFIRMED}"').order_by("pk")
