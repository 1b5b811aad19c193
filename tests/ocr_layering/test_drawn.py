"""Pages drawn for the screen: a thumbnail is the page, only smaller, and cheaper."""

from __future__ import annotations

import io

import cv2
import numpy as np

from ocr.drawn import MOST_PX, drawn_page
from ocr.layers import layer_page
from ocr.profile import Profile


def sheet() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A yellow sheet with lines of strokes."""
    made = np.full((1754, 1240, 3), (232, 224, 200), np.uint8)
    for top in range(200, 1600, 60):
        cv2.putText(made, "abhilekh 2014/1/9", (150, top), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 3)
    return made


def test_a_thumbnail_looks_as_the_page_does() -> None:
    pdf = layer_page(sheet(), dpi=150.0, profile=Profile.COMPACT)
    small = drawn_page(io.BytesIO(pdf), 0, width_px=260)
    large = drawn_page(io.BytesIO(pdf), 0, width_px=1040)
    assert small.shape == (368, 260, 3)
    shrunk = cv2.resize(large, (260, 368), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - shrunk).mean() < 6
    assert abs(small.mean() - shrunk.mean()) < 2  # no paler, no darker
    ink = small.min(axis=2) < 150
    assert ink.sum() > 300  # strokes are not lost
    assert not ink[:20].any()


def test_a_strip_of_a_sheet_is_drawn_too() -> None:
    strip = np.full((30, 2400, 3), 255, np.uint8)
    pdf = layer_page(strip, dpi=300.0, profile=Profile.COMPACT)
    assert drawn_page(io.BytesIO(pdf), 0, width_px=260).shape[:2] in {(3, 260), (4, 260)}


def test_a_ribbon_of_a_sheet_asks_for_no_more_pixels_than_others() -> None:
    ribbon = np.full((9_000, 20, 3), 255, np.uint8)
    pdf = layer_page(ribbon, dpi=300.0, profile=Profile.COMPACT)
    height_px, width_px, _ = drawn_page(io.BytesIO(pdf), 0, width_px=260).shape
    assert height_px * width_px <= MOST_PX * 1.01
