"""Hostile and odd files, and real scans, through the whole program with the real engine."""

from __future__ import annotations

import json
import resource
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED, written_scan
from tests.workers.test_embedded import Place

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the sample files are not here"),
    pytest.mark.timeout(900),
]
MOST_MEMORY_KB = 1_500_000


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.environment = {}
    place.limit_s = 850.0
    return place


def _copied(files: list[Path], source: Path) -> None:
    """Each file in a folder of its own: one physical file each."""
    for file in files:
        (source / file.name).mkdir(parents=True)
        shutil.copyfile(file, source / file.name / file.name)


def _run(place: Place) -> tuple[int, dict[str, Any], str]:
    code, out, err = place.run("run", str(place.source), "--json")
    assert "Traceback" not in out + err
    return code, json.loads(out), err


def test_no_hostile_file_harms_the_run_or_its_neighbours(place: Place) -> None:
    hostile = sorted((SHARED / "samples" / "edge").iterdir())
    _copied(hostile, place.source)
    written_scan(place.source / "0 good" / "1.png", mark=1)
    written_scan(place.source / "z good" / "1.png", mark=2)
    # what is started from here begins with our own memory in the kernel's books
    largest_before = max(
        resource.getrusage(whose).ru_maxrss
        for whose in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    code, report, err = _run(place)
    assert code == 3, err
    ledger = report["ledger"]
    assert (ledger["unexplained"], ledger["pending"]) == (0, 0)
    accounted = {file["source"] for file in report["files"]}
    accounted |= {left["source"].split("/")[0] for left in report["ignored"]}
    assert {file.name for file in hostile} <= accounted
    ended_it = [
        page["source"]
        for file in report["files"]
        for page in file["pages"]
        if page["state"] == "quarantined"
    ]
    assert ended_it == [], "nothing may end the worker"
    assert all(file["reasons"] for file in report["files"] if file["state"] == "quarantined")
    good = [file for file in report["files"] if file["source"] in ("0 good", "z good")]
    assert [file["pages"][0]["state"] for file in good] == ["recognised", "recognised"]
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert largest < max(MOST_MEMORY_KB, largest_before + 1)


def test_every_real_scan_is_deposited_with_a_searchable_pdf(place: Place) -> None:
    scans = [
        path
        for path in sorted((SHARED / "samples" / "pages").iterdir())
        if not path.name.endswith(".gt.txt")
    ]
    _copied(scans, place.source)
    code, report, err = _run(place)
    assert code == 0, err
    assert len(report["files"]) == len(scans)
    without = [
        file["source"]
        for file in report["files"]
        if not any(stored["role"] == "access" for stored in file["deposit"]["objects"])
    ]
    assert without == []
