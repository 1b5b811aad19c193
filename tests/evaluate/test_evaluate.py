"""``abhilekh eval`` as people type it: figures, report, charts, refusals, both languages."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import cli
import lang
from benchmarks.scans import encode
from benchmarks.scans.maker import JUDGING_FACES, Kind, PageOptions, make_page
from ocr.models import DEBIAN_TESSDATA
from tests.engines import TEXT
from tests.evaluate.makers import page_image, true_page

SCRIPTED = "tests.engines:ScriptedEngine"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    lang.use(None)
    lang.prefer("en")


def _typed(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words], prog_name="abhilekh")


def _figures(*words: object) -> dict[str, Any]:
    ended = _typed("eval", *words, "--json")
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_a_page_read_without_fault_counts_no_errors(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png")
    (run,) = _figures(tmp_path, "--engine", SCRIPTED)["runs"]
    total = run["total"]
    assert (total["cer_any_order"], total["order_error"], total["lines_lost"]) == (0, 0, 0)
    assert (total["numbers"], total["numbers_exact"]) == (2, 2)
    assert (run["engine"], run["version"], run["profile"]) == (SCRIPTED, "scripted 1", "scan")
    assert run["cpu_s_a_page"] > 0
    assert not any(line in json.dumps(run, ensure_ascii=False) for line in TEXT)


def test_a_page_that_says_something_else_is_a_catastrophe_with_lost_lines(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png")
    true_page(tmp_path / "b.png", "The quick brown fox jumps over the lazy dog\nNo. 4521 of 2017")
    (run,) = _figures(tmp_path, "--engine", SCRIPTED, "--threads", 1)["runs"]
    assert run["catastrophic_pages"] == 1
    assert [page["lines_lost"] for page in run["pages"]] == [0, 2]
    assert run["review"]["bad_pages"] == 1
    assert run["calibration"]["word_error"] > 0.2


def test_engines_and_profiles_stand_side_by_side(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png")
    words = ("--engine", SCRIPTED, "--engine", SCRIPTED, "--profile", "scan")
    runs = _figures(tmp_path, *words, "--profile", "compact")["runs"]
    assert [run["profile"] for run in runs] == ["scan", "compact"]
    assert runs[0]["pages"][0]["stored_bytes"] is None
    assert runs[1]["pages"][0]["stored_bytes"] > 0


def test_the_report_is_written_with_its_charts_and_in_hindi(tmp_path: Path) -> None:
    true_page(tmp_path / "truth" / "अ.png")
    page_image(tmp_path / "truth" / "lonely.png")
    out = tmp_path / "out"
    ended = _typed("--lang", "hi", "eval", tmp_path / "truth", "--engine", SCRIPTED, "-o", out)
    assert ended.exit_code == 0
    assert "मिले शब्द" in ended.stdout
    assert "lonely.png" in ended.stdout
    report = (out / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# पृष्ठ कितने ठीक पढ़े गए")
    assert "| अ.png |" in report
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["format"] == 1
    for chart in ("calibration.png", "risk-coverage.png"):
        assert f"]({chart})" in report
        with Image.open(out / chart) as drawn:
            assert min(drawn.size) > 300
        assert (out / chart).stat().st_size < 60_000


def test_the_same_figures_give_the_same_pictures(tmp_path: Path) -> None:
    true_page(tmp_path / "truth" / "a.png")
    for name in ("one", "two"):
        _typed("eval", tmp_path / "truth", "--engine", SCRIPTED, "-o", tmp_path / name)
    for chart in ("calibration.png", "risk-coverage.png"):
        assert (tmp_path / "one" / chart).read_bytes() == (tmp_path / "two" / chart).read_bytes()


def test_a_page_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png")
    torn = true_page(tmp_path / "torn.png")
    torn.write_bytes(torn.read_bytes()[:900])
    ended = _typed("eval", tmp_path, "--engine", SCRIPTED, "--json")
    assert ended.exit_code == 3
    (run,) = json.loads(ended.stdout)["runs"]
    assert [entry["page"] for entry in run["rejected"]] == ["torn.png"]
    assert run["pages_read"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nowhere",), 2),
        (("empty",), 2),
        (("truth", "--engine", "abbyy"), 2),
        (("truth", "--profile", "tiny"), 2),
        (("truth", "--engine", SCRIPTED, "-o", "truth/a.png/out"), 5),
    ],
)
def test_what_cannot_be_done_is_refused_in_three_parts(
    words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    true_page(tmp_path / "truth" / "a.png")
    ended = _typed("eval", *words)
    assert ended.exit_code == code
    assert "What to do: " in ended.stderr


def test_an_evaluation_needs_no_home_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    true_page(tmp_path / "truth" / "a.png")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "truth").iterdir()}
    assert _typed("eval", "truth", "--engine", SCRIPTED).exit_code == 0
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "truth").iterdir()}
    assert after == before
    assert [path.name for path in tmp_path.iterdir()] == ["truth"]


@pytest.mark.skipif(
    not (DEBIAN_TESSDATA / "Devanagari.traineddata").exists() and "CI" not in os.environ,
    reason="the Devanagari model is not installed",
)
def test_a_made_page_is_read_well_and_known_to_be(tmp_path: Path) -> None:
    made = make_page("letter", 3, options=PageOptions(small=True, typefaces=JUDGING_FACES))
    scan = tmp_path / "letter.jpg"
    encode.write_page(made.image, scan, Kind.COLOUR_JPEG, 300)
    scan.with_suffix(".gt.txt").write_text(made.truth.text, encoding="utf-8")
    (run,) = _figures(tmp_path)["runs"]
    assert run["total"]["cer_any_order"] < 0.1
    assert run["total"]["words_found"] > 0.85
    assert run["pages"][0]["confidence"] > 0.8
    assert run["calibration"]["word_error"] < 0.2
