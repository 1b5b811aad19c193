"""Cover sheets and the register: a sheet that is not what it should be links nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.covers import drawn
from ingest import cover_sheet
from ingest.cover_payload import MAGIC, payload_of
from ingest.manifest import Declared
from pipeline import admit, link
from pipeline import register as register_use_case
from pipeline.app import App
from records.models import LedgerEvent
from tests.conftest import written_scan
from tests.engines import TEXT
from tests.pipeline.steps import report_of, settle
from tests.pipeline.test_cover_sheets import register, sheet

pytestmark = pytest.mark.django_db

GOOD = Declared("एफ 11-20/2014/1/9", "भूमि आवंटन", "राजस्व विभाग", 2, "रैक 1", "ख", "1001")
OTHER = Declared("एफ 9-9/1999/9/9", "और कुछ", "वित्त विभाग", 2, "रैक 9", "क", "1002")
HEAD = "Computer Number,File Number,Subject,Department\n"
ROWS = "1001,एफ 11-20/2014/1/9,भूमि आवंटन,राजस्व विभाग\n1002,एफ 9-9/1999/9/9,और कुछ,वित्त विभाग\n"


@pytest.fixture
def known(app: App, tmp_path: Path) -> None:
    (tmp_path / "efiles.csv").write_text(HEAD + ROWS, "utf-8")
    register_use_case.run(app, tmp_path / "efiles.csv")


def _linked(app: App, box: Path) -> list[dict[str, Any]]:
    """The files of a box, linked as they are described and asked for again."""
    batch = admit.run(app, box)
    settle(app, batch)
    link.again(app)
    return list(report_of(batch)["files"])


def _forged(path: Path, declared: Declared, payload: bytes, monkeypatch: Any) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(cover_sheet, "payload_of", lambda *_, **__: payload)
        Image.fromarray(np.ascontiguousarray(drawn(declared, 100))).save(path, dpi=(100, 100))


@pytest.mark.usefixtures("known")
def test_a_sheet_that_is_announced_links_its_file_by_computer_number(
    app: App, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    register(box / "batch.csv", (GOOD,))
    sheet(box / "01.png", GOOD)
    written_scan(box / "02.png", mark=1)
    (file,) = _linked(app, box)
    assert (file["efile"]["match"], file["efile"]["computer_number"]) == ("exact", "1001")


@pytest.mark.usefixtures("known")
def test_a_sheet_of_a_file_that_nobody_announced_links_nothing_by_itself(
    app: App, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    register(box / "batch.csv", (GOOD,))
    sheet(box / "01.png", GOOD)
    written_scan(box / "02.png", mark=1)
    sheet(box / "03.png", OTHER)
    written_scan(box / "04.png", mark=2)
    _, strange = _linked(app, box)
    assert strange["state"] == "in_review"
    assert "cover_unannounced" in strange["reason_codes"]
    assert (strange["efile"]["match"], strange["efile"]["computer_number"]) == ("ambiguous", None)
    assert [one["computer_number"] for one in strange["efile"]["candidates"]] == ["1002"]
    assert any("the list has no such file" in words for words in strange["reasons"])


@pytest.mark.usefixtures("known")
def test_a_sheet_of_a_file_that_no_register_knows_links_nothing(app: App, tmp_path: Path) -> None:
    box = tmp_path / "box"
    unknown = replace(OTHER, file_number="एफ 77-7/1977/7/7", computer_number="9999", subject="ज")
    sheet(box / "01.png", unknown)
    written_scan(box / "02.png", mark=1)
    (file,) = _linked(app, box)
    assert file["efile"]["computer_number"] is None
    assert file["state"] == "in_review"
    assert {"efile_none", "efile_ambiguous"} & set(file["reason_codes"])


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("damage", ["changed", "cut", "other secret", "nothing behind the mark"])
def test_a_damaged_or_forged_sheet_declares_nothing_and_links_nothing(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    good = payload_of(cover_sheet.SheetKind.FILE, OTHER)
    payload = {
        "changed": good[:-4] + bytes([good[-4] ^ 1]) + good[-3:],
        "cut": good[: len(good) // 2],
        "other secret": payload_of(cover_sheet.SheetKind.FILE, OTHER, key=b"another office"),
        "nothing behind the mark": MAGIC,
    }[damage]
    box = tmp_path / "box"
    box.mkdir()
    _forged(box / "01.png", OTHER, payload, monkeypatch)
    written_scan(box / "02.png", mark=1)
    (file,) = _linked(app, box)
    assert file["declared"].get("computer_number") is None
    assert file["state"] == "in_review"
    assert "cover_untrusted" in file["reason_codes"]
    assert file["efile"]["computer_number"] is None
    assert not LedgerEvent.objects.filter(outcome__in=("exact", "probable")).exists()
    assert any("damaged, forged" in words for words in file["reasons"])


@pytest.mark.usefixtures("known")
def test_the_same_sheet_in_two_places_links_neither(app: App, tmp_path: Path) -> None:
    box = tmp_path / "box"
    register(box / "batch.csv", (GOOD, OTHER))
    for number, declared in ((1, GOOD), (3, OTHER), (5, GOOD)):
        sheet(box / f"{number:02d}.png", declared)
        written_scan(box / f"{number + 1:02d}.png", mark=number)
    files = _linked(app, box)
    twice = [file for file in files if "cover_twice" in file["reason_codes"]]
    assert twice
    assert all(file["efile"]["computer_number"] is None for file in twice)


@pytest.mark.usefixtures("known")
def test_a_list_that_the_pages_contradict_links_nothing(app: App, tmp_path: Path) -> None:
    assert "11-20/2014/1/9" in TEXT[2]
    written_scan(tmp_path / "box" / "a" / "1.png", mark=1)
    (tmp_path / "box" / "batch.csv").write_text(
        "path,file_number,subject,computer_number\na,एफ 9-9/1999/9/9,और कुछ,1002\n", "utf-8"
    )
    (file,) = _linked(app, tmp_path / "box")
    assert "file_number_disagrees" in file["reason_codes"]
    assert (file["efile"]["match"], file["efile"]["computer_number"]) == ("ambiguous", None)
