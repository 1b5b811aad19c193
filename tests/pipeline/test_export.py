"""What is deposited is handed over whole: the tree, its tables, its proof."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from click.testing import CliRunner

import cli
import lang
from errors import WrongUsage
from pipeline import admit, export, export_check
from pipeline.app import App
from records.lifecycle import FileState
from records.models import Batch, PhysicalFile
from tests.conftest import blank_scan, written_scan
from tests.pipeline.steps import settle

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
LIST = "path,file_number,subject,declared_pages,retention_class,location,computer_number\n"


@pytest.fixture(autouse=True)
def _in_no_language_in_particular() -> Iterator[None]:
    yield
    lang.use(None)
    lang.prefer("en")


@pytest.fixture
def batch(app: App, tmp_path: Path) -> Batch:
    """Two deposited files whose numbers look alike in Latin letters, and one in review."""
    box = tmp_path / "box"
    for number in (1, 2, 3):
        written_scan(box / "क" / "टीप" / f"{number}.png", mark=number)
    written_scan(box / "क" / "पत्राचार" / "4.png", mark=4)
    blank_scan(box / "क" / "पत्राचार" / "5.png")
    written_scan(box / "ख" / "1.png", mark=5)
    written_scan(box / "ग" / "1.png", mark=6)
    rows = "क,एफ 11-20/2014/1/9,=cmd|भूमि,,ख,रैक 1,123\nख,F 11-20/2014/1/9,सीमांकन,,,,\n"
    (box / "batch.csv").write_text(LIST + rows, encoding="utf-8")
    made = admit.run(app, box)
    settle(app, made)
    files = PhysicalFile.objects.filter(batch=made).order_by("ordinal")
    for file in list(files)[:2]:
        PhysicalFile.objects.filter(pk=file.pk).update(state=FileState.DEPOSITED)
    return made


def tree(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix == ".pdf"
    )


def test_a_file_becomes_a_folder_with_its_sides_and_numbers_keep_their_letters(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    done = export.run(app, batch, target)
    assert done["files"] == 2
    first, second = "fl-F-11-20_2014_1_9", "fl-F-11-20_2014_1_9(2)"
    assert f"{first}/Notes/part-0001.pdf" in tree(target)
    assert all(path.split("/")[0] in (first, second) for path in tree(target))
    for name in (first, second):
        assert {path.name for path in (target / name).iterdir()} == {
            "Notes",
            "Receipts",
            "Issues",
            "References",
        }
    with (target / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["file_number"] for row in rows] == ["एफ 11-20/2014/1/9", "F 11-20/2014/1/9"]
    assert rows[0]["subject"].startswith("'="), "a table program must not compute it"
    assert (rows[0]["notes"], rows[0]["retention_class"], rows[0]["location"]) == (
        "3",
        "ख",
        "रैक 1",
    )
    book = openpyxl.load_workbook(target / "index.xlsx", read_only=True)
    assert book.sheetnames == ["Files", "Documents", "Left out"]
    assert len(list(book["Files"].rows)) == 3
    book.close()


def test_every_page_is_handed_over_once_or_reported(app: App, batch: Batch, tmp_path: Path) -> None:
    done = export.run(app, batch, tmp_path / "out")
    pages = 0
    for path in tree(tmp_path / "out"):
        with pikepdf.open(tmp_path / "out" / path) as pdf:
            pages += len(pdf.pages)
    assert pages == 5
    left = {(one["source"], one["page"]) for one in done["left_out"]}
    assert ("क/पत्राचार/5.png#0", 5) in left  # the blank back
    assert ("ग", None) in left  # waits for review


def test_parts_are_pdfa_keep_their_text_and_stay_under_the_cap(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    whole = export.run(app, batch, tmp_path / "whole")
    (notes,) = [path for path in tree(tmp_path / "whole") if "Notes" in path]
    cap = export.SMALLEST_CAP_BYTES
    size = (tmp_path / "whole" / notes).stat().st_size
    assert size < cap, "the small scans of this test fit into one part"
    import ocr.excerpt

    source = tmp_path / "whole" / notes
    folder = tmp_path / "cut"
    folder.mkdir()
    parts = list(ocr.excerpt.excerpts(source, [0, 1, 2], folder, cap_bytes=size - 1))
    assert [page for part in parts for page in part.pages] == [0, 1, 2]
    assert len(parts) > 1
    assert all(part.fits and part.size_bytes < size for part in parts)
    assert sorted(path.name for path in folder.iterdir()) == [part.path.name for part in parts]
    for part in parts:
        assert pikepdf.pdfa.validate_written(part.path, "2b").passed
    assert whole["documents"] == len(tree(tmp_path / "whole"))


def test_a_page_that_is_too_large_alone_is_left_out_and_said(
    app: App, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "SMALLEST_CAP_BYTES", 10)
    done = export.run(app, batch, tmp_path / "out", cap_bytes=100)
    assert tree(tmp_path / "out") == []
    codes = [kept["code"] for one in done["left_out"] for kept in one["reasons"]]
    assert codes.count("page_too_large") == 5


def test_an_export_that_was_cut_off_goes_on_and_changes_nothing_that_stands(
    app: App, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    export.run(app, batch, whole)
    write, calls = export._write_file, []

    def breaks(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(export, "_write_file", breaks)
    with pytest.raises(Exception, match="cut off"):
        export.run(app, batch, cut)
    monkeypatch.setattr(export, "_write_file", write)
    done = export.run(app, batch, cut)
    assert done["kept"] == 1
    assert tree(cut) == tree(whole)
    for path in tree(whole):
        assert (cut / path).read_bytes() == (whole / path).read_bytes()
    assert export_check.run(cut)["damaged"] == 0


def test_verify_finds_what_was_changed_lost_or_slipped_in(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    export.run(app, batch, target)
    assert export_check.run(target)["findings"] == []
    first, second = tree(target)[:2]
    flipped = bytearray((target / first).read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (target / first).write_bytes(bytes(flipped))
    (target / second).unlink()
    shutil.copy(target / "index.csv", target / "fl-F-11-20_2014_1_9" / "Notes" / "extra.pdf")
    found = {one["path"]: one["state"] for one in export_check.run(target)["findings"]}
    assert found == {
        first: "changed",
        second: "missing",
        "fl-F-11-20_2014_1_9/Notes/extra.pdf": "stranger",
    }


def test_a_folder_that_holds_something_else_is_refused(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "letter.txt").write_text("mine")
    with pytest.raises(WrongUsage):
        export.run(app, batch, target)
    assert [path.name for path in target.iterdir()] == ["letter.txt"]
    with pytest.raises(WrongUsage):
        export_check.run(target)


def test_a_record_of_another_version_is_written_anew(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    export.run(app, batch, target)
    path = next((target / "records").glob("*.json"))
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "version": 7}), encoding="utf-8")
    assert export.run(app, batch, target)["kept"] == 1


def test_verify_needs_no_home_and_no_database(app: App, batch: Batch, tmp_path: Path) -> None:
    target = tmp_path / "out"
    export.run(app, batch, target)
    command = [sys.executable, "-m", "cli", "export", "verify", str(target)]
    home = {**os.environ, "ABHILEKH_HOME": str(tmp_path / "nowhere")}
    home.pop("DJANGO_SETTINGS_MODULE", None)
    said = subprocess.run(command, capture_output=True, text=True, env=home, cwd=ROOT)
    assert said.returncode == 0, said.stderr
    assert "read again" in said.stdout
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_verify_by_command_says_so_in_either_language(
    app: App, batch: Batch, tmp_path: Path, language: str
) -> None:
    target = tmp_path / "out"
    export.run(app, batch, target)
    said = CliRunner().invoke(cli.main, ["--lang", language, "export", "verify", str(target)])
    assert said.exit_code == 0, said.output
    (target / tree(target)[0]).unlink()
    said = CliRunner().invoke(cli.main, ["export", "verify", str(target), "--json"])
    assert said.exit_code == 6
    assert json.loads(said.stdout)["damaged"] == 1
