"""Working a batch off inside the test's process, one due piece after the other."""

from __future__ import annotations

from typing import Any

from pipeline import assemble, deposit, recognise
from pipeline.app import App
from records import due, reads
from records.models import Batch, Deposit


def settle(app: App, batch: Batch) -> None:
    """Do what is due until nothing is."""
    while pieces := [
        *due.due_pages(batch.pk, app.clock(), 10),
        *due.due_files(batch.pk, app.clock(), 10),
    ]:
        for work in pieces:
            if work.kind == "page":
                recognise.run(app, work.id)
            elif work.assembled:
                deposit.run(app, work.id)
            else:
                assemble.run(app, work.id)


def deposited(batch: Batch) -> dict[tuple[str, str], list[str]]:
    """Hashes of masters, ALTO and access copies by (file, role); manifests carry the time."""
    found: dict[tuple[str, str], list[str]] = {}
    for made in Deposit.objects.filter(file__batch=batch).select_related("file"):
        for stored in made.objects_listed:
            if stored["role"] != "manifest":
                found.setdefault((made.file.source, stored["role"]), []).append(stored["sha256"])
    return {key: sorted(hashes) for key, hashes in found.items()}


def report_of(batch: Batch) -> dict[str, Any]:
    """The batch as ``batch show --json`` gives it."""
    batch.refresh_from_db()
    return reads.batch_report(batch)
