"""The confidence table is made by one command, from pages that are kept."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import calibrate
from benchmarks.fitting.pages import planned
from benchmarks.scans.maker import JUDGING_FACES, TUNING_FACES
from ocr.signs import PAGE_SIGNS, WORD_SIGNS


def test_the_same_seed_plans_the_same_pages_and_another_seed_others() -> None:
    assert planned(1, 5, TUNING_FACES) == planned(1, 5, TUNING_FACES)
    assert planned(1, 5, TUNING_FACES)[:3] == planned(1, 3, TUNING_FACES)
    assert {plan.seed for plan in planned(1, 20, TUNING_FACES)}.isdisjoint(
        plan.seed for plan in planned(2, 20, JUDGING_FACES)
    )


def test_pages_are_made_read_fitted_and_judged_in_one_go(tmp_path: Path) -> None:
    words = ["--pages", 2, "--at-once", 1, "--cache", tmp_path / "pages", "--out", tmp_path]
    words += ["--table", tmp_path / "table.json"]
    assert calibrate.main([str(word) for word in words]) == 0
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    fitted = table["engines"]["tesseract Devanagari"]
    assert tuple(fitted["word"]["weights"]) == WORD_SIGNS
    assert tuple(fitted["page"]["weights"]) == PAGE_SIGNS
    assert table["fitted_on"]["typefaces"] == list(TUNING_FACES)
    report = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    assert set(report["typefaces"]).isdisjoint(TUNING_FACES)
    assert 0 <= report["engines"]["tesserocr"]["word_ece"] <= 1
    for picture in ("calibration-table.png", "calibration-risk.png"):
        assert (tmp_path / picture).stat().st_size < 60_000
    assert len(list((tmp_path / "pages").glob("*.jpg"))) == 4
