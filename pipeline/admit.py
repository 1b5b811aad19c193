"""Admit: SOURCE → bytes in the store → batch, files and pages in one transaction."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

import ingest.scan
from errors import InputRejected
from ingest.manifest import Frame, Manifest, Scan, SourceFile
from pipeline.app import App
from pipeline.reopen import reopen
from records import claims, ledger
from records.lifecycle import FileState, PageState, advance, hold
from records.models import Batch, Page, PhysicalFile
from records.reasons import reason
from storage import layout

OnProgress = Callable[[int, int, str], None]
MOST_DEVICES = 200  # names of scanners in a batch's row, which every claim reads along
FEWEST_DIGITS = 10  # of an identity number that was typed with letters for two of them


def run(
    app: App,
    source: Path,
    *,
    label: str | None = None,
    office: str | None = None,
    on_progress: OnProgress | None = None,
) -> Batch:
    """The batch of ``source``; made if it is new, completed if SOURCE has grown, else as it was.

    Bytes go into the store before any row names them; rows come in one transaction. Killed at
    any point, the next run finds the same bytes (writing them twice is harmless) and goes on.

    Raises:
        InputRejected: SOURCE is empty, gone, or holds nothing that can be read.
        ServiceUnreachable: store or database cannot take it (full, read-only, out of reach).
    """
    manifest = looked_at(app, source, on_progress=on_progress)
    return admitted(app, manifest, label=label, office=office, on_progress=on_progress)


def looked_at(
    app: App,
    source: Path,
    *,
    on_progress: OnProgress | None = None,
) -> Manifest:
    """What SOURCE holds, by the limits of this site; nothing is written.

    Raises:
        InputRejected: SOURCE is empty, gone, or holds nothing that can be read.
    """
    manifest = ingest.scan.scan(
        source,
        limits=app.policy.limits,
        looking=ingest.scan.Looking(cover_key=app.policy.cover_key),
        on_progress=on_progress,
        leave_out=frozenset({app.workdir.parent.resolve()}),
    )
    _refuse_if_nothing_came(manifest)
    return manifest


def admitted(
    app: App,
    manifest: Manifest,
    *,
    label: str | None = None,
    office: str | None = None,
    on_progress: OnProgress | None = None,
) -> Batch:
    """The batch of what ``looked_at`` found; ``manifest.source`` is the name it goes by.

    Raises:
        ServiceUnreachable: store or database cannot take it (full, read-only, out of reach).
    """
    _keep_bytes(app, manifest, on_progress)
    with transaction.atomic():
        batch = _batch_of(app, manifest, label, office)
        before = batch.received
        for ordinal, file in enumerate(manifest.files, start=1):
            _admit_file((batch, ordinal), file, _declared(app, file), before)
        batch.ignored = [
            {"source": litter.relative, "why": litter.why, "facts": dict(litter.facts)}
            for litter in manifest.ignored
        ]
        batch.save()
    return batch


def _refuse_if_nothing_came(manifest: Manifest) -> None:
    if not any(file.scans for file in manifest.files):
        raise InputRejected(
            "There is nothing to scan in {source}.",
            kept="Nothing was changed.",
            todo="Give a folder with TIFF, JPEG, PNG, JPEG 2000, BMP or PDF scans.",
            source=manifest.label,
        )


def _keep_bytes(app: App, manifest: Manifest, on_progress: OnProgress | None) -> None:
    """Every scan goes under its hash, the damaged ones too; what is there is not sent again."""
    scans = [scan for file in manifest.files for scan in file.scans if scan.sha256]
    for done, scan in enumerate(scans, start=1):
        key = layout.received_key(scan.sha256)
        if not app.store.exists(key):
            media_type = scan.media_type or "application/octet-stream"
            app.store.put_file(key, scan.path, sha256=scan.sha256, media_type=media_type)
        if on_progress is not None:
            on_progress(done, len(scans), scan.relative)


def _batch_of(app: App, manifest: Manifest, label: str | None, office: str | None) -> Batch:
    """The one batch of this SOURCE and office."""
    path = os.fsencode(manifest.source)
    batch, is_new = Batch.objects.get_or_create(
        office=office or app.policy.office,
        source_key=hashlib.sha256(path).hexdigest(),
        defaults={
            "label": label or manifest.label,
            "source": path.decode("utf-8", "backslashreplace"),
            "created_at": app.clock(),
            "queue": app.policy.queue,
        },
    )
    if is_new:
        batch.settings = {
            "profile": str(app.policy.profile),
            "assumed_dpi": app.policy.assumed_dpi,
        }
        ledger.write(batch, ledger.Event(ledger.EventType.INGESTION))
        return batch
    hold(batch.pk)  # two machines may take in one SOURCE: the second sees what the first wrote
    batch.refresh_from_db()
    batch.label = label or batch.label
    if app.policy.queue == Batch.Queue.URGENT != batch.queue:
        batch.queue = Batch.Queue.URGENT
        claims.forget_published([batch.pk])  # what waits behind others is sent again, ahead
    return batch


def _declared(app: App, file: SourceFile) -> dict[str, Any]:
    """What the list or the cover sheet says; a person's identity number in it is not kept."""
    declared: dict[str, Any] = asdict(file.declared) if file.declared else {}
    for name in ("subject", "location"):
        text = str(declared.get(name) or "")
        if sum(map(str.isdigit, text)) >= FEWEST_DIGITS:
            from classify.identity import hidden  # few lists need it, every start would pay for it

            declared[name] = hidden(text, app.rules.keeping.identity)
    if file.cover is not None:
        declared["cover"] = asdict(file.cover)
    return declared


def _admit_file(
    place: tuple[Batch, int], file: SourceFile, declared: dict[str, Any], received_before: int
) -> None:
    """Rows for what is new in ``file``; a file that was settled opens again for new pages."""
    batch, ordinal = place
    row, is_new = PhysicalFile.objects.get_or_create(
        batch=batch,
        source=file.name,
        defaults={"ordinal": ordinal, "state": FileState.OPEN, "declared": declared},
    )
    pages = _new_pages(batch, row, file)
    if not pages:
        return
    for page in pages:
        page.admission = received_before
    _count_devices(batch, file, pages)
    batch.received += len(pages)
    batch.state = Batch.State.OPEN
    if not is_new:
        _set_aside_replaced(row, pages)
        if row.state != FileState.OPEN:
            reopen(row, outcome="new pages", reasons=[], metadata={}, assembled={}, split={})
    Page.objects.bulk_create(pages, batch_size=500)
    ledger.write_many(pages, ledger.Event(ledger.EventType.INGESTION))


def _count_devices(batch: Batch, file: SourceFile, pages: list[Page]) -> None:
    """Add the new pages to what each scanner sent, by the name in its scans; empty: not told.

    A name that differs from scan to scan is no scanner's: what comes after many has none either.
    """
    named = {scan.relative: scan.device for scan in file.scans}
    for page in pages:
        device = named[page.source]
        if device not in batch.devices and len(batch.devices) >= MOST_DEVICES:
            device = ""
        batch.devices[device] = batch.devices.get(device, 0) + 1


def _new_pages(batch: Batch, row: PhysicalFile, file: SourceFile) -> list[Page]:
    """Pages that have no row yet; every page gets the place that it has now.

    A page whose scan is no longer in SOURCE keeps its place behind the page it followed.
    """
    gone = {
        (page.source, page.frame, page.source_sha256): page
        for page in row.pages.exclude(state=PageState.REPLACED).order_by("sequence")
    }
    ordered: list[Page] = []
    elsewhere = _moved_away(row) if row.version else set()
    for scan in file.scans:
        for frame in scan.frames:
            if (scan.relative, frame.index, scan.sha256) in elsewhere:
                continue
            known = gone.pop((scan.relative, frame.index, scan.sha256), None)
            ordered.append(known or _page(batch, row, scan, frame))
    new = {(page.source, page.frame) for page in ordered if page.sequence == 0}
    for page in gone.values():
        if (page.source, page.frame) not in new:  # else the new scan takes its place
            before = [n for n, other in enumerate(ordered) if 0 < other.sequence < page.sequence]
            ordered.insert(before[-1] + 1 if before else 0, page)
    new_pages = [page for page in ordered if page.sequence == 0]
    for sequence, page in enumerate(ordered, start=1):
        if page.sequence not in (0, sequence):
            Page.objects.filter(pk=page.pk).update(sequence=sequence)
        page.sequence = sequence
    return new_pages


def _moved_away(row: PhysicalFile) -> set[tuple[str, int, str]]:
    """Scans of the file's folder whose pages a person put into another file."""
    moved = Page.objects.exclude(file=row).filter(corrections__file=row, corrections__kind="move")
    return set(moved.values_list("source", "frame", "source_sha256"))


def _page(batch: Batch, row: PhysicalFile, scan: Scan, frame: Frame) -> Page:
    page = Page(
        batch=batch,
        file=row,
        sequence=0,
        source=scan.relative,
        frame=frame.index,
        frame_kind=frame.kind,
        media_type=scan.media_type or "",
        source_sha256=scan.sha256,
        source_size_bytes=scan.size_bytes,
        side_declared=scan.side or "",
        state=PageState.RECEIVED,
    )
    if scan.signed:
        page.reasons = [reason("signed")]
    if frame.separator:
        page.state, page.side = PageState.SEPARATOR, "separator"
    if scan.rejected is not None:
        page.state = PageState.UNREADABLE
        page.reasons = [rejection(scan.rejected)]
    return page


def rejection(error: InputRejected) -> dict[str, Any]:
    """A refused source as a reason: its facts, put into words when it is shown."""
    return reason("unreadable", error=error.unspoken())


def _set_aside_replaced(row: PhysicalFile, pages: list[Page]) -> None:
    """A scan whose bytes changed under the same name takes the place of the earlier one."""
    places = {(page.source, page.frame) for page in pages}
    for old in Page.objects.filter(file=row).exclude(state=PageState.REPLACED):
        if (old.source, old.frame) in places:
            advance(
                old, PageState.REPLACED, event=ledger.Event(ledger.EventType.REOPENED, "replaced")
            )
