"""What only the work on a batch needed goes when the batch is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import admit, recover, tidy
from pipeline.app import App
from pipeline.reopen import reopen
from records import claims
from records.lifecycle import FileState
from records.models import Batch, Fingerprint, FingerprintKey, Page, PhysicalFile
from storage.local import LocalStore
from storage.store import ObjectStore
from tests.conftest import written_scan
from tests.pipeline.steps import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for number in range(3):
        written_scan(tmp_path / "box" / "a" / f"{number}.png", mark=number)
    return tmp_path / "box"


def sketches() -> tuple[int, bool]:
    return Fingerprint.objects.count(), FingerprintKey.objects.exists()


def put_back(app: App, batch: Batch, days: float) -> None:
    """Let the batch have been done so long ago."""
    then = app.clock() - timedelta(days=days)
    assert Batch.objects.filter(pk=batch.pk, done_at__isnull=False).update(done_at=then)


def test_what_pages_look_like_is_kept_for_some_days_after_the_batch_is_done(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fingerprints.FORGOTTEN_AT_A_TIME", 2)
    batch = admit.run(app, box)
    tidy.run(app)
    settle(app, batch)
    put_back(app, batch, 6.9)
    tidy.run(app)
    tidy.run(app)
    assert sketches() == (3, True)
    put_back(app, batch, 7.1)
    tidy.run(app)
    assert sketches() == (0, False)
    batch.refresh_from_db()
    assert (batch.state, batch.leavings) == ("done", "")


def test_a_batch_that_is_open_keeps_everything(app: App, box: Path) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    put_back(app, batch, 100)
    file = PhysicalFile.objects.get(batch=batch)
    assert reopen(file, outcome="to be read again")
    tidy.run(app)
    tidy.run(app)
    assert sketches() == (3, True)
    settle(app, batch)
    tidy.run(app)
    assert sketches() == (3, True), "the days are counted from when it was done last"
    put_back(app, batch, 100)
    tidy.run(app)
    assert sketches() == (0, False)


def test_what_a_worker_left_is_swept_however_often_the_dispatcher_died_since(
    make_app: Callable[..., App], box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path / "left")
    app = make_app(on=store)
    batch = admit.run(app, box)
    with monkeypatch.context() as dead:
        dead.setattr("pipeline.parts.sweep", lambda *_given: None)
        settle(app, batch)
    assert list(store.list("work/"))
    tidy.run(make_app(on=store))
    assert list(store.list("work/")) == []
    assert Batch.objects.get(pk=batch.pk).leavings == Batch.Leavings.SKETCHES


def test_nothing_is_swept_of_a_batch_that_opens_while_it_is_looked_through(
    make_app: Callable[..., App], box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path / "left")
    app = make_app(on=store)
    batch = admit.run(app, box)
    monkeypatch.setattr("pipeline.parts.sweep", lambda *_given: None)
    settle(app, batch)
    left = [found.key for found in store.list("work/")]

    def opens(_batch_id: str) -> None:
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.OPEN)

    monkeypatch.setattr("pipeline.tidy.hold", opens)
    tidy.sweep(app, batch.pk)
    assert [found.key for found in store.list("work/")] == left
    assert Batch.objects.get(pk=batch.pk).leavings == Batch.Leavings.WORK


def test_no_sketch_goes_of_a_batch_that_opens_while_they_are_removed(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    tidy.run(app)
    put_back(app, batch, 100)

    def opens(_batch_id: str) -> None:
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.OPEN)

    monkeypatch.setattr("pipeline.tidy.hold", opens)
    tidy.run(app)
    assert sketches() == (3, True)


def test_a_look_ends_between_two_steps_when_somebody_waits_and_the_next_goes_on(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fingerprints.FORGOTTEN_AT_A_TIME", 1)
    batches = [admit.run(app, box, office=f"office-{number}") for number in range(2)]
    for batch in batches:
        settle(app, batch)
        put_back(app, batch, 100)
    tidy.run(app, lambda _pages: False)
    swept = Batch.objects.filter(leavings=Batch.Leavings.SKETCHES)
    assert (swept.count(), sketches()) == (0, (6, True))
    tidy.run(app, lambda pages: pages < 2)
    assert (swept.count(), sketches()) == (2, (4, True))
    tidy.run(app, lambda pages: pages < 2)
    assert sketches() == (2, True)
    for _ in range(2):
        tidy.run(app, lambda pages: pages < 2)
    assert sketches() == (0, False)
    assert set(Batch.objects.values_list("leavings", flat=True)) == {""}


def test_a_batch_is_not_done_whose_file_opens_while_it_is_closed(
    app: App, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = admit.run(app, box)
    settle(app, batch)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.OPEN)

    def opens(_batch_id: str) -> None:
        PhysicalFile.objects.filter(batch=batch).update(state=FileState.OPEN)

    monkeypatch.setattr("pipeline.recover.hold", opens)
    recover.close_settled(app, batch.pk)
    assert Batch.objects.get(pk=batch.pk).state == Batch.State.OPEN


def test_a_file_without_a_readable_page_holds_its_batch_before_it_closes_it(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "box" / "a").mkdir(parents=True)
    whole = written_scan(tmp_path / "whole.png").read_bytes()
    (tmp_path / "box" / "a" / "1.png").write_bytes(whole[: len(whole) // 2])
    batch = admit.run(app, tmp_path / "box")
    held: list[str] = []
    monkeypatch.setattr("pipeline.assemble.hold", held.append)
    settle(app, batch)
    assert PhysicalFile.objects.get(batch=batch).state == FileState.QUARANTINED
    assert held == [batch.pk]


class Counting:
    """A store that tells how often its objects were listed."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.listed = 0

    def __getattr__(self, name: str) -> object:
        self.listed += name == "list"
        return getattr(self._inner, name)


def test_a_deposit_lists_no_objects_unless_a_try_had_failed(
    make_app: Callable[..., App], box: Path, tmp_path: Path
) -> None:
    counting = Counting(LocalStore(tmp_path / "counted"))
    app = make_app(on=counting)
    settle(app, admit.run(app, box))
    assert counting.listed == 0
    assert not list(LocalStore(tmp_path / "counted").list("work/"))


def test_what_a_try_that_failed_had_made_is_found_and_removed(
    make_app: Callable[..., App], box: Path, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path / "tried")
    app = make_app(on=store)
    batch = admit.run(app, box)
    page = batch.pages.first()
    assert page is not None
    held = claims.claim(Page, page.pk, holder="dead", now=app.clock(), lease_s=60)
    assert held is not None
    store.put_bytes(f"work/{batch.pk}/{page.pk}/alto-other", b"x", media_type="text/xml")
    claims.release_all_of(["dead"], count_tries=True)
    settle(app, batch)
    assert list(store.list("work/")) == []
