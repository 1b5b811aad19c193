"""Reopen: a settled file becomes work again, for its next version."""

from __future__ import annotations

from typing import Any

from records import fingerprints, ledger
from records.lifecycle import FileState, PageState, advance
from records.models import Batch, Page, PhysicalFile

FROM_ADMISSION = frozenset({"signed"})
"""Reasons that were known before a page was read; they outlive a new reading."""


def reopen(file: PhysicalFile, *, outcome: str, **changes: Any) -> bool:
    """Open ``file`` for its next version; call it in the transaction of what changed.

    Pages whose images stand in the last access copy stay as they were read, with all that a
    person corrected; the others are read again from their scans.

    Returns:
        False when somebody else moved the file since it was fetched.
    """
    if file.state in (FileState.DEPOSITED, FileState.IN_REVIEW):
        for page in Page.objects.filter(file=file, state=PageState.RECOGNISED):
            if not is_kept(page):
                event = ledger.Event(ledger.EventType.REOPENED, "read again")
                known = [kept for kept in page.reasons if kept["code"] in FROM_ADMISSION]
                changed: dict[str, Any] = {"parts": {}, "reasons": known, "duplicate_of": None}
                if advance(page, PageState.RECEIVED, event=event, **changed):
                    fingerprints.forget(page)
    event = ledger.Event(ledger.EventType.REOPENED, outcome)
    opened = advance(file, FileState.OPEN, event=event, **changes)
    if opened:
        Batch.objects.filter(pk=file.batch_id).update(state=Batch.State.OPEN)
    return opened


def is_kept(page: Page) -> bool:
    """Whether the page's image stands in a deposited access copy."""
    return "place" in page.parts.get("layers", {})
