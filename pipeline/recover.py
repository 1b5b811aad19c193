"""Recover: what a dead worker left behind is found, freed, or set aside."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from pipeline import tidy
from pipeline.app import App
from records import claims, ledger
from records.lifecycle import FileState, PageState, advance, close_if_settled, hold
from records.models import Batch, Page, PhysicalFile
from records.presence import alone_at_start
from records.reasons import reason


def after_worker_death(holders: Iterable[str], *, by_its_work: bool = True) -> int:
    """End the leases of dead workers; says how many.

    Their tries stay counted unless it is known that their work did not end them.
    """
    return claims.release_all_of(holders, count_tries=by_its_work)


def before_embedded_run(workdir: Path) -> int:
    """End every lease and clear the work folder; says how many leases there were.

    The caller holds the home's lock, so no worker of it can be alive: whatever lies in ``workdir``
    was left by one that died. Where another machine works on the same database, leases may be its
    own: then none is ended, and those of the dead run out by themselves.
    """
    for left in workdir.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    with alone_at_start() as alone:
        return claims.release_every_lease() if alone else 0


def overdue(app: App) -> int:
    """End the leases that have run out, whoever held them; says how many."""
    freed = claims.release_overdue(app.clock())
    for _ in range(freed):
        app.measures.lease_expired("any")
    return freed


def after_service_returned(app: App, kind: str, row_id: str) -> None:
    """Give back what this process still holds of one row, because it could not do so before."""
    if kind == "page":
        claims.hand_back(Page, row_id, holder=app.holder)
    else:
        claims.hand_back(PhysicalFile, row_id, holder=app.holder)


def set_aside(app: App, batch_id: str | None = None) -> int:
    """Quarantine what has used up its tries, so that the rest of the batch goes on.

    A page goes to ``quarantined``; a file whose assembly kept failing is deposited without an
    access copy; one whose deposit kept failing goes to review as it is.
    """
    # ``tries__gt`` names the small index that holds only what has failed before
    spent: dict[str, object] = {
        "lease_holder": "",
        "tries__gt": 0,
        "tries__gte": app.policy.max_tries,
    }
    if batch_id is not None:
        spent["batch_id"] = batch_id
    aside = 0
    for page in Page.objects.filter(state=PageState.RECEIVED, **spent):
        reasons = [reason("quarantined", tries=page.tries)]
        aside += _move(app, page, PageState.QUARANTINED, reasons=reasons)
    pending = (FileState.OPEN, FileState.ASSEMBLED)
    for file in PhysicalFile.objects.filter(state__in=pending, **spent):
        aside += _file_aside(app, file)
    return aside


def _file_aside(app: App, file: PhysicalFile) -> int:
    if file.state == FileState.OPEN:
        reasons = [*file.reasons, reason("assembly_failed", tries=file.tries)]
        return _move(app, file, FileState.ASSEMBLED, reasons=reasons, assembled={"access": None})
    reasons = [*file.reasons, reason("deposit_failed", tries=file.tries)]
    return _move(app, file, FileState.IN_REVIEW, reasons=reasons)


def close_settled(app: App, batch_id: str, goes_on: Callable[[int], bool] = tidy.always) -> None:
    """Set the batch done if all of it is settled, and tidy what was made on the way.

    Each deposit does both; this is for the worker that died between its commit and its sweep.

    Args:
        app: whose store is swept.
        batch_id: of the batch; older ones are tidied too.
        goes_on: see ``tidy.run``.
    """
    with transaction.atomic():
        hold(batch_id)  # nobody opens a file of it between the look and the word
        close_if_settled(Batch.objects.get(pk=batch_id))
    tidy.run(app, goes_on)


def _move(app: App, row: Page | PhysicalFile, to: PageState | FileState, **changes: Any) -> int:
    event = ledger.Event(ledger.EventType.QUARANTINE, str(to), {"tries": row.tries})
    with transaction.atomic():
        hold(row.batch_id)  # first the batch's row, then others: as every worker does
        moved = advance(row, to, event=event, **changes)
        close_if_settled(row.batch)
    if moved:
        kind = "page" if isinstance(row, Page) else "file"
        app.measures.settled(kind, str(to), {known["code"] for known in row.reasons})
    return int(moved)
