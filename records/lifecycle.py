"""The two state tables, and the only function that moves a row along them.

A move is a compare-and-set in the caller's transaction and always writes its ledger event,
so that no state can change without a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from errors import IntegrityViolated
from records import ledger
from records.models import Batch, Page, PhysicalFile


class PageState(StrEnum):
    """Where one scanned page stands."""

    RECEIVED = "received"  # bytes are in the store, not read yet
    RECOGNISED = "recognised"
    DUPLICATE = "duplicate"  # a person saw that another scan shows the sheet; left out of the PDF
    BLANK = "blank"  # seen and found empty; left out of the PDF, accounted for
    SEPARATOR = "separator"
    UNREADABLE = "unreadable"  # the scan itself is damaged or not a scan
    QUARANTINED = "quarantined"  # ended the worker on every try
    REPLACED = "replaced"  # a later scan of the same sheet took its place


class FileState(StrEnum):
    """Where one physical file (nasti) stands."""

    OPEN = "open"  # pages are still coming in or being read
    ASSEMBLED = "assembled"  # the PDF is made and checked, not deposited yet
    DEPOSITED = "deposited"
    IN_REVIEW = "in_review"  # deposited as far as it goes; a person has to look
    QUARANTINED = "quarantined"  # no page of it could be read


PAGE_MOVES: Mapping[PageState, frozenset[PageState]] = {
    PageState.RECEIVED: frozenset(
        {
            PageState.RECOGNISED,
            PageState.BLANK,
            PageState.SEPARATOR,
            PageState.UNREADABLE,
            PageState.QUARANTINED,
            PageState.REPLACED,
        }
    ),
    PageState.RECOGNISED: frozenset(
        {PageState.REPLACED, PageState.RECEIVED, PageState.BLANK, PageState.DUPLICATE}
    ),
    PageState.DUPLICATE: frozenset({PageState.REPLACED, PageState.RECOGNISED}),
    PageState.BLANK: frozenset({PageState.REPLACED, PageState.RECOGNISED}),
    PageState.SEPARATOR: frozenset({PageState.REPLACED}),
    PageState.UNREADABLE: frozenset({PageState.REPLACED}),
    PageState.QUARANTINED: frozenset({PageState.REPLACED, PageState.RECEIVED}),
    PageState.REPLACED: frozenset(),
}

FILE_MOVES: Mapping[FileState, frozenset[FileState]] = {
    FileState.OPEN: frozenset({FileState.ASSEMBLED, FileState.IN_REVIEW, FileState.QUARANTINED}),
    FileState.ASSEMBLED: frozenset(
        {FileState.DEPOSITED, FileState.IN_REVIEW, FileState.OPEN, FileState.QUARANTINED}
    ),
    FileState.DEPOSITED: frozenset({FileState.OPEN, FileState.IN_REVIEW}),
    FileState.IN_REVIEW: frozenset({FileState.OPEN, FileState.DEPOSITED}),
    FileState.QUARANTINED: frozenset({FileState.OPEN}),
}

SETTLED_PAGES = frozenset(PageState) - {PageState.RECEIVED}
EXCLUDED_AS: Mapping[PageState, str] = {
    PageState.BLANK: "blank",
    PageState.DUPLICATE: "duplicate",
    PageState.SEPARATOR: "separator",
    PageState.UNREADABLE: "unreadable",
    PageState.QUARANTINED: "unreadable",
    PageState.REPLACED: "replaced",
}


def advance(
    row: Page | PhysicalFile,
    to: PageState | FileState,
    *,
    event: ledger.Event,
    **changes: Any,
) -> bool:
    """Move ``row`` to ``to``, set ``changes``, end its lease, write ``event``; False if too late.

    Call it inside ``transaction.atomic()``. "Too late" means that another worker moved the row
    or took over its lease since it was read; then nothing is written and the work done is void.

    Raises:
        IntegrityViolated: the table knows no such move.
    """
    moves: Mapping[Any, frozenset[Any]] = PAGE_MOVES if isinstance(row, Page) else FILE_MOVES
    if to not in moves[type(to)(row.state)]:
        raise IntegrityViolated(
            "{row} cannot go from {old} to {new}.",
            kept="Nothing was changed.",
            todo="Send the file logs/worker.log of the home to your support.",
            row=str(row),
            old=row.state,
            new=str(to),
        )
    same = type(row).objects.filter(pk=row.pk, state=row.state, lease_holder=row.lease_holder)
    moved = same.update(state=to, tries=0, lease_holder="", lease_until=None, **changes)
    if moved:
        ledger.write(row, event, old_state=str(row.state), new_state=str(to))
        row.state, row.tries, row.lease_holder, row.lease_until = str(to), 0, "", None
        for name, value in changes.items():
            setattr(row, name, value)
    return bool(moved)


def hold(batch_id: str) -> None:
    """Let the transactions of one batch that hold it come one after the other.

    Take it first in a transaction, before any row of the batch: then no two can lock crosswise.
    """
    if connection.features.has_select_for_update:  # elsewhere one transaction writes at a time
        with connection.cursor() as cursor:  # asked for every page, so without the ORM
            cursor.execute("SELECT id FROM records_batch WHERE id = %s FOR UPDATE", [batch_id])


def close_if_settled(batch: Batch) -> None:
    """Set the batch ``done`` when none of its files is pending; call it in the transaction.

    Somebody has to tidy up after it then: see ``pipeline.tidy``.
    """
    pending = PhysicalFile.objects.filter(
        batch=batch, state__in=(FileState.OPEN, FileState.ASSEMBLED)
    )
    if not pending.exists():
        still_open = Batch.objects.filter(pk=batch.pk, state=Batch.State.OPEN)
        done = {"state": Batch.State.DONE, "leavings": Batch.Leavings.WORK}
        still_open.update(done_at=Now(), **done)
