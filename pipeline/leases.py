"""Holding a row while working on it; given back, logged and counted whatever happens."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from errors import ServiceUnreachable, ToolMissing
from pipeline.app import App
from pipeline.journal import about
from records import claims
from records.lifecycle import FileState
from records.models import Page, PhysicalFile
from records.outage import told_plainly

Row = TypeVar("Row", Page, PhysicalFile)
log = logging.getLogger("abhilekh.work")


@contextmanager
def leased(
    app: App, kind: type[Row], row_id: str, lease_s: float, state: str
) -> Iterator[Row | None]:
    """The row, claimed for the time of the block; None when another has it or it is beyond.

    Only a row in ``state`` is given: a message that comes again when its work is done must not
    hold up the next step of it.

    When the block raises, the lease ends at once and the failure goes to the ledger; the try
    stays counted unless a service or tool was out of reach, which is no fault of the row. If
    even that cannot be written, the lease ends by itself. What came of it is logged and counted.

    Raises:
        ServiceUnreachable: the database or disk cannot be used.
    """
    with told_plainly():
        now = app.clock()
        row = claims.claim(kind, row_id, holder=app.holder, now=now, lease_s=lease_s)
        if row is not None and row.state != state:
            claims.put_back(row)
            row = None
        if row is None:
            yield None
            return
        work = _work(row)
        if row.taken_over:
            app.measures.lease_expired(work)
        with about(**_ids(row)):
            try:
                with told_plainly(), _told(app, row, work):
                    yield row
            except BaseException as failure:
                blameless = isinstance(
                    failure, ServiceUnreachable | ToolMissing | KeyboardInterrupt
                )
                app.measures.failed(work, type(failure).__name__, counted=not blameless)
                claims.release(row, failure=type(failure).__name__, count_try=not blameless)
                raise


@contextmanager
def _told(app: App, row: Page | PhysicalFile, work: str) -> Iterator[None]:
    """Log and count one piece of work, well ended or not."""
    before, tried, began = row.state, row.tries, time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = row.state if row.state != before else "too late"
    except BaseException as failure:
        outcome = type(failure).__name__
        raise
    finally:
        seconds = time.perf_counter() - began
        app.measures.stage(work, seconds)
        facts = {"outcome": outcome, "seconds": round(seconds, 3), "tries": tried}
        log.info(work, extra={"facts": facts})
    if row.state != before:
        kind = "page" if isinstance(row, Page) else "file"
        app.measures.settled(kind, row.state, {known["code"] for known in row.reasons})


def _work(row: Page | PhysicalFile) -> str:
    if isinstance(row, Page):
        return "recognise"
    return "deposit" if row.state == FileState.ASSEMBLED else "assemble"


def _ids(row: Page | PhysicalFile) -> dict[str, str]:
    if isinstance(row, Page):
        return {"batch": row.batch_id, "file": row.file_id, "page": row.pk}
    return {"batch": row.batch_id, "file": row.pk}
