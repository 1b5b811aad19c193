"""Carbon copies and worn ribbons: the type is seen, and black when the engine gets it."""

from __future__ import annotations

import os

import numpy as np
import pytest

from benchmarks.scans.options import Ageing
from benchmarks.scans.pages import MadePage
from ocr.attempts import Scan, image_to_read
from ocr.blank import is_blank
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.models import DEBIAN_TESSDATA
from ocr.page import Box, GrayImage
from ocr.reading import read_page
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.sheets import DPI, Pixels, grey, inked, made, sheet, word_recall


def typed(darkness: int) -> Pixels:
    page = sheet()
    for y in range(200, 1400, 45):
        page = inked(page, "as typed with this ribbon in those days", (120, y), **ink(darkness))
    return page


def ink(darkness: int) -> dict[str, float]:
    return {"darkness": darkness, "height": 0.9}  # type: ignore[dict-item]


def read_image(page: GrayImage) -> GrayImage:
    height, width = page.shape
    scan = Scan(page, look_at(page, dpi=DPI), DPI)
    pose = Pose(width, height, width, height, 0, 0.0)
    return image_to_read(scan, pose, region=Box(0, 0, width, height), scale=1.0)


@pytest.mark.parametrize("specks", [0, 12])
def test_pale_type_is_seen_beside_dark_specks(specks: int) -> None:
    page = typed(34)
    clean = look_at(page, dpi=DPI)
    for number in range(specks):
        y, x = 300 + 90 * number, 1130
        page[y : y + 9, x : x + 9] = 20
    look = look_at(page, dpi=DPI)
    assert not is_blank(look, page)
    assert look.written.ink > 0.9 * clean.written.ink
    assert look.strength == pytest.approx(clean.strength, abs=0.04)


def test_print_of_the_back_stays_unseen_beside_dark_type() -> None:
    page = typed(190)
    front = look_at(page, dpi=DPI)
    back = typed(28)[::-1, ::-1]
    both = np.minimum(page, np.roll(back, 22, axis=0))
    look = look_at(np.ascontiguousarray(both), dpi=DPI)
    assert look.strength == pytest.approx(front.strength, abs=0.04)


def test_weak_ink_is_black_and_strong_ink_as_it_was_when_it_is_read() -> None:
    weak, strong = read_image(typed(45)), read_image(typed(190))
    assert np.percentile(weak, 2) < 40
    assert np.median(weak) > 250
    assert np.percentile(strong, 2) > 10


def test_a_page_that_shrinks_a_lot_keeps_its_thin_strokes() -> None:
    page = np.full((1200, 1200), 240, np.uint8)
    page[:, ::4] = 20  # hair lines, one pixel in four
    scan = Scan(page, look_at(page, dpi=600), 600)
    pose = Pose(1200, 1200, 1200, 1200, 0, 1.0)
    image = image_to_read(scan, pose, region=Box(300, 300, 900, 900), scale=0.25)
    assert image.std() < 25, "every line is there, none is skipped"


@pytest.mark.skipif(
    not (DEBIAN_TESSDATA / "Devanagari.traineddata").exists() and "CI" not in os.environ,
    reason="the Devanagari model is not installed",
)
@pytest.mark.parametrize(("ageing", "least"), [(Ageing.CARBON, 0.9), (Ageing.RIBBON, 0.6)])
def test_weak_typewriting_is_read(ageing: Ageing, least: float) -> None:
    engine = TesserocrEngine()
    page: MadePage = made("letter", 9, skew=1.0, ageing=ageing, dpi=200)
    reading = read_page(grey(page), dpi=200, engine=engine)
    engine.close()
    assert word_recall(page.truth.text, reading.text.text) > least
