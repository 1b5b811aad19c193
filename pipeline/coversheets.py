"""Cover sheets: the office's list of files → a PDF to print, one sheet a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import InputRejected, ServiceUnreachable
from ingest.cover_payload import sheet_id_of
from ingest.cover_sheet import sheets_pdf
from ingest.declarations import Row, read_declarations


@dataclass(frozen=True, slots=True)
class Printed:
    """What came of it: sheets in the PDF, and columns of the list that nobody knows."""

    sheets: int
    strange_columns: tuple[str, ...]


def run(register: Path, output: Path, *, sides: bool = False, key: bytes = b"") -> Printed:
    """Write the sheets for every line of ``register`` to ``output``, whole or not at all.

    The same list gives the same sheets: a sheet that was lost can be printed again, and a list
    that lies beside the scans as ``batch.csv`` is matched with the sheets by their names.

    Args:
        register: a list with the columns of ``batch.csv``; it needs no paths.
        output: the PDF.
        sides: add the two sheets that part a file into noting and correspondence.
        key: the office's secret for the check in the codes.

    Raises:
        InputRejected: the list is broken, empty, or has a file twice.
        ToolMissing: the typefaces are not installed.
        ServiceUnreachable: the PDF cannot be written there.
    """
    listed = read_declarations(register)
    rows = listed.all_rows
    _refuse(rows)
    pdf = sheets_pdf([row.declared for row in rows], key=key, sides=sides)
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_bytes(pdf)
        part.replace(output)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise ServiceUnreachable(
            "{path} cannot be written: {reason}.",
            kept="Nothing was changed.",
            todo="Name another file with -o, or make room there.",
            path=output,
            reason=fault.strerror or type(fault).__name__,
        ) from fault
    return Printed(len(rows), listed.strange_columns)


def _refuse(rows: Sequence[Row]) -> None:
    """Refuse a list without files, without names for them, or with the same file twice."""
    if not rows:
        raise InputRejected(
            "There is no file in the list.",
            kept="Nothing was written.",
            todo="Write one line a file, with its number or computer number.",
        )
    seen: dict[str, int] = {}
    for row in rows:
        if not (row.declared.file_number or row.declared.computer_number):
            raise InputRejected(
                "Line {line} of the list has neither a number nor a computer number.",
                kept="Nothing was written.",
                todo="Write the file's number there; a sheet without one would tell nothing.",
                line=row.line,
            )
        first = seen.setdefault(sheet_id_of(row.declared), row.line)
        if first != row.line:
            raise InputRejected(
                "Lines {first} and {second} of the list are the same file.",
                kept="Nothing was written.",
                todo="Take one of the two lines out, or tell the two files apart in them.",
                first=first,
                second=row.line,
            )
