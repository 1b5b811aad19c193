"""Assemble: the pages of one physical file → what it is → one checked PDF/A."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

import ocr.assemble
from ocr import finished
from ocr.description import Description
from pipeline import custody, describe, double_entry, parts
from pipeline.app import App
from pipeline.leases import leased
from pipeline.texts import KEPT, KEPT_REVISED, SaidWords, TextsOfFile
from records import ledger, links
from records.lifecycle import FileState, PageState, advance, close_if_settled, hold
from records.models import Page, PhysicalFile
from records.reasons import reason, unanswered

IN_THE_PDF = (PageState.RECOGNISED,)
LOST = (PageState.UNREADABLE, PageState.QUARANTINED)


@dataclass(frozen=True)
class Built:
    """The access PDF before its deposit; ``access`` is None when it may not stand as good."""

    access: dict[str, Any] | None
    reasons: list[dict[str, Any]]


def run(app: App, file_id: str) -> None:
    """Describe and assemble one file if its pages are all in; a second call does nothing.

    A PDF that fails its check is not kept as the access copy: the file goes to review with the
    reason, and its masters and texts are deposited all the same.
    """
    if Page.objects.filter(file_id=file_id, state=PageState.RECEIVED).exists():
        return
    pages_in_all = Page.objects.filter(file_id=file_id).count()
    lease_s = app.policy.file_time_limit_s(pages_in_all)
    with leased(app, PhysicalFile, file_id, lease_s, FileState.OPEN) as file:
        if file is None:
            return
        pages = list(_pages_of(file))
        if all(page.state in LOST for page in pages):
            _set_aside(app, file, pages)
            return
        readable = [page for page in pages if page.state in IN_THE_PDF]
        kept = KEPT_REVISED if file.version else KEPT
        texts = TextsOfFile(app, readable, kept=kept)
        described = describe.describe(app, file, pages, texts)
        built = _build(app, file, readable, texts, described)
        with transaction.atomic():
            hold(file.batch_id)
            _keep(app, file, pages, described, built)


def _keep(
    app: App,
    file: PhysicalFile,
    pages: Sequence[Page],
    described: describe.Described,
    built: Built,
) -> None:
    """What was found out about the file, and the file's move; call it in a transaction."""
    for side in sorted(set(described.sides.values())):
        told = [page.pk for page in pages if described.sides.get(page.pk) == side != page.side]
        if told:
            Page.objects.filter(pk__in=told).update(side=side)
    reasons = list(described.reasons)
    if described.efile is not None:
        reasons += links.keep(file, described.efile, links.Maker(app.software, app.clock()))
    held = custody.of(file, app.rules, described.never_destroyed)
    unsure = any(kept["code"].startswith("file_number") for kept in described.reasons)
    number = double_entry.asked(app, file, described.value_of("file_number"), unsure)
    found = [*_reasons_now(file), *reasons, *held.reasons, *built.reasons]
    advance(
        file,
        FileState.ASSEMBLED,
        event=ledger.Event(ledger.EventType.CREATION, "made" if built.access else "not made"),
        metadata=described.metadata,
        department_code=described.department_code,
        reasons=[*unanswered(file, found), *number],
        **held.columns,
        assembled={"access": built.access},
        split=described.split,
    )


def _pages_of(file: PhysicalFile) -> Iterator[Page]:
    rows = Page.objects.filter(file=file).exclude(state=PageState.REPLACED)
    return rows.order_by("sequence", "id").iterator()


def _reasons_now(file: PhysicalFile) -> list[dict[str, Any]]:
    """Why its pages need a look; while the PDF was made, one may have been found a twin."""
    return describe.page_reasons(list(_pages_of(file)))


def _set_aside(app: App, file: PhysicalFile, pages: Sequence[Page]) -> None:
    reasons = [describe.lost_page(page) for page in pages]
    held = custody.of(file, app.rules, [])
    with transaction.atomic():
        hold(file.batch_id)
        event = ledger.Event(ledger.EventType.QUARANTINE, "no page can be read")
        advance(file, FileState.QUARANTINED, event=event, reasons=reasons, **held.columns)
        close_if_settled(file.batch)


def _build(
    app: App,
    file: PhysicalFile,
    pages: Sequence[Page],
    texts: TextsOfFile,
    described: describe.Described,
) -> Built:
    """The PDF made, checked and kept as a work object."""
    if not pages:
        cover = file.declared.get("cover") or {}
        told = "cover_without_pages" in cover.get("problems", ())
        return Built(None, [] if told else [reason("nothing_but_blank")])
    with tempfile.TemporaryDirectory(dir=app.workdir) as folder, ExitStack() as opened:
        target = Path(folder) / "access.pdf"

        @cache
        def fetched(key: str) -> Path:
            return opened.enter_context(parts.as_file(app, key))

        said = SaidWords(texts)
        page_parts = (
            ocr.assemble.PagePart(
                pdf=fetched(page.parts["layers"]["key"]),
                text=None if page.parts["own_text"] else said.noted(place),
                side=described.sides.get(page.pk, ""),
                place=page.parts["layers"].get("place"),
            )
            for place, page in enumerate(pages)
        )
        description = _description(app, file, pages, described)
        ocr.assemble.assemble(page_parts, target, description=description, workdir=Path(folder))
        check = finished.check_finished(target, said)
        if not check.ok:
            problems = "; ".join(check.problems)
            return Built(None, [reason("pdf_invalid", problems=problems)])
        return Built(parts.keep(app, (file.batch_id, file.pk), "access", target), [])


def _description(
    app: App,
    file: PhysicalFile,
    pages: Sequence[Page],
    described: describe.Described,
) -> Description:
    """Title and identifiers from what was found; nothing here depends on the clock or on ids."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(f"{page.source_sha256}#{page.frame}\n".encode())
    value = described.value_of
    return Description(
        title=value("subject") or value("file_number") or file.source,
        subject=value("subject"),
        identifier=value("file_number") or f"urn:sha256:{digest.hexdigest()}",
        department=value("department"),
        producer=app.software,
    )
