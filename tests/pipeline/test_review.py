"""A person's decision becomes the next version; the versions before it stay as they were."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pikepdf import Pdf

from errors import WrongUsage
from ocr import finished
from ocr.alto import read_alto
from ocr.corrected import LineEdit, NewLine
from ocr.engine import Segmentation
from ocr.page import Box, GrayImage, Line
from pipeline import admit, assemble, recover, review, texts, undo
from pipeline.app import App
from pipeline.decisions import Decision, Reviewer, TextEdits
from pipeline.texts import KEPT
from records import review_reads
from records.models import Batch, LedgerEvent, Page, PhysicalFile
from storage import layout
from storage.manifest import read_manifest
from storage.store import ObjectStore
from tests.conftest import blank_scan, written_scan
from tests.engines import ScriptedEngine
from tests.pipeline.steps import report_of, settle

pytestmark = pytest.mark.django_db
PATEL = Reviewer("R. Patel")
HEAD = "मध्यप्रदेश शासन"


class CalmEngine(ScriptedEngine):
    """Reads a whole page as scripted, and finds nothing more where it is asked to look again."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        lines = super().recognise(image, dpi=dpi, segmentation=segmentation)
        whole = segmentation is Segmentation.AUTO and image.shape[0] > image.shape[1]
        return lines if whole else ()


@pytest.fixture
def engine() -> ScriptedEngine:
    return CalmEngine()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """One file of two pages and a blank back, and another file."""
    box = tmp_path / "box"
    written_scan(box / "नस्ती १" / "1.png", mark=1)
    written_scan(box / "नस्ती १" / "2.png", mark=2)
    blank_scan(box / "नस्ती १" / "3.png")
    written_scan(box / "नस्ती २" / "1.png", mark=3)
    return box


@pytest.fixture
def batch(app: App, box: Path) -> Batch:
    batch = admit.run(app, box)
    settle(app, batch)
    return batch


@pytest.fixture
def file(batch: Batch) -> PhysicalFile:
    return PhysicalFile.objects.get(batch=batch, source="नस्ती १")


def decided(app: App, file: PhysicalFile, by: Reviewer = PATEL, **said: Any) -> PhysicalFile:
    """The file after a decision and its new version."""
    review.decide(app, file, Decision(**said), by)
    review.make_version(app, file)
    file.refresh_from_db()
    return file


def objects(store: ObjectStore, file: PhysicalFile, version: int) -> dict[str, str]:
    """Hashes of a version's objects, by the key below its prefix."""
    prefix = layout.deposit_prefix("katni", file.pk, version)
    return {one.key.removeprefix(prefix): store.sha256(one.key) for one in store.list(prefix)}


def text_of(store: ObjectStore, file: PhysicalFile, tmp_path: Path) -> str:
    """What ``pdftotext`` finds in the newest PDF."""
    prefix = layout.deposit_prefix("katni", file.pk, file.version)
    pdf = tmp_path / "access.pdf"
    pdf.write_bytes(store.read_bytes(layout.access_key(prefix)))
    told = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    return told.stdout.decode()


def test_a_corrected_word_is_found_in_the_next_pdf_and_the_wrong_one_is_not(
    app: App, file: PhysicalFile, store: ObjectStore, tmp_path: Path
) -> None:
    before = objects(store, file, 1)
    edit = LineEdit(0, HEAD, "छत्तीसगढ़ शासन")
    file = decided(app, file, texts={1: TextEdits([edit])})
    assert file.version == 2
    text = text_of(store, file, tmp_path)
    assert text.count("छत्तीसगढ़ शासन") == 1
    assert text.count(HEAD) == 1  # page 2 says it still
    assert objects(store, file, 1) == before


def test_the_images_of_a_corrected_version_are_those_of_the_first(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    first = objects(store, file, 1)
    file = decided(app, file, fields={"date": "05.07.1990"})
    second = objects(store, file, 2)
    same = {name for name in first if first[name] == second.get(name)}
    assert {name for name in first if name.startswith(("masters/", "alto/"))} <= same
    assert images(store, file, 1) == images(store, file, 2)


def images(store: ObjectStore, file: PhysicalFile, version: int) -> list[bytes]:
    """Every image's bytes in a version's access copy, page by page."""
    key = layout.access_key(layout.deposit_prefix("katni", file.pk, version))
    with Pdf.open(io.BytesIO(store.read_bytes(key))) as pdf:
        return [
            image.read_raw_bytes() for page in pdf.pages for image in page.get_images().values()
        ]


def test_nothing_is_read_again_for_a_correction(
    app: App, file: PhysicalFile, engine: ScriptedEngine
) -> None:
    readings = engine.readings
    decided(app, file, fields={"subject": "वेतन निर्धारण"})
    assert engine.readings == readings


def test_what_a_person_says_of_a_field_stands_and_says_who(app: App, file: PhysicalFile) -> None:
    file = decided(app, file, fields={"file_number": "एफ 12-34/2015/2/7", "date": "05.07.1990"})
    number, date = file.metadata["file_number"], file.metadata["date"]
    assert (number["value"], number["rule"], number["by"]) == (
        "एफ 12-34/2015/2/7",
        "person",
        "R. Patel",
    )
    assert number["canonical"] == app.rules.numbers.canonical("एफ 12-34/2015/2/7")
    assert (date["value"], date["confidence"]) == ("1990-07-05", 1.0)
    codes = {kept["code"] for kept in file.reasons}
    assert not {code for code in codes if code.startswith(("file_number", "date"))}


def test_a_persons_word_outlives_a_sheet_that_is_added_later(
    app: App, box: Path, file: PhysicalFile, store: ObjectStore, tmp_path: Path
) -> None:
    edit = LineEdit(0, HEAD, "छत्तीसगढ़ शासन")
    decided(app, file, fields={"subject": "वेतन निर्धारण"}, texts={1: TextEdits([edit])})
    written_scan(box / "नस्ती १" / "4.png", mark=8)
    settle(app, admit.run(app, box))
    file.refresh_from_db()
    assert file.version == 3
    assert file.metadata["subject"]["value"] == "वेतन निर्धारण"
    assert "छत्तीसगढ़ शासन" in text_of(store, file, tmp_path)


def test_an_accepted_file_is_deposited_and_its_manifest_says_so(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    assert file.state == "in_review"
    file = decided(app, file, accept=True, note="गिना गया")
    assert (file.state, file.reasons) == ("deposited", [])
    key = layout.manifest_key(layout.deposit_prefix("katni", file.pk, 2))
    manifest = read_manifest(store.read_bytes(key))
    assert manifest.state == "deposited"
    told = manifest.file["corrections"]
    assert isinstance(told, list)
    assert told[-1]["kind"] == "accept"
    assert (told[-1]["by"], told[-1]["note"]) == ("R. Patel", "गिना गया")


def wrong_count() -> dict[str, Any]:
    from records.reasons import reason

    return reason("pages_missing", declared=9, found=3)


def test_a_reason_that_nobody_answered_keeps_the_file_in_review(
    app: App, file: PhysicalFile
) -> None:
    PhysicalFile.objects.filter(pk=file.pk).update(declared={"declared_pages": 9})
    file.refresh_from_db()
    file = decided(app, file, fields={"subject": "वेतन निर्धारण"})
    assert file.state == "in_review"
    assert "pages_missing" in [kept["code"] for kept in file.reasons]


def test_a_page_that_a_person_calls_blank_leaves_the_pdf_and_stays_accounted_for(
    app: App, file: PhysicalFile, batch: Batch, store: ObjectStore, tmp_path: Path
) -> None:
    file = decided(app, file, blank=frozenset({2}))
    assert text_of(store, file, tmp_path).count(HEAD) == 1
    ledger = report_of(batch)["ledger"]
    assert ledger["unexplained"] == 0
    assert sorted(left["reason"] for left in ledger["excluded"]) == ["blank", "blank"]


def test_a_side_that_a_person_says_is_the_pages_side(app: App, file: PhysicalFile) -> None:
    decided(app, file, sides={2: "noting"})
    assert Page.objects.get(file=file, sequence=2).side == "noting"


def test_a_line_that_was_not_read_can_be_written_where_it_stands(
    app: App, file: PhysicalFile, store: ObjectStore, tmp_path: Path
) -> None:
    new = NewLine(Box(20, 540, 300, 560), "हस्ताक्षर कलेक्टर कटनी")
    file = decided(app, file, texts={1: TextEdits(new=[new])})
    assert "हस्ताक्षर कलेक्टर कटनी" in text_of(store, file, tmp_path)


def test_undoing_brings_back_the_first_text_as_a_third_version(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    first, number = objects(store, file, 1), file.metadata["subject"]["value"]
    edit = LineEdit(0, HEAD, "छत्तीसगढ़ शासन")
    said = {"fields": {"subject": "वेतन"}, "texts": {1: TextEdits([edit])}, "blank": frozenset({2})}
    file = decided(app, file, **said)
    undo.run(app, file, 1, PATEL)
    review.make_version(app, file)
    file.refresh_from_db()
    assert (file.version, file.metadata["subject"]["value"]) == (3, number)
    third = objects(store, file, 3)
    del first["manifest.json"], third["manifest.json"]
    assert third == first


def test_two_people_who_saw_the_same_version_do_not_both_save(app: App, file: PhysicalFile) -> None:
    saw_first = Reviewer("A. Khan", seen_version=1)
    decided(app, file, Reviewer("R. Patel", seen_version=1), fields={"subject": "वेतन निर्धारण"})
    with pytest.raises(WrongUsage, match="Somebody else saved version 2"):
        review.decide(app, file, Decision(fields={"subject": "अन्य"}), saw_first)
    file.refresh_from_db()
    assert file.metadata["subject"]["value"] == "वेतन निर्धारण"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"texts": {1: TextEdits()}},
        {"fields": {"subject": "  "}},
        {"fields": {"subject": "अ" * 501}},
        {"fields": {"date": "31.02.1999"}},
        {"fields": {"document_type": "poem"}},
        {"fields": {"colour": "red"}},
        {"sides": {1: "upside"}},
        {"sides": {99: "noting"}},
        {"blank": frozenset({3})},  # is blank already
        {"texts": {1: TextEdits([LineEdit(0, "so it never stood", "x")])}},
        {"texts": {1: TextEdits([LineEdit(400, "", "x")])}},
    ],
)
def test_what_cannot_be_so_is_refused_and_changes_nothing(
    app: App, file: PhysicalFile, said: dict[str, Any]
) -> None:
    events = LedgerEvent.objects.count()
    with pytest.raises(WrongUsage) as refused:
        review.decide(app, file, Decision(**said), PATEL)
    assert refused.value.todo
    assert LedgerEvent.objects.count() == events
    assert PhysicalFile.objects.get(pk=file.pk).state == file.state


def test_a_file_in_work_cannot_be_decided_about(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    file = PhysicalFile.objects.filter(batch=batch).earliest("ordinal")
    with pytest.raises(WrongUsage, match="is in work"):
        review.decide(app, file, Decision(accept=True), PATEL)


def test_a_decision_whose_worker_dies_is_made_a_version_by_the_next_one(
    app: App, make_app: Callable[..., App], file: PhysicalFile, batch: Batch
) -> None:
    edit = LineEdit(0, HEAD, "छत्तीसगढ़ शासन")
    review.decide(app, file, Decision(texts={1: TextEdits([edit])}), PATEL)
    recover.close_settled(app, batch.pk)
    settle(make_app(holder="worker-2"), batch)
    file.refresh_from_db()
    assert (file.version, report_of(batch)["batch"]["state"]) == (2, "done")


def test_corrected_texts_are_swept_from_the_work_folder_once_deposited(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    decided(app, file, texts={1: TextEdits([LineEdit(0, HEAD, "छत्तीसगढ़ शासन")])})
    assert [stored.key for stored in store.list("work/")] == []


def test_no_word_of_a_record_stands_in_an_event(app: App, file: PhysicalFile) -> None:
    decided(app, file, texts={1: TextEdits([LineEdit(0, HEAD, "छत्तीसगढ़ शासन")])})
    told = str(list(LedgerEvent.objects.filter(file_id=file.pk).values_list("facts", flat=True)))
    assert "छत्तीसगढ़" not in told


def test_the_queue_shows_first_where_a_minute_mends_most(app: App, batch: Batch) -> None:
    first, second = PhysicalFile.objects.filter(batch=batch).order_by("ordinal")
    for file, urgency in ((first, 1.0), (second, 7.5)):
        PhysicalFile.objects.filter(pk=file.pk).update(
            state="in_review", reasons=[wrong_count()], urgency=urgency
        )
    assert [one["id"] for one in review_reads.queue()] == [second.pk, first.pk]
    assert review_reads.queue(code="low_confidence") == []
    assert len(review_reads.queue(code="pages_missing", office="katni")) == 2
    assert review_reads.queue(office="indore") == []


def test_an_identity_number_that_a_person_writes_stands_on_its_page_and_nowhere_else(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    number = "2345 6789 0124"
    edit = LineEdit(0, HEAD, f"आधार क्रमांक {number}")
    decided(app, file, texts={1: TextEdits([edit])})
    assert number not in str(review_reads.review_report(file))
    page = Page.objects.get(file=file, sequence=1)
    assert [flag["code"] for flag in page.flags] == ["identity_number"]
    assert number in " ".join(review.lines_of(app, file, 1))


def without_a_pdf(app: App, file: PhysicalFile, monkeypatch: pytest.MonkeyPatch) -> PhysicalFile:
    """The file after a correction whose PDF did not pass its check."""
    edit = LineEdit(0, HEAD, "छत्तीसगढ़ शासन")
    with monkeypatch.context() as patched:
        failed = SimpleNamespace(ok=False, problems=("text_lost_pdfium",))
        patched.setattr(finished, "check_finished", lambda *_: failed)
        return decided(app, file, texts={1: TextEdits([edit])})


def test_a_persons_text_outlives_a_version_whose_pdf_failed_its_check(
    app: App, file: PhysicalFile, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = without_a_pdf(app, file, monkeypatch)
    assert "pdf_invalid" in {kept["code"] for kept in file.reasons}
    file = decided(app, file, fields={"subject": "वेतन निर्धारण"})
    assert review.lines_of(app, file, 1)[0] == "छत्तीसगढ़ शासन"
    assert images(store, file, 3) == images(store, file, 1)


def test_no_version_is_made_while_a_page_is_still_to_be_read(
    app: App, file: PhysicalFile, store: ObjectStore
) -> None:
    for page in Page.objects.filter(file=file, state="recognised"):  # never had an access copy
        Page.objects.filter(pk=page.pk).update(parts={**page.parts, "layers": {}})
    review.decide(app, file, Decision(fields={"subject": "वेतन निर्धारण"}), PATEL)
    assert Page.objects.filter(file=file, state="received").count() == 2
    assemble.run(app, file.pk)
    file.refresh_from_db()
    assert (file.state, file.tries, file.lease_holder) == ("open", 0, "")
    review.make_version(app, file)
    file.refresh_from_db()
    assert (file.version, len(images(store, file, 2))) == (2, len(images(store, file, 1)))


def test_undoing_brings_back_the_care_that_the_old_text_asked_for(
    app: App, file: PhysicalFile
) -> None:
    number = "आधार क्रमांक 2345 6789 0124"
    file = decided(app, file, texts={1: TextEdits([LineEdit(0, HEAD, number)])})
    file = decided(app, file, texts={1: TextEdits([LineEdit(0, number, HEAD)])})
    page = Page.objects.get(file=file, sequence=1)
    assert page.flags == []
    undo.run(app, file, 2, PATEL)
    page.refresh_from_db()
    assert [flag["code"] for flag in page.flags] == ["identity_number"]
    assert "identity_number" in {kept["code"] for kept in page.reasons}


def test_an_identity_number_in_a_note_is_not_kept(app: App, file: PhysicalFile) -> None:
    decided(app, file, fields={"subject": "वेतन"}, note="आधार 2345 6789 0124 मिटाया")
    assert "6789" not in str(review_reads.review_report(file)["history"])


def test_a_line_longer_than_any_sheet_is_wide_is_refused(app: App, file: PhysicalFile) -> None:
    with pytest.raises(WrongUsage, match="too long"):
        edit = LineEdit(0, HEAD, "क " * 2000)
        review.decide(app, file, Decision(texts={1: TextEdits([edit])}), PATEL)


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ufeff", "\u2066"])
def test_signs_that_nobody_sees_do_not_come_into_the_text(
    app: App, file: PhysicalFile, sign: str
) -> None:
    edit = LineEdit(0, HEAD, f"क{sign}\u094d\u200dष {sign} शासन")
    file = decided(app, file, texts={1: TextEdits([edit])})
    assert review.lines_of(app, file, 1)[0] == "क\u094d\u200dष शासन"


def test_a_decision_waits_for_its_batch_before_it_holds_the_file(
    app: App, file: PhysicalFile
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("one transaction writes at a time there: nothing is held")
    with CaptureQueriesContext(connection) as asked:
        review.decide(app, file, Decision(fields={"subject": "वेतन"}), PATEL)
    within = [one["sql"] for one in asked.captured_queries]
    first = next(sql for sql in within if sql.startswith("SELECT") and "records_batch" in sql)
    assert within.index(first) < next(
        at for at, sql in enumerate(within) if "records_physicalfile" in sql
    )


def test_the_text_of_a_page_is_parsed_twice_at_most_for_a_version(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = KEPT + 2
    for mark in range(pages):
        written_scan(tmp_path / "thick" / "नस्ती ३" / f"{mark}.png", mark=10 + mark)
    thick = admit.run(app, tmp_path / "thick")
    settle(app, thick)
    file = PhysicalFile.objects.get(batch=thick)
    parsed: list[bytes] = []
    monkeypatch.setattr(texts, "read_alto", lambda d: (parsed.append(d), read_alto(d))[1])
    assert decided(app, file, fields={"subject": "वेतन निर्धारण"}).version == 2
    assert len(parsed) <= 2 * pages
