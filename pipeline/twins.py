"""Twins: a page that shows a sheet which was scanned before in the same batch.

Of two scans of one sheet the later one, in the order of the batch, is the duplicate. That must
not depend on which of them was read first, so whoever comes second looks for the other and marks
whichever of the two is later, in the transaction that settles its page. All such transactions of
a batch come one after the other: they hold the batch's row.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from ocr.sketch import Sketch, from_bytes, same_sheet, worth_comparing
from pipeline.describe import OF_PAGES, page_reasons
from records import ledger
from records.lifecycle import FileState, PageState, advance
from records.models import Batch, Fingerprint, FingerprintKey, Page, PhysicalFile
from records.reasons import reason

CODES = ("duplicate", "rescan")


@dataclass(frozen=True)
class Twin:
    """An earlier page and how the later one is its twin: ``duplicate`` or ``rescan``."""

    page: Page
    code: str


def hold(batch_id: str) -> None:
    """Let no other transaction of this batch look for twins until this one ends."""
    Batch.objects.select_for_update().only("pk").get(pk=batch_id)


def keep(page: Page, sketch: Sketch | None) -> None:
    """Keep what ``page`` looks like, in place of what was kept of it before."""
    Fingerprint.objects.filter(page=page).delete()
    FingerprintKey.objects.filter(page=page).delete()
    if sketch is None:
        return
    Fingerprint.objects.create(page=page, sketch=sketch.as_bytes())
    FingerprintKey.objects.bulk_create(
        FingerprintKey(batch_id=page.batch_id, key=key, page=page)
        for key in sketch.fingerprint.keys
    )


def mark(page: Page, sketch: Sketch | None) -> None:
    """Mark ``page`` as the twin of an earlier one, and later ones as twins of ``page``.

    Call it in the transaction that settles ``page``, after ``hold``.
    """
    others = [*_same_bytes(page), *_same_sheet(page, sketch)]
    earlier = [other for other in others if _place(other.page) < _place(page)]
    if earlier:
        _marked(page, min(earlier, key=lambda twin: (_place(twin.page), twin.code)))
    for later in (other for other in others if _place(other.page) > _place(page)):
        known = later.page.duplicate_of
        if known is None or _place(page) < _place(known):
            _marked(later.page, Twin(page, later.code))
            _tell_file(later.page.file_id)


def _marked(page: Page, twin: Twin) -> None:
    others = [kept for kept in page.reasons if kept["code"] not in CODES]
    page.reasons = [*others, reason(twin.code, of=str(twin.page))]
    page.duplicate_of = twin.page
    page.save(update_fields=["reasons", "duplicate_of"])
    found = {"of": twin.page.pk}
    ledger.write(page, ledger.Event(ledger.EventType.VALIDATION, twin.code, found))


def _tell_file(file_id: str) -> None:
    """Bring a file to a person that was put together before its page was found a twin.

    A file that is still open will see the mark when it is put together.
    """
    file = PhysicalFile.objects.select_for_update().get(pk=file_id)
    if file.state == FileState.OPEN:
        return
    pages = Page.objects.filter(file=file).exclude(state=PageState.REPLACED)
    others = [kept for kept in file.reasons if kept["code"] not in OF_PAGES]
    reasons = [*page_reasons(list(pages.order_by("sequence", "id"))), *others]
    if file.state == FileState.DEPOSITED:
        event = ledger.Event(ledger.EventType.VALIDATION, "page found a duplicate")
        advance(file, FileState.IN_REVIEW, event=event, reasons=reasons)
    else:
        PhysicalFile.objects.filter(pk=file.pk).update(reasons=reasons)


def _place(page: Page) -> tuple[int, int, int, str]:
    """Where the page stands in its batch; pages of a later admission come after all others."""
    return (page.admission, page.file.ordinal, page.sequence, page.pk)


def _read_pages(page: Page) -> QuerySet[Page]:
    """The other pages of the batch that were read and count."""
    rows = Page.objects.filter(batch_id=page.batch_id, state=PageState.RECOGNISED)
    return rows.exclude(pk=page.pk).select_related("file", "duplicate_of__file")


def _same_bytes(page: Page) -> list[Twin]:
    if not page.source_sha256:
        return []
    rows = _read_pages(page).filter(source_sha256=page.source_sha256, frame=page.frame)
    return [Twin(other, "duplicate") for other in rows]


def _same_sheet(page: Page, sketch: Sketch | None) -> list[Twin]:
    if sketch is None:
        return []
    shared = FingerprintKey.objects.filter(batch_id=page.batch_id, key__in=sketch.sought_keys)
    likely = set(shared.exclude(page=page).values_list("page", flat=True))
    rows = _read_pages(page).filter(pk__in=likely).select_related("fingerprint")
    return [Twin(other, "rescan") for other in rows.iterator() if _is_twin(page, sketch, other)]


def _is_twin(page: Page, sketch: Sketch, other: Page) -> bool:
    """Whether both show one sheet; asked in the order of the batch, so that the answer is one."""
    kept = bytes(other.fingerprint.sketch)
    if not worth_comparing(sketch, kept):
        return False
    known = from_bytes(kept)
    return same_sheet(known, sketch) if _place(other) < _place(page) else same_sheet(sketch, known)
