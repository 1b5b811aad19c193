"""The append-only history: every change of a page or file leaves an event here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models.functions import Now

from records.models import Batch, LedgerEvent, Page, PhysicalFile


class EventType(StrEnum):
    """PREMIS event types, and two of our own for work that did not end well.

    Source: PREMIS 3.0 preservation vocabularies, "Event Type".
    """

    INGESTION = "ingestion"
    RECOGNITION = "recognition"
    CREATION = "creation"
    VALIDATION = "validation"
    DEPOSIT = "accession"
    QUARANTINE = "quarantine"
    REOPENED = "modification"
    LINK = "metadata modification"
    CORRECTION = "metadata correction"
    TRY_FAILED = "try failed"


@dataclass(frozen=True)
class Event:
    """What happened: its type, its outcome in a word, and facts (never text of a record)."""

    type: EventType
    outcome: str = "success"
    facts: Mapping[str, Any] = field(default_factory=dict)


def write(row: Batch | PhysicalFile | Page, event: Event, **facts: Any) -> None:
    """Append ``event`` about ``row``; call it in the transaction of the change it tells of."""
    LedgerEvent.objects.create(**_columns(row, event, facts))


def write_many(rows: list[Page], event: Event) -> None:
    """Append the same ``event`` for each of many pages."""
    LedgerEvent.objects.bulk_create(
        [LedgerEvent(**_columns(row, event, {})) for row in rows], batch_size=500
    )


def _columns(
    row: Batch | PhysicalFile | Page, event: Event, facts: Mapping[str, Any]
) -> dict[str, Any]:
    batch_id = row.pk if isinstance(row, Batch) else row.batch_id
    file_id = "" if isinstance(row, Batch) else (row.file_id if isinstance(row, Page) else row.pk)
    return {
        "at": Now(),  # the database's time: one for all machines
        "batch_id": batch_id,
        "file_id": file_id,
        "page_id": row.pk if isinstance(row, Page) else "",
        "type": str(event.type),
        "outcome": event.outcome,
        "facts": {**event.facts, **facts},
    }
