"""What a person says of a sheet becomes the next version, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from errors import WrongUsage
from pipeline import admit, review, undo
from pipeline.app import App
from pipeline.decisions import Decision, Mark, TextEdits
from records import review_reads
from records.models import Batch, LedgerEvent, Page, PhysicalFile
from records.page_marks import PageMark
from storage import layout
from storage.manifest import read_manifest
from storage.store import ObjectStore
from tests.conftest import written_scan
from tests.engines import ScriptedEngine
from tests.pipeline import test_review
from tests.pipeline.steps import report_of, settle
from tests.pipeline.test_review import HEAD, PATEL, LineEdit, decided, images, objects, text_of

pytestmark = pytest.mark.django_db
engine, box, batch, file = test_review.engine, test_review.box, test_review.batch, test_review.file


def page(file: PhysicalFile, number: int) -> Page:
    return Page.objects.get(file=file, sequence=number)


def doubtful(file: PhysicalFile) -> dict[int, dict[str, Any]]:
    """The facts of the doubts about each page."""
    found = [kept["facts"] for kept in file.reasons if kept["code"] == "page_doubtful"]
    return {facts["page"]: facts for facts in found}


def test_a_duplicate_leaves_the_pdf_stays_accounted_for_and_names_its_original(
    app: App, file: PhysicalFile, batch: Batch, store: ObjectStore, tmp_path: Path
) -> None:
    file = decided(app, file, marks={2: Mark(PageMark.DUPLICATE, of=1)})
    assert text_of(store, file, tmp_path).count(HEAD) == 1
    told = report_of(batch)
    assert (told["ledger"]["unexplained"], told["ledger"]["received"]) == (0, 4)
    reasons = {(left["source"], left["reason"]) for left in told["ledger"]["excluded"]}
    assert ("नस्ती १/2.png", "duplicate") in reasons
    assert page(file, 2).duplicate_of == page(file, 1)
    masters = [one for one in objects(store, file, 2) if one.startswith("masters/")]
    assert len(masters) == 3, "the scan of the duplicate is kept"


def test_a_duplicate_that_the_program_found_needs_no_number(app: App, file: PhysicalFile) -> None:
    with pytest.raises(WrongUsage, match="not clear which page"):
        review.decide(app, file, Decision(marks={2: Mark(PageMark.DUPLICATE)}), PATEL)
    Page.objects.filter(file=file, sequence=2).update(duplicate_of=page(file, 1))
    decided(app, file, marks={2: Mark(PageMark.DUPLICATE)})
    assert page(file, 2).state == "duplicate"


def test_declared_sheets_are_not_missed_for_a_duplicate(
    app: App, file: PhysicalFile, batch: Batch
) -> None:
    PhysicalFile.objects.filter(pk=file.pk).update(declared={"declared_pages": 2})
    file.refresh_from_db()
    file = decided(app, file, marks={2: Mark(PageMark.DUPLICATE, of=1)})
    assert "pages_too_many" not in [kept["code"] for kept in file.reasons]


@pytest.mark.parametrize(
    "said",
    [
        {"marks": {2: Mark(PageMark.DUPLICATE, of=2)}},
        {"marks": {2: Mark(PageMark.DUPLICATE, of=9)}},
        {"marks": {2: Mark(PageMark.DUPLICATE, of=3)}},  # which is blank
        {"marks": {1: Mark(PageMark.DUPLICATE, of=2), 2: Mark(PageMark.DUPLICATE, of=1)}},
        {"marks": {2: Mark(PageMark.DUPLICATE, of=1)}, "blank": frozenset({2})},
        {"turns": {1: 90}, "texts": {1: TextEdits([LineEdit(0, HEAD, "x")])}},
        {"turns": {1: 45}},
        {"turns": {7: 90}},
        {"marks": {3: Mark(PageMark.SCAN_AGAIN)}},
    ],
)
def test_what_cannot_be_said_of_a_sheet_changes_nothing(
    app: App, file: PhysicalFile, said: dict[str, object]
) -> None:
    with pytest.raises(WrongUsage) as refused:
        review.decide(app, file, Decision(**said), PATEL)  # type: ignore[arg-type]
    assert refused.value.kept == "Nothing was changed."
    file.refresh_from_db()
    assert (file.state, review_reads.review_report(file)["history"]) == ("in_review", [])


def test_an_illegible_page_stays_a_picture_and_its_doubts_are_answered(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    doubt = {"code": "low_confidence", "facts": {"confidence": 0.3}}
    Page.objects.filter(file=file, sequence=2).update(reasons=[doubt])
    file = decided(app, file, fields={"subject": "वेतन"})
    assert 2 in doubtful(file)
    file = decided(app, file, marks={2: Mark(PageMark.ILLEGIBLE)})
    assert 2 not in doubtful(file)
    assert images(store, file, 3) == images(store, file, 1)
    told = review_reads.review_report(file)
    assert [one["marks"] for one in told["file"]["pages"]] == [[], ["illegible"], []]


def test_a_sheet_to_scan_again_keeps_its_file_in_review_until_it_came(
    app: App, file: PhysicalFile, batch: Batch, box: Path
) -> None:
    file = decided(app, file, marks={1: Mark(PageMark.SCAN_AGAIN)}, accept=True, note="कटा हुआ")
    assert doubtful(file)[1]["because"][-1:] == [
        {"code": "scan_again", "facts": {"by": "R. Patel"}}
    ]
    assert [one["id"] for one in review_reads.queue(code="scan_again")] == [file.pk]
    written_scan(box / "नस्ती १" / "1.png", mark=77)
    settle(app, admit.run(app, box))
    file.refresh_from_db()
    assert "scan_again" not in str(file.reasons)
    assert file.version == 3


def test_a_turned_page_is_read_again_in_that_turn_and_undone_without_reading(
    app: App, file: PhysicalFile, store: ObjectStore, engine: ScriptedEngine
) -> None:
    first, readings = objects(store, file, 1), engine.readings
    file = decided(app, file, turns={1: 180}, note="उल्टा")
    assert engine.readings > readings
    assert page(file, 1).rotated_cw_deg == 180
    assert images(store, file, 2)[-1] == images(store, file, 1)[-1], "page 2 is as it was"
    readings = engine.readings
    undo.run(app, file, 1, PATEL)
    review.make_version(app, file)
    file.refresh_from_db()
    third = objects(store, file, 3)
    del first["manifest.json"], third["manifest.json"]
    assert third == first
    assert (page(file, 1).rotated_cw_deg, page(file, 1).turn_declared) == (0, None)
    assert engine.readings == readings


def test_two_turns_add_up_to_where_the_page_began(app: App, file: PhysicalFile) -> None:
    file = decided(app, file, turns={1: 180})
    decided(app, file, turns={1: 180})
    assert (page(file, 1).turn_declared, page(file, 1).rotated_cw_deg) == (0, 0)


def test_undoing_takes_marks_back_and_brings_a_duplicate_into_the_pdf(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    first = objects(store, file, 1)
    said = {1: Mark(PageMark.SCAN_AGAIN), 2: Mark(PageMark.DUPLICATE, of=1)}
    file = decided(app, file, marks=said)
    undo.run(app, file, 1, PATEL)
    review.make_version(app, file)
    file.refresh_from_db()
    third = objects(store, file, 3)
    del first["manifest.json"], third["manifest.json"]
    assert third == first
    assert (page(file, 1).marks, page(file, 2).state) == ({}, "recognised")
    assert page(file, 2).duplicate_of is None


def test_every_mark_is_history_with_who_and_why(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    said = {1: Mark(PageMark.ILLEGIBLE), 2: Mark(PageMark.DUPLICATE, of=1)}
    file = decided(app, file, marks=said, note="जला हुआ")
    key = layout.manifest_key(layout.deposit_prefix("katni", file.pk, 2))
    told = read_manifest(store.read_bytes(key))
    seen = [(one["name"], one["page"], one["by"], one["note"]) for one in told.file["corrections"]]
    assert seen == [
        ("illegible", 1, "R. Patel", "जला हुआ"),
        ("duplicate", 2, "R. Patel", "जला हुआ"),
    ]
    assert told.pages[0]["marks_kept"]["illegible"]["by"] == "R. Patel"
    events = LedgerEvent.objects.filter(page_id=page(file, 2).pk, outcome="duplicate")
    assert events.count() == 1
