"""A home watched from outside while a run works in it: how far, at what, after how many tries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LOCKED_OUT_S = 0.5
MANIFEST = "manifest.json"


class Moment(StrEnum):
    """What is being done in a home."""

    ADMISSION = "admission"  # bytes are taken in, no worker yet
    BETWEEN = "between"  # a worker starts, or looks for work
    READING = "reading"
    ASSEMBLY = "assembly"
    DEPOSIT = "deposit"  # objects are being laid down, or about to be
    MANIFEST = "manifest"  # objects are down, the manifest is not
    COMMIT = "commit"  # the manifest is down, the records do not know of it yet
    SWEEP = "sweep"  # deposited, but what was made on the way is still there
    SETTLED = "settled"  # nothing is left to be done


@dataclass(frozen=True, slots=True)
class Seen:
    """One look.

    Attributes:
        moment: what is being done, the rarest first if several things are.
        left: units of work to come: one a page to read, two a file to assemble and deposit.
        most_tries: the highest number of tries among the rows in work.
    """

    moment: Moment
    left: int
    most_tries: int


def look(home: Path, *, has_worker: bool) -> Seen:
    """What stands in the home now; a database that cannot be read yet is admission."""
    try:
        rows = _rows(home / "abhilekh.sqlite3")
    except sqlite3.OperationalError:  # not there, its tables are being made, or just locked
        return Seen(Moment.ADMISSION, -1, 0)
    if rows is None:
        return Seen(Moment.ADMISSION, -1, 0)
    tries = [row.tries for row in (*rows.pages, *rows.files) if row.held]
    left = sum(1 for page in rows.pages if page.state == "received")
    left += sum({"open": 2, "assembled": 1}.get(file.state, 0) for file in rows.files)
    return Seen(_moment(home, rows, has_worker), left, max(tries, default=0))


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    state: str
    tries: int
    held: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    pages: tuple[_Row, ...]
    files: tuple[_Row, ...]


def _rows(database: Path) -> _Rows | None:
    address = f"file:{database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCKED_OUT_S)) as connection:
        pages, files = (
            tuple(
                _Row(row_id, state, tries, bool(holder))
                for row_id, state, tries, holder in connection.execute(
                    f"SELECT id, state, tries, lease_holder FROM {table}"
                )
            )
            for table in ("records_page", "records_physicalfile")
        )
    return _Rows(pages, files) if files else None


def _moment(home: Path, rows: _Rows, has_worker: bool) -> Moment:
    settled = all(file.state not in ("open", "assembled") for file in rows.files)
    if not has_worker:
        return Moment.SETTLED if settled else Moment.ADMISSION
    depositing = [file for file in rows.files if file.held and file.state == "assembled"]
    if depositing:
        return min(
            (_step_of_deposit(home, file.id) for file in depositing), key=_RAREST_FIRST.index
        )
    if any(file.held and file.state == "open" for file in rows.files):
        return Moment.ASSEMBLY
    if any(page.held for page in rows.pages):
        return Moment.READING
    if settled and has_work_objects(home):
        return Moment.SWEEP
    return Moment.SETTLED if settled else Moment.BETWEEN


_RAREST_FIRST = (Moment.COMMIT, Moment.MANIFEST, Moment.DEPOSIT)


def _step_of_deposit(home: Path, file_id: str) -> Moment:
    versions = list((home / "store").glob(f"*/{file_id}/v*"))
    if not versions:
        return Moment.DEPOSIT
    newest = max(versions, key=lambda version: int(version.name[1:]))
    return Moment.COMMIT if (newest / MANIFEST).exists() else Moment.MANIFEST


def has_work_objects(home: Path) -> bool:
    """Whether anything that was made on the way still lies in the store."""
    return any(path.is_file() for path in (home / "store" / "work").rglob("*"))
