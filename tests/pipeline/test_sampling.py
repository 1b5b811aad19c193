"""Lots are drawn by the standard's table or a share, at random and again by their seed."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from errors import WrongUsage
from pipeline import sampling
from pipeline.app import App
from pipeline.sampling import SamplingRule, Verdict
from pipeline.sampling_plan import TABLE, by_aql, by_share, drawn
from pipeline.switching import Severity, next_severity
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


# MIL-STD-105E, tables II-A and II-B, which lie in the public domain: rejection numbers of the
# letters A to Q for AQL 0.65 to 6.5; d and u: the first plan below or above. Source: its copy
# in the tables 1-A and 1-B of nibs.org/FMOC/DPW_AC/AC-TABLE.ASC, the second from A to L.
REJECTED = {
    Severity.NORMAL: """
    d d d d d 1  d d d d 1 u  d d d 1 u d  d d 1 u d 2  d 1 u d 2 3  1 u d 2 3 4
    u d 2 3 4 6  d 2 3 4 6 8  2 3 4 6 8 11  3 4 6 8 11 15  4 6 8 11 15 22  6 8 11 15 22 u
    8 11 15 22 u u  11 15 22 u u u  15 22 u u u u
    """,
    Severity.TIGHTENED: """
    d d d d d d  d d d d d 1  d d d d 1 d  d d d 1 d d  d d 1 d d 2  d 1 d d 2 3
    1 d d 2 3 4  d d 2 3 4 6  d 2 3 4 6 9  2 3 4 6 9 13  3 4 6 9 13 19  4 6 9 13 19 u
    6 9 13 19 u u  9 13 19 u u u  13 19 u u u u
    """,
}


@pytest.mark.parametrize("severity", REJECTED)
def test_every_cell_is_that_of_the_published_tables(severity: Severity) -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    signs = {"d": "↓", "u": "↑"}
    cells = [signs.get(one) or int(one) - 1 for one in REJECTED[severity].split()]
    columns = ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5")
    for place, aql in enumerate(columns):
        assert table[severity][aql][:15] == cells[place :: len(columns)], aql


@pytest.mark.parametrize("severity", REJECTED)
def test_a_limit_half_as_large_has_the_same_figures_one_letter_later(severity: Severity) -> None:
    """The tables are made so; it holds for the columns that the other test has not."""
    columns = tomllib.loads(TABLE.read_text(encoding="utf-8"))[severity].values()
    for smaller, larger in pairwise(columns):
        assert smaller[1:] == larger[:-1]


@pytest.mark.parametrize(
    ("went", "then"),
    [
        ("", "normal"),
        ("-++++", "normal"),
        ("-+++-", "tightened"),
        ("-++++-", "normal"),  # two of six
        ("--", "tightened"),
        ("--+++++", "normal"),
        ("--++++-+++++", "normal"),
        ("--++++", "tightened"),
        ("--+++++-", "normal"),  # what was before the switch no longer counts
        ("-------", "stopped"),
        ("---+-+-+-+-", "stopped"),  # five in all, not in a row
        ("-------+", "tightened"),
        ("-------+++++", "normal"),
    ],
)
def test_the_next_lot_is_inspected_as_the_last_ones_went(went: str, then: str) -> None:
    assert next_severity(one == "+" for one in went) == then


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


def of_series(app: App, number: int) -> Batch:
    """Another batch of the same office, with ten settled files."""
    batch = Batch.objects.create(
        label="x", office="katni", source="s", source_key=str(number), created_at=app.clock()
    )
    PhysicalFile.objects.bulk_create(
        PhysicalFile(batch=batch, ordinal=n, source=f"f{n}", state="deposited") for n in range(10)
    )
    return batch


def drawn_and_judged(app: App, batch: Batch, *, good: bool, mended: bool = False) -> SamplingLot:
    rule = SamplingRule(aql="1.0", operator="राम", mended=mended)
    lot = sampling.draw(app, batch, rule, "asha")
    return judged(app, lot, *([True] * len(files_of(lot)) if good else [False]))


def test_two_rejected_lots_of_an_operator_tighten_the_next_and_no_other_operators(
    app: App, batch: Batch
) -> None:
    for number in range(2):
        assert drawn_and_judged(app, of_series(app, number), good=False).rule == "iso2859 1.0"
    lot = sampling.draw(app, batch, SamplingRule(aql="1.0", operator="राम"), "asha")
    assert (lot.rule, lot.letter, len(files_of(lot))) == ("iso2859 1.0 tightened", "F", 20)
    SampledFile.objects.all().delete()
    SamplingLot.objects.filter(pk=lot.pk).delete()
    for rule in (
        SamplingRule(aql="1.0", operator="श्याम"),
        SamplingRule(aql="1.5", operator="राम"),
    ):
        assert "tightened" not in sampling.draw(app, of_series(app, hash(rule)), rule, "asha").rule


def test_a_lot_that_is_drawn_again_of_the_same_batch_counts_once(app: App, batch: Batch) -> None:
    for _ in range(3):
        assert drawn_and_judged(app, batch, good=False).rule == "iso2859 1.0"


def test_after_five_lots_rejected_under_tightened_inspection_somebody_must_have_mended_it(
    app: App, batch: Batch
) -> None:
    for number in range(7):
        drawn_and_judged(app, of_series(app, number), good=False)
    with pytest.raises(WrongUsage, match="Five lots"):
        drawn_and_judged(app, batch, good=True)
    assert drawn_and_judged(app, batch, good=True, mended=True).rule == "iso2859 1.0 tightened"
