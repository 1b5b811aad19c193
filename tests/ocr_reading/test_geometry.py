"""Pixels, ink and boxes move together, whatever the turn and the skew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.geometry import Pose, lines_placed, scaling, shown, warped
from ocr.page import Box
from tests.ocr_reading.sheets import TURNS, line

WIDTH, HEIGHT = 300, 200


def pose_of(turn: int, skew: float) -> Pose:
    size = (WIDTH, HEIGHT) if turn in (0, 180) else (HEIGHT, WIDTH)
    return Pose(WIDTH, HEIGHT, *size, turn, skew)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TURNS),
    st.floats(-10, 10).map(lambda skew: round(skew, 3)),
    st.integers(60, 240),
    st.integers(60, 140),
)
def test_a_spot_is_shown_where_the_pose_says(turn: int, skew: float, x: int, y: int) -> None:
    scan = np.zeros((HEIGHT, WIDTH), np.uint8)
    scan[y - 1 : y + 2, x - 1 : x + 2] = 255
    pose = pose_of(turn, skew)
    page = shown(scan, pose, fill=(0,))
    assert page.shape == (pose.height, pose.width)
    wanted = (pose.shown_from_scan() @ (x, y, 1))[:2]
    rows, cols = np.nonzero(page > 127)
    assert abs(cols.mean() - wanted[0]) < 0.6
    assert abs(rows.mean() - wanted[1]) < 0.6


def test_content_tilted_counter_clockwise_is_turned_clockwise() -> None:
    # The right end of a line that rises to the right has to come down.
    matrix = pose_of(0, 5.0).shown_from_scan()
    centre = (matrix @ (150, 100, 1))[1]
    assert (matrix @ (250, 100, 1))[1] > centre


def test_a_page_that_lies_right_is_the_very_array_that_came_in() -> None:
    scan = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    assert shown(scan, pose_of(0, 0.0), fill=(255, 255, 255)) is scan


def test_corners_that_come_in_have_the_colour_of_the_paper() -> None:
    scan = np.full((HEIGHT, WIDTH, 3), (205, 226, 196), np.uint8)
    page = shown(scan, pose_of(0, 8.0), fill=(205, 226, 196))
    assert (page == (205, 226, 196)).all()


@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0])
def test_scaling_keeps_edges_at_edges(scale: float) -> None:
    image = np.zeros((80, 80), np.uint8)
    image[20:60, 20:60] = 200
    size = (round(80 * scale), round(80 * scale))
    small = warped(image, scaling(scale, scale), size, outside=0)
    rows, _ = np.nonzero(small > 100)
    assert (rows.min(), rows.max() + 1) == (round(20 * scale), round(60 * scale))


@given(st.integers(-50, 500), st.integers(-50, 500), st.integers(1, 90), st.floats(0.3, 4.0))
def test_a_box_brought_to_the_page_lies_inside_it_and_holds_its_ink(
    x: int, y: int, extent: int, scale: float
) -> None:
    box = Box(x, y, x + extent, y + extent)
    (placed,) = lines_placed((line("क", box),), (scale, scale), at=(7, 9), size=(400, 300))
    assert 0 <= placed.box.x0 < placed.box.x1 <= 400
    assert 0 <= placed.box.y0 < placed.box.y1 <= 300
    assert placed.words[0].box == placed.box
    if 7 + x * scale >= 0 and 7 + (x + extent) * scale <= 400:
        assert placed.box.x0 <= 7 + x * scale
        assert placed.box.x1 >= 7 + (x + extent) * scale


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
    st.sampled_from(TURNS),
    st.floats(-10, 10),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_a_place_comes_back_from_the_page_to_the_scan(size, turn, skew, at, grown) -> None:
    """Whatever the turn, the skew, the size and the growth of the page."""
    width, height = size
    across, down = (width, height) if turn in (0, 180) else (height, width)
    pose = Pose(width, height, across + 2 * grown[0], down + 2 * grown[1], turn, skew)
    matrix = pose.shown_from_scan()
    assert np.linalg.det(matrix) == pytest.approx(1)  # a turn: nothing stretched, nothing mirrored
    place = np.array([at[0] * (width - 1), at[1] * (height - 1), 1])
    back = np.linalg.inv(matrix) @ (matrix @ place)
    assert back == pytest.approx(place, abs=1e-6)
    middle = matrix @ ((width - 1) / 2, (height - 1) / 2, 1)
    assert middle[:2] == pytest.approx([(pose.width - 1) / 2, (pose.height - 1) / 2])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from(TURNS), st.floats(-10, 10), st.floats(0.2, 3.0), st.integers(0, 10_000))
def test_a_word_comes_back_from_the_reading_image_to_its_place(turn, skew, scale, seed) -> None:
    rng = np.random.default_rng(seed)
    pose = pose_of(turn, skew)
    x0, y0 = int(rng.integers(0, pose.width - 40)), int(rng.integers(0, pose.height - 20))
    box = Box(x0, y0, x0 + int(rng.integers(2, 40)), y0 + int(rng.integers(2, 20)))
    seen = Box(*(round(edge * scale) for edge in box))
    size = (pose.width, pose.height)
    (back,) = lines_placed((line("a", seen),), (1 / scale, 1 / scale), at=(0, 0), size=size)
    off = [abs(one - other) for one, other in zip(back.box, box, strict=True)]
    assert max(off) <= 1 + 0.5 / scale  # half a pixel of the small image, rounded outwards
