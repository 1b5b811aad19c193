"""A flat stream of scans with cover sheets becomes files, each sheet accounted for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import cli
import lang
from benchmarks.covers import drawn
from ingest.cover_payload import SheetKind, payload_of
from ingest.manifest import Declared
from pipeline import admit, coversheets
from pipeline.app import App
from tests.conftest import written_scan
from tests.pipeline.steps import report_of, settle

FIRST = Declared("एफ 11-20/2014/1/9", "भूमि आवंटन", "राजस्व विभाग", 2, "रैक 1", "ख", "123456")
SECOND = Declared("एफ 11-21/2014/1/9", "सीमांकन", "राजस्व विभाग", 2, "रैक 1", "ख", "123457")
THIRD = Declared("एफ 11-22/2014/1/9", "नामांतरण", "राजस्व विभाग", 1, "रैक 1", "ख", "123458")


@pytest.fixture(autouse=True)
def _in_no_language_in_particular() -> Iterator[None]:
    yield
    lang.use(None)
    lang.prefer("en")


def register(path: Path, files: tuple[Declared, ...]) -> Path:
    """The office's list, as ``coversheets`` and ``batch.csv`` take it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = Declared.__slots__
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(names)
        for file in files:
            rows.writerow(["" if getattr(file, n) is None else getattr(file, n) for n in names])
    return path


def sheet(path: Path, declared: Declared) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(drawn(declared, 100))).save(path, dpi=(100, 100))


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Two pages too few for the second sheet, whose successor's sheet was never scanned."""
    box = tmp_path / "box"
    register(box / "batch.csv", (FIRST, SECOND, THIRD))
    sheet(box / "01.png", FIRST)
    written_scan(box / "02.png", mark=1)
    written_scan(box / "03.png", mark=2)
    sheet(box / "04.png", SECOND)
    for number in (5, 6, 7):
        written_scan(box / f"{number:02d}.png", mark=number)
    return box


@pytest.mark.django_db
def test_sheets_are_left_out_as_separators_and_the_counts_catch_a_missed_one(
    app: App, stream: Path
) -> None:
    batch = admit.run(app, stream)
    settle(app, batch)
    report = report_of(batch)
    assert [left["source"] for left in report["ledger"]["excluded"]] == ["01.png", "04.png"]
    assert {left["reason"] for left in report["ledger"]["excluded"]} == {"separator"}
    assert report["ledger"]["unexplained"] == 0
    first, second = report["files"]
    assert first["declared"]["file_number"] == "एफ 11-20/2014/1/9"
    assert "pages_missing" not in first["reason_codes"]
    assert "pages_too_many" in second["reason_codes"]  # the third file's page is in it
    (left,) = report["ignored"]
    assert left["source"] == "batch.csv:4"
    assert "11-22" in left["reason"]
    assert first["pages"][0]["side"] == "separator"


@pytest.mark.django_db
def test_a_sheet_is_admitted_once_however_often_the_stream_is_submitted(
    app: App, stream: Path
) -> None:
    settle(app, admit.run(app, stream))
    written_scan(stream / "08.png", mark=8)
    batch = admit.run(app, stream)
    settle(app, batch)
    report = report_of(batch)
    assert report["ledger"]["received"] == 8
    assert len(report["files"]) == 2
    assert len(report["ledger"]["excluded"]) == 2


@pytest.mark.django_db
def test_a_sheet_without_pages_goes_to_a_person_with_its_own_reason(
    app: App, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    sheet(box / "01.png", FIRST)
    sheet(box / "02.png", SECOND)
    written_scan(box / "03.png", mark=1)
    batch = admit.run(app, box)
    settle(app, batch)
    first, _second = report_of(batch)["files"]
    assert first["state"] == "in_review"
    assert "cover_without_pages" in first["reason_codes"]
    assert "nothing_but_blank" not in first["reason_codes"]


def test_the_same_list_gives_the_same_sheets(tmp_path: Path) -> None:
    listed = register(tmp_path / "register.csv", (FIRST, SECOND))
    made = coversheets.run(listed, tmp_path / "a.pdf")
    assert made.sheets == 2
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert payload_of(SheetKind.FILE, FIRST) == payload_of(SheetKind.FILE, FIRST)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ((), "empty"),
        ((FIRST, FIRST), "twice"),
        ((Declared(subject="x", computer_number=None),), "nameless"),
    ],
)
def test_a_list_that_cannot_be_printed_is_refused_and_nothing_is_written(
    tmp_path: Path, rows: tuple[Declared, ...], word: str, language: str
) -> None:
    listed = register(tmp_path / "register.csv", rows)
    output = tmp_path / f"{word}.pdf"
    asked = ["--lang", language, "coversheets", str(listed), "-o", str(output)]
    said = CliRunner().invoke(cli.main, asked)
    assert said.exit_code == 3, said.output
    assert len(said.stderr.splitlines()) == 3
    assert not output.exists()


def test_the_command_makes_the_pdf_and_says_so(tmp_path: Path) -> None:
    listed = register(tmp_path / "register.csv", (FIRST, SECOND))
    output = tmp_path / "sheets.pdf"
    said = CliRunner().invoke(cli.main, ["coversheets", str(listed), "-o", str(output), "--sides"])
    assert said.exit_code == 0, said.output
    assert "2 cover sheets" in said.stdout
    import pypdfium2

    document = pypdfium2.PdfDocument(output)
    try:
        assert len(document) == 4
    finally:
        document.close()


def test_a_place_that_cannot_be_written_is_an_error_in_three_parts(tmp_path: Path) -> None:
    listed = register(tmp_path / "register.csv", (FIRST,))
    output = tmp_path / "no such folder" / "sheets.pdf"
    said = CliRunner().invoke(cli.main, ["coversheets", str(listed), "-o", str(output)])
    assert said.exit_code == 5
    assert len(said.stderr.splitlines()) == 3


def test_the_office_secret_is_read_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = register(tmp_path / "register.csv", (FIRST,))
    secret = tmp_path / "secret"
    monkeypatch.setenv("ABHILEKH_COVER_KEY_FILE", str(secret))
    asked = ["coversheets", str(listed), "-o", str(tmp_path / "a.pdf")]
    assert CliRunner().invoke(cli.main, asked).exit_code == 2
    secret.write_text("गुप्त\n", encoding="utf-8")
    assert CliRunner().invoke(cli.main, asked).exit_code == 0
    assert json.dumps("गुप्त") not in (tmp_path / "a.pdf").read_text("latin-1")
