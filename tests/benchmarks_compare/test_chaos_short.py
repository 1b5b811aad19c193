"""A short endurance test: the long one is ``make chaos``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.chaos import Asked, endure
from benchmarks.home_seen import Moment
from benchmarks.striking import Who, plan_blows


@pytest.mark.timeout(600)
def test_a_run_killed_four_times_deposits_what_an_undisturbed_run_deposits(tmp_path: Path) -> None:
    endured = endure(Asked(kills=4, pages=6, seed=3, small=True), tmp_path)
    assert endured.problems == ()
    assert len(endured.blows) == 4
    assert endured.runs >= 2


def test_blows_are_spread_over_all_victims_and_moments_and_repeatable() -> None:
    plans = plan_blows(30, seed=1, who=None)
    assert plans == plan_blows(30, seed=1, who=None)
    assert plans != plan_blows(30, seed=2, who=None)
    assert {plan.who for plan in plans} == set(Who)
    moments = Counter(plan.moment for plan in plans)
    assert set(moments) >= {Moment.READING, Moment.ASSEMBLY, Moment.MANIFEST, Moment.COMMIT}


def test_only_the_child_is_struck_when_only_the_child_is_asked_for() -> None:
    plans = plan_blows(10, seed=1, who=Who.CHILD)
    assert {plan.who for plan in plans} == {Who.CHILD}
    assert Moment.ADMISSION not in {plan.moment for plan in plans}
