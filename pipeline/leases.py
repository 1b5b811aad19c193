"""Holding a row while working on it; given back whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from errors import ServiceUnreachable, ToolMissing
from pipeline.app import App
from records import claims
from records.models import Page, PhysicalFile
from records.outage import told_plainly

Row = TypeVar("Row", Page, PhysicalFile)


@contextmanager
def leased(app: App, kind: type[Row], row_id: str, lease_s: float) -> Iterator[Row | None]:
    """The row, claimed for the time of the block; None when another has it or it is settled.

    When the block raises, the lease ends at once and the failure goes to the ledger; the try
    stays counted unless a service or tool was out of reach, which is no fault of the row. If
    even that cannot be written, the lease ends by itself.

    Raises:
        ServiceUnreachable: the database or disk cannot be used.
    """
    with told_plainly():
        row = claims.claim(kind, row_id, holder=app.holder, now=app.clock(), lease_s=lease_s)
        try:
            with told_plainly():
                yield row
        except BaseException as failure:
            if row is not None:
                blameless = isinstance(
                    failure, ServiceUnreachable | ToolMissing | KeyboardInterrupt
                )
                claims.release(row, failure=type(failure).__name__, count_try=not blameless)
            raise
