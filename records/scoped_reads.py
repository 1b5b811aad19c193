"""Lists for programs that ask on a person's behalf: in their scope, a bounded piece at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from records import access, eyes, reads, review_reads
from records.access import Scope
from records.corrections import Correction, told
from records.due import PENDING_FILES
from records.models import Batch, Deposit, PhysicalFile
from records.progress import OF_STATES


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece of a list: at most ``limit`` rows, beginning behind ``after``."""

    limit: int
    after: str = ""


def batches(scope: Scope, piece: Piece) -> dict[str, Any]:
    """``batch list --json``, newest first, counting only files in ``scope``."""
    rows = access.batches(scope).order_by("-id").defer("settings", "ignored")
    if piece.after:
        rows = rows.filter(pk__lt=piece.after)
    found = list(rows[: piece.limit + 1])
    shown = found[: piece.limit]
    counted = access.files(scope).filter(batch__in=shown).values("batch").order_by("batch")
    pending = Count("pk", filter=Q(state__in=PENDING_FILES))
    counts: dict[str, Any] = {
        row["batch"]: row for row in counted.annotate(files=Count("pk"), files_pending=pending)
    }
    return {
        "batches": [
            {
                **_batch_line(batch, scope),
                "files": counts.get(batch.pk, {}).get("files", 0),
                "files_pending": counts.get(batch.pk, {}).get("files_pending", 0),
            }
            for batch in shown
        ],
        "next": shown[-1].pk if len(found) > piece.limit else None,
    }


def batch(found: Batch, scope: Scope, piece: Piece) -> dict[str, Any]:
    """``batch show --json``, its files a piece at a time.

    Balance and litter count and name files of every department, so they are only for those who
    see whole batches; others find null and nothing there.
    """
    rows = access.files(scope).filter(batch=found).order_by("ordinal")
    before = PhysicalFile.objects.filter(batch=found, pk=piece.after).values("ordinal")
    if piece.after:
        rows = rows.filter(ordinal__gt=before[:1])
    files = list(rows[: piece.limit + 1])
    shown = files[: piece.limit]
    whole = scope.whole_batches
    return {
        "batch": _batch_line(found, scope),
        "ledger": reads.ledger_of(found) if whole else None,
        "files": reads.file_reports(shown, scope),
        "ignored": reads.ignored_report(found) if whole else [],
        "next": shown[-1].pk if len(files) > piece.limit else None,
    }


def files(scope: Scope, piece: Piece, **only: str | None) -> dict[str, Any]:
    """Files as ``review list --json`` gives them, with their ``state``, by id.

    Args:
        scope: what the person may see.
        piece: which piece of the list.
        **only: ``batch``, ``department`` (codes) or ``state`` as files are shown with.
    """
    rows = access.files(scope)
    if only.get("batch"):
        rows = rows.filter(batch=only["batch"])
    if only.get("department"):
        rows = rows.filter(department_code=only["department"])
    if only.get("state"):
        rows = rows.filter(OF_STATES[str(only["state"])])
    if piece.after:
        rows = rows.filter(pk__gt=piece.after)
    found = list(rows.order_by("id").select_related("batch")[: piece.limit + 1])
    shown = found[: piece.limit]
    covered = eyes.for_eyes(scope, [file.reasons for file in shown])
    return {
        "files": [
            {**review_reads.file_line(file, kept), "state": reads.shown_state(file)}
            for file, kept in zip(shown, covered, strict=True)
        ],
        "next": shown[-1].pk if len(found) > piece.limit else None,
    }


def deposits(file: PhysicalFile) -> list[dict[str, Any]]:
    """Every version of the file in the store, oldest first."""
    made = Deposit.objects.filter(file=file).order_by("version")
    return [
        {
            "version": one.version,
            "deposited_at": one.deposited_at.isoformat(),
            "objects": one.objects_listed,
        }
        for one in made
    ]


def results(scope: Scope, *, after: int, limit: int) -> dict[str, Any]:
    """What reviewers changed or accepted, in the order in which they did, with the file of each.

    Args:
        scope: what the person may see.
        after: the ``id`` of the last result that is known already; 0 for none.
        limit: most results given.
    """
    rows = Correction.objects.filter(pk__gt=after).select_related("page", "file")
    rows = rows.filter(file__in=access.files(scope)) if scope != access.EVERYTHING else rows
    found = list(rows.order_by("id")[: limit + 1])
    shown = found[:limit]
    listed = [
        {"id": row.pk, "file": row.file_id, "batch": row.file.batch_id, **told(row)}
        for row in shown
    ]
    return {
        "results": eyes.cover_history(scope, listed),
        "next": shown[-1].pk if len(found) > limit else None,
    }


def _batch_line(found: Batch, scope: Scope) -> dict[str, Any]:
    """The line, without the folder it was taken from where that may name others' files."""
    line = reads.batch_line(found)
    return line if scope.whole_batches else {**line, "source": ""}
