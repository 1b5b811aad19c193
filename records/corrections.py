"""What people changed about a file: append-only, with before and after, part of every manifest."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class CorrectionKind(models.TextChoices):
    """What was changed."""

    FIELD = "field"
    SIDE = "side"
    TEXT = "text"
    MARK = "mark"
    ACCEPT = "accept"
    UNDO = "undo"
    ENTRY = "entry"
    MOVE = "move"


class Correction(models.Model):
    """One change by one person; written once, never changed."""

    file = models.ForeignKey(
        "records.PhysicalFile", on_delete=models.PROTECT, related_name="corrections"
    )
    page = models.ForeignKey(
        "records.Page", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=CorrectionKind.choices)
    name = models.CharField(max_length=32, default="", blank=True, help_text="field or line")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(default="", blank=True)
    of_version = models.PositiveIntegerField(
        help_text="the version that the person had before them"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file", "id"], name="correction_of_file")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def history(file_id: str) -> list[dict[str, Any]]:
    """Every correction of a file, oldest first, as the manifest and ``review show`` tell it."""
    rows = Correction.objects.filter(file_id=file_id).select_related("page").order_by("id")
    return [told(row) for row in rows]


def told(row: Correction) -> dict[str, Any]:
    """One correction as it is told everywhere."""
    return {
        "at": row.at.isoformat(),
        "by": row.by,
        "kind": row.kind,
        "page": row.page.sequence if row.page else None,
        "name": row.name,
        "before": row.before,
        "after": row.after,
        "note": row.note,
        "of_version": row.of_version,
    }
