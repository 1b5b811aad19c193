"""Tidy: what only the work on a batch needed goes when the batch is done.

First the work objects that no deposit's own sweep found: those of tries that failed, and of a
worker that died between its commit and its sweep. Some days later what its pages look like: by
then no sheet of it is likely to be scanned once more, and 55 KB a page would be the largest part
of the database. The batch's row says what is left of it, so that nobody need remember anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from pipeline.app import App
from records import fingerprints
from records.lifecycle import hold
from records.models import Batch
from storage import layout

AT_A_TIME = 8
"""Batches in one look, so that a database of years is tidied beside the work."""

log = logging.getLogger("abhilekh.work")


def always(_pages: int) -> bool:
    """Nobody waits: the look goes on to its end."""
    return True


def run(app: App, goes_on: Callable[[int], bool] = always) -> None:
    """One look for batches that are done and not tidy; those that are left come next time.

    Args:
        app: whose store is swept.
        goes_on: whether to go on, asked between two short steps, given of how many pages the
            sketches went in this look.

    Raises:
        ServiceUnreachable: the store is out of reach; nothing is lost.
    """
    done = Batch.objects.filter(state=Batch.State.DONE).order_by("done_at")
    unswept = done.filter(leavings=Batch.Leavings.WORK).values_list("pk", flat=True)
    for batch_id in list(unswept[:AT_A_TIME]):
        if goes_on(0):
            sweep(app, batch_id)
    before = app.clock() - timedelta(days=app.policy.sketch_days)
    known = done.filter(leavings=Batch.Leavings.SKETCHES, done_at__lt=before)
    pages = 0
    for batch_id in list(known.values_list("pk", flat=True)[:AT_A_TIME]):
        while goes_on(pages) and (gone := _forget_some(batch_id)):
            pages += gone


def sweep(app: App, batch_id: str) -> None:
    """Remove the work objects of a batch if it is done; nobody begins to work on it meanwhile."""
    prefix = layout.work_prefix(batch_id)
    if next(iter(app.store.list(prefix)), None) is None:
        _note(batch_id, Batch.Leavings.WORK, Batch.Leavings.SKETCHES)
        return
    with transaction.atomic():
        hold(batch_id)  # who opens a file again holds it too: its new work objects come later
        if Batch.objects.filter(pk=batch_id, state=Batch.State.DONE).exists():
            app.store.delete(*[left.key for left in app.store.list(prefix)])
            _note(batch_id, Batch.Leavings.WORK, Batch.Leavings.SKETCHES)


def _forget_some(batch_id: str) -> int:
    """Remove some sketches of a batch while it is done; says of how many pages, 0 at its end.

    It is held, so that no page of it is compared with what is just being removed.
    """
    with transaction.atomic():
        hold(batch_id)
        known = Batch.objects.filter(
            pk=batch_id, state=Batch.State.DONE, leavings=Batch.Leavings.SKETCHES
        )
        if known.exists() and (gone := fingerprints.forget_some(batch_id)):
            return gone
        tidied = known.update(leavings=Batch.Leavings.NONE)
    if tidied:
        log.info("batch tidied", extra={"facts": {"batch": batch_id}})
    return 0


def _note(batch_id: str, was: Batch.Leavings, now: Batch.Leavings) -> None:
    known = Batch.objects.filter(pk=batch_id, state=Batch.State.DONE, leavings=was)
    known.update(leavings=now)
