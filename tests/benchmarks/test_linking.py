"""The made register is what its benchmark says it is, and the counting is right."""

from __future__ import annotations

from itertools import islice

import numpy as np

from benchmarks.linking import Outcome, summary, table, wilson_low
from benchmarks.registers import look_alike, made_rows, noisy, readings, slip
from classify.number_neighbours import Nearness, nearness
from classify.rulebook import load_rules

RULES = load_rules()


def test_no_two_rows_have_one_number_and_many_have_a_near_one() -> None:
    rows = list(made_rows(np.random.default_rng(3), 300))
    keys = [RULES.numbers.canonical(row.number) for row in rows]
    assert len({row.number for row in rows}) == len({row.computer_number for row in rows}) == 300
    confusions = RULES.register.confusions
    near = sum(
        any(nearness(key, other, confusions) < Nearness.FAR for other in keys if other != key)
        for key in keys
    )
    assert near > 150


def test_the_same_seed_makes_the_same_register() -> None:
    one, other = (list(made_rows(np.random.default_rng(5), 20)) for _ in range(2))
    assert one == other


def test_a_slip_changes_a_number_in_a_sign_or_two_and_a_look_alike_is_another() -> None:
    rng = np.random.default_rng(1)
    for number in ("एफ 11-20/2014/1/9", "12/अ-6/2015-16", "4521/स्था./2017") * 30:
        assert abs(len(slip(rng, number)) - len(number)) <= 1
        assert look_alike(rng, number)
    assert noisy(rng, "विषय", 0.0) == "विषय"


def test_files_the_register_does_not_have_have_no_truth() -> None:
    rng = np.random.default_rng(2)
    rows = list(made_rows(rng, 60))
    read = list(islice(readings(rows[:50], rows[50:], rng, RULES), 200))
    absent = [one for one in read if one.truth is None]
    assert {one.kind for one in absent} == {"not in the register"}
    assert 5 < len(absent) < 40


def test_right_wrong_and_unlinked_files_are_counted_apart() -> None:
    outcomes = [
        Outcome("a", "1", "1", True),
        Outcome("a", "1", "2", True),
        Outcome("b", "1", None, True),
        Outcome("b", None, None, False),
    ]
    assert "| all | 4 | 1 | 1 | 1 | 1 |" in table(outcomes)
    assert "Precision 50.00%" in summary(outcomes)
    assert "recall 33.33%" in summary(outcomes)
    assert wilson_low(1000, 1000) > 0.996
