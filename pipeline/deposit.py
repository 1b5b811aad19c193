"""Deposit: objects, manifest last, read back, commit. The commit is the only commit point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Q

from pipeline import parts
from pipeline.app import App
from pipeline.assemble import IN_THE_PDF
from pipeline.leases import leased
from pipeline.measures import timed
from records import ledger, reads
from records.corrections import Correction, CorrectionKind, history
from records.lifecycle import FileState, PageState, advance, close_if_settled, hold
from records.models import Deposit, LedgerEvent, Page, PhysicalFile
from records.urgency import urgency
from storage import layout
from storage.fixity import confirm
from storage.keys import WORK
from storage.manifest import DepositedObject, DepositManifest, read_manifest, write_manifest
from storage.store import ObjectExists

STRAIGHT = (
    ledger.EventType.INGESTION,
    ledger.EventType.RECOGNITION,
    ledger.EventType.CREATION,
    ledger.EventType.DEPOSIT,
)
"""What the ledger tells of a file whose every step went well at its first try."""


def run(app: App, file_id: str) -> None:
    """Deposit one assembled file as its next version; a second call does nothing.

    Whatever an interrupted deposit left is taken up: a whole manifest of the same content is
    adopted, a left-over of other content is stepped over to the next version number.

    Raises:
        ServiceUnreachable: the store is out of reach or full; the try is not counted.
        IntegrityViolated: what was read back is not what was written.
    """
    lease_s = app.policy.file_time_limit_s(Page.objects.filter(file_id=file_id).count())
    with leased(app, PhysicalFile, file_id, lease_s, FileState.ASSEMBLED) as file:
        if file is None:
            return
        pages = list(_pages_of(file))
        made = _work_keys(file, pages)
        with timed(app.measures, "put"):
            manifest = _put_version(app, file, pages)
        with timed(app.measures, "read back"):
            confirm(app.store, manifest.objects)
            listed = [*manifest.objects, _manifest_object(app, manifest)]
        with transaction.atomic():
            hold(file.batch_id)
            if not _commit(file, pages, manifest, listed):
                return
        parts.sweep(app, file.batch_id, _with_leavings(file, pages), made)
        if manifest.version > 1:
            parts.sweep(app, parts.REVIEW, [file.pk, *(page.pk for page in pages)])


def _work_keys(file: PhysicalFile, pages: Sequence[Page]) -> list[str]:
    """The work objects that the rows name."""
    kept = [file.assembled.get("access"), *(page.parts.get("alto") for page in pages)]
    kept += [page.parts.get("layers") for page in pages]
    return [part["key"] for part in kept if part and part["key"].startswith(WORK)]


def _with_leavings(file: PhysicalFile, pages: Sequence[Page]) -> list[str]:
    """Pages and files that may have work objects which no row names, of a try that failed.

    To list them all would cost as much as to read their objects.
    """
    owners = [file.pk, *(page.pk for page in pages)]
    if file.version > 1 or file.declared.get("split_from"):  # pages may have come from elsewhere
        return owners
    told = LedgerEvent.objects.filter(file_id=file.pk).exclude(type__in=STRAIGHT)
    again = set(told.values_list("page_id", flat=True))
    return [owner for owner in owners if ("" if owner == file.pk else owner) in again]


def _commit(
    file: PhysicalFile,
    pages: Sequence[Page],
    manifest: DepositManifest,
    listed: Sequence[DepositedObject],
) -> bool:
    """Rows that say that the version is there; call it in a transaction. False if too late."""
    file.refresh_from_db(fields=["reasons"])
    to = FileState.IN_REVIEW if file.reasons else FileState.DEPOSITED
    facts = {"version": manifest.version, "pages": len(pages)}
    event = ledger.Event(ledger.EventType.DEPOSIT, str(to), facts)
    columns = {
        "version": manifest.version,
        "assembled": _settled(manifest.version, file, pages),
        "urgency": urgency(file.reasons, (page.confidence for page in pages)),
    }
    if not advance(file, to, event=event, **columns):
        return False
    Page.objects.bulk_update(pages, ["parts"], batch_size=500)
    Deposit.objects.create(
        file=file,
        version=manifest.version,
        deposited_at=datetime.fromisoformat(manifest.created_at),
        objects_listed=[*map(asdict, listed)],
    )
    close_if_settled(file.batch)
    return True


def _pages_of(file: PhysicalFile) -> Sequence[Page]:
    rows = Page.objects.filter(file=file).exclude(state=PageState.REPLACED)
    return list(rows.order_by("sequence", "id"))


def _put_version(app: App, file: PhysicalFile, pages: Sequence[Page]) -> DepositManifest:
    """Put all objects and the manifest of the first version number that is free or ours."""
    for version in count(file.version + 1):
        prefix = layout.deposit_prefix(file.batch.office, file.pk, version)
        manifest_key = layout.manifest_key(prefix)
        planned = _plan(file, pages, prefix)
        if app.store.exists(manifest_key):
            found = read_manifest(app.store.read_bytes(manifest_key))
            if set(found.objects) == {listed for _, listed in planned}:
                return found
            continue
        try:
            for source_key, listed in planned:
                app.store.copy(source_key, listed.key, size_bytes=listed.size_bytes)
        except ObjectExists:
            continue
        manifest = _manifest(app, file, pages, [listed for _, listed in planned], version)
        app.store.put_bytes(manifest_key, write_manifest(manifest), media_type="application/json")
        return manifest
    raise AssertionError("unreachable: version numbers do not end")


def _plan(
    file: PhysicalFile, pages: Sequence[Page], prefix: str
) -> list[tuple[str, DepositedObject]]:
    """Where each object comes from in the store, and how the manifest will list it."""
    planned: dict[str, tuple[str, DepositedObject]] = {}
    for page in pages:
        if page.source_sha256:
            key = layout.master_key(prefix, page.sequence, page.source)
            master = DepositedObject(
                key,
                "master",
                page.media_type or "application/octet-stream",
                page.source_sha256,
                page.source_size_bytes,
            )
            planned.setdefault(page.source, (layout.received_key(page.source_sha256), master))
    for page in pages:
        if part := page.parts.get("alto"):
            key = layout.alto_key(prefix, page.sequence)
            planned[key] = (part["key"], _object(key, "alto", part))
    if part := file.assembled.get("access"):
        key = layout.access_key(prefix)
        planned[key] = (part["key"], _object(key, "access", part))
    return list(planned.values())


def _settled(version: int, file: PhysicalFile, pages: Sequence[Page]) -> dict[str, Any]:
    """Pages and file point at what was deposited, for the next version to begin from.

    The work objects go; the page images stand in the access copy from now on. Where there is
    none they stay in that of an earlier version; without one they can only be made again from
    the scan.
    """
    prefix = layout.deposit_prefix(file.batch.office, file.pk, version)
    access = file.assembled.get("access")
    if access:
        access = {**access, "key": layout.access_key(prefix)}
    shown = (page for page in pages if page.state in IN_THE_PDF)
    for place, page in enumerate(shown):
        alto = {**page.parts["alto"], "key": layout.alto_key(prefix, page.sequence)}
        layers = {**access, "place": place} if access else page.parts["layers"]
        page.parts = {"own_text": page.parts["own_text"], "alto": alto}
        if "place" in layers:
            page.parts["layers"] = layers
    return {"access": access}


def _manifest(
    app: App,
    file: PhysicalFile,
    pages: Sequence[Page],
    objects: Sequence[DepositedObject],
    version: int,
) -> DepositManifest:
    """All that is known of the file now, enough to make its rows again from the store alone."""
    events = _events_of(file)
    batch = {**reads.batch_line(file.batch), "settings": file.batch.settings}
    return DepositManifest(
        office=file.batch.office,
        file_id=file.pk,
        version=version,
        state=FileState.IN_REVIEW if file.reasons else FileState.DEPOSITED,
        created_at=app.clock().isoformat(),
        software_version=app.software,
        batch=batch,
        file=_file_told(file),
        pages=tuple(_page_told(page, file, events.get(page.pk, [])) for page in pages),
        objects=tuple(objects),
        reasons=tuple(file.reasons),
        declared=file.declared,
        efile=reads.efile_report(file),
        events=tuple(events.get("", [])),
    )


def _file_told(file: PhysicalFile) -> dict[str, Any]:
    """What the file is and what people said of it."""
    return {
        "source": file.source,
        "ordinal": file.ordinal,
        "metadata": file.metadata,
        **reads.custody_report(file),
        "sides": file.split.get("sides", []),
        "decided": file.decided,
        "accepted": file.accepted,
        "corrections": history(file.pk),
    }


def _page_told(page: Page, file: PhysicalFile, events: list[dict[str, Any]]) -> dict[str, Any]:
    """One page with its history; the side that a person or a folder declared, apart."""
    report = reads.page_report(page, reads.side_told(page, file))
    said = {"side_declared": page.side_declared, "turn_declared": page.turn_declared}
    kept = {"marks_kept": page.marks, "reasons_kept": page.reasons}
    return {**report, **said, **kept, "events": events}


def _events_of(file: PhysicalFile) -> dict[str, list[dict[str, Any]]]:
    """The file's history by the id of the page; its own under the empty id."""
    events: dict[str, list[dict[str, Any]]] = {}
    told_of = Q(file_id=file.pk)
    if file.version or file.declared.get("split_from"):  # pages may have come from elsewhere
        moved = Correction.objects.filter(page__file=file, kind=CorrectionKind.MOVE)
        came = dict(moved.values_list("page_id", "before"))
        told_of |= Q(file_id__in=set(came.values()), page_id__in=came)
    for event in LedgerEvent.objects.filter(told_of).order_by("id"):
        told = {"type": event.type, "outcome": event.outcome, "facts": event.facts}
        events.setdefault(event.page_id, []).append({"at": event.at.isoformat(), **told})
    return events


def _manifest_object(app: App, manifest: DepositManifest) -> DepositedObject:
    """The manifest's own line in the report; hashed as it stands in the store."""
    prefix = layout.deposit_prefix(manifest.office, manifest.file_id, manifest.version)
    key = layout.manifest_key(prefix)
    found = app.store.read_back(key)
    digest = found.sha256 or ""
    return DepositedObject(key, "manifest", "application/json", digest, found.size_bytes)


def _object(key: str, role: str, part: dict[str, Any]) -> DepositedObject:
    return DepositedObject(key, role, parts.MEDIA_TYPES[role], part["sha256"], part["size_bytes"])
