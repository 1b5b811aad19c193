"""Registers as large and as odd as record rooms send them, in small: same paths, same bounds."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from benchmarks.importing import rows_without_end, write
from benchmarks.registers import HEADINGS
from errors import InputRejected
from ingest import register as ingest_register
from ingest.register import read_register
from pipeline import register, search
from pipeline.app import App
from records.register import RegisterEntry, RegisterImport, RegisterPosting, RegisterWord

pytestmark = pytest.mark.django_db
ROWS = 1_200


def _all() -> list[tuple[object, ...]]:
    rows = RegisterEntry.objects.order_by("computer_number")
    return list(rows.values_list("computer_number", "file_number", "subject", "opened_on"))


def test_a_workbook_and_a_table_of_thousands_of_rows_give_the_same_register(
    app: App, tmp_path: Path
) -> None:
    for form in ("csv", "xlsx"):
        write(tmp_path / f"register.{form}", ROWS, form)
    first = register.run(app, tmp_path / "register.xlsx")["import"]
    assert (first["added"], first["skipped"]) == (ROWS, 0)
    told = _all()
    words = RegisterPosting.objects.count()
    again = register.run(app, tmp_path / "register.csv")["import"]
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, ROWS)
    assert (_all(), RegisterPosting.objects.count()) == (told, words)
    some = list(islice(rows_without_end(20261125), ROWS))[ROWS // 2]
    found = search.run(app, some.number)
    assert some.computer_number in [one["computer_number"] for one in found]


def test_repeated_numbers_are_told_wherever_they_stand_in_a_long_table(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "ROWS_AT_ONCE", 50)
    path = tmp_path / "register.csv"
    write(path, 400, "csv")
    head, *lines = path.read_text("utf-8-sig").splitlines()
    twisted = [*lines, lines[3], lines[399], lines[7].replace("/", "/9", 1)]
    path.write_text("\n".join([head, *twisted]), "utf-8")
    for _ in range(2):
        done = register.run(app, path)
        assert [(one["row"], one["code"]) for one in done["skipped"]] == [
            (402, "repeated"),
            (403, "repeated"),
            (404, "contradicted"),
        ]
    assert RegisterEntry.objects.count() == 400


def test_reading_a_table_keeps_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    write(path, 6_000, "csv")
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_register(path, workdir=tmp_path)) == 6_000
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 1_000_000
    assert peak_bytes < 900_000


def test_too_many_rows_are_refused_with_the_limit_and_nothing_comes_in(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_register, "MAX_ROWS", 300)
    monkeypatch.setattr(register, "ROWS_AT_ONCE", 100)
    write(tmp_path / "register.csv", 301, "csv")
    with pytest.raises(InputRejected, match="5,000,000 rows") as told:
        register.run(app, tmp_path / "register.csv")
    assert "line 302" in str(told.value)
    assert not RegisterImport.objects.exists()
    assert not RegisterEntry.objects.exists()
    assert not RegisterWord.objects.exists()


def test_the_last_computed_value_of_a_formula_counts_and_one_without_is_skipped(
    app: App, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    sheet.append([1001, "एफ 1-2/2014/1/9", '=CONCATENATE("भूमि", " आवंटन")', "", ""])
    sheet.append(["=1000+2", "एफ 1-3/2014/1/9", "नामांतरण", "", ""])
    sheet.append([1003, "एफ 1-4/2014/1/9", "पदोन्नति", "", ""])
    book.save(tmp_path / "register.xlsx")
    done = register.run(app, tmp_path / "register.xlsx")
    assert [(one["row"], one["code"]) for one in done["skipped"]] == [
        (3, "computer_number_missing")
    ]
    assert RegisterEntry.objects.get(computer_number="1001").subject == ""
    text = tmp_path / "register.csv"
    text.write_text(f"{','.join(HEADINGS)}\n1009,=HYPERLINK(1),x,,\n=1+1,1/2014,x,,\n", "utf-8")
    codes = [one["code"] for one in register.run(app, text)["skipped"]]
    assert codes == ["formula", "formula"]


@pytest.mark.parametrize("lacking", ["Computer Number", "File Number"])
def test_a_table_without_a_column_that_is_needed_is_refused_by_name(
    app: App, tmp_path: Path, lacking: str
) -> None:
    heads = [heading for heading in HEADINGS if heading != lacking]
    path = tmp_path / "register.csv"
    path.write_text(f"{','.join(heads)}\n1,2,3,4\n", "utf-8")
    with pytest.raises(InputRejected, match="computer number and a file number"):
        register.run(app, path)
    assert not RegisterEntry.objects.exists()
