"""Tables to take away: CSV as it is read from the database, or XLSX; text stays text in both."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

import lang
from errors import WrongUsage
from lang import speaking_in

CSV, XLSX = "csv", "xlsx"
MOST_ROWS = 100_000
"""Rows of a workbook: it is made whole before its first byte leaves, so it has an end."""

AT_A_TIME = 500
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: of the file, without its ending.
        heads: headings, in the reader's language.
        rows: read while they are sent, so best from a query that is walked.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def wanted(request: HttpRequest) -> str:
    """``csv`` or ``xlsx`` where the reader asks for the table as a file, else nothing."""
    said = request.GET.get("format", "")
    return said if said in (CSV, XLSX) else ""


def sent(request: HttpRequest, table: Table) -> HttpResponseBase:
    """The table in the form that the reader asks for.

    Raises:
        WrongUsage: a workbook would have more than ``MOST_ROWS`` rows.
    """
    return _workbook(table) if wanted(request) == XLSX else _csv(table)


def query_of(request: HttpRequest) -> str:
    """What the reader chose on the page, to be kept in links to its files and other pages."""
    chosen = request.GET.copy()
    for name in ("format", "page", "table"):
        chosen.pop(name, None)
    return chosen.urlencode()


def _csv(table: Table) -> StreamingHttpResponse:
    """A CSV that Excel opens with its Hindi whole, and takes for text, never for formulas."""
    response = StreamingHttpResponse(
        _lines(table, lang.current()), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.csv"'
    return response


def _lines(table: Table, language: str) -> Iterator[str]:
    """Pieces of the file; the language is chosen anew, as the request is over by then."""
    yield "\ufeff" + _written([table.heads])
    rows = iter(table.rows)
    while True:
        with speaking_in(language):
            some = [[_harmless(cell) for cell in row] for row in islice(rows, AT_A_TIME)]
        if not some:
            return
        yield _written(some)


def _written(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _harmless(cell: Any) -> Any:
    """A table program takes what begins so for a formula. Source: OWASP, CSV injection."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_SIGNS else cell


def _workbook(table: Table) -> FileResponse:
    from openpyxl import Workbook  # only here: nothing else of the pages needs its weight

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head) for head in table.heads])
    for number, row in enumerate(table.rows):
        if number == MOST_ROWS:
            sheet.close()
            raise WrongUsage(
                "The table has more than {rows} rows, too many for a workbook.",
                kept="Nothing was changed.",
                todo="Take it as CSV, or choose an office, a department or some days first.",
                rows=MOST_ROWS,
            )
        sheet.append([_cell(sheet, cell) for cell in row])
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(whole)
    whole.seek(0)
    return FileResponse(
        whole, filename=f"{table.name}.xlsx", as_attachment=True, content_type=WORKBOOK
    )


def _cell(sheet: Any, value: Any) -> Any:
    """A cell; text is written as text, whatever it begins with."""
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=NOT_IN_XML.sub("\ufffd", value))
    cell.data_type = "s"
    return cell
