"""Percentiles by counting are NumPy's percentiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.levels import levels_at

SHARES = st.lists(st.floats(0, 100), min_size=1, max_size=4)


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60))),
    SHARES,
    st.integers(1, 3),
)
def test_bytes_give_what_sorting_gives(image: np.ndarray, percents: list[float], step: int) -> None:
    part = image[::step, ::step]  # what is looked at is often every fourth pixel, not contiguous
    assert levels_at(part, *percents) == tuple(np.percentile(part, percents))


@given(arrays(np.int16, st.integers(1, 200), elements=st.integers(0, 3000)), SHARES)
def test_larger_numbers_give_what_sorting_gives(slopes: np.ndarray, percents: list[float]) -> None:
    assert levels_at(slopes, *percents) == tuple(np.percentile(slopes, percents))


@pytest.mark.parametrize("percent", [0, 50, 100])
def test_a_single_level_is_every_percentile(percent: float) -> None:
    assert levels_at(np.full((5, 7), 200, np.uint8), percent) == (200.0,)
