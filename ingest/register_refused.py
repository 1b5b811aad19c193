"""What is said when a register cannot be used at all."""

from __future__ import annotations

from enum import StrEnum

from errors import InputRejected


class TableFault(StrEnum):
    """Why a whole table cannot be used."""

    QUOTES = "its quotation marks do not pair"
    CELL_TOO_LONG = "a cell has more than 131,072 letters, or its quotation marks do not pair"
    LINE_TOO_LONG = "the line has more than 1,000,000 letters"
    LETTERS = "the letters are not saved as UTF-8"
    TOO_MUCH_WORK = "the workbook needs more than 3 GB of memory or 15 minutes; save it as CSV"
    TOO_MANY_ROWS = "a register may have 5,000,000 rows at most; import it in parts"
    OLD_FORM = "it is in the old XLS form, or locked with a password"
    LOCKED = "it is locked with a password"
    EMPTY = "it is empty"
    WEB_PAGE = "it is a web page by another name; open it in a table program and save it as XLSX"
    DAMAGED = "it is no whole XLSX workbook"
    OTHER_ARCHIVE = "it is a ZIP archive, not an XLSX workbook"
    BOMB = "it unpacks to more than 1 GB, or to 200 times its size; save it as CSV"
    TOO_MUCH_TEXT = "it holds more than 256 MB of text; save it as CSV"


def broken(line: int, reason: TableFault) -> InputRejected:
    """The table breaks off at a line: what came before is not taken either."""
    return InputRejected(
        "The register cannot be used: line {line}: {reason}.",
        kept="Nothing was imported; the register is as it was.",
        todo="Correct the line, save the table as 'CSV UTF-8' or XLSX, then import it again.",
        line=line,
        reason=reason,
    )


def unreadable(reason: str) -> InputRejected:
    """The file is no table that is known here, or cannot be opened."""
    return InputRejected(
        "The register cannot be read: {reason}.",
        kept="Nothing was imported; the register is as it was.",
        todo="Export it again as 'CSV UTF-8' or XLSX, then import it again.",
        reason=reason,
    )


def no_headings(seen: str) -> InputRejected:
    """No line names the two columns that every register must have."""
    return InputRejected(
        "No line names both a computer number and a file number. The first line reads: {seen}",
        kept="Nothing was imported; the register is as it was.",
        todo="Name the columns 'Computer Number' and 'File Number', then import it again.",
        seen=seen,
    )


def two_headings(first: str, second: str) -> InputRejected:
    """Two columns claim to be the same."""
    return InputRejected(
        "Two columns mean the same: {first} and {second}.",
        kept="Nothing was imported; the register is as it was.",
        todo="Delete or rename one of them, then import it again.",
        first=first,
        second=second,
    )


def legacy_headings() -> InputRejected:
    """The headings themselves are in an old font."""
    return InputRejected(
        "The headings are in an old font (such as Kruti Dev), not in Unicode.",
        kept="Nothing was imported; the register is as it was.",
        todo="Convert the table to Unicode, or export it from eOffice again.",
    )
