"""Registers as offices really save them, and files that only claim to be registers."""

from __future__ import annotations

import tomllib
import zipfile
from datetime import date
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputRejected
from ingest import register_text
from ingest.register import RegisterRow, SkippedRow, heading_key, read_register
from ingest.register_cells import RowFault, Unusable, cleaned, day, is_legacy

HEAD = "Computer Number,File Number,Subject,Department,Opened Date"
ROW = "1001,एफ 11-20/2014/1/9,ग्राम पिपरिया की भूमि,राजस्व विभाग,04.06.2014"
BOOK = tomllib.loads((files("ingest") / "register_columns.toml").read_text(encoding="utf-8"))


def _read(path: Path) -> list[RegisterRow | SkippedRow]:
    return list(read_register(path, workdir=path.parent))


def _table(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "register.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def _book(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "register.xlsx"
    book.save(path)
    return path


def _faults(rows: list[RegisterRow | SkippedRow]) -> list[RowFault]:
    return [row.fault for row in rows if isinstance(row, SkippedRow)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_hindi_comes_in_whole_from_every_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    (row,) = _read(_table(tmp_path, HEAD, ROW, encoding=encoding))
    assert isinstance(row, RegisterRow)
    assert (row.computer_number, row.file_number) == ("1001", "एफ 11-20/2014/1/9")
    assert row.texts["subject"] == "ग्राम पिपरिया की भूमि"
    assert row.opened_on == date(2014, 6, 4)


def test_a_windows_table_in_english_is_read(tmp_path: Path) -> None:
    (row,) = _read(_table(tmp_path, HEAD, "7,F 2-7/1989,Caf\u00e9 licence,,", encoding="cp1252"))
    assert isinstance(row, RegisterRow)
    assert row.texts["subject"] == "Café licence"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_parts_the_cells_is_found_out(tmp_path: Path, separator: str) -> None:
    head, row = HEAD.replace(",", separator), ROW.replace(",", separator)
    assert isinstance(_read(_table(tmp_path, head, row))[0], RegisterRow)


def test_title_lines_above_the_headings_do_no_harm(tmp_path: Path) -> None:
    rows = _read(_table(tmp_path, "eOffice,Madhya Pradesh,,,", "", HEAD, ROW))
    assert [row.line for row in rows] == [4]


@pytest.mark.parametrize(
    ("field", "heading"),
    [(field, heading) for field, names in BOOK["columns"].items() for heading in names],
)
def test_every_heading_of_the_list_names_its_column(
    tmp_path: Path, field: str, heading: str
) -> None:
    names = {"computer_number": "Computer Number", "file_number": "File Number", field: heading}
    values = {"computer_number": "12", "file_number": "5/2014", field: "05/06/2014"}
    values |= {"computer_number": "12"}
    head = ",".join(f" {name.upper()}. " for name in names.values())
    (row,) = _read(_table(tmp_path, head, ",".join(values[name] for name in names)))
    assert isinstance(row, RegisterRow)
    kept = {**row.texts, **{name: getattr(row, name, None) for name in ("opened_on", "closed_on")}}
    wanted = date(2014, 6, 5) if field.endswith("_on") else "05/06/2014"
    assert field in {"computer_number", "file_number"} or kept[field] == wanted


def test_no_heading_stands_in_two_lists() -> None:
    fields: dict[str, set[str]] = {}
    for field, names in BOOK["columns"].items():
        for name in names:
            fields.setdefault(heading_key(name), set()).add(field)
    assert not [key for key, named in fields.items() if len(named) > 1]


def test_headings_that_differ_in_a_vowel_sign_are_not_the_same() -> None:
    assert heading_key("वर्ग") != heading_key("वरग")
    assert heading_key(" फ़ाइल  क्रमांक: ") == heading_key("फाइल-क्रमांक")


@pytest.mark.parametrize("number", ["14/JANPAD/2009", "MARKFED-12", "7/Jansampark/14"])
def test_a_branch_that_begins_like_a_month_makes_no_date(tmp_path: Path, number: str) -> None:
    (row,) = _read(_table(tmp_path, HEAD, f"12,{number},,,"))
    assert isinstance(row, RegisterRow)
    assert row.file_number == number


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",एफ 1-2/2014,,,", RowFault.COMPUTER_NUMBER_MISSING),
        ("12/7,एफ 1-2/2014,,,", RowFault.COMPUTER_NUMBER_WRONG),
        ("1.2E+05,एफ 1-2/2014,,,", RowFault.COMPUTER_NUMBER_WRONG),
        ("000,एफ 1-2/2014,,,", RowFault.COMPUTER_NUMBER_WRONG),
        ("12,,,,", RowFault.FILE_NUMBER_MISSING),
        ("12,12-Jan-14,,,", RowFault.FILE_NUMBER_IS_DATE),
        ("12,Mar-2014,,,", RowFault.FILE_NUMBER_IS_DATE),
        ("12,1 September 2014,,,", RowFault.FILE_NUMBER_IS_DATE),
        ("12,none,,,", RowFault.FILE_NUMBER_WRONG),
        ("12,=A1&B1,,,", RowFault.FORMULA),
        ('12,1/2014,"=HYPERLINK(""http://x"",""y"")",,', RowFault.FORMULA),
        ("12,1/2014,#REF!,,", RowFault.SHEET_ERROR),
        ("12,1/2014,à¤µà¤¿à¤­à¤¾à¤—,,", RowFault.WRONG_LETTERS),
        ("12,1/2014,????? ?? ?????,,", RowFault.LETTERS_LOST),
        ("12,1/2014,a\0b,,", RowFault.CONTROL_SIGNS),
        ("12,1/2014," + "x" * 5_000 + ",,", RowFault.CELL_TOO_LONG),
        ("12,1/2014,a,b,,c", RowFault.TOO_MANY_CELLS),
        ("12,1/2014,xzke fiifj;k dh 'kkldh; Hkwfe ij vfrØe.k,,", RowFault.LEGACY_FONT),
    ],
)
def test_a_bad_row_is_skipped_with_its_reason_and_the_next_one_is_taken(
    tmp_path: Path, row: str, fault: RowFault
) -> None:
    rows = _read(_table(tmp_path, HEAD, row, ROW))
    assert _faults(rows) == [fault]
    assert rows[0].line == 2
    assert isinstance(rows[1], RegisterRow)


def test_marks_that_turn_the_direction_of_letters_are_not_kept_and_joiners_are(
    tmp_path: Path,
) -> None:
    (row,) = _read(_table(tmp_path, HEAD, "12,F 1-2/2014\u202e/9,क्\u200dष \u2066भूमि\u200f,,"))
    assert isinstance(row, RegisterRow)
    assert (row.file_number, row.texts["subject"]) == ("F 1-2/2014/9", "क्\u200dष भूमि")


def test_a_date_that_cannot_be_read_does_not_cost_the_row(tmp_path: Path) -> None:
    (row,) = _read(_table(tmp_path, HEAD, "12,1/2014,x,,31.02.2014"))
    assert isinstance(row, RegisterRow)
    assert row.opened_on is None
    assert [fault for fault, _ in row.notes] == [RowFault.DATE_WRONG]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("04.06.1988", date(1988, 6, 4)),
        ("०४-०६-१९८८", date(1988, 6, 4)),
        ("4/6/1988 10:20:00", date(1988, 6, 4)),
        ("1988-06-04 00:00:00", date(1988, 6, 4)),
        ("4 June 1988", date(1988, 6, 4)),
        ("04-Jun-1988", date(1988, 6, 4)),
        ("", None),
    ],
)
def test_dates_are_day_month_year(written: str, meant: date | None) -> None:
    assert day(written) == meant


@pytest.mark.parametrize(
    "english",
    [
        "Leave of Shri R.K. Sharma, B.Ed. college, McDonald's site & others",
        "eOffice roll-out in iGOT; phase-II",
        "GIS mapping S/o Ram Lal [old]",
        "ls -l",
    ],
)
def test_english_is_not_taken_for_an_old_font(english: str) -> None:
    assert not is_legacy(english, frozenset(BOOK["legacy"]["words"]))


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["Number,Subject", "1,x"], "Computer Number"),
        ([""], "empty"),
        (["\ufeff<HTML><table><tr><td>Computer Number</td></tr></table>"], "web page"),
        ([HEAD + ",Computer No", ROW + ",2"], "mean the same"),
        ([HEAD, '12,"1/2014,never closed', ROW, ROW], "quotation"),
        ([HEAD, '12,"1/2014"x,a', ROW], "quotation"),
        ([HEAD, "12,1/2014," + "y" * 200_000], "more than"),
        ([HEAD, "12,1/2014," + "y" * 10_000_000], "more than"),
        (['dEI;wVj Øekad,uLrh Øekad,fo"k;', "1,2/2014,x"], "old font"),
    ],
)
def test_what_is_no_register_is_refused_in_three_parts(
    tmp_path: Path, lines: list[str], word: str
) -> None:
    with pytest.raises(InputRejected) as refused:
        _read(_table(tmp_path, *lines))
    assert word in str(refused.value)
    assert refused.value.kept
    assert refused.value.todo


def test_letters_that_are_no_text_at_all_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(HEAD.encode() + b"\n1,2/2014,\x81\x8d\xff\xfe\n")
    with pytest.raises(InputRejected, match="UTF-8"):
        _read(path)


def test_a_workbook_gives_the_same_rows_as_the_table(tmp_path: Path) -> None:
    book = _book(
        tmp_path,
        ["Register of e-files"],
        ["कंप्यूटर क्रमांक", "नस्ती क्रमांक", "विषय", "प्रारंभ दिनांक"],
        [1001.0, "एफ 11-20/2014/1/9", "भूमि", date(2014, 6, 4)],
        [1002, "=A3", "भूमि"],
        [1003, date(2014, 7, 2), "x"],
        [None, None, None],
    )
    rows = _read(book)
    assert isinstance(rows[0], RegisterRow)
    assert (rows[0].computer_number, rows[0].opened_on) == ("1001", date(2014, 6, 4))
    assert _faults(rows) == [RowFault.FILE_NUMBER_MISSING, RowFault.FILE_NUMBER_IS_DATE]


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    with pytest.raises(InputRejected, match="more than 1 GB"):
        _read(path)


def test_what_is_zipped_and_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", "<no")
    with pytest.raises(InputRejected, match="whole XLSX"):
        _read(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputRejected, match="whole XLSX"):
        _read(path)


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path) -> None:
    good = _book(tmp_path, HEAD.split(","), ROW.split(","))
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
                text = text.replace(b"<worksheet", doctype + b"<worksheet", 1)
            new.writestr(part, text)
    with pytest.raises(InputRejected, match="whole XLSX"):
        _read(bad)


def test_a_line_without_end_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_text, "MAX_LINE_CHARS", 1_000)
    with pytest.raises(InputRejected, match="more than 1,000,000 letters"):
        _read(_table(tmp_path, HEAD, "12,1/2014," + "a," * 2_000))


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.none(), st.booleans()))
def test_any_cell_is_one_clean_line_or_a_named_fault(cell: object) -> None:
    try:
        text = cleaned(cell)  # type: ignore[arg-type]
    except Unusable as wrong:
        assert wrong.fault in RowFault
    else:
        assert text == " ".join(text.split())
        assert not text.startswith("=")
