"""Export: the deposited files of a batch → the tree that NIC's eOffice migration takes.

One folder a file, ``fl-…``, in it ``Notes``, ``Receipts``, ``Issues``, ``References`` with PDFs
under the size that eOffice takes; beside the folders an index, checksums and what was left out.
A folder appears whole or not at all; ``records/`` says what is in it, so that an export that was
cut off goes on, and ``verify`` can prove that nothing changed on the way.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classify.direction import Direction, directions
from classify.latin import folder_name, told_apart
from classify.proposals import Side
from classify.side_signs import PaperLook
from classify.view import look_at
from errors import ServiceUnreachable, WrongUsage
from ocr.alto import read_alto
from ocr.excerpt import excerpts
from pipeline import parts
from pipeline.app import App
from pipeline.export_tables import MARK, RECORDS, Documents, write_tables
from records import reads
from records.lifecycle import EXCLUDED_AS, PageState
from records.models import Batch, PhysicalFile
from records.reasons import reason

OnProgress = Callable[[int, int, str], None]

FORM = 1
DEFAULT_CAP_BYTES = 20_000_000
SMALLEST_CAP_BYTES = 100_000
_FOLDERS = {
    Direction.NOTE: "Notes",
    Direction.RECEIPT: "Receipts",
    Direction.ISSUE: "Issues",
    Direction.REFERENCE: "References",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A page or a whole file that is not in the export; reasons as the tables keep them."""

    source: str
    page: int | None
    reasons: tuple[dict[str, Any], ...]


def run(
    app: App,
    batch: Batch,
    target: Path,
    *,
    cap_bytes: int = DEFAULT_CAP_BYTES,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Write what is deposited of ``batch`` to ``target``; what is there already is kept.

    Args:
        batch: whose files.
        target: a folder that is new, empty, or an earlier export of the same batch.
        cap_bytes: largest size of one PDF; a single page over it is left out and reported.
        on_progress: called with files done, files in all, the current one.

    Returns:
        ``{"folder", "files", "documents", "kept", "left_out": [...]}``.

    Raises:
        WrongUsage: ``target`` holds something else, or the cap is too small.
        ServiceUnreachable: it cannot be written.
    """
    _expect_room(target, batch, cap_bytes)
    ready, left = _deposited(batch)
    names = _names(target, ready)
    try:
        kept = _write_missing(app, target, (ready, names), cap_bytes, on_progress)
        told = [*left, *_oversized(target, names.values())]
        documents = [_record(target, name) for name in names.values()]
        write_tables(target, documents, [asdict(one) for one in told])
    except OSError as fault:
        raise _unwritable(target, fault) from fault
    return {
        "folder": str(target),
        "files": len(ready),
        "documents": sum(len(one["documents"]) for one in documents),
        "kept": kept,
        "left_out": [asdict(one) for one in told],
    }


def _deposited(batch: Batch) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    """Reports of the files of ``batch`` that are deposited, and what of the others is left out."""
    rows = list(PhysicalFile.objects.filter(batch=batch).order_by("ordinal"))
    reports = [reads.file_report(row) for row in rows]
    left = [left for report, row in zip(reports, rows, strict=True) for left in _left(report, row)]
    return [report for report in reports if report["state"] == "deposited"], left


def _write_missing(
    app: App,
    target: Path,
    named: tuple[Sequence[dict[str, Any]], dict[str, str]],
    cap_bytes: int,
    on_progress: OnProgress | None,
) -> int:
    """Write the files that are not there yet; says how many were."""
    ready, names = named
    kept = 0
    for done, report in enumerate(ready):
        if on_progress is not None:
            on_progress(done, len(ready), report["source"])
        if _is_there(target, names[report["id"]], report):
            kept += 1
        else:
            _write_file(app, target, names[report["id"]], report, cap_bytes)
    if on_progress is not None:
        on_progress(len(ready), len(ready), "")
    return kept


def _expect_room(target: Path, batch: Batch, cap_bytes: int) -> None:
    """Refuse a place that is in use for something else; mark a new one as ours."""
    if cap_bytes < SMALLEST_CAP_BYTES:
        raise WrongUsage(
            "PDFs of at most {size} MB are too small to hold pages.",
            kept="Nothing was written.",
            todo="Name a size of at least 0.1 MB; eOffice takes 20.",
            size=cap_bytes / 1e6,
        )
    mark = {"form": FORM, "batch": batch.pk, "cap_bytes": cap_bytes}
    try:
        if (target / MARK).exists():
            if json.loads((target / MARK).read_text(encoding="utf-8")) == mark:
                return
            raise _in_use(target)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise _in_use(target)
        (target / RECORDS).mkdir(parents=True)
        _write_text(target / MARK, json.dumps(mark))
    except (OSError, ValueError) as fault:
        raise _unwritable(target, fault) from fault


def _in_use(target: Path) -> WrongUsage:
    return WrongUsage(
        "{path} holds something else, or an export with other choices.",
        kept="Nothing in it was changed.",
        todo="Name a folder that is new or empty.",
        path=target,
    )


def _unwritable(target: Path, fault: Exception) -> ServiceUnreachable:
    return ServiceUnreachable(
        "The export to {path} was cut off: {reason}.",
        kept="The folders that are finished; nothing of the store was changed.",
        todo="Make room there or connect the disk, then type the same command again.",
        path=target,
        reason=getattr(fault, "strerror", None) or type(fault).__name__,
    )


def _left(report: dict[str, Any], row: PhysicalFile) -> Iterator[LeftOut]:
    """What of a file is not handed over, and why."""
    if report["state"] != "deposited":
        reasons = tuple(row.reasons) or (reason("not_deposited"),)
        yield LeftOut(report["source"], None, reasons)
        return
    excluded = [str(state) for state in EXCLUDED_AS if state != PageState.REPLACED]
    for page in row.pages.filter(state__in=excluded).order_by("sequence"):
        why = tuple(page.reasons) or (reason(EXCLUDED_AS[PageState(page.state)]),)
        yield LeftOut(f"{page.source}#{page.frame}", page.sequence, why)


def _names(target: Path, ready: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Folder names by file id; a name once given stays, whatever is deposited later."""
    given = {record["id"]: record["folder"] for record in _records(target)}
    new = [report for report in ready if report["id"] not in given]
    wanted = [folder_name(_number(report) or report["id"]) for report in new]
    apart = told_apart([*given.values(), *wanted])[len(given) :]
    names = given | {report["id"]: name for report, name in zip(new, apart, strict=True)}
    return {report["id"]: names[report["id"]] for report in ready}


def _number(report: dict[str, Any]) -> str:
    found = report["metadata"].get("file_number") or {}
    return str(found.get("value") or report["declared"].get("file_number") or "")


def _records(target: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((target / RECORDS).glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _record(target: Path, name: str) -> Documents:
    record: Documents = json.loads((target / RECORDS / f"{name}.json").read_text(encoding="utf-8"))
    return record


def _is_there(target: Path, name: str, report: dict[str, Any]) -> bool:
    """Whether this version of the file was written whole before."""
    path = target / RECORDS / f"{name}.json"
    if not path.exists() or not (target / name).is_dir():
        return False
    record = _record(target, name)
    same = record["version"] == report["deposit"]["version"]
    return same and all((target / one["path"]).is_file() for one in record["documents"])


def _write_file(app: App, target: Path, name: str, report: dict[str, Any], cap_bytes: int) -> None:
    """One file's folder, whole; its record is written last."""
    making = target / f".{name}.part"
    shutil.rmtree(making, ignore_errors=True)
    made, oversized = [], []
    access = next(one for one in report["deposit"]["objects"] if one["role"] == "access")
    shown = [page for page in report["pages"] if page["state"] == PageState.RECOGNISED]
    placed = _placed(app, report, shown)
    with parts.as_file(app, access["key"]) as pdf:
        for direction, folder in _FOLDERS.items():
            places = [place for place, one in enumerate(placed) if one == direction]
            inside = making / folder
            inside.mkdir(parents=True)
            for part in excerpts(pdf, places, inside, cap_bytes=cap_bytes):
                sequences = [shown[place]["sequence"] for place in part.pages]
                if part.fits:
                    made.append(_document(part.path, f"{name}/{folder}", sequences))
                else:
                    part.path.unlink()
                    oversized.append({"page": sequences[0], "size_bytes": part.size_bytes})
    (target / RECORDS / f"{name}.json").unlink(missing_ok=True)
    shutil.rmtree(target / name, ignore_errors=True)
    making.rename(target / name)
    record = {**_row(report, name), "documents": made, "oversized": oversized}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    _write_text(target / RECORDS / f"{name}.json", text)


def _document(path: Path, folder: str, sequences: list[int]) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "path": f"{folder}/{path.name}",
        "pages": sequences,
        "size_bytes": path.stat().st_size,
        "sha256": digest,
    }


def _row(report: dict[str, Any], name: str) -> dict[str, Any]:
    """What the index says of one file; values as they were found, nothing transliterated."""
    metadata, declared = report["metadata"], report["declared"]

    def found(field: str) -> str:
        return str((metadata.get(field) or {}).get("value") or declared.get(field) or "")

    return {
        "id": report["id"],
        "version": report["deposit"]["version"],
        "folder": name,
        "source": report["source"],
        "file_number": _number(report),
        **{field: found(field) for field in ("subject", "department", "date", "document_type")},
        "computer_number": report["efile"]["computer_number"]
        or declared.get("computer_number")
        or "",
        "retention_class": _class(report["retention"]),
        "location": (report["location"] or {}).get("value", ""),
        "never_destroyed": ", ".join(one["kind"] for one in report["never_destroyed"]),
    }


def _class(retention: dict[str, Any] | None) -> str:
    """The class as the state writes it, or what was written where no class is meant."""
    return str((retention or {}).get("class") or (retention or {}).get("written") or "")


def _placed(app: App, report: dict[str, Any], shown: Sequence[dict[str, Any]]) -> list[Direction]:
    """Where each page of the access copy belongs: note, receipt, issue or reference."""
    texts = {
        one["key"].rsplit("/", 1)[-1]: one["key"]
        for one in report["deposit"]["objects"]
        if one["role"] == "alto"
    }
    views = []
    for page in shown:
        key = texts[f"{page['sequence']:05d}.xml"]
        side = Side(page["side"]) if page["side"] else None
        text = read_alto(app.store.read_bytes(key))
        look = PaperLook(side, False, text.appearance)
        views.append(look_at(page["sequence"], text, look, app.rules))
    own = (report["metadata"].get("department") or {}).get("canonical")
    return [directed.direction for directed in directions(views, own)]


def _oversized(target: Path, names: Iterator[str] | Any) -> Iterator[LeftOut]:
    for name in names:
        record = _record(target, name)
        for one in record["oversized"]:
            why = reason("page_too_large", size_mb=round(one["size_bytes"] / 1e6, 1))
            yield LeftOut(record["source"], one["page"], (why,))


def _write_text(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
