"""Retention, place and care: from the list or the register to every record, and to a person."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection

from lang import ENGLISH, HINDI, use
from ocr.alto import read_alto
from pipeline import admit, export, link, register, search
from pipeline.app import App
from records.models import Batch, Fingerprint, LedgerEvent, Page, PhysicalFile
from records.register import RegisterEntry
from storage.manifest import read_manifest
from tests.conftest import written_scan
from tests.engines import TEXT, ScriptedEngine
from tests.pipeline.steps import report_of, settle

pytestmark = pytest.mark.django_db

NUMBER, IN_FOURS = "234567890124", "2345 6789 0124"
DEED = (*TEXT[:3], "विक्रय पत्र", "विक्रेता रामलाल, क्रेता गीता बाई, यह विक्रय पत्र निष्पादित")
CARD = (*TEXT[:3], f"विषय:- रामलाल आधार क्रमांक {IN_FOURS} का आवेदन", f"आधार {NUMBER}")


@pytest.fixture
def run(
    make_app: Callable[..., App], tmp_path: Path
) -> Callable[..., tuple[App, Batch, dict[str, Any]]]:
    """Settles a box of one file whose page reads ``lines``; ``listed`` is its row of the list."""

    def made(
        *lines: str, listed: str = "", review: bool = False
    ) -> tuple[App, Batch, dict[str, Any]]:
        app = make_app(read_by=ScriptedEngine(*lines))
        app.policy = replace(app.policy, review_identity_numbers=review)
        written_scan(tmp_path / "box" / "a" / "1.png", mark=1)
        head = "path,subject,location,retention_class\n"
        (tmp_path / "box" / "batch.csv").write_text(f"{head}a,{listed or ',,'}\n", "utf-8")
        batch = admit.run(app, tmp_path / "box")
        settle(app, batch)
        return app, batch, report_of(batch)["files"][0]

    return made


def _asked_for() -> set[str]:
    """What about identity numbers brings the one file to a person."""
    reasons = PhysicalFile.objects.get().reasons
    inner = [because for one in reasons for because in one["facts"].get("because", ())]
    return {one["code"] for one in inner} & {"identity_number"}


def _register(app: App, tmp_path: Path, retention: str, place: str) -> None:
    table = tmp_path / "efiles.csv"
    table.write_text(
        "Computer Number,File Number,Subject,Location,Retention Class\n"
        f"1001,एफ 11-20/2014/1/9,,{place},{retention}\n",
        "utf-8",
    )
    register.run(app, table)
    link.again(app)


def test_class_and_place_of_the_list_reach_every_record(run: Any, tmp_path: Path) -> None:
    app, batch, file = run(*TEXT, listed=",रैक 3 / बस्ता 7,Class C-5")
    assert file["retention"] == {
        "class": "ग",
        "latin": "C",
        "destroyed": True,
        "written": "Class C-5",
        "origin": "declared",
    }
    assert file["location"] == {"value": "रैक 3 / बस्ता 7", "origin": "declared"}
    row = PhysicalFile.objects.get(retention_class="ग")
    assert row.location == "रैक 3 / बस्ता 7"
    (key,) = [one["key"] for one in file["deposit"]["objects"] if one["role"] == "manifest"]
    manifest = read_manifest(app.store.read_bytes(key))
    assert manifest.file["retention"]["class"] == "ग"
    assert manifest.file["location"]["value"] == "रैक 3 / बस्ता 7"
    PhysicalFile.objects.update(state="deposited")
    export.run(app, batch, tmp_path / "out")
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        (exported,) = csv.DictReader(stream)
    assert (exported["retention_class"], exported["location"]) == ("ग", "रैक 3 / बस्ता 7")


def test_a_class_that_is_none_is_shown_as_it_was_written(run: Any) -> None:
    _, _, file = run(*TEXT, listed=",,D-ज्ञात नहीं")
    assert file["retention"]["class"] is None
    assert file["retention"]["written"] == "D-ज्ञात नहीं"
    assert PhysicalFile.objects.get().retention_class == ""


def test_what_the_list_leaves_open_comes_from_the_register_when_the_file_is_linked(
    run: Any, tmp_path: Path
) -> None:
    app, batch, file = run(*TEXT)
    assert (file["retention"], file["location"]) == (None, None)
    _register(app, tmp_path, "B", "R-9")
    file = report_of(batch)["files"][0]
    assert (file["retention"]["class"], file["retention"]["origin"]) == ("ख", "register")
    assert file["location"] == {"value": "R-9", "origin": "register"}
    (found,) = search.run(app, "11-20/2014")
    (scanned,) = found["files"]
    assert (scanned["id"], scanned["retention_class"]) == (file["id"], "ख")
    link.undo(app, file["id"], by="R. Patel")
    assert report_of(batch)["files"][0]["retention"] is None


def test_list_and_register_that_differ_go_to_a_person_and_the_list_counts(
    run: Any, tmp_path: Path
) -> None:
    app, batch, file = run(*TEXT, listed=",रैक 3,क")
    assert "retention_differs" not in file["reason_codes"]
    _register(app, tmp_path, "C", "R-9")
    file = report_of(batch)["files"][0]
    assert file["state"] == "in_review"
    assert "retention_differs" in file["reason_codes"]
    assert file["retention"]["class"] == "क"
    assert file["location"]["value"] == "रैक 3"


def test_a_deed_is_flagged_with_its_place_and_a_class_that_destroys_it_is_contradicted(
    run: Any,
) -> None:
    _, _, file = run(*DEED, listed=",,ग")
    (never,) = file["never_destroyed"]
    assert (never["kind"], never["page"], never["pages"]) == ("sale_deed", 1, [1])
    assert len(never["bbox"]) == 4
    assert file["state"] == "in_review"
    assert "retention_contradicted" in file["reason_codes"]
    use(HINDI)
    told = report_of(Batch.objects.get())["files"][0]["reasons"]
    use(ENGLISH)
    assert any("विक्रय पत्र" in words and "ग" in words for words in told)


@pytest.mark.parametrize("listed", ["", ",,क"])
def test_a_deed_without_a_class_that_destroys_it_waits_for_nobody(run: Any, listed: str) -> None:
    _, _, file = run(*DEED, listed=listed)
    assert [never["kind"] for never in file["never_destroyed"]] == ["sale_deed"]
    assert "retention_contradicted" not in file["reason_codes"]


def test_a_register_that_comes_later_can_contradict_what_is_deposited(
    run: Any, tmp_path: Path
) -> None:
    app, batch, _ = run(*DEED)
    PhysicalFile.objects.update(state="deposited", reasons=[])
    _register(app, tmp_path, "C", "R-9")
    file = report_of(batch)["files"][0]
    assert file["state"] == "in_review"
    assert "retention_contradicted" in file["reason_codes"]


def test_an_identity_number_is_flagged_on_its_page_and_asks_nobody(run: Any) -> None:
    _, _, file = run(*CARD)
    (page,) = file["pages"]
    assert len(page["flags"]) >= 2
    assert {flag["code"] for flag in page["flags"]} == {"identity_number"}
    assert max(flag["confidence"] for flag in page["flags"]) == 0.99
    assert all(len(flag["bbox"]) == 4 for flag in page["flags"])
    assert "identity_number" in page["reason_codes"]
    assert _asked_for() == set()


def test_an_identity_number_sends_the_file_to_review_where_the_office_wants_it(run: Any) -> None:
    _, _, file = run(*CARD, review=True)
    assert file["state"] == "in_review"
    assert _asked_for() == {"identity_number"}


def test_the_number_itself_is_kept_nowhere_but_in_the_scan_and_its_text(
    run: Any, tmp_path: Path
) -> None:
    listed = f"रामलाल आधार {IN_FOURS} का आवेदन,रैक 3 आधार {NUMBER},ग"
    app, batch, file = run(*CARD, listed=listed)
    table = tmp_path / "efiles.csv"
    table.write_text(
        "Computer Number,File Number,Subject\n"
        f"1001,एफ 11-20/2014/1/9,रामलाल आधार {NUMBER} का आवेदन\n",
        "utf-8",
    )
    register.run(app, table)
    link.again(app)
    assert "रामलाल" in file["metadata"]["subject"]["value"]
    kept = "".join(
        serializers.serialize("json", model.objects.all())
        for model in (PhysicalFile, Page, LedgerEvent, RegisterEntry)
    )
    kept += str(report_of(batch))
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM records_registerword")
        kept += str(cursor.fetchall())
    for one in file["deposit"]["objects"]:
        if one["role"] == "manifest":
            kept += app.store.read_bytes(one["key"]).decode()
    PhysicalFile.objects.update(state="deposited")
    export.run(app, Batch.objects.get(pk=batch.pk), tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        if path.suffix in {".csv", ".json"}:
            kept += path.read_text("utf-8-sig")
    for telling in (NUMBER, IN_FOURS, "6789"):
        assert telling not in kept
    (alto,) = [one["key"] for one in file["deposit"]["objects"] if one["role"] == "alto"]
    text = read_alto(app.store.read_bytes(alto)).text
    assert IN_FOURS in text, "the text layer is what the page says"


def test_what_a_page_is_compared_by_keeps_only_the_last_digits(run: Any) -> None:
    import zlib

    run(*CARD)
    kept = zlib.decompress(bytes(Fingerprint.objects.get().sketch))
    assert "रामलाल".encode() in kept
    assert b"0124" in kept
    assert not any(part in kept for part in (b"2345", b"6789", b"23456789"))
