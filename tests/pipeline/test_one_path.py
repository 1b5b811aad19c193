"""The one path of a page: admitted, recognised, assembled, deposited, accounted for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import InputRejected, IntegrityViolated
from pipeline import admit, assemble, deposit, recognise
from pipeline.app import App
from records import due
from records.lifecycle import FileState, PageState
from records.models import Batch, Deposit, LedgerEvent, Page, PhysicalFile
from storage import layout
from storage.manifest import read_manifest
from storage.store import ObjectStore
from tests.conftest import blank_scan, written_scan
from tests.engines import ScriptedEngine
from tests.pipeline.steps import deposited, report_of, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Two files: one of two pages and a blank back, one of one page."""
    box = tmp_path / "box"
    written_scan(box / "नस्ती १" / "2.png", mark=1)
    written_scan(box / "नस्ती १" / "10.png", mark=2)
    blank_scan(box / "नस्ती १" / "11.png")
    written_scan(box / "नस्ती २" / "1.png", mark=3)
    return box


def test_every_image_that_came_in_is_deposited_or_left_out_for_a_reason(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    report = report_of(batch)
    ledger = report["ledger"]
    assert ledger["received"] == 4
    assert ledger["deposited"] + ledger["in_review"] == 3
    assert [left["reason"] for left in ledger["excluded"]] == ["blank"]
    assert ledger["unexplained"] == 0
    assert report["batch"]["state"] == "done"


def test_pages_stand_in_natural_order(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    names = [page["source"] for page in report_of(batch)["files"][0]["pages"]]
    assert [Path(name).name for name in names] == ["2.png", "10.png", "11.png"]


def test_a_page_row_that_goes_missing_is_unexplained(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    Page.objects.filter(batch=batch).first().delete()  # type: ignore[union-attr]
    assert report_of(batch)["ledger"]["unexplained"] == 1


def test_a_page_delivered_twice_is_recognised_once(
    app: App, box: Path, engine: ScriptedEngine
) -> None:
    batch = admit.run(app, box)
    page = Page.objects.filter(batch=batch).earliest("sequence")
    recognise.run(app, page.pk)
    readings = engine.readings
    recognise.run(app, page.pk)
    assert engine.readings == readings
    done = LedgerEvent.objects.filter(page_id=page.pk, type="recognition")
    assert done.count() == 1


def test_a_message_that_comes_again_does_not_hold_up_the_next_step_of_its_file(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    file = PhysicalFile.objects.get(batch=batch, ordinal=1)

    def is_free() -> bool:
        file.refresh_from_db()
        return (file.lease_holder, file.lease_until, file.tries) == ("", None, 0)

    deposit.run(app, file.pk)
    assert is_free() and file.state == FileState.OPEN
    for page in file.pages.all():
        recognise.run(app, page.pk)
    assemble.run(app, file.pk)
    assemble.run(app, file.pk)
    assert is_free() and file.state == FileState.ASSEMBLED
    assert file.pk in due.ids_of(due.due_files(batch.pk, app.clock(), 10), "file")
    told = LedgerEvent.objects.filter(file_id=file.pk, type="try failed")
    assert not told.exists()


def test_what_is_deposited_is_the_scan_as_received_its_words_and_a_pdf(
    app: App, box: Path, store: ObjectStore
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    first = report_of(batch)["files"][0]
    roles = sorted(stored["role"] for stored in first["deposit"]["objects"])
    assert roles == ["access", "alto", "alto", "manifest", "master", "master", "master"]
    masters = [o for o in first["deposit"]["objects"] if o["role"] == "master"]
    received = sorted(path.read_bytes() for path in (box / "नस्ती १").iterdir())
    assert sorted(store.read_bytes(stored["key"]) for stored in masters) == received


def test_the_manifest_alone_tells_all_that_the_report_tells(
    app: App, box: Path, store: ObjectStore
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    first = report_of(batch)["files"][0]
    key = next(o["key"] for o in first["deposit"]["objects"] if o["role"] == "manifest")
    manifest = read_manifest(store.read_bytes(key))
    assert manifest.file["source"] == first["source"]
    assert manifest.file["metadata"] == first["metadata"]
    shown = set(first["pages"][0])  # the manifest also says what was declared, and the history
    told = [{k: v for k, v in page.items() if k in shown} for page in manifest.pages]
    assert told == json.loads(json.dumps(first["pages"]))
    assert all(page["events"] for page in manifest.pages)


def test_work_objects_are_swept_once_the_deposit_is_committed(
    app: App, box: Path, store: ObjectStore
) -> None:
    settle(app, admit.run(app, box))
    assert [stored.key for stored in store.list("work/")] == []


def test_the_same_scans_deposited_in_two_places_give_the_same_hashes(
    make_app: Callable[..., App], box: Path, tmp_path: Path
) -> None:
    from storage.local import LocalStore

    app = make_app()
    first = admit.run(app, box)
    settle(app, first)
    elsewhere = make_app(on=LocalStore(tmp_path / "elsewhere"))
    second = admit.run(elsewhere, box, office="indore")
    settle(elsewhere, second)
    assert deposited(first) == deposited(second)
    assert any(role == "access" for _, role in deposited(first))


def test_the_same_source_again_makes_no_second_batch_and_no_second_page(
    app: App, box: Path, engine: ScriptedEngine
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    readings, before = engine.readings, deposited(batch)
    again = admit.run(app, box)
    settle(app, again)
    assert again.pk == batch.pk
    assert engine.readings == readings
    assert deposited(again) == before
    assert Page.objects.count() == 4


def test_a_sheet_added_later_opens_its_file_again_and_makes_version_two(
    app: App, box: Path, store: ObjectStore
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    written_scan(box / "नस्ती १" / "3.png", mark=8)
    settle(app, admit.run(app, box))
    report = report_of(batch)
    first, second = report["files"]
    assert (first["deposit"]["version"], second["deposit"]["version"]) == (2, 1)
    names = [Path(page["source"]).name for page in first["pages"]]
    assert names == ["2.png", "3.png", "10.png", "11.png"]
    assert [page["sequence"] for page in first["pages"]] == [1, 2, 3, 4]
    assert report["ledger"]["received"] == 5
    assert report["ledger"]["unexplained"] == 0
    old = layout.deposit_prefix("katni", first["id"], 1)
    assert store.exists(layout.manifest_key(old)), "version 1 stays"


def test_a_sheet_scanned_again_under_its_name_replaces_the_earlier_scan(
    app: App, box: Path
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    written_scan(box / "नस्ती २" / "1.png", mark=30)
    settle(app, admit.run(app, box))
    report = report_of(batch)
    assert report["files"][1]["deposit"]["version"] == 2
    assert {"source": "नस्ती २/1.png", "frame": 0, "reason": "replaced"} in report["ledger"][
        "excluded"
    ]
    assert report["ledger"]["unexplained"] == 0


def test_a_damaged_scan_is_left_out_and_the_rest_of_its_file_goes_on(app: App, box: Path) -> None:
    (box / "नस्ती २" / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"cut off")
    batch = admit.run(app, box)
    settle(app, batch)
    report = report_of(batch)
    damaged = report["files"][1]
    assert damaged["state"] == "in_review"
    assert "page_unreadable" in damaged["reason_codes"]
    assert any(stored["role"] == "access" for stored in damaged["deposit"]["objects"])
    assert {"source": "नस्ती २/2.png", "frame": 0, "reason": "unreadable"} in report["ledger"][
        "excluded"
    ]


def test_a_file_with_no_readable_page_is_set_aside_with_its_reasons(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "box" / "x").mkdir(parents=True)
    (tmp_path / "box" / "x" / "1.tif").write_bytes(b"II*\0 nothing of use")
    written_scan(tmp_path / "box" / "y" / "1.png")
    batch = admit.run(app, tmp_path / "box")
    settle(app, batch)
    report = report_of(batch)
    assert report["files"][0]["state"] == "quarantined"
    assert report["files"][0]["reason_codes"] == ["page_unreadable"]
    assert report["batch"]["state"] == "done"
    assert report["ledger"]["received"] == 2
    assert report["ledger"]["unexplained"] == 0


def test_a_file_of_blank_sheets_goes_to_review_with_its_masters(app: App, tmp_path: Path) -> None:
    blank_scan(tmp_path / "box" / "x" / "1.png")
    batch = admit.run(app, tmp_path / "box")
    settle(app, batch)
    file = report_of(batch)["files"][0]
    assert file["state"] == "in_review"
    assert "nothing_but_blank" in file["reason_codes"]
    assert sorted(o["role"] for o in file["deposit"]["objects"]) == ["manifest", "master"]


def test_a_folder_with_nothing_to_scan_is_refused_and_leaves_no_batch(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "box").mkdir()
    with pytest.raises(InputRejected) as refused:
        admit.run(app, tmp_path / "box")
    assert refused.value.what
    assert refused.value.kept
    assert refused.value.todo
    assert not Batch.objects.exists()


def test_a_flipped_byte_of_the_received_scan_stops_the_work(
    app: App, box: Path, store: ObjectStore
) -> None:
    batch = admit.run(app, box)
    page = Page.objects.filter(batch=batch).earliest("sequence")
    path = store.local_path(layout.received_key(page.source_sha256))
    assert path is not None
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    with pytest.raises(IntegrityViolated):
        recognise.run(app, page.pk)
    page.refresh_from_db()
    assert page.state == PageState.RECEIVED


def test_a_pdf_that_fails_its_check_is_not_deposited_as_good(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = admit.run(app, box)
    monkeypatch.setattr("ocr.assemble.text_content", lambda *_given, **_named: b"")
    settle(app, batch)
    for file in report_of(batch)["files"]:
        assert file["state"] == "in_review"
        assert "pdf_invalid" in file["reason_codes"]
        assert not any(o["role"] == "access" for o in file["deposit"]["objects"])
        assert any(o["role"] == "master" for o in file["deposit"]["objects"])


def test_declared_and_found_pages_are_compared(app: App, box: Path) -> None:
    (box / "batch.csv").write_text("path,declared_pages\nनस्ती १,5\nनस्ती २,1\n", encoding="utf-8")
    batch = admit.run(app, box)
    settle(app, batch)
    first, second = report_of(batch)["files"]
    assert "pages_missing" in first["reason_codes"]
    assert "pages_missing" not in second["reason_codes"]


def test_the_same_bytes_twice_are_pointed_out(app: App, box: Path) -> None:
    (box / "नस्ती २" / "9.png").write_bytes((box / "नस्ती १" / "2.png").read_bytes())
    batch = admit.run(app, box)
    settle(app, batch)
    twin = report_of(batch)["files"][1]["pages"][1]
    assert twin["duplicate_of"] == "नस्ती १/2.png#0"
    assert "duplicate" in twin["reason_codes"]


def test_a_manifest_left_by_a_run_that_died_before_its_commit_is_adopted(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = admit.run(app, box)
    file = PhysicalFile.objects.get(batch=batch, source="नस्ती २")
    for page in file.pages.all():
        recognise.run(app, page.pk)
    assemble.run(app, file.pk)

    class Died(BaseException):
        pass

    def die(*_given: object, **_named: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(deposit, "advance", die)
        with pytest.raises(Died):
            deposit.run(app, file.pk)
    deposit.run(app, file.pk)
    file.refresh_from_db()
    assert file.version == 1
    assert file.state in (FileState.DEPOSITED, FileState.IN_REVIEW)
    assert Deposit.objects.filter(file=file).count() == 1
