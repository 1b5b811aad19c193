"""A fault at every step: nothing lost, nothing twice, the same records in the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from django.db import connection

from errors import ServiceUnreachable
from pipeline import admit, recover, review
from pipeline.app import App
from pipeline.decisions import Decision, Reviewer
from records import claims, presence
from records.models import Batch, Deposit, Page, PhysicalFile
from storage.local import LocalStore
from storage.store import ObjectStore
from tests.conftest import Clock, blank_scan, written_scan
from tests.pipeline.steps import deposited, report_of, settle
from tests.storage.faulty import FaultyStore

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here: nothing after it runs, nothing is given back."""


@pytest.fixture
def box(tmp_path: Path) -> Path:
    written_scan(tmp_path / "box" / "a" / "1.png", mark=1)
    blank_scan(tmp_path / "box" / "a" / "2.png")
    written_scan(tmp_path / "box" / "b" / "1.png", mark=2)
    return tmp_path / "box"


def _undisturbed(make_app: Callable[..., App], box: Path, store: ObjectStore) -> tuple[int, object]:
    counting = FaultyStore(store, fail_at=0)
    app = make_app(on=counting)
    batch = admit.run(app, box, office="undisturbed")
    settle(app, batch)
    return len(counting.calls), deposited(batch)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_store_that_fails_at_any_step_only_delays(
    make_app: Callable[..., App],
    box: Path,
    tmp_path: Path,
    when: Literal["before", "after"],
) -> None:
    steps, wanted = _undisturbed(make_app, box, LocalStore(tmp_path / "first"))
    assert steps > 10
    for step in range(1, steps + 1):
        store = FaultyStore(LocalStore(tmp_path / f"{when}-{step}"), fail_at=step, when=when)
        app = make_app(on=store)
        office = f"{when}-{step}"
        batch = _until_settled(app, box, office)
        assert deposited(batch) == wanted, store.calls[step - 1]
        report = report_of(batch)
        assert report["ledger"]["unexplained"] == 0
        assert {file["deposit"]["version"] for file in report["files"]} == {1}
        assert not Page.objects.filter(batch=batch, tries__gt=0).exists(), "blameless tries count"


def _until_settled(app: App, box: Path, office: str) -> Batch:
    for _ in range(3):
        try:
            batch = admit.run(app, box, office=office)
            settle(app, batch)
        except ServiceUnreachable:
            continue
        return batch
    raise AssertionError("it never settled")


def test_a_worker_killed_at_any_step_loses_nothing(
    make_app: Callable[..., App],
    box: Path,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, wanted = _undisturbed(make_app, box, LocalStore(tmp_path / "first"))
    monkeypatch.setattr(claims, "release", lambda *_given, **_named: None)
    for step in range(1, steps + 1):
        inner = LocalStore(tmp_path / f"kill-{step}")
        app = make_app(on=_KillingStore(inner, fail_at=step), holder="doomed")
        with pytest.raises(Killed):
            settle(app, admit.run(app, box, office=f"kill-{step}"))
        clock.turn(3600)
        after = make_app(on=inner, holder="successor")
        batch = admit.run(after, box, office=f"kill-{step}")
        settle(after, batch)
        assert deposited(batch) == wanted, step
        assert report_of(batch)["ledger"]["unexplained"] == 0


class _KillingStore(FaultyStore):
    """Like FaultyStore, but the fault is the end of the process."""

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in ("put_file", "put_bytes", "copy", "delete"):
            return found

        def call(*given: object, **named: object) -> object:
            try:
                return found(*given, **named)  # type: ignore[operator]
            except ServiceUnreachable as fault:
                raise Killed from fault

        return call


def test_an_embedded_start_ends_the_leases_of_the_dead_but_not_of_another_machine(
    make_app: Callable[..., App], box: Path
) -> None:
    app = make_app()
    victim = Page.objects.filter(batch=admit.run(app, box)).earliest("sequence")
    claims.claim(Page, victim.pk, holder="w", now=app.clock(), lease_s=60)
    if connection.vendor == "postgresql":
        with psycopg.connect(**_place(connection)) as other:
            other.execute("SELECT pg_advisory_lock_shared(%s)", [presence.KEY])
            assert recover.before_embedded_run(app.workdir) == 0
            # A server lets go of a closed connection's locks a moment later, of this at once.
            other.execute("SELECT pg_advisory_unlock_shared(%s)", [presence.KEY])
    assert recover.before_embedded_run(app.workdir) == 1
    assert Page.objects.get(pk=victim.pk).tries == 0


def _place(connection: Any) -> dict[str, Any]:
    told = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER"}
    return {name: told[key] for name, key in names.items()}


def test_what_fails_on_every_try_is_set_aside_and_the_rest_completes(
    make_app: Callable[..., App], box: Path, app: App
) -> None:
    batch = admit.run(app, box)
    victim = Page.objects.filter(batch=batch).earliest("sequence")
    for number in range(app.policy.max_tries):
        claimed = claims.claim(Page, victim.pk, holder=f"w{number}", now=app.clock(), lease_s=60)
        assert claimed is not None
        assert claimed.tries == number + 1
        recover.after_worker_death([f"w{number}"])
    recover.set_aside(app, batch.pk)
    settle(app, batch)
    report = report_of(batch)
    assert report["files"][0]["pages"][0]["state"] == "quarantined"
    assert "page_quarantined" in report["files"][0]["reason_codes"]
    assert report["files"][1]["deposit"] is not None
    assert report["ledger"]["unexplained"] == 0
    assert report["batch"]["state"] == "done"


def test_what_a_worker_left_between_commit_and_sweep_is_swept_at_the_end(
    make_app: Callable[..., App], box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path / "left")
    app = make_app(on=store)
    batch = admit.run(app, box)
    monkeypatch.setattr("pipeline.parts.sweep", lambda *_given: None)
    settle(app, batch)
    assert list(store.list("work/"))
    recover.close_settled(app, batch.pk)
    assert list(store.list("work/")) == []
    assert report_of(batch)["batch"]["state"] == "done"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_correction_survives_a_store_that_fails_at_any_step(
    make_app: Callable[..., App], box: Path, tmp_path: Path, when: Literal["before", "after"]
) -> None:
    calm = LocalStore(tmp_path / "store")
    for step in range(1, 200):
        office = f"{when}-{step}"
        app = make_app(on=calm)
        batch = admit.run(app, box, office=office)
        settle(app, batch)
        file = PhysicalFile.objects.get(batch=batch, source="a")
        store = FaultyStore(calm, fail_at=step, when=when)
        faulty = make_app(on=store)
        try:
            review.decide(faulty, file, Decision(fields={"subject": "वेतन"}), Reviewer("R. Patel"))
        except ServiceUnreachable:
            assert PhysicalFile.objects.get(pk=file.pk).version == 1
            review.decide(app, file, Decision(fields={"subject": "वेतन"}), Reviewer("R. Patel"))
        try:
            review.make_version(faulty, file)
        except ServiceUnreachable:
            settle(app, batch)
        file.refresh_from_db()
        assert (file.version, file.metadata["subject"]["value"]) == (2, "वेतन")
        assert fixity_faults(app, batch) == []
        if len(store.calls) < step:
            return
    pytest.fail("the steps of a correction do not end")


def fixity_faults(app: App, batch: Batch) -> list[str]:
    """Objects of the batch's deposits that are not as they were deposited."""
    return [
        stored["key"]
        for made in Deposit.objects.filter(file__batch=batch)
        for stored in made.objects_listed
        if app.store.sha256(stored["key"]) != stored["sha256"]
    ]
