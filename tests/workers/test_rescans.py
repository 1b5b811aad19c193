"""Sheets scanned twice in a real run: two threads, killed in the middle, and run again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import written_scan
from tests.pipeline.test_twins import EXPECTED, again
from tests.workers.test_embedded import Place, _children_of, _until


def marks(report: dict[str, Any]) -> dict[str, tuple[str | None, bool]]:
    return {
        page["source"]: (page["duplicate_of"], "rescan" in page["reason_codes"])
        for file in report["files"]
        for page in file["pages"]
    }


@pytest.fixture
def box(tmp_path: Path) -> Place:
    """The box of ``tests.pipeline.test_twins`` in a home of its own."""
    place = Place(tmp_path)
    place.environment["ABHILEKH_THREADS"] = "2"
    first = written_scan(place.source / "a" / "1.png", mark=1)
    second = written_scan(place.source / "a" / "2.png", mark=2)
    again(first, place.source / "a" / "3.png")
    again(second, place.source / "b" / "1.png")
    written_scan(place.source / "b" / "2.png", mark=3)
    return place


def settled_pages(place: Place) -> int:
    """Pages that are read, as the database has it: asking the program takes too long."""
    database = place.home / "abhilekh.sqlite3"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as rows:
        try:
            found = rows.execute("select count(*) from records_page where state = 'recognised'")
            return int(found.fetchone()[0])
        except sqlite3.OperationalError:  # no tables yet
            return 0


def test_a_killed_run_with_two_threads_marks_the_same_twins_when_it_is_run_again(
    box: Place,
) -> None:
    box.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:SlowEngine"
    first = box.start("run", str(box.source))
    _until(lambda: settled_pages(box) > 0, limit_s=90.0)
    first.kill()
    first.communicate()
    _until(lambda: not list(_children_of(box.home)), limit_s=90.0)
    assert settled_pages(box) < len(EXPECTED), "it was killed in the middle"
    box.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    _, report, err = box.run_source()
    assert marks(report) == EXPECTED, err
    assert report["ledger"]["unexplained"] == report["ledger"]["pending"] == 0
    assert {file["state"] for file in report["files"]} == {"in_review"}


def test_a_person_reads_which_page_a_rescan_repeats(box: Place) -> None:
    _, report, _ = box.run_source()
    shown = box.run("batch", "show", report["batch"]["id"])[1]
    told = [line for line in shown.splitlines() if "This sheet was scanned before" in line]
    assert len(told) == 2
    assert "a: Page 3" in told[0] and "as a/1.png#0" in told[0]
    assert "b: Page 1" in told[1] and "as a/2.png#0" in told[1]
