"""Reading what is known: progress, the ledger's balance, a batch's report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from lang import say
from records import eyes, reasons, register_reads
from records.access import EVERYTHING, Scope
from records.due import PENDING_FILES
from records.lifecycle import EXCLUDED_AS, FileState, PageState
from records.models import Batch, Deposit, Page, PhysicalFile
from records.register import FileLink
from records.side_words import order_report, told_by

IN_A_LINE = ("id", "label", "state", "created_at", "office", "source", "queue")


@dataclass(frozen=True)
class Progress:
    """How far a batch has come; pages of a file count as finished when it is settled."""

    pages: int
    pages_read: int
    files: int
    files_settled: int
    current: str  # the file in work, empty when none is


def progress(batch_id: str) -> Progress:
    """Counts for the progress display; cheap enough to ask several times a second."""
    pages = Counter(dict(_counts(Page, batch_id)))
    files = Counter(dict(_counts(PhysicalFile, batch_id)))
    held = Page.objects.filter(batch_id=batch_id).exclude(lease_holder="")
    current = held.values_list("file__source", flat=True).first()
    if current is None:
        busy = PhysicalFile.objects.filter(batch_id=batch_id).exclude(lease_holder="")
        current = busy.values_list("source", flat=True).first()
    return Progress(
        pages=sum(pages.values()),
        pages_read=sum(pages.values()) - pages[PageState.RECEIVED],
        files=sum(files.values()),
        files_settled=sum(count for state, count in files.items() if state not in PENDING_FILES),
        current=current or "",
    )


def ledger_of(batch: Batch) -> dict[str, Any]:
    """The balance: received = deposited + in_review + excluded + pending, and what is missing.

    ``received`` was counted at admission, apart from the page rows, so a row that went missing
    shows as ``unexplained``.
    """
    accounted: Counter[str] = Counter()
    rows = Page.objects.filter(batch_id=batch.pk).values("state", "file__state")
    for row in rows.annotate(n=Count("pk")):
        accounted[_place(row["state"], row["file__state"])] += row["n"]
    excluded = [
        {"source": source, "frame": frame, "reason": EXCLUDED_AS[PageState(state)]}
        for source, frame, state in Page.objects.filter(batch=batch, state__in=list(EXCLUDED_AS))
        .order_by("file__ordinal", "sequence")
        .values_list("source", "frame", "state")
    ]
    return {
        "received": batch.received,
        "deposited": accounted["deposited"],
        "in_review": accounted["in_review"],
        "pending": accounted["pending"],
        "unexplained": batch.received - sum(accounted.values()),
        "excluded": excluded,
    }


def _place(state: str, file_state: str) -> str:
    """Where a page counts in the ledger."""
    if state in EXCLUDED_AS:
        return "excluded"
    if state == PageState.RECEIVED or file_state in PENDING_FILES:
        return "pending"
    return "deposited" if file_state == FileState.DEPOSITED else "in_review"


def batch_line(batch: Batch) -> dict[str, Any]:
    """One batch as the listing shows it."""
    line = {name: getattr(batch, name) for name in IN_A_LINE}
    return {**line, "created_at": batch.created_at.isoformat()}


def batches() -> list[dict[str, Any]]:
    """Every batch, newest first, with its counts."""
    rows = PhysicalFile.objects.order_by().values_list("batch_id")
    files = dict(rows.annotate(n=Count("batch_id")))  # which the index alone answers
    pending = dict(rows.filter(state__in=PENDING_FILES).annotate(n=Count("batch_id")))
    return [
        {
            **line,
            "created_at": line["created_at"].isoformat(),
            "files": files.get(line["id"], 0),
            "files_pending": pending.get(line["id"], 0),
        }
        for line in Batch.objects.order_by("-created_at", "-id").values(*IN_A_LINE)
    ]


def batch_report(batch: Batch) -> dict[str, Any]:
    """The whole of ``batch show --json``."""
    files = list(PhysicalFile.objects.filter(batch=batch).order_by("ordinal"))
    return {
        "batch": batch_line(batch),
        "ledger": ledger_of(batch),
        "files": file_reports(files),
        "ignored": ignored_report(batch),
    }


def ignored_report(batch: Batch) -> list[dict[str, Any]]:
    """What lay beside the scans and is none, with why."""
    return [
        {"source": left["source"], "reason": say(left["why"], **left["facts"])}
        for left in batch.ignored
    ]


def file_report(file: PhysicalFile, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """One file with its pages and its newest deposit, as one who sees ``scope`` may read it."""
    return file_reports([file], scope)[0]


def file_reports(files: Sequence[PhysicalFile], scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
    """Such reports of several files: a few queries, however many there are."""
    of_files = _Belongings.of(files)
    pages = [page for some in of_files.pages.values() for page in some]
    eyes.cover(scope, files, pages, of_files.links.values())
    return [_file_report(file, of_files) for file in files]


OF_A_REPORT = (
    "file", "sequence", "source", "frame", "source_sha256", "width_px", "height_px", "dpi",
    "dpi_origin", "side", "state", "rotated_cw_deg", "skew_ccw_deg", "confidence", "ink_coverage",
    "duplicate_of", "reasons", "marks", "flags",
)  # fmt: skip
"""Columns of a page that its report shows; one that is missing here is fetched page by page."""


@dataclass(frozen=True)
class _Belongings:
    """What belongs to some files, by the file's id: asked for all of them at once."""

    pages: Mapping[str, Sequence[Page]]
    links: Mapping[str, FileLink]
    deposits: Mapping[str, Deposit]

    @classmethod
    def of(cls, files: Sequence[PhysicalFile]) -> _Belongings:
        ids = [file.pk for file in files]
        pages: defaultdict[str, list[Page]] = defaultdict(list)
        rows = Page.objects.filter(file__in=ids).exclude(state=PageState.REPLACED)
        of_all = list(rows.only(*OF_A_REPORT).order_by("sequence", "id"))
        # few pages are twins of another: joined, every row would bear a second page's columns
        twins = [page for page in of_all if page.duplicate_of_id]
        others = {page.duplicate_of_id for page in twins}
        known = Page.objects.only("source", "frame").in_bulk(others) if others else {}
        for page in twins:
            page.duplicate_of = known[page.duplicate_of_id]
        for page in of_all:
            pages[page.file_id].append(page)
        links = FileLink.objects.filter(file__in=ids).select_related("entry")
        made = Deposit.objects.filter(file__in=ids).order_by("version")
        return cls(
            pages, {link.file_id: link for link in links}, {one.file_id: one for one in made}
        )


def _file_report(file: PhysicalFile, belongings: _Belongings) -> dict[str, Any]:
    return {
        "id": file.pk,
        "source": file.source,
        "state": shown_state(file),
        "reasons": [reasons.in_words(reason) for reason in file.reasons],
        "reason_codes": [reason["code"] for reason in file.reasons],
        "declared": file.declared,
        "metadata": file.metadata,
        "efile": _efile_report(belongings.links.get(file.pk)),
        **custody_report(file),
        "sides": [order_report(order) for order in file.split.get("sides", ())],
        "pages": [
            page_report(page, side_told(page, file)) for page in belongings.pages.get(file.pk, ())
        ],
        "deposit": _deposit_report(belongings.deposits.get(file.pk)),
    }


def shown_state(file: PhysicalFile) -> str:
    """Where the file stands, as CONTRACT names it."""
    return "pending" if file.state in PENDING_FILES else str(file.state)


def custody_report(file: PhysicalFile) -> dict[str, Any]:
    """How long the file is kept, where its paper lies, what of it may never be destroyed."""
    return {
        "retention": file.care.get("retention"),
        "location": file.care.get("location"),
        "never_destroyed": file.care.get("never_destroyed", []),
    }


def efile_report(file: PhysicalFile) -> dict[str, Any]:
    """How the file stands to the e-file register, with what the register says of it."""
    return _efile_report(FileLink.objects.filter(file=file).select_related("entry").first())


def _efile_report(link: FileLink | None) -> dict[str, Any]:
    entry = link.entry if link else None
    candidates = link.candidates if link else []
    return {
        "match": link.match if link else "none",
        "computer_number": entry.computer_number if entry else None,
        "score": link.score if link else 0.0,
        "by": link.made_by if link else "",
        "linked_at": link.made_at.isoformat() if link else None,
        "register": register_reads.entry_report(entry) if entry else None,
        "candidates": [
            {**one, "reasons": [reasons.in_words({"code": code}) for code in one["why"]]}
            for one in candidates
        ],
    }


def page_report(page: Page, told: Mapping[str, Any]) -> dict[str, Any]:
    """One page, as CONTRACT names its fields.

    Args:
        page: the page.
        told: how sure its side is and by what (``side_told``).
    """
    return {
        "sequence": page.sequence,
        "source": page.source,
        "frame": page.frame,
        "source_sha256": page.source_sha256,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "dpi_origin": page.dpi_origin,
        "side": page.side,
        "side_confidence": told.get("confidence"),
        "side_told_by": list(told.get("evidence", ())),
        "side_words": told_by(told.get("evidence", ()), told.get("number")),
        "state": page.state,
        "rotated_cw_deg": page.rotated_cw_deg,
        "skew_ccw_deg": page.skew_ccw_deg,
        "confidence": page.confidence,
        "ink_coverage": page.ink_coverage,
        "duplicate_of": _page_name(page.duplicate_of),
        "reasons": [reasons.in_words(reason) for reason in page.reasons],
        "reason_codes": [reason["code"] for reason in page.reasons],
        "marks": sorted(page.marks),
        "flags": page.flags,
    }


def side_told(page: Page, file: PhysicalFile) -> Mapping[str, Any]:
    """How sure the side of a page of the file is, and by what; empty while not known."""
    found: Mapping[str, Any] = file.split.get("told", {}).get(page.pk, {})
    return found


def _page_name(page: Page | None) -> str | None:
    return f"{page.source}#{page.frame}" if page else None


def _deposit_report(newest: Deposit | None) -> dict[str, Any] | None:
    if newest is None:
        return None
    return {
        "version": newest.version,
        "deposited_at": newest.deposited_at.isoformat(),
        "objects": newest.objects_listed,
    }


def _counts(kind: type[Page] | type[PhysicalFile], batch_id: str) -> Mapping[str, int]:
    rows = kind.objects.filter(batch_id=batch_id).values_list("state")
    return dict(rows.annotate(n=Count("pk")).values_list("state", "n"))
