"""Pages that lie in the wrong file go to another; nothing is read again, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import WrongUsage
from pipeline import admit, moving, review, undo
from pipeline.app import App
from pipeline.decisions import Decision, Reviewer
from pipeline.moving import Move, pages_said
from records.corrections import history
from records.models import Batch, Page, PhysicalFile
from storage import layout
from storage.manifest import read_manifest
from storage.store import ObjectStore
from tests.conftest import written_scan
from tests.engines import ScriptedEngine
from tests.pipeline import test_review
from tests.pipeline.steps import report_of, settle
from tests.pipeline.test_review import PATEL, images, objects

pytestmark = pytest.mark.django_db
engine, box, batch, file = test_review.engine, test_review.box, test_review.batch, test_review.file


@pytest.fixture
def other(batch: Batch) -> PhysicalFile:
    return PhysicalFile.objects.get(batch=batch, source="नस्ती २")


def moved(app: App, file: PhysicalFile, move: Move) -> PhysicalFile:
    """The file that the pages went to, both deposited anew."""
    target = moving.run(app, file, move, PATEL)
    for one in (file, target):
        review.make_version(app, one)
        one.refresh_from_db()
    return target


def sources(file: PhysicalFile) -> list[str]:
    rows = Page.objects.filter(file=file).exclude(state="replaced").order_by("sequence")
    assert [page.sequence for page in rows] == list(range(1, len(rows) + 1))
    return [page.source for page in rows]


def test_pages_go_to_the_other_file_with_their_images_and_are_not_read_again(
    app: App,
    file: PhysicalFile,
    other: PhysicalFile,
    batch: Batch,
    store: ObjectStore,
    engine: ScriptedEngine,
) -> None:
    first, own = images(store, file, 1), images(store, other, 1)
    before = objects(store, file, 1)
    readings = engine.readings
    target = moved(app, file, Move([2, 3], other))
    assert sources(file) == ["नस्ती १/1.png"]
    assert sources(target) == ["नस्ती २/1.png", "नस्ती १/2.png", "नस्ती १/3.png"]
    assert (file.version, target.version, engine.readings) == (2, 2, readings)
    assert images(store, target, 2) == [*own, *first[len(images(store, file, 2)) :]]
    assert objects(store, file, 1) == before
    told = report_of(batch)["ledger"]
    assert (told["unexplained"], told["received"]) == (0, 4)


def test_pages_make_a_file_of_their_own(
    app: App, file: PhysicalFile, batch: Batch, store: ObjectStore
) -> None:
    target = moved(app, file, Move([2], note="दूसरा विषय"))
    assert (target.source, target.version, target.ordinal) == ("नस्ती १ (2)", 1, 3)
    assert (sources(file), sources(target)) == (
        ["नस्ती १/1.png", "नस्ती १/3.png"],
        ["नस्ती १/2.png"],
    )
    assert report_of(batch)["ledger"]["unexplained"] == 0
    key = layout.manifest_key(layout.deposit_prefix("katni", target.pk, 1))
    manifest = read_manifest(store.read_bytes(key))
    steps = [event["type"] for event in manifest.pages[0]["events"]]
    assert steps[:2] == ["ingestion", "recognition"], "the page brings its history along"


def test_both_files_tell_of_the_move(app: App, file: PhysicalFile, other: PhysicalFile) -> None:
    moved(app, file, Move([2], other, note="गलत नस्ती"))
    for one in (file, other):
        (line,) = history(one.pk)
        told = (line["kind"], line["name"], line["before"], line["after"], line["note"])
        assert told == ("move", "2", file.pk, other.pk, "गलत नस्ती")


def test_moving_back_is_a_further_move(
    app: App, file: PhysicalFile, other: PhysicalFile, store: ObjectStore
) -> None:
    first = objects(store, file, 1)
    moved(app, file, Move([2, 3], other))
    moved(app, other, Move([2, 3], file))
    third = objects(store, file, 3)
    del first["manifest.json"], third["manifest.json"]
    assert third == first
    file = PhysicalFile.objects.get(pk=file.pk)
    assert review.decide(app, file, Decision(accept=True), PATEL).state == "open"


def test_an_earlier_version_with_other_scans_is_not_brought_back(
    app: App, file: PhysicalFile, other: PhysicalFile
) -> None:
    moved(app, file, Move([2], other))
    with pytest.raises(WrongUsage, match="other scans"):
        undo.run(app, file, 1, PATEL)


def test_the_same_folder_taken_in_again_leaves_moved_pages_where_they_are(
    app: App, file: PhysicalFile, other: PhysicalFile, batch: Batch, box: Path
) -> None:
    moved(app, file, Move([2], other))
    written_scan(box / "नस्ती १" / "4.png", mark=9)
    settle(app, admit.run(app, box))
    assert sources(file) == ["नस्ती १/1.png", "नस्ती १/3.png", "नस्ती १/4.png"]
    assert sources(other) == ["नस्ती २/1.png", "नस्ती १/2.png"]
    assert report_of(batch)["ledger"]["unexplained"] == 0


@pytest.mark.parametrize("pages", [[], [1, 2], [1, 2, 3], [9], [0]])
def test_what_cannot_go_stays(
    app: App, file: PhysicalFile, other: PhysicalFile, pages: list[int]
) -> None:
    with pytest.raises(WrongUsage):
        moving.run(app, file, Move(pages, other), PATEL)
    file.refresh_from_db()
    assert (file.state, len(sources(file)), history(file.pk)) == ("in_review", 3, [])


def test_a_move_out_of_date_or_to_nowhere_changes_nothing(
    app: App, file: PhysicalFile, other: PhysicalFile
) -> None:
    elsewhere = Batch.objects.create(
        label="x", office="katni", source="x", source_key="x", created_at=app.clock()
    )
    far = PhysicalFile.objects.create(batch=elsewhere, ordinal=1, source="f", state="deposited")
    for to in (file, far):
        with pytest.raises(WrongUsage, match="same batch"):
            moving.run(app, file, Move([2], to), PATEL)
    with pytest.raises(WrongUsage, match="Somebody else saved"):
        moving.run(app, file, Move([2], other), Reviewer("asha", seen_version=0))
    PhysicalFile.objects.filter(pk=other.pk).update(state="open")
    with pytest.raises(WrongUsage, match="in work"):
        moving.run(app, file, Move([2], other), PATEL)
    assert len(sources(file)) == 3


def test_pages_are_said_as_people_write_them() -> None:
    assert pages_said("4-7, 9") == [4, 5, 6, 7, 9]
    for said in ("", "x", "4-", "-4", "4-7-9", "1-99999999", "9" * 30):
        with pytest.raises(WrongUsage):
            pages_said(said)
