"""Claims, leases and moves: who may work on a row, and whose result counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from errors import IntegrityViolated
from pipeline import admit
from pipeline.app import App
from records import claims, ledger
from records.lifecycle import FILE_MOVES, PAGE_MOVES, FileState, PageState, advance
from records.models import LedgerEvent, Page
from tests.conftest import Clock, written_scan

pytestmark = pytest.mark.django_db
EVENT = ledger.Event(ledger.EventType.RECOGNITION)


@pytest.fixture
def page(app: App, tmp_path: Path) -> Page:
    written_scan(tmp_path / "box" / "1.png")
    batch = admit.run(app, tmp_path / "box")
    return Page.objects.get(batch=batch)


def _claim(page: Page, holder: str, clock: Clock) -> Page | None:
    return claims.claim(Page, page.pk, holder=holder, now=clock(), lease_s=60)


def test_a_claim_counts_the_try_before_the_work(page: Page, clock: Clock) -> None:
    assert _claim(page, "a", clock) is not None
    assert Page.objects.get(pk=page.pk).tries == 1


def test_two_workers_cannot_hold_one_page(page: Page, clock: Clock) -> None:
    assert _claim(page, "a", clock) is not None
    assert _claim(page, "b", clock) is None


def test_a_lease_that_ran_out_goes_to_the_next_and_the_late_result_is_void(
    page: Page, clock: Clock
) -> None:
    late = _claim(page, "a", clock)
    assert late is not None
    clock.turn(61)
    second = _claim(page, "b", clock)
    assert second is not None
    with transaction.atomic():
        assert not advance(late, PageState.RECOGNISED, event=EVENT)
        assert advance(second, PageState.RECOGNISED, event=EVENT)
    assert LedgerEvent.objects.filter(page_id=page.pk, type="recognition").count() == 1


def test_a_claim_overtaken_between_its_look_and_its_mark_gets_nothing(
    page: Page, clock: Clock
) -> None:
    quicker: list[Page | None] = []

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and not quicker:
            quicker.append(None)
            quicker[0] = _claim(page, "b", clock)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        assert _claim(page, "a", clock) is None
    assert quicker[0] is not None
    kept = Page.objects.get(pk=page.pk)
    assert (kept.tries, kept.lease_holder) == (1, "b")


def test_a_claim_says_whether_a_lease_had_run_out(page: Page, clock: Clock) -> None:
    first = _claim(page, "a", clock)
    clock.turn(61)
    second = _claim(page, "b", clock)
    assert (first and first.taken_over, second and second.taken_over) == (False, True)


def test_a_failure_that_is_not_the_pages_fault_does_not_burn_a_try(
    page: Page, clock: Clock
) -> None:
    held = _claim(page, "a", clock)
    assert held is not None
    claims.release(held, failure="ServiceUnreachable", count_try=False)
    assert Page.objects.get(pk=page.pk).tries == 0


def test_a_settled_page_cannot_be_claimed(page: Page, clock: Clock) -> None:
    held = _claim(page, "a", clock)
    assert held is not None
    with transaction.atomic():
        advance(held, PageState.RECOGNISED, event=EVENT)
    assert _claim(page, "b", clock) is None


def test_a_move_that_the_table_does_not_know_is_refused(page: Page) -> None:
    page.state = PageState.REPLACED
    with pytest.raises(IntegrityViolated):
        advance(page, PageState.RECEIVED, event=EVENT)


def test_every_state_is_in_its_table_and_no_file_is_stuck() -> None:
    assert set(PAGE_MOVES) == set(PageState)
    assert set(FILE_MOVES) == set(FileState)
    assert all(FILE_MOVES[state] for state in FileState)


def test_every_move_leaves_its_event_in_the_same_transaction(page: Page) -> None:
    before = LedgerEvent.objects.count()

    class Abandoned(Exception):
        pass

    with pytest.raises(Abandoned), transaction.atomic():
        advance(page, PageState.RECOGNISED, event=EVENT)
        raise Abandoned
    assert LedgerEvent.objects.count() == before
    assert Page.objects.get(pk=page.pk).state == PageState.RECEIVED
