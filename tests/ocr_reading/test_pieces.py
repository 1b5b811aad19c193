"""Pieces of a mask: the same as OpenCV's, from their runs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.pieces import pieces_of


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    share=st.sampled_from([0.0, 0.05, 0.3, 0.6, 1.0]),
    connectivity=st.sampled_from([4, 8]),
)
def test_boxes_and_areas_are_those_that_opencv_finds(
    seed: int, size: tuple[int, int], share: float, connectivity: int
) -> None:
    mask = (np.random.default_rng(seed).random(size) < share).astype(np.uint8) * 255
    found = pieces_of(mask, connectivity=connectivity)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.boxes[1:], stats[1:])


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_piece_at_the_side_does_not_go_on_at_the_other_side_of_the_next_row(side: str) -> None:
    mask = np.zeros((4, 6), np.uint8)
    mask[1, 0 if side == "left" else 5] = 255
    mask[2, 5 if side == "left" else 0] = 255
    assert [box.tolist() for box in pieces_of(mask).boxes[1:]] == [
        [0 if side == "left" else 5, 1, 1, 1, 1],
        [5 if side == "left" else 0, 2, 1, 1, 1],
    ]
