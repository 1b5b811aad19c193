"""Lots are drawn by the standard's table or a share, at random and again by their seed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from errors import WrongUsage
from pipeline import sampling
from pipeline.app import App
from pipeline.sampling import SamplingRule, Verdict
from pipeline.sampling_plan import by_aql, by_share, drawn
from records import sampling_reads
from records.access import EVERYTHING, Scope
from records.models import Batch, PhysicalFile, SampledFile, SamplingLot
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lot_size", "aql", "letter", "size", "accepted"),
    [
        (1200, "1.0", "J", 80, 2),
        (1200, "2.5", "J", 80, 5),
        (500, "1.0", "H", 50, 1),
        (280, "1.0", "H", 50, 1),  # G leads down to H
        (150, "1.0", "E", 13, 0),  # F leads up to E
        (8, "1.0", "E", 8, 0),  # more than there are: all of them
        (3200, "0.65", "K", 125, 2),
        (100, "4.0", "F", 20, 2),
        (35000, "1.5", "M", 315, 10),
        (600_000, "1.0", "Q", 1250, 21),
        (1, "6.5", "A", 1, 0),
    ],
)
def test_the_plan_is_that_of_the_standard(
    lot_size: int, aql: str, letter: str, size: int, accepted: int
) -> None:
    plan = by_aql(lot_size, aql)
    assert (plan.letter, plan.size, plan.accepted) == (letter, size, accepted)


def test_a_share_is_rounded_up_and_never_nothing() -> None:
    assert [by_share(size, 5, 0).size for size in (1, 20, 21, 1000)] == [1, 1, 2, 50]


@pytest.mark.parametrize(("percent", "accepted"), [(0, 0), (101, 0), (-5, 0), (5, -1)])
def test_a_share_that_cannot_be_is_refused(percent: float, accepted: int) -> None:
    with pytest.raises(WrongUsage):
        by_share(10, percent, accepted)


def test_every_item_is_as_likely_to_be_drawn_as_any_other() -> None:
    items = [str(number) for number in range(20)]
    times = Counter(item for seed in range(2000) for item in drawn(items, 5, str(seed)))
    # 500 each are expected; five standard deviations of a binomial are 97
    assert all(abs(times[item] - 500) < 97 for item in items)


def test_a_seed_draws_the_same_in_whatever_order_the_items_come() -> None:
    items = [str(number) for number in range(100)]
    assert drawn(items, 10, "x") == drawn(reversed(items), 10, "x") != drawn(items, 10, "y")


@pytest.fixture
def batch(app: App) -> Batch:
    """Forty settled files of two departments, and one that is still in work."""
    batch = Batch.objects.create(
        label="बस्ता", office="katni", source="s", source_key="k", created_at=app.clock()
    )
    PhysicalFile.objects.bulk_create(
        PhysicalFile(
            batch=batch,
            ordinal=n,
            source=f"f{n}",
            state="open" if n == 40 else "deposited",
            version=1,
            department_code="GAD" if n % 2 else "REV",
        )
        for n in range(41)
    )
    return batch


def files_of(lot: SamplingLot) -> list[str]:
    rows = SampledFile.objects.filter(lot=lot).order_by("pk")
    return list(rows.values_list("file_id", flat=True))


def judged(app: App, lot: SamplingLot, *verdicts: bool) -> SamplingLot:
    for file_id, is_good in zip(files_of(lot), verdicts, strict=False):
        lot = sampling.judge(app, lot, file_id, Verdict(is_good, "asha"))
    return lot


def test_a_lot_keeps_its_seed_and_draws_the_same_again(app: App, batch: Batch) -> None:
    lot = sampling.draw(app, batch, SamplingRule(aql="2.5"), "asha")
    assert (lot.letter, lot.accepted_with, len(lot.population)) == ("C", 0, 40)
    assert len(lot.seed) == 32
    assert files_of(lot) == drawn(lot.population, 5, lot.seed)
    SamplingLot.objects.update(state="accepted")
    again = sampling.draw(app, batch, SamplingRule(aql="2.5", seed=lot.seed), "asha")
    assert files_of(again) == files_of(lot)
    SamplingLot.objects.update(state="accepted")
    other = sampling.draw(app, batch, SamplingRule(aql="2.5"), "asha")
    assert other.seed != lot.seed


def test_the_last_good_verdict_accepts_a_lot(app: App, batch: Batch) -> None:
    lot = sampling.draw(app, batch, SamplingRule(), "asha")
    assert len(files_of(lot)) == 2
    assert judged(app, lot, True).state == "open"
    assert judged(app, lot, True, True).state == "accepted"


def test_one_bad_file_too_many_rejects_a_lot_at_once(app: App, batch: Batch) -> None:
    lot = sampling.draw(app, batch, SamplingRule(percent=10, accepted=1), "asha")
    assert judged(app, lot, False).state == "open"
    lot = judged(app, lot, False, False)
    assert (lot.state, lot.settled_at) == ("rejected", app.clock())
    with pytest.raises(WrongUsage, match="settled"):
        sampling.judge(app, lot, files_of(lot)[2], Verdict(True, "asha"))


def test_a_lot_that_nobody_finished_in_ten_days_lapses(
    app: App, batch: Batch, clock: Clock
) -> None:
    lot = sampling.draw(app, batch, SamplingRule(), "asha")
    judged(app, lot, True)
    clock.turn(timedelta(days=10).total_seconds())
    sampling.settle_due(app)
    assert SamplingLot.objects.get().state == "open"
    clock.turn(1)
    with pytest.raises(WrongUsage):
        judged(app, lot, True, True)
    sampling.settle_due(app)
    assert SamplingLot.objects.get().state == "lapsed"


def test_only_one_lot_of_the_same_files_is_open(app: App, batch: Batch) -> None:
    sampling.draw(app, batch, SamplingRule(), "asha")
    with pytest.raises(WrongUsage, match="open already"):
        sampling.draw(app, batch, SamplingRule(aql="1.0"), "asha")
    lot = sampling.draw(app, batch, SamplingRule(department="GAD"), "asha")
    assert len(lot.population) == 20
    drawn_from = PhysicalFile.objects.filter(pk__in=lot.population)
    assert set(drawn_from.values_list("department_code", flat=True)) == {"GAD"}


def test_what_cannot_be_drawn_or_judged_is_refused(app: App, batch: Batch) -> None:
    for rule in (SamplingRule(aql="7"), SamplingRule(percent=0), SamplingRule(department="PWD")):
        with pytest.raises(WrongUsage):
            sampling.draw(app, batch, rule, "asha")
    assert not SamplingLot.objects.exists()
    lot = sampling.draw(app, batch, SamplingRule(), "asha")
    outside = next(pk for pk in lot.population if pk not in files_of(lot))
    with pytest.raises(WrongUsage, match="was not drawn"):
        sampling.judge(app, lot, outside, Verdict(True, "asha"))


def test_results_are_told_by_who_scanned(app: App, batch: Batch) -> None:
    lot = sampling.draw(app, batch, SamplingRule(operator="राम"), "asha")
    judged(app, lot, True, False)
    (told,) = sampling_reads.operators(EVERYTHING)
    assert {name: told[name] for name in ("operator", "lots", "rejected", "judged", "bad")} == {
        "operator": "राम",
        "lots": 1,
        "rejected": 1,
        "judged": 2,
        "bad": 1,
    }
    own = Scope(frozenset({"katni"}), frozenset({"GAD"}))
    assert sampling_reads.operators(own) == sampling_reads.lots(own) == []
