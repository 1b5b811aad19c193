"""The rows of a register saved as XLSX, read by a confined child.

A workbook is compressed XML: a few kilobytes can become gigabytes. The sizes are looked at
first, and the child that unpacks it has bounds on memory and CPU time.
"""

from __future__ import annotations

import codecs
import json
import resource
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from errors import InputRejected
from ingest.register_cells import Cell
from ingest.register_refused import TableFault, broken, unreadable

MAX_UNPACKED_BYTES = 1 << 30
MAX_STRINGS_BYTES = 256 << 20
MAX_RATIO = 200
MEMORY_BYTES = 3 << 30
CPU_S = 900
_HERE = Path(__file__).resolve().parent.parent
_HEAD_BYTES = 256
_WEB_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style")
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from ingest.register_sheet import child; child(sys.argv[2])"
)


def is_zip(path: Path) -> bool:
    """Whether the file begins as a workbook does.

    Raises:
        InputRejected: it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as fault:
        raise unreadable(fault.strerror or type(fault).__name__) from fault
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise unreadable(TableFault.OLD_FORM)
    if not head:
        raise unreadable(TableFault.EMPTY)
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_WEB_PAGES):
        raise unreadable(TableFault.WEB_PAGE)
    return head.startswith(b"PK\x03\x04")


def sheet_rows(path: Path, *, workdir: Path) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Each row of the first sheet that is not empty, with its number.

    Raises:
        InputRejected: it is no workbook, or too much of one.
    """
    _refuse_bombs(path)
    command = [sys.executable, "-P", "-c", _CHILD, str(_HERE), str(path.absolute())]
    with tempfile.TemporaryFile(dir=workdir) as complaints:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True
        )
        try:
            yield from _told(child)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _told(child: subprocess.Popen[bytes]) -> Iterator[tuple[int, Sequence[Cell]]]:
    last = 0
    if child.stdout is None:
        return
    for told in child.stdout:
        if not told.endswith(b"\n"):
            break
        line, cells = json.loads(told)
        if line < 0:  # the last word of a child that was not ended
            if cells:
                raise unreadable(TableFault.DAMAGED)
            return
        last = line
        yield line, cells
    raise broken(last + 1, TableFault.TOO_MUCH_WORK)


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise unreadable(TableFault.DAMAGED) from fault
    if not any(part.filename.startswith("xl/") for part in parts):
        raise unreadable(TableFault.OTHER_ARCHIVE)
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable(TableFault.LOCKED)
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > (1 << 24) and ratio > MAX_RATIO:
            raise unreadable(TableFault.BOMB)
        if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_STRINGS_BYTES:
            raise unreadable(TableFault.TOO_MUCH_TEXT)
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise unreadable(TableFault.BOMB)


def child(path: str) -> None:
    """Print each row as JSON, one a line: ``[number, cells]``; ``[-1, fault]`` at the end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    fault = ""
    try:
        for line, cells in _cells(path):
            if any(cell is not None for cell in cells):
                sys.stdout.write(json.dumps([line, cells]) + "\n")
    except (InputRejected, ValueError, KeyError, TypeError, SyntaxError, OSError) as error:
        fault = type(error).__name__  # openpyxl's ways of saying that a part is damaged
    sys.stdout.write(json.dumps([-1, fault]) + "\n")


def _cells(path: str) -> Iterator[tuple[int, list[Cell]]]:
    from openpyxl import load_workbook  # only here: nothing else needs its weight

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    for line, row in enumerate(sheet.iter_rows(values_only=True, max_col=200), start=1):
        yield line, [_plain(cell) for cell in row]


def _plain(cell: Any) -> Cell:
    if isinstance(cell, datetime | date):
        return str(cell)
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    return str(cell)
