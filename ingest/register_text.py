"""The lines of a register saved as text: its encoding and what stands between its cells."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ingest.register_refused import TableFault, broken, unreadable

MAX_LINE_CHARS = 1_000_000
MAX_CELL_CHARS = 131_072
_SEPARATORS = ",;\t|"
_HEAD_BYTES = 65_536
_HEAD_LINES = 20
_CHUNK_BYTES = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of its line (that it ends on), as it is read.

    Memory does not grow with the file: lines and cells have bounds.

    Raises:
        InputRejected: it cannot be read as a table; the message names the line.
    """
    try:
        encoding = encoding_of(path)
        with path.open(encoding=encoding, newline="") as head:
            separator = _separator(head.read(_HEAD_BYTES))
        with path.open(encoding=encoding, newline="") as stream:
            yield from _rows(_bounded(stream), separator)
    except OSError as fault:
        raise unreadable(fault.strerror or type(fault).__name__) from fault


def _rows(lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            line = reader.line_num
            if "field larger" in str(fault):
                raise broken(line, TableFault.CELL_TOO_LONG) from fault
            raise broken(line, TableFault.QUOTES) from fault
        except UnicodeError as fault:
            raise broken(reader.line_num + 1, TableFault.LETTERS) from fault
        if any(cell and not cell.isspace() for cell in cells):
            yield reader.line_num, cells


def _bounded(stream: IO[str]) -> Iterator[str]:
    """The stream's lines, none longer than ``MAX_LINE_CHARS``."""
    count = 0
    while line := stream.readline(MAX_LINE_CHARS):
        count += 1
        if len(line) == MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            raise broken(count, TableFault.LINE_TOO_LONG)
        yield line


def encoding_of(path: Path) -> str:
    """UTF-8 or UTF-16 with or without their mark, else the Windows code page 1252.

    Raises:
        InputRejected: it is none of them.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if b"\0" in head and (wide := _wide(head)):
            return wide
        stream.seek(0)
        if _decodes(stream, "utf-8"):
            return "utf-8"
        stream.seek(0)
        if _decodes(stream, "cp1252"):
            return "cp1252"
    raise unreadable(TableFault.LETTERS)


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: in a table many signs are ASCII, so every second byte is 0."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 < len(head) // 2:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _decodes(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(head: str) -> str:
    """What parts the cells: the sign that stands most often in the line that has most of it."""
    lines = head.splitlines()[:_HEAD_LINES]
    return max(_SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))
