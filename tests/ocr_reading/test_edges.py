"""A word says how far it is tilted by its straight edges, or does not say it at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.edges import edge_skew
from ocr.ink import look_at
from ocr.turn import Lie, lie_of
from tests.ocr_reading.sheets import grey, made

PX_PER_MM = 12.0
Pixels = NDArray[np.uint8]


def tilted(drawn: Pixels, ccw_deg: float) -> Pixels:
    height, width = drawn.shape
    spin = cv2.getRotationMatrix2D((width / 2, height / 2), ccw_deg, 1.0)
    return np.asarray(cv2.warpAffine(drawn, spin, (width, height)), np.uint8)


def word(headline_px: int = 120) -> Pixels:
    """A headline with what hangs from it, none of that level: slanting stems and a loop."""
    drawn = np.zeros((140, 240), np.uint8)
    left = 120 - headline_px // 2
    cv2.line(drawn, (left, 50), (left + headline_px, 50), 200, 4, cv2.LINE_AA)
    for at in range(left + 14, left + headline_px, 30):
        cv2.line(drawn, (at, 50), (at + 14, 92), 200, 4, cv2.LINE_AA)
        cv2.circle(drawn, (at + 2, 76), 9, 200, 3, cv2.LINE_AA)
    return drawn


@pytest.mark.parametrize("ccw_deg", [-6.3, -0.4, 0.0, 2.7, 9.8])
@pytest.mark.parametrize("off_deg", [-0.9, 0.6])
def test_a_headline_says_its_tilt_though_nothing_else_is_level(
    ccw_deg: float, off_deg: float
) -> None:
    found = edge_skew(
        tilted(word(), ccw_deg), 100, about_deg=ccw_deg + off_deg, px_per_mm=PX_PER_MM
    )
    assert found == pytest.approx(ccw_deg, abs=0.12)


def test_a_dot_a_ring_and_nothing_say_nothing() -> None:
    nothing = np.zeros((100, 100), np.uint8)
    ring, dot = nothing.copy(), nothing.copy()
    cv2.circle(ring, (50, 50), 20, 200, 3, cv2.LINE_AA)
    cv2.circle(dot, (50, 50), 3, 200, -1, cv2.LINE_AA)
    for drawn in (nothing, ring, dot):
        assert edge_skew(drawn, 100, about_deg=0.0, px_per_mm=PX_PER_MM) is None


def test_edges_that_contradict_each_other_say_nothing() -> None:
    wedge = np.zeros((100, 200), np.uint8)
    cv2.fillConvexPoly(wedge, np.array([(40, 48), (160, 47), (160, 54), (40, 50)]), 200)
    assert edge_skew(wedge, 100, about_deg=0.0, px_per_mm=PX_PER_MM) is None


def lie(seed: int, skew: float, *, kind: str = "one_word", turn: int = 0, dpi: int = 300) -> Lie:
    page = grey(made(kind, seed, skew=skew, turn=turn, dpi=dpi))
    return lie_of(look_at(page, dpi=dpi), limit_deg=10.5, grey=page)


def test_single_words_come_out_level_or_stay_as_they_lie() -> None:
    told = 0
    for seed in range(40, 52):
        skew = 0.7 * (seed - 46)
        found = lie(seed, skew, turn=(0, 90, 180, 270)[seed % 4])
        if found.tilt_sure:
            told += 1
            assert found.skew_ccw_deg == pytest.approx(skew, abs=0.4), seed
        else:
            assert found.skew_ccw_deg == 0.0
    assert told >= 7


def test_a_full_page_is_sure_of_its_tilt() -> None:
    assert lie(31, 2.0, kind="letter", dpi=150).tilt_sure
