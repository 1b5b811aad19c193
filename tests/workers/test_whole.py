"""The whole program with the real engine: every kind of scan, both profiles, both engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scans.maker import make_box
from benchmarks.scans.options import BoxOptions, Kind, PageOptions
from tests.ocr_layering.verapdf import problems
from tests.workers.test_embedded import Place

KINDS = ("colour-jpeg", "grey-tiff", "bilevel-tiff", "png", "multipage-tiff", "pdf")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.environment = {}
    place.limit_s = 280.0
    return place


def _make(place: Place, kind: str, seed: int, *, pages: tuple[int, int] = (2, 3)) -> None:
    options = BoxOptions(kind=Kind(kind), page=PageOptions(small=True))
    box = place.source.parent / f"box-{kind}"
    make_box(box, seed=seed, files=1, pages_per_file=pages, options=options)
    place.source.mkdir(exist_ok=True)
    for file in (box / "scans").iterdir():
        if file.name != "batch.csv":
            file.rename(place.source / f"{kind} {file.name}")


def _access_pdfs(place: Place, report: dict[str, Any]) -> list[Path]:
    return [
        place.home / "store" / stored["key"]
        for file in report["files"]
        for stored in file["deposit"]["objects"]
        if stored["role"] == "access"
    ]


@pytest.mark.verapdf
@pytest.mark.parametrize("profile", ["compact", "faithful"])
def test_every_kind_of_scan_becomes_valid_pdfa(place: Place, profile: str) -> None:
    for number, kind in enumerate(KINDS):
        _make(place, kind, seed=40 + number)
    place.environment["ABHILEKH_PROFILE"] = profile
    code, report, err = place.run_source()
    assert code == 0, err
    assert report["ledger"]["unexplained"] == 0
    made = _access_pdfs(place, report)
    assert len(made) == len(KINDS)
    assert not any(problems(made).values())


def test_the_second_engine_reads_the_same_box(place: Place) -> None:
    _make(place, "grey-tiff", seed=50)
    place.environment["ABHILEKH_OCR_ENGINE"] = "pytesseract"
    code, report, err = place.run_source()
    assert code == 0, err
    assert len(_access_pdfs(place, report)) == 1


def test_verify_is_content_with_what_was_deposited_and_finds_a_flipped_byte(place: Place) -> None:
    _make(place, "png", seed=60)
    _, report, _ = place.run_source()
    code, out, _ = place.run("store", "verify", "--json")
    assert (code, json.loads(out)["damaged"]) == (0, 0)
    victim = _access_pdfs(place, report)[0]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.chmod(0o600)
    victim.write_bytes(content)
    code, out, _ = place.run("store", "verify", "--json")
    assert (code, json.loads(out)["damaged"]) == (6, 1)
    assert str(victim).endswith(json.loads(out)["findings"][0]["key"])


def test_one_object_can_be_fetched(place: Place, tmp_path: Path) -> None:
    _make(place, "png", seed=60)
    _, report, _ = place.run_source()
    stored = report["files"][0]["deposit"]["objects"][0]
    fetched = tmp_path / "fetched"
    code, _, err = place.run("store", "get", stored["key"], "-o", str(fetched))
    assert code == 0, err
    assert fetched.stat().st_size == stored["size_bytes"]
