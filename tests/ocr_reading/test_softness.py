"""Edges of ink: told from one pass over the scan, in bands that leave no seams."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import ocr.softness
from ocr.ink import look_at
from ocr.page import GrayImage
from ocr.softness import detail_of
from tests.ocr_reading.sheets import DPI, grey, made


def sharpness(page: GrayImage, dpi: float) -> float:
    look = look_at(page, dpi=dpi)
    detail = detail_of(page, look.paper, px_per_mm=look.px_per_mm)
    return float(detail.sharpness_of((look.letters > 0).astype(np.int32))[0])


def test_print_is_sharp_and_the_same_print_through_the_paper_is_not() -> None:
    page = grey(made("letter", 31))
    through = cv2.GaussianBlur(page, (0, 0), 5)
    assert sharpness(page, DPI) > 4 * sharpness(np.asarray(through, np.uint8), DPI)


@pytest.mark.parametrize("scale", [0.5, 0.73, 2.0])
def test_it_is_the_same_at_another_resolution(scale: float) -> None:
    page = grey(made("letter", 31))
    other = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert sharpness(np.asarray(other), DPI * scale) == pytest.approx(
        sharpness(page, DPI), rel=0.35
    )


@pytest.mark.parametrize("rows", [4, 52, 100_000])
def test_no_band_leaves_a_seam(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = grey(made("note_sheet", 5))[:1502]
    look = look_at(page, dpi=DPI)
    expected = detail_of(page, look.paper, px_per_mm=look.px_per_mm)
    monkeypatch.setattr(ocr.softness, "_BAND_ROWS", rows)
    found = detail_of(page, look.paper, px_per_mm=look.px_per_mm)
    assert np.allclose(found.fine, expected.fine, rtol=1e-4, atol=0.1)
    assert np.array_equal(found.dark, expected.dark)
