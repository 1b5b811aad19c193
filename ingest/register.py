"""A register of e-files → its rows: CSV or XLSX as eOffice exports them, in whatever shape."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from ingest import register_refused as refused
from ingest.register_cells import (
    Cell,
    RowFault,
    Unusable,
    cleaned,
    computer_number,
    day,
    is_legacy,
)
from ingest.register_sheet import is_zip, sheet_rows
from ingest.register_text import text_rows

REQUIRED = ("computer_number", "file_number")
TEXTS = ("subject", "department", "section", "status", "location", "retention_class")
MAX_COLUMNS = 200
MAX_ROWS = 5_000_000
_HEAD_ROWS = 20
_LONGEST_SHOWN = 4_000
_MAX_NUMBER_CHARS = 160
_LONGEST = {"department": 255, "section": 255, "status": 64, "location": 255, "retention_class": 32}
# What table programs make of 12-1/14: 2014-01-12 00:00:00, 12-Jan-14, Jan-14.
_MADE_A_DATE = re.compile(
    r"\d{4}-\d\d-\d\d 00:00:00"
    r"|(?:\d{1,2}[-/ ])?"
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    r"[-/ ]\d{2}(?:\d\d)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[^\w\u0900-\u0963\u0966-\u097f]+|_")  # \w lacks vowel signs

Facts: TypeAlias = dict[str, str | int]
Headings: TypeAlias = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Came:
    """The cells of a row as they came, under the table's own headings."""

    headings: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One e-file as the register names it; texts are one line each, empty where not known.

    Attributes:
        line: where it stands in the table, from 1.
        computer_number: eOffice's own number of the file: Latin digits, no zeros in front.
        file_number: as written.
        texts: one for each of ``TEXTS``.
        notes: what was left out of the row, and why.
        cells: the row as it came.
    """

    line: int
    computer_number: str
    file_number: str
    texts: Mapping[str, str]
    opened_on: date | None = None
    closed_on: date | None = None
    notes: tuple[tuple[RowFault, Facts], ...] = ()
    cells: Came = Came((), ())


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """One row that was not taken: where it stands, why, and its cells as they came."""

    line: int
    fault: RowFault
    facts: Facts
    cells: Came


def read_register(path: Path, *, workdir: Path) -> Iterator[RegisterRow | SkippedRow]:
    """Every row of the register at ``path``, taken or skipped, in order; nothing is kept of it.

    CSV may be UTF-8, UTF-16 or Windows-1252, with comma, semicolon, tab or bar between cells.
    XLSX is read by a confined child; formulas are never computed, their last value counts.

    Args:
        path: the table; its kind is told by its bytes.
        workdir: a folder for the child to stand in.

    Raises:
        InputRejected: it is no table, has no headings, or breaks off; the message names the line.
    """
    rows: Iterator[tuple[int, Sequence[Cell]]]
    rows = sheet_rows(path, workdir=workdir) if is_zip(path) else iter(text_rows(path))
    head = list(islice(rows, _HEAD_ROWS))
    at, headings = _headings(head)
    shown = _shown(head[at][1])
    for count, (line, cells) in enumerate(chain(head[at + 1 :], rows), start=1):
        if count > MAX_ROWS:
            raise refused.broken(line, refused.TableFault.TOO_MANY_ROWS)
        came = Came(shown, _shown(cells))
        try:
            yield _row(line, cells, headings, came)
        except Unusable as wrong:
            yield SkippedRow(line, wrong.fault, wrong.facts, came)


def _headings(head: Sequence[tuple[int, Sequence[Cell]]]) -> tuple[int, Headings]:
    """Which of the first rows holds the headings, and the field of each column."""
    for place, (_, cells) in enumerate(head):
        found = _fields_of(cells)
        if set(REQUIRED) <= set(found.values()):
            return place, found
    first = " | ".join(str(cell) for cell in (head[0][1] if head else ()) if cell is not None)[:200]
    if any(is_legacy(str(cell), _rules()[1]) for _, cells in head for cell in cells if cell):
        raise refused.legacy_headings()
    raise refused.no_headings(first or "–")


def _fields_of(cells: Sequence[Cell]) -> Headings:
    names, _ = _rules()
    found: dict[int, str] = {}
    for column, cell in enumerate(cells[:MAX_COLUMNS]):
        field = names.get(heading_key(str(cell or "")))
        if field is None:
            continue
        twin = next((other for other, name in found.items() if name == field), None)
        if twin is not None:
            if field in REQUIRED:
                raise refused.two_headings(str(cells[twin]), str(cell))
            continue  # of two that say the same, the first counts
        found[column] = field
    return found


def heading_key(heading: str) -> str:
    """A heading as headings are compared: no case, spaces, signs or nuktas."""
    text = unicodedata.normalize("NFKC", heading[:200]).casefold().replace("\u093c", "")
    return _BETWEEN.sub("", text.replace("ँ", "ं"))


@cache
def _rules() -> tuple[Mapping[str, str], frozenset[str]]:
    """Heading → field, and the words that betray an old font."""
    book = tomllib.loads((files("ingest") / "register_columns.toml").read_text(encoding="utf-8"))
    names = {
        heading_key(heading): field
        for field, headings in book["columns"].items()
        for heading in headings
    }
    return names, frozenset(book["legacy"]["words"])


def _shown(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell)[:_LONGEST_SHOWN] for cell in cells[:MAX_COLUMNS])


def _row(line: int, cells: Sequence[Cell], headings: Headings, came: Came) -> RegisterRow:
    if any(cell not in (None, "") for cell in cells[len(came.headings) :]):
        raise Unusable(RowFault.TOO_MANY_CELLS)
    told = {
        field: cleaned(cells[column]) if column < len(cells) else ""
        for column, field in headings.items()
    }
    betraying = _rules()[1]
    for field in ("subject", "department", "section"):
        if is_legacy(told.get(field, ""), betraying):
            raise Unusable(RowFault.LEGACY_FONT)
    notes: list[tuple[RowFault, Facts]] = []
    days: dict[str, date | None] = {}
    for field in ("opened_on", "closed_on"):
        try:
            days[field] = day(told.pop(field, ""))
        except Unusable as wrong:
            days[field] = None
            notes.append((wrong.fault, wrong.facts))
    number = computer_number(told.pop("computer_number"))
    file_number = _file_number(told.pop("file_number"))
    kept = {field: told.get(field, "")[: _LONGEST.get(field)] for field in TEXTS}
    return RegisterRow(line, number, file_number, kept, **days, notes=tuple(notes), cells=came)


def _file_number(text: str) -> str:
    if not text:
        raise Unusable(RowFault.FILE_NUMBER_MISSING)
    if _MADE_A_DATE.fullmatch(text):
        raise Unusable(RowFault.FILE_NUMBER_IS_DATE)
    if len(text) > _MAX_NUMBER_CHARS or not any(sign.isdecimal() for sign in text):
        raise Unusable(RowFault.FILE_NUMBER_WRONG, value=text[:40])
    return text
