"""What is told from the ink alone: how the page lies, how large its type is, where ink is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.ink import look_at
from ocr.skew import ink_points, slope_of
from ocr.turn import lie_of, posed
from tests.ocr_reading.sheets import DPI, TURNS, grey, inked, made, sheet

LIMIT = 10.5


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(("language", "skew"), [("hi", 7.3), ("en", -9.6), ("mixed", -0.4)])
def test_a_page_of_text_is_set_upright_and_level_from_its_ink(
    turn: int, language: str, skew: float
) -> None:
    page = made("letter", 31, turn=turn, skew=skew, language=language)
    lie = lie_of(look_at(grey(page), dpi=DPI), limit_deg=LIMIT)
    assert lie.axis_sure
    assert lie.rotated_cw_deg == turn
    assert lie.skew_ccw_deg == pytest.approx(skew, abs=0.12)


def test_a_table_is_level_although_its_columns_are_straight_too() -> None:
    page = made("annexure", 5, skew=-4.2)
    lie = lie_of(look_at(grey(page), dpi=DPI), limit_deg=LIMIT)
    assert (lie.rotated_cw_deg, lie.axis_sure) == (0, True)
    assert lie.skew_ccw_deg == pytest.approx(-4.2, abs=0.4)


def test_a_drawing_does_not_turn_the_page() -> None:
    page = sheet()
    for angle in range(0, 180, 12):
        end = (620 + int(500 * np.cos(angle)), 800 + int(500 * np.sin(angle)))
        cv2.line(page, (620, 800), end, 40, 3, cv2.LINE_AA)
        cv2.circle(page, (300 + 4 * angle, 900), 30 + angle, 60, 2, cv2.LINE_AA)
    lie = lie_of(look_at(page, dpi=DPI), limit_deg=LIMIT)
    assert (lie.rotated_cw_deg, lie.skew_ccw_deg) == (0, 0.0)


def test_a_few_words_do_not_tilt_the_page() -> None:
    page = inked(sheet(), "12/c", (600, 300), darkness=180, height=1.0)
    lie = lie_of(look_at(page, dpi=DPI), limit_deg=LIMIT)
    assert (lie.axis_sure, lie.skew_ccw_deg) == (False, 0.0)


def test_the_slope_of_ruled_ink_is_found_to_a_tenth_of_a_degree() -> None:
    for skew in (-10.0, -3.21, 0.07, 4.4, 9.9):
        ruled = np.zeros((880, 620), np.uint8)
        for y in range(120, 760, 30):
            for x in range(100, 520, 14):
                ruled[y : y + 8, x : x + 9] = 255
        spin = cv2.getRotationMatrix2D((310, 440), skew, 1.0)
        tilted = cv2.warpAffine(ruled, spin, (620, 880)) > 127
        slope = slope_of(*ink_points(np.asarray(tilted, np.uint8)), limit_deg=LIMIT)
        assert slope.skew_ccw_deg == pytest.approx(skew, abs=0.1)


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_type_size_is_the_same_at_every_resolution(dpi: int) -> None:
    page = made("order", 12, dpi=dpi, skew=2.0)
    look = look_at(grey(page), dpi=dpi)
    lie = lie_of(look, limit_deg=LIMIT)
    assert lie.body_height_px is not None
    points = lie.body_height_px * look.factor / dpi * 72
    assert points == pytest.approx(8.4, abs=0.8), "headline to baseline of 12 to 14 point Lohit"


def test_uneven_light_tint_and_a_dark_lid_are_no_ink() -> None:
    page = sheet(shade=210).astype(np.float32)
    page *= np.linspace(1.0, 0.6, page.shape[1])[None, :]
    page[:, :90] = 12
    look = look_at(page.astype(np.uint8), dpi=DPI)
    assert len(look.written) == 0
    assert len(look.drawn) == 0
    assert look.lid[:, : 80 // look.factor].all()
    assert not look.lid[:, 140 // look.factor :].any()


def test_levelling_keeps_the_size_of_the_scan() -> None:
    page = made("letter", 31, turn=90, skew=7.3)
    look = look_at(grey(page), dpi=DPI)
    lie = lie_of(look, limit_deg=LIMIT)
    height, width = page.image.shape[:2]
    pose = posed(look, lie, 90, scan_size=(width, height))
    assert (pose.width, pose.height) == (height, width)


def test_the_page_grows_rather_than_losing_writing_over_its_edge() -> None:
    page = sheet(size=(1000, 1600))
    text = "words that run from edge to edge " * 3
    for bottom in range(60, 960, 60):
        page = inked(page, text, (12, bottom), darkness=190, height=0.8)
    look = look_at(page, dpi=DPI)
    lie = lie_of(look, limit_deg=LIMIT)
    tilted = type(lie)(0, 6.0, axis_sure=True, end_sure=True)
    pose = posed(look, tilted, 0, scan_size=(1600, 1000))
    assert pose.height > 1000
    x = (look.written.x + look.written.width / 2) * look.factor
    y = (look.written.y + look.written.height / 2) * look.factor
    shown = pose.shown_from_scan() @ np.array([x, y, np.ones(len(x))])
    assert shown[0].min() >= 0
    assert shown[0].max() <= pose.width
    assert shown[1].min() >= 0
    assert shown[1].max() <= pose.height
