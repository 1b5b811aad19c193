"""What calibration error, risk and review say of confidences that are right, and that lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fitting.logistic import fitted
from ocr.reliability import bins_of, calibration_error, review_of_worst, risk_by_coverage


def test_a_confidence_that_comes_true_has_no_calibration_error() -> None:
    sure = [0.75] * 4 + [0.25] * 4
    right = [1, 1, 1, 0, 1, 0, 0, 0]
    assert calibration_error(sure, right) == pytest.approx(0)
    assert [(step.count, step.right) for step in bins_of(sure, right)] == [(4, 0.25), (4, 0.75)]


def test_a_confidence_that_is_always_too_high_is_off_by_that_much() -> None:
    assert calibration_error([0.95] * 10, [1] * 5 + [0] * 5) == pytest.approx(0.45)
    assert calibration_error([], []) == 0


def test_the_surest_pages_come_first_in_the_curve() -> None:
    coverage, risk = risk_by_coverage([0.5, 0.9, 0.7], [0.3, 0.0, 0.1])
    assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert risk.tolist() == pytest.approx([0, 0.05, 0.4 / 3])


def test_a_review_of_the_worst_tenth_finds_bad_pages_where_confidence_tells_them() -> None:
    error = np.array([0.4] + [0.01] * 9)
    good, blind = 1 - error, error
    assert review_of_worst(good, error).caught == 1
    assert review_of_worst(blind, error).caught == 0


def test_more_bad_pages_than_looks_are_said_to_be_out_of_reach() -> None:
    error = np.array([0.4] * 5 + [0.0] * 5)
    review = review_of_worst(1 - error, error)
    assert (review.bad, review.caught, review.most) == (5, 0.2, 0.2)
    assert review_of_worst([], []).caught == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_no_confidence_is_off_by_more_than_all(pairs: list[tuple[float, bool]]) -> None:
    sure, right = zip(*pairs, strict=True)
    assert 0 <= calibration_error(sure, [float(ok) for ok in right]) <= 1


def test_a_fit_finds_the_weights_that_made_the_truth_and_keeps_signs_from_falling() -> None:
    rng = np.random.default_rng(7)
    signs = rng.normal(size=(6000, 3))
    chance = 1 / (1 + np.exp(-(0.5 + 2 * signs[:, 0] - signs[:, 1] - 0.5 * signs[:, 2])))
    target = (rng.random(6000) < chance).astype(np.float64)
    free = fitted(signs, target, names="abc", never_falling=())
    assert free.by_sign == pytest.approx((2, -1, -0.5), abs=0.15)
    bound = fitted(signs, target, names="abc", never_falling={"a", "b"})
    assert bound.by_sign[1] == 0
    assert bound == fitted(signs, target, names="abc", never_falling={"a", "b"})
