"""Sampling lots: what was drawn, by which rule and seed, and what people found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from ulid import ULID


def new_lot_id() -> str:
    """A new identifier: 26 characters, sorts by time of making. Source: ULID specification."""
    return str(ULID())


class SamplingLot(models.Model):
    """The settled files of one batch, judged by a sample of them."""

    class State(models.TextChoices):
        """``lapsed``: nobody finished it within its time; it counts as accepted."""

        OPEN = "open"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        LAPSED = "lapsed"

    id = models.CharField(primary_key=True, max_length=26, default=new_lot_id, editable=False)
    batch = models.ForeignKey("records.Batch", on_delete=models.PROTECT, related_name="lots")
    department_code = models.CharField(
        max_length=64, default="", blank=True, help_text="whose files; empty: all of the batch"
    )
    rule = models.CharField(max_length=32, help_text="iso2859 AQL, or share PERCENT")
    letter = models.CharField(max_length=1, default="", blank=True)
    population = models.JSONField(help_text="ids of all files of the lot, in order")
    seed = models.CharField(max_length=64)
    accepted_with = models.PositiveIntegerField(help_text="most bad files of an accepted lot")
    operator = models.CharField(max_length=150, default="", blank=True, help_text="who scanned it")
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=150)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="lot_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "department_code"],
                condition=models.Q(state="open"),
                name="one_open_lot",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.rule}"


class SampledFile(models.Model):
    """One file that was drawn, and the verdict on it."""

    lot = models.ForeignKey(SamplingLot, on_delete=models.PROTECT, related_name="drawn")
    file = models.ForeignKey("records.PhysicalFile", on_delete=models.PROTECT, related_name="+")
    of_version = models.PositiveIntegerField(default=0, help_text="the version that was judged")
    is_good = models.BooleanField(null=True, help_text="null: nobody has judged it yet")
    by = models.CharField(max_length=150, default="", blank=True)
    at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lot", "file"], name="one_verdict_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.file_id}"
