"""Undo: a file as one of its earlier versions had it, as a further version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from errors import WrongUsage
from ocr.alto import read_alto
from pipeline.app import App
from pipeline.assemble import IN_THE_PDF
from pipeline.care import care_of
from pipeline.decisions import Reviewer
from pipeline.held import held, too_late
from pipeline.reopen import reopen
from records import ledger
from records.corrections import Correction, CorrectionKind
from records.lifecycle import PageState, advance, hold
from records.models import Page, PhysicalFile
from storage import layout
from storage.manifest import DepositManifest, read_manifest

SEEN = (
    "width_px", "height_px", "dpi", "rotated_cw_deg", "skew_ccw_deg", "confidence", "ink_coverage"
)  # fmt: skip


def run(app: App, file: PhysicalFile, version: int, reviewer: Reviewer) -> PhysicalFile:
    """Bring back what people had decided by ``version``; nothing that was deposited is touched.

    Returns:
        The file, open for its next version.

    Raises:
        WrongUsage: no such version, it had other scans, or the file is in work.
        IntegrityViolated: its manifest is damaged.
    """
    manifest = _manifest_of(app, file, version)
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        pages = _same_scans(file, manifest, version)
        _bring_back_pages(app, pages, manifest)
        then = manifest.file
        Correction.objects.create(
            file=file,
            at=app.clock(),
            by=reviewer.name,
            kind=CorrectionKind.UNDO,
            before=file.version,
            after=version,
            of_version=file.version,
        )
        facts = {"by": reviewer.name, "to_version": version}
        ledger.write(file, ledger.Event(ledger.EventType.CORRECTION, "undone", facts))
        changed: dict[str, Any] = {
            "decided": then.get("decided", {}),
            "accepted": then.get("accepted", []),
        }
        if not reopen(file, outcome="undone", **changed):
            raise too_late(file)
    return file


def _manifest_of(app: App, file: PhysicalFile, version: int) -> DepositManifest:
    prefix = layout.deposit_prefix(file.batch.office, file.pk, version)
    key = layout.manifest_key(prefix)
    if not 0 < version < file.version or not app.store.exists(key):
        raise _refused(
            "The file {id} has no earlier version {version}.",
            "Look its versions up with: abhilekh review show {id}",
            id=file.pk,
            version=version,
        )
    return read_manifest(app.store.read_bytes(key))


def _same_scans(file: PhysicalFile, manifest: DepositManifest, version: int) -> list[Page]:
    """The file's pages in order, if they are those that the version has."""
    rows = Page.objects.filter(file=file).exclude(state=PageState.REPLACED)
    pages = list(rows.order_by("sequence", "id"))
    then = [(p["source"], p["frame"], p["source_sha256"]) for p in manifest.pages]
    if then != [(page.source, page.frame, page.source_sha256) for page in pages]:
        raise _refused(
            "Version {version} of the file {id} has other scans than the file has now.",
            "Correct what is wrong instead: abhilekh review correct {id}",
            id=file.pk,
            version=version,
        )
    return pages


def _bring_back_pages(app: App, pages: list[Page], manifest: DepositManifest) -> None:
    """State, side, marks and text of every page, each pointing into the version's own objects.

    What the text asks of care is looked up anew: a later one may have asked for none.
    """
    objects = {listed.key: listed for listed in manifest.objects}
    prefix = layout.deposit_prefix(manifest.office, manifest.file_id, manifest.version)
    access = objects.get(layout.access_key(prefix))
    named = {str(page): page for page in pages}
    place = 0
    for page, then in zip(pages, manifest.pages, strict=True):
        state = PageState(str(then["state"]))
        if state != page.state:
            event = ledger.Event(ledger.EventType.CORRECTION, "undone")
            advance(page, state, event=event, side=str(then["side"]))
        changed = _said_then(page, then, named)
        parts: dict[str, Any] = {}
        if state in IN_THE_PDF:
            alto = objects[layout.alto_key(prefix, page.sequence)]
            parts = {"own_text": page.parts.get("own_text", False), "alto": _part(alto)}
            if access is not None:
                parts["layers"] = {**_part(access), "place": place}
            changed |= care_of(app, page, read_alto(app.store.read_bytes(alto.key)))
            place += 1
        Page.objects.filter(pk=page.pk).update(parts=parts, **changed)


def _said_then(page: Page, then: Mapping[str, Any], named: Mapping[str, Page]) -> dict[str, Any]:
    """What people had said of the page; of one that was turned since, all that was seen on it."""
    said: dict[str, Any] = {
        "side_declared": str(then.get("side_declared") or ""),
        "marks": then.get("marks_kept", {}),
        "turn_declared": then.get("turn_declared"),
    }
    original = then.get("duplicate_of")
    if original is None or original in named:
        said["duplicate_of"] = named[original] if original else None
    if said["turn_declared"] != page.turn_declared:
        said |= {name: then[name] for name in SEEN}
        said["reasons"] = page.reasons = then.get("reasons_kept", page.reasons)
    return said


def _part(listed: Any) -> dict[str, Any]:
    return {"key": listed.key, "sha256": listed.sha256, "size_bytes": listed.size_bytes}


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
