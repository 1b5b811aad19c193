"""``abhilekh check`` as an operator meets it, in both languages, and its JSON document."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
import lang
from benchmarks.scans import defects
from pipeline.check_stamps import Stamps
from tests.check.sheets import made, written
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _in_no_language_in_particular() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before
    lang.use(None)
    lang.prefer("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with one of everything that an operator meets."""
    here = tmp_path_factory.mktemp("bundle") / "scans"
    nasti = here / "नस्ती 1"
    written(made("order", 5).image, nasti / "scan_0013.jpg")
    written(defects.cut_off(made(), "bottom", 2.0), nasti / "scan_0014.jpg")
    written(made("application", 9).image, nasti / "scan_0016.jpg")
    written(made("application", 9, rescan=1, skew=-0.8).image, nasti / "scan_0017.png")
    (nasti / "scan_0018.jpg").write_bytes((nasti / "scan_0013.jpg").read_bytes()[:20_000])
    (nasti / "scan_0019.tif").write_bytes(b"")
    (nasti / "scan_0015.txt").write_text("not a scan", encoding="utf-8")
    return here


def check(*words: str) -> Result:
    """Run the command; the terminal's two streams apart."""
    ended = CliRunner().invoke(cli.main, words, prog_name="abhilekh")
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    ended = check("check", str(folder), "--json")
    assert ended.exit_code == 3
    parsed: dict[str, Any] = json.loads(ended.stdout)
    return parsed


def codes(document: dict[str, Any]) -> dict[str, set[str]]:
    return {
        Path(page["source"]).name: {one["code"] for one in page["findings"]}
        for page in document["pages"]
    }


def test_every_sheet_has_its_verdict_with_the_reason(document: dict[str, Any]) -> None:
    said = codes(document)
    assert said["scan_0013.jpg"] == set()
    assert "cut_off" in said["scan_0014.jpg"]
    assert said["scan_0016.jpg"] == {"missing"}
    assert said["scan_0017.png"] == {"same_as"}
    assert said["scan_0018.jpg"] == {"unreadable"}
    assert said["scan_0019.tif"] == {"unreadable"}
    verdicts = [page["verdict"] for page in document["pages"]]
    assert verdicts == ["good", "again", "again", "look", "again", "again"]
    assert document["summary"] == {"pages": 6, "good": 1, "look": 1, "again": 4, "missing": 1}
    assert [left["source"] for left in document["ignored"]] == ["नस्ती 1/scan_0015.txt"]


def test_the_json_document_is_the_documented_one(document: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = text.split("## `check --json`")[1].split("\n## ")[0]
    documented = set(re.findall(r'"(\w+)"', section.split("```")[1]))
    page = document["pages"][1]
    shown = (
        set(document)
        | set(document["summary"])
        | set(document["ignored"][0])
        | set(page)
        | set(page["measured"])
        | set(page["findings"][0])
        | set(Stamps("f", "1", "2", 2, 0, ()).as_json())
    )
    assert documented == shown
    known = set(re.findall(r"`(\w+)`", section.split("- `code`:")[1].split("- `folder`")[0]))
    assert {code for found in codes(document).values() for code in found} <= known


def test_every_code_is_documented_and_has_words() -> None:
    from pipeline.check_words import TODO, WORDS

    section = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = section.split("- `code`:")[1].split("- `folder`")[0]
    assert set(re.findall(r"`(\w+)`", section)) == set(WORDS)
    assert set(WORDS) - set(TODO) == {"blank", "unreadable"}


def test_the_operator_reads_a_line_a_sheet_and_a_summary(folder: Path) -> None:
    ended = check("check", str(folder))
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 3
    assert lines[0].split() == ["good", "नस्ती", "1/scan_0013.jpg"]
    assert "Scan sheet 2 again: Writing is cut off at the bottom edge." in lines[1]
    assert "Missing before this sheet: scan_0015." in lines[2]
    assert "It looks the same as scan_0016.jpg." in lines[3]
    assert "Scan sheet 5 again: It cannot be opened: " in lines[4]
    assert lines[-1] == "6 sheets: 1 good, 1 to look at, 4 to scan again; 1 missing."


def test_the_operator_reads_it_in_hindi(folder: Path) -> None:
    ended = check("--lang", "hi", "check", str(folder))
    spoken = re.sub(r"\S*(?:scan_|नस्ती)\S*|\.(?:jpg|png|tif|txt)", "", ended.stdout)
    assert "पन्ना 2 फिर से स्कैन करें: निचले किनारे पर लिखावट कट गई है।" in ended.stdout
    assert not re.search(r"[A-Za-z]{3,}", spoken), spoken


def test_a_bundle_of_good_scans_ends_well(tmp_path: Path) -> None:
    for number in (1, 2):
        written(made(seed=30 + number).image, tmp_path / f"{number}.jpg")
    ended = check("check", str(tmp_path))
    assert (ended.exit_code, ended.stdout.count("good  ")) == (0, 2)


def test_nothing_in_source_is_touched(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    check("check", str(folder))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_pages_of_one_source_are_told_apart(tmp_path: Path) -> None:
    from PIL import Image

    first, second = (Image.fromarray(made(kind).image) for kind in ("letter", "annexure"))
    first.save(tmp_path / "bundle.tif", save_all=True, append_images=[second], dpi=(200, 200))
    ended = check("check", str(tmp_path / "bundle.tif"))
    assert [line.split()[1] for line in ended.stdout.splitlines()[:2]] == [
        "bundle.tif#1",
        "bundle.tif#2",
    ]


@pytest.mark.parametrize("source", ["nowhere", "empty"])
def test_a_source_without_scans_is_refused_in_three_parts(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    ended = check("check", str(tmp_path / source), "--json")
    assert ended.exit_code in (2, 3)
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 3


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "samples/edge").is_dir(), reason="the hostile files are not here")
def test_every_hostile_file_is_listed_and_none_does_harm(tmp_path: Path) -> None:
    edge = SHARED / "samples" / "edge"
    ended = check("check", str(edge), "--json")
    document = json.loads(ended.stdout)
    listed = {page["source"] for page in document["pages"]}
    listed |= {left["source"] for left in document["ignored"]}
    assert listed == {path.name for path in edge.iterdir()}
    for page in document["pages"]:
        for one in page["findings"]:
            assert one["words"]
            assert one["todo"] or one["code"] == "blank"
            assert one["code"] != "unreadable" or page["measured"] is None
    assert "Traceback" not in ended.stderr
    shutil.rmtree(tmp_path)
