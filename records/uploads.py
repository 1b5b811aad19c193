"""Uploads: what a browser sends bit by bit, until a worker has made a batch of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from ulid import ULID

ABANDONED_AFTER = timedelta(days=7)
"""An upload that got nothing for so long is given up."""


def new_upload_id() -> str:
    """A new identifier: 26 characters, sorts by time of making. Source: ULID specification."""
    return str(ULID())


class Upload(models.Model):
    """One batch on its way in: what was announced, and how far it has come."""

    class State(models.TextChoices):
        """``receiving`` until every byte is there, ``waiting`` until a worker took it in."""

        RECEIVING = "receiving"
        WAITING = "waiting"
        TAKEN = "taken"
        REFUSED = "refused"

    id = models.CharField(primary_key=True, max_length=26, default=new_upload_id, editable=False)
    who = models.CharField(max_length=150)
    office = models.CharField(max_length=64)
    label = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVING)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(help_text="when its last bytes came")
    plan_key = models.CharField(max_length=64, help_text="SHA-256 of what was announced")
    files = models.JSONField(help_text="[{path, size_bytes, sha256}] in the order announced")
    size_bytes = models.BigIntegerField()
    batch = models.ForeignKey("records.Batch", null=True, on_delete=models.PROTECT)
    refusal = models.JSONField(null=True, help_text="why it became no batch: an unspoken error")
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    queued_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["who", "-created_at"], name="upload_of_person"),
            models.Index(fields=["state", "touched_at"], name="upload_by_state"),
        ]

    def __str__(self) -> str:
        return self.label


class UploadChunk(models.Model):
    """One piece that is in the store: whose, which, and its hash."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    file = models.PositiveIntegerField(help_text="place among the upload's files, from 0")
    number = models.PositiveIntegerField(help_text="place inside the file, from 0")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "file", "number"], name="one_chunk_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.file}:{self.number}"


def _free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)


def waiting(now: datetime) -> list[str]:
    """Uploads that are whole and in nobody's hands, oldest first."""
    rows = Upload.objects.filter(_free(now), state=Upload.State.WAITING)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def note_published(now: datetime, until: datetime) -> list[str]:
    """Uploads that are due, marked as published by the caller alone until ``until``."""
    unsent = Q(queued_until__isnull=True) | Q(queued_until__lt=now)
    with transaction.atomic():
        rows = Upload.objects.filter(_free(now), unsent, state=Upload.State.WAITING)
        mine = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Upload.objects.filter(pk__in=mine).update(queued_until=until)
    return mine


def forget_published(ids: list[str]) -> None:
    """Take back the marks of messages that could not be sent."""
    Upload.objects.filter(pk__in=ids).update(queued_until=None)


def claim(upload_id: str, *, now: datetime, lease: timedelta) -> Upload | None:
    """The upload with its try counted, held for a time; None if it is not to be had."""
    rows = Upload.objects.filter(_free(now), pk=upload_id, state=Upload.State.WAITING)
    won = rows.update(tries=F("tries") + 1, lease_until=now + lease, queued_until=None)
    return Upload.objects.get(pk=upload_id) if won else None


def release(upload: Upload, *, count_try: bool) -> None:
    """Give ``upload`` back before its time is over."""
    tries = upload.tries if count_try else upload.tries - 1
    held = Upload.objects.filter(pk=upload.pk, lease_until=upload.lease_until)
    held.update(lease_until=None, tries=max(tries, 0))


def settled_with_chunks() -> list[str]:
    """Uploads that are taken in or refused and whose pieces still lie about."""
    settled = (Upload.State.TAKEN, Upload.State.REFUSED)
    rows = UploadChunk.objects.filter(upload__state__in=settled)
    return list(rows.values_list("upload_id", flat=True).distinct())


def abandoned(now: datetime) -> list[Upload]:
    """Unfinished uploads to which nothing came for a week."""
    rows = Upload.objects.filter(state=Upload.State.RECEIVING)
    return list(rows.filter(touched_at__lt=now - ABANDONED_AFTER))
