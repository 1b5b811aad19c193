"""Scanned pages and a register of look-alikes: linked, left open, undone and handed over."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.linked_box import Box, make
from storage.manifest import read_manifest
from tests.workers.test_embedded import Place

FOUND, TWICE, LOST = range(3)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.environment = {}
    place.limit_s = 280.0
    return place


@pytest.fixture
def box(place: Place, tmp_path: Path) -> Box:
    """Three files: one in the register, one in it twice, one not; all with look-alikes there."""
    box = make(tmp_path / "box", seed=31, files=3, pages=(1, 2), rows=300)
    with box.table.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    numbers = list(box.truth.values())
    twice = next(row for row in rows if row[0] == numbers[TWICE])
    rows = [row for row in rows if row[0] != numbers[LOST]]
    with box.table.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *rows, ["799999", *twice[1:]]])
    place.source = box.scans
    return box


def _said(place: Place, *words: str) -> dict[str, Any]:
    code, out, err = place.run(*words, "--json")
    assert code == 0, err
    told: dict[str, Any] = json.loads(out)
    return told


def test_scans_find_their_efile_among_look_alikes_and_a_person_can_undo_it(
    place: Place, box: Box, tmp_path: Path
) -> None:
    imported = _said(place, "register", "import", str(box.table))
    assert imported["import"]["skipped"] == 0
    code, report, err = place.run_source()
    assert code == 0, err
    files = {file["source"]: file for file in report["files"]}
    found, twice, lost = (files[folder] for folder in box.truth)
    numbers = list(box.truth.values())
    assert (found["efile"]["match"], found["efile"]["computer_number"]) == ("exact", numbers[FOUND])
    assert twice["efile"]["match"] == "ambiguous"
    shown = {one["computer_number"] for one in twice["efile"]["candidates"]}
    assert {numbers[TWICE], "799999"} <= shown
    assert "efile_ambiguous" in twice["reason_codes"]
    assert lost["efile"]["computer_number"] is None
    for file, outcome in ((found, "exact"), (twice, "ambiguous")):
        (key,) = [o["key"] for o in file["deposit"]["objects"] if o["role"] == "manifest"]
        manifest = read_manifest((place.home / "store" / key).read_bytes())
        made = [one for one in manifest.events if one["outcome"] == outcome]
        assert [one["facts"]["by"][:8] for one in made] == ["Abhilekh"]

    undone = _said(place, "register", "unlink", found["id"], "--by", "R. Patel")["file"]
    assert (undone["efile"]["match"], undone["efile"]["by"]) == ("none", "R. Patel")
    assert undone["state"] == "in_review"
    again = _said(place, "register", "import", str(box.table))
    assert again["linked"]["exact"] == 0, "no rule overrules a person"
    for file, number in ((found, numbers[FOUND]), (twice, "799999")):
        linked = _said(place, "register", "link", file["id"], str(number), "--by", "R. Patel")
        assert linked["file"]["efile"]["computer_number"] == number

    done = _said(place, "export", "eoffice", report["batch"]["id"], "-o", str(tmp_path / "out"))
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        told = {row["source"]: row["computer_number"] for row in csv.DictReader(stream)}
    assert len(told) == done["files"]
    expected = {found["source"]: numbers[FOUND], twice["source"]: "799999", lost["source"]: ""}
    assert told
    assert all(expected[source] == number for source, number in told.items())
