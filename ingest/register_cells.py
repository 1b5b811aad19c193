"""One cell of a register: cleaned, and what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from ingest.names import JOINERS
from lang import say

Cell: TypeAlias = "str | int | float | bool | None"
MAX_CELL_CHARS = 4_000


class RowFault(StrEnum):
    """Why a row of a register was not taken, or one cell of it was not."""

    COMPUTER_NUMBER_MISSING = "computer_number_missing"
    COMPUTER_NUMBER_WRONG = "computer_number_wrong"
    FILE_NUMBER_MISSING = "file_number_missing"
    FILE_NUMBER_WRONG = "file_number_wrong"
    FILE_NUMBER_IS_DATE = "file_number_is_date"
    FORMULA = "formula"
    SHEET_ERROR = "sheet_error"
    LEGACY_FONT = "legacy_font"
    WRONG_LETTERS = "wrong_letters"
    LETTERS_LOST = "letters_lost"
    CONTROL_SIGNS = "control_signs"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_CELLS = "too_many_cells"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted"
    DATE_WRONG = "date_wrong"


WHAT = {
    RowFault.COMPUTER_NUMBER_MISSING: "The computer number is missing.",
    RowFault.COMPUTER_NUMBER_WRONG: "{value} is no computer number.",
    RowFault.FILE_NUMBER_MISSING: "The file number is missing.",
    RowFault.FILE_NUMBER_WRONG: "{value} is no file number.",
    RowFault.FILE_NUMBER_IS_DATE: "The table program made a date of the file number.",
    RowFault.FORMULA: "A cell holds a formula.",
    RowFault.SHEET_ERROR: "A cell holds the error {value} of the table program.",
    RowFault.LEGACY_FONT: "The Hindi is in an old font (such as Kruti Dev), not in Unicode.",
    RowFault.WRONG_LETTERS: "The Hindi letters were spoilt when the table was saved.",
    RowFault.LETTERS_LOST: "Question marks stand where letters were lost.",
    RowFault.CONTROL_SIGNS: "A cell holds signs that are no text.",
    RowFault.CELL_TOO_LONG: "A cell is longer than {limit} letters.",
    RowFault.TOO_MANY_CELLS: "The row has more cells than the headings.",
    RowFault.REPEATED: "The same computer number {value} stood in an earlier row.",
    RowFault.CONTRADICTED: "Computer number {value} stood in an earlier row that says otherwise.",
    RowFault.DATE_WRONG: "{value} is no date; the row was taken without it.",
}
TODO = {
    RowFault.COMPUTER_NUMBER_MISSING: "Copy it from eOffice.",
    RowFault.COMPUTER_NUMBER_WRONG: "Set the column to text, then write the digits alone.",
    RowFault.FILE_NUMBER_MISSING: "Copy it from eOffice.",
    RowFault.FILE_NUMBER_WRONG: "Write the number as it stands on the file.",
    RowFault.FILE_NUMBER_IS_DATE: "Set the column to text, then write the number again.",
    RowFault.FORMULA: "Put the value itself in its place.",
    RowFault.SHEET_ERROR: "Put the value itself in its place.",
    RowFault.LEGACY_FONT: "Convert the column to Unicode, then import the row again.",
    RowFault.WRONG_LETTERS: "Export the register again and save it as 'CSV UTF-8'.",
    RowFault.LETTERS_LOST: "Export the register again and save it as 'CSV UTF-8'.",
    RowFault.CONTROL_SIGNS: "Delete those signs.",
    RowFault.CELL_TOO_LONG: "Shorten it; look for a quotation mark without its partner.",
    RowFault.TOO_MANY_CELLS: "Put cells that hold a comma in quotation marks.",
    RowFault.REPEATED: "Nothing; delete the row if you like.",
    RowFault.CONTRADICTED: "Find out which row is right and delete the other.",
    RowFault.DATE_WRONG: "Write day, month and year: 04.06.1988.",
}


class Unusable(ValueError):
    """A cell cannot be used: which fault, and the facts its sentence names."""

    def __init__(self, fault: RowFault, **facts: str | int) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.facts = facts


def in_words(fault: RowFault, facts: dict[str, str | int]) -> tuple[str, str]:
    """What is wrong and what to do, in the language in use."""
    return say(WHAT[fault], **facts), say(TODO[fault])


_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_SHEET_ERROR = re.compile(r"#(?:REF|N/A|VALUE|DIV/0|NAME\?|NUM|NULL)!?")
_SPOILT = re.compile("à[¤¥]|Ã[\u00a0-\u00bf]|â€|\ufffd")
_LOST = re.compile(r"\?{3,}|\?\s+\?\?")
_ODD = re.compile(r"[a-zA-Z]['\";{}\[\]&+%~^][a-zA-Z]|[a-z][A-Z]|Ø")
_WORD = re.compile(r"\S+")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_DIGITS = re.compile(r"([0-9]{1,18})(?:\.0+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4})(?:[T ,].*)?$")
_NAMED = re.compile(r"(\d{1,2})[\s.\-/]*([A-Za-z]{3})[a-z]*[\s.,\-/]*(\d{4})(?:[T ,].*)?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def cleaned(cell: Cell) -> str:
    """The cell as one line of NFC text; numbers without a needless ``.0``.

    Raises:
        Unusable: it holds a formula, control signs, spoilt letters, or far too much.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = _without_marks(unicodedata.normalize("NFC", str(cell)))
    if len(text) > MAX_CELL_CHARS:
        raise Unusable(RowFault.CELL_TOO_LONG, limit=MAX_CELL_CHARS)
    text = " ".join(text.split())
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        text = kept[1].strip()
    if text.startswith("="):
        raise Unusable(RowFault.FORMULA)
    if error := _SHEET_ERROR.fullmatch(text):
        raise Unusable(RowFault.SHEET_ERROR, value=error.group())
    if not text.isprintable() and any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise Unusable(RowFault.CONTROL_SIGNS)
    if not text.isascii() and _SPOILT.search(text):
        raise Unusable(RowFault.WRONG_LETTERS)
    if "?" in text and _LOST.search(text):
        raise Unusable(RowFault.LETTERS_LOST)
    return text.removeprefix("'")


def _without_marks(text: str) -> str:
    """``text`` without marks of direction and the like: what is shown is then what is kept."""
    if text.isprintable():
        return text
    return "".join(s for s in text if s in JOINERS or unicodedata.category(s) != "Cf")


def is_legacy(text: str, betraying: frozenset[str]) -> bool:
    """Whether ``text`` is Hindi of an old font: Latin letters that spell no Latin words.

    Args:
        text: a cleaned cell.
        betraying: words that only such type makes, from ``register_columns.toml``.
    """
    if _DEVANAGARI.search(text):
        return False
    words = _WORD.findall(text)
    known = sum(word.strip("().-") in betraying for word in words)
    odd = sum(_ODD.search(word) is not None for word in words)
    if len(words) < 3:
        return known > 0 and known == len(words)
    return known >= 2 and (known + odd) * 4 >= len(words)


def computer_number(text: str) -> str:
    """The digits of a computer number, Latin, without zeros in front.

    Raises:
        Unusable: it is missing, or not digits alone.
    """
    if not text:
        raise Unusable(RowFault.COMPUTER_NUMBER_MISSING)
    plain = "".join(str(unicodedata.decimal(s)) if s.isdecimal() else s for s in text)
    match = _DIGITS.fullmatch(plain.replace(",", "").replace(" ", ""))
    if match is None or not match[1].strip("0"):
        raise Unusable(RowFault.COMPUTER_NUMBER_WRONG, value=text[:40])
    return match[1].lstrip("0")


def day(text: str) -> date | None:
    """The date that a cell names, day before month; None for an empty cell.

    Raises:
        Unusable: it is no date.
    """
    if not text or text in {"-", "–", "NA", "N/A"}:
        return None
    plain = "".join(str(unicodedata.decimal(s)) if s.isdecimal() else s for s in text)
    try:
        if match := _DAY_FIRST.match(plain):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if (match := _NAMED.match(plain)) and match[2].lower() in _MONTHS:
            return date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
        return datetime.fromisoformat(plain).date()
    except ValueError as wrong:
        raise Unusable(RowFault.DATE_WRONG, value=text[:40]) from wrong
