"""Twins: a page that shows a sheet which was scanned before in the same batch.

Of two scans of one sheet the later one, in the order of the batch, is the duplicate. That must
not depend on which of them was read first, so whoever comes second looks for the other and marks
whichever of the two is later, in the transaction that settles its page. All such transactions of
a batch come one after the other: they hold the batch's row.

A sheet that was written on or stamped between the two scans is no duplicate: each scan keeps what
the other lacks. The later one is referred to a person (``changed_sheet``), without a mark.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from ocr.sketch import MOST_LOOKED_AT, Kinship, Sketch, closest, from_bytes, kinship
from pipeline.describe import OF_PAGES, page_reasons
from records import fingerprints, ledger
from records.lifecycle import FileState, PageState, advance
from records.models import Page, PhysicalFile
from records.reasons import reason

CHANGED = "changed_sheet"
CODES = ("duplicate", "rescan", CHANGED)
_CODE_OF = {Kinship.SAME: "rescan", Kinship.CHANGED: CHANGED}


@dataclass(frozen=True)
class Twin:
    """An earlier page, and what of ``CODES`` makes the later one its twin."""

    page: Page
    code: str

    @property
    def rank(self) -> tuple[bool, tuple[int, int, int, str], str]:
        """The lowest is told: a page that is the same, then the earliest."""
        return (self.code == CHANGED, _place(self.page), self.code)


def keep(page: Page, sketch: Sketch | None) -> None:
    """Keep what ``page`` looks like, if it is a scan."""
    if sketch is not None:
        fingerprints.keep(page, sketch.as_bytes(), sketch.fingerprint.keys)


def mark(page: Page, sketch: Sketch | None) -> None:
    """Mark ``page`` as the twin of an earlier one, and later ones as twins of ``page``.

    Call it in the transaction that settles ``page``, after ``lifecycle.hold``.
    """
    others = [*_same_bytes(page), *_same_sheet(page, sketch)]
    earlier = [other for other in others if _place(other.page) < _place(page)]
    if earlier:
        _marked(page, min(earlier, key=lambda twin: twin.rank))
    for later in (other for other in others if _place(other.page) > _place(page)):
        known, found = _known(later.page), Twin(page, later.code)
        if known is None or found.rank < known.rank:
            _marked(later.page, found)
            _tell_file(later.page.file_id)


def _known(page: Page) -> Twin | None:
    """What ``page`` is marked as."""
    for kept in page.reasons:
        if kept["code"] in CODES:
            earlier = (
                Page.objects.select_related("file").filter(pk=kept["facts"].get("page_id")).first()
            )
            return Twin(earlier, kept["code"]) if earlier else None
    return None


def _marked(page: Page, twin: Twin) -> None:
    others = [kept for kept in page.reasons if kept["code"] not in CODES]
    page.reasons = [*others, reason(twin.code, of=str(twin.page), page_id=twin.page.pk)]
    page.duplicate_of = None if twin.code == CHANGED else twin.page
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
    found = fingerprints.same_bytes(page) if page.source_sha256 else []
    if not found:
        return []
    return [Twin(other, "duplicate") for other in _read_pages(page).filter(pk__in=found)]


def _same_sheet(page: Page, sketch: Sketch | None) -> list[Twin]:
    if sketch is None:
        return []
    found = fingerprints.sharing(page, sketch.sought_keys, 4 * MOST_LOOKED_AT)
    if not found:
        return []
    standing = set(_read_pages(page).filter(pk__in=found).values_list("pk", flat=True))
    likely = [pk for pk in found if pk in standing][:MOST_LOOKED_AT]
    rows = _read_pages(page).filter(pk__in=likely).select_related("fingerprint").order_by("pk")
    kept = {other.pk: (other, bytes(other.fingerprint.sketch)) for other in rows}
    near = closest(sketch, ((pk, content) for pk, (_, content) in kept.items()))
    related = ((kept[pk][0], _kinship(page, sketch, *kept[pk])) for pk in near)
    return [Twin(other, _CODE_OF[kin]) for other, kin in related if kin is not Kinship.OTHER]


def _kinship(page: Page, sketch: Sketch, other: Page, content: bytes) -> Kinship:
    """What both are to each other; asked in the order of the batch, so that the answer is one."""
    known = from_bytes(content)
    return kinship(known, sketch) if _place(other) < _place(page) else kinship(sketch, known)
