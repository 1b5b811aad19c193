"""The tables beside an export: index as CSV and XLSX, what was left out, checksums."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from lang import say
from pipeline.rejects import harmless
from records.reasons import in_words

Documents: TypeAlias = dict[str, Any]  # one file of the export, as ``records/`` keeps it

MARK, RECORDS = "export.json", "records"
INDEX, WORKBOOK, LEFT, SUMS = "index.csv", "index.xlsx", "left-out.csv", "SHA256SUMS"
FILE_COLUMNS = (
    "folder", "file_number", "subject", "department", "date", "document_type",
    "computer_number", "retention_class", "location", "never_destroyed", "source", "version",
    "notes", "receipts", "issues", "references", "documents",
)  # fmt: skip
DOCUMENT_COLUMNS = ("folder", "path", "first_page", "last_page", "pages", "size_bytes", "sha256")
LEFT_COLUMNS = ("source", "page", "reason")


def write_tables(
    target: Path, files: Sequence[Documents], left: Sequence[Mapping[str, Any]]
) -> None:
    """Write all tables of the export in ``target`` anew; the checksums last."""
    index = [_file_row(one) for one in files]
    documents = [_document_row(one, made) for one in files for made in one["documents"]]
    missing = [_left_row(one) for one in left]
    _write_csv(target / INDEX, FILE_COLUMNS, index)
    _write_csv(target / LEFT, LEFT_COLUMNS, missing)
    sheets = {
        "Files": (FILE_COLUMNS, index),
        "Documents": (DOCUMENT_COLUMNS, documents),
        "Left out": (LEFT_COLUMNS, missing),
    }
    _write_workbook(target / WORKBOOK, sheets)
    sums = {made["path"]: made["sha256"] for one in files for made in one["documents"]}
    for name in (INDEX, WORKBOOK, LEFT):
        sums[name] = hashlib.sha256((target / name).read_bytes()).hexdigest()
    lines = (f"{digest}  {path}\n" for path, digest in sorted(sums.items()))
    _replace(target / SUMS, "".join(lines).encode())


def _file_row(one: Documents) -> list[str | int]:
    counts = {
        name: sum(
            len(made["pages"]) for made in one["documents"] if f"/{name.title()}/" in made["path"]
        )
        for name in ("notes", "receipts", "issues", "references")
    }
    cells = {**one, **counts, "documents": len(one["documents"])}
    return [cells.get(column, "") for column in FILE_COLUMNS]


def _document_row(one: Documents, made: Mapping[str, Any]) -> list[str | int]:
    pages = made["pages"]
    return [
        one["folder"], made["path"], pages[0], pages[-1], len(pages), made["size_bytes"],
        made["sha256"],
    ]  # fmt: skip


def _left_row(one: Mapping[str, Any]) -> list[str | int]:
    words = " ".join(in_words(kept) for kept in one["reasons"])
    return [one["source"], one["page"] or say("all"), words]


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows([_safe(cell) for cell in row] for row in rows)
    part.replace(path)


def _write_workbook(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str | int]]]]
) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, (columns, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_safe(cell) for cell in row])
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    part.replace(path)


def _safe(cell: str | int) -> str | int:
    return harmless(cell) if isinstance(cell, str) else cell


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
