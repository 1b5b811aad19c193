"""``batch.csv``: what the office already knows of the physical files it sends."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path, PurePath

from errors import InputRejected
from ingest.manifest import Declared
from ingest.names import folded

COLUMNS = (
    "path",
    "file_number",
    "subject",
    "department",
    "declared_pages",
    "location",
    "retention_class",
    "computer_number",
)
_MAX_BYTES = 64_000_000
_SEPARATORS = ",;\t"
_NAMING = {"path", "file_number", "computer_number"}
_NO_NAMES = "the first line names none of the columns 'path', 'file_number', 'computer_number'"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``batch.csv``: its number from 1, the path as written, what it declares."""

    line: int
    path: str
    declared: Declared


@dataclass(frozen=True, slots=True)
class Declarations:
    """All rows by folded path, rows without a path, and the columns that are none of ours.

    A list for cover sheets needs no paths: its rows are found by their sheets.
    """

    rows: dict[str, Row]
    strange_columns: tuple[str, ...] = ()
    placeless: tuple[Row, ...] = ()

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Every row, in the order of the list."""
        return tuple(sorted((*self.rows.values(), *self.placeless), key=lambda row: row.line))

    def of(self, place: PurePath | str) -> Row | None:
        """The row for a folder or scan below SOURCE, if there is one."""
        return self.rows.get(folded_path(str(place)))


NONE = Declarations({})


def folded_path(written: str) -> str:
    """A path as people compare it: either slash, no ``./`` and no closing slash, no case."""
    parts = [
        part for part in written.strip().replace("\\", "/").split("/") if part not in ("", ".")
    ]
    return folded("/".join(parts))


def read_declarations(path: Path) -> Declarations:
    """The rows of a ``batch.csv``: UTF-8 or UTF-16, comma, semicolon or tab between cells.

    Raises:
        InputRejected: it cannot be read as such a table; the message names the line.
    """
    text = _text(path)
    header_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: dict[str, Row] = {}
    placeless: list[Row] = []
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells)
                continue
            row = _row(columns, cells, reader.line_num)
            if not row.path:
                placeless.append(row)
            elif rows.setdefault(folded_path(row.path), row) is not row:
                raise _broken(row.line, "the same path stands in two lines")
    except csv.Error as fault:
        raise _broken(reader.line_num, "its quotation marks do not pair") from fault
    if not columns:
        raise _broken(1, _NO_NAMES)
    strange = tuple(name for name in columns if name and name not in COLUMNS)
    return Declarations(rows, strange, tuple(placeless))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _broken(1, "it is far too large for a list of files")
        raw = path.read_bytes()
    except OSError as fault:
        raise _broken(1, fault.strerror or type(fault).__name__) from fault
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise _broken(line, "the letters are not saved as UTF-8") from fault


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    if not _NAMING & set(names):
        raise _broken(1, _NO_NAMES)
    known = [name for name in names if name in COLUMNS]
    if len(known) != len(set(known)):
        raise _broken(1, "a column stands in it twice")
    return names


def _row(columns: list[str], cells: list[str], line: int) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _broken(line, "it has more cells than the first line")
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    path = named.pop("path", "")
    if not path and "path" in columns:
        raise _broken(line, "the path is missing")
    if not path and not _NAMING & named.keys():
        raise _broken(line, "the file has neither a number nor a computer number")
    pages = named.pop("declared_pages", None)
    texts = {name: cell for name, cell in named.items() if name in COLUMNS}
    return Row(line, path, Declared(declared_pages=_count(pages, line), **texts))


def _count(cell: str | None, line: int) -> int | None:
    if cell is None:
        return None
    if not cell.isdecimal() or len(cell) > 9:
        raise _broken(line, "declared_pages is not a whole number")
    return int(cell)  # Devanagari digits too


def _broken(line: int, reason: str) -> InputRejected:
    return InputRejected(
        "batch.csv cannot be used: line {line}: {reason}.",
        kept="Nothing was begun; the scans are untouched.",
        todo=(
            "Correct the line, save it as 'CSV UTF-8' with the columns {columns}, "
            "then submit the batch again."
        ),
        line=line,
        reason=reason,
        columns=",".join(COLUMNS),
    )
