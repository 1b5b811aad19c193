"""A sheet scanned twice is noticed whichever scan is read first, and stays in the PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from pipeline import admit, assemble, deposit, recognise
from pipeline.app import App
from records import due
from records.models import Batch, FingerprintKey, LedgerEvent, Page, PhysicalFile
from tests.conftest import written_scan
from tests.pipeline.steps import report_of, settle

pytestmark = pytest.mark.django_db


def again(first: Path, path: Path) -> Path:
    """``first`` scanned once more: turned about, a little aside, darker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(first) as image:
        pixels = np.roll(np.asarray(image), (3, 4), axis=(0, 1)).astype(np.float32)
    Image.fromarray((pixels * 0.8).astype(np.uint8)[::-1, ::-1]).save(path, dpi=(100, 100))
    return path


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Two files; the second holds two pages that were scanned for the first one already."""
    box = tmp_path / "box"
    first = written_scan(box / "a" / "1.png", mark=1)
    second = written_scan(box / "a" / "2.png", mark=2)
    again(first, box / "a" / "3.png")
    again(second, box / "b" / "1.png")
    written_scan(box / "b" / "2.png", mark=3)
    return box


def marks(batch: Batch) -> dict[str, tuple[str | None, bool]]:
    """The page each page is a twin of, and whether its reasons say so."""
    return {
        page["source"]: (page["duplicate_of"], "rescan" in page["reason_codes"])
        for file in report_of(batch)["files"]
        for page in file["pages"]
    }


EXPECTED = {
    "a/1.png": (None, False),
    "a/2.png": (None, False),
    "a/3.png": ("a/1.png#0", True),
    "b/1.png": ("a/2.png#0", True),
    "b/2.png": (None, False),
}


def test_the_later_scan_of_a_sheet_is_marked_and_brings_its_file_to_a_person(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    assert marks(batch) == EXPECTED
    files = report_of(batch)["files"]
    assert all(file["state"] == "in_review" for file in files)
    assert "a/2.png#0" in " ".join(files[1]["reasons"])
    assert report_of(batch)["ledger"]["excluded"] == [], "nobody's page is left out for it"


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [3, 0, 2, 4, 1], [2, 1, 3, 0, 4]])
def test_the_order_in_which_pages_are_read_does_not_matter(
    app: App, box: Path, order: list[int]
) -> None:
    batch = admit.run(app, box)
    pages = list(Page.objects.filter(batch=batch).order_by("file__ordinal", "sequence"))
    for place in order:
        recognise.run(app, pages[place].pk)
    settle(app, batch)
    assert marks(batch) == EXPECTED


def test_a_page_read_again_after_a_kill_keeps_one_mark_and_one_fingerprint(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    keys = FingerprintKey.objects.count()
    written_scan(box / "b" / "3.png", mark=9)
    settle(app, admit.run(app, box))
    expected = {**EXPECTED, "b/3.png": (None, False)}
    assert marks(batch) == expected
    assert FingerprintKey.objects.count() > keys
    twin = Page.objects.get(batch=batch, source="b/1.png")
    assert [kept["code"] for kept in twin.reasons].count("rescan") == 1


def test_a_page_costs_nine_statements_and_three_more_where_others_may_show_its_sheet(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    pages = list(Page.objects.filter(batch=batch).order_by("file__ordinal", "sequence"))
    spent = []
    for page in pages:
        with CaptureQueriesContext(connection) as seen:
            recognise.run(app, page.pk)
        told = (query["sql"].split(" ", 1)[0] for query in seen.captured_queries)
        spent.append(sum(word in ("SELECT", "INSERT", "UPDATE", "DELETE") for word in told))
    assert spent[0] <= 9, spent
    assert spent[-1] <= 12, "however many were read before"


def test_a_file_waits_for_the_unread_pages_of_files_before_it(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    for page in Page.objects.filter(batch=batch, file__ordinal=2):
        recognise.run(app, page.pk)
    assert not due.due_files(batch.pk, app.clock(), 10)
    held_up = Page.objects.filter(batch=batch, file__ordinal=1)
    held_up.update(tries=1)  # they failed and wait for their next try
    assert [work.kind for work in due.due_files(batch.pk, app.clock(), 10)] == ["file"]


@pytest.mark.parametrize("deposited", [False, True])
def test_a_twin_found_in_a_file_that_was_put_together_before_brings_it_to_a_person(
    make_app: Callable[..., App], box: Path, deposited: bool
) -> None:
    app = make_app()
    batch = admit.run(app, box)
    later = PhysicalFile.objects.get(batch=batch, ordinal=2)
    for page in later.pages.all():
        recognise.run(app, page.pk)
    assemble.run(app, later.pk)
    if deposited:
        deposit.run(app, later.pk)
    settle(app, batch)
    assert marks(batch) == EXPECTED
    later.refresh_from_db()
    assert later.state == "in_review"
    doubtful = [kept for kept in later.reasons if kept["code"] == "page_doubtful"]
    assert any("rescan" in [why["code"] for why in kept["facts"]["because"]] for kept in doubtful)
    told = " ".join(report_of(batch)["files"][1]["reasons"])
    assert "a/2.png#0" in told, "what a person reads names the earlier page"
    page = later.pages.get(source="b/1.png")
    assert LedgerEvent.objects.filter(page_id=page.pk, outcome="rescan").count() == 1


def test_of_pages_admitted_later_the_newcomer_is_the_twin(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    again(box / "b" / "2.png", box / "a" / "0.png")
    settle(app, admit.run(app, box))
    assert marks(batch) == {**EXPECTED, "a/0.png": ("b/2.png#0", True)}


def stamped(first: Path, path: Path) -> Path:
    """``first`` scanned again after somebody stamped a word on its margin."""
    again(first, path)
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("L")).copy()
    pixels[548:557, 120:160] = 20
    pixels[548:555, 124:158:7] = 200
    Image.fromarray(pixels).save(path, dpi=(100, 100))
    return path


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_sheet_that_was_stamped_between_two_scans_is_no_duplicate_but_is_referred(
    app: App, tmp_path: Path, order: list[int]
) -> None:
    box = tmp_path / "box"
    stamped(written_scan(box / "a" / "1.png", mark=1), box / "a" / "2.png")
    batch = admit.run(app, box)
    pages = list(Page.objects.filter(batch=batch).order_by("sequence"))
    for place in order:
        recognise.run(app, pages[place].pk)
    settle(app, batch)
    file = report_of(batch)["files"][0]
    first, later = file["pages"]
    assert later["duplicate_of"] is None
    assert "changed_sheet" in later["reason_codes"]
    assert "rescan" not in later["reason_codes"]
    assert "changed_sheet" not in first["reason_codes"]
    assert file["state"] == "in_review", "a person looks at it"
    assert report_of(batch)["ledger"]["excluded"] == [], "both scans are kept"
