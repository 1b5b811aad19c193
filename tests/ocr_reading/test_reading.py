"""Whole pages, read by the real engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.models import DEBIAN_TESSDATA
from ocr.page import GrayImage, Line
from ocr.reading import Reading, ReadingOptions, VerdictCode, read_page
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.sheets import DPI, ToldEngine, grey, inked, made, sheet, word_recall

pytestmark = pytest.mark.skipif(
    not (DEBIAN_TESSDATA / "Devanagari.traineddata").exists() and "CI" not in os.environ,
    reason="the Devanagari model is not installed",
)
SCANS = Path(__file__).resolve().parents[3] / "shared" / "samples"


class CountingEngine(TesserocrEngine):
    readings = 0

    def recognise(self, *args: object, **kwargs: object) -> tuple[Line, ...]:
        self.readings += 1
        return super().recognise(*args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shared_engine() -> Iterator[CountingEngine]:
    engine = CountingEngine()
    yield engine
    engine.close()


@pytest.fixture
def engine(shared_engine: CountingEngine) -> CountingEngine:
    shared_engine.readings = 0
    return shared_engine


def codes(reading: Reading) -> set[VerdictCode]:
    return {verdict.code for verdict in reading.verdicts}


@pytest.mark.parametrize(
    ("turn", "skew", "language"),
    [(0, 3.7, "hi"), (90, -6.2, "mixed"), (180, 0.0, "hi"), (270, 9.5, "en")],
)
def test_a_page_is_read_in_any_turn_and_skew(
    turn: int, skew: float, language: str, engine: CountingEngine
) -> None:
    page = made("order", 12, turn=turn, skew=skew, language=language)
    reading = read_page(page.image, dpi=DPI, engine=engine)
    assert reading.rotated_cw_deg == turn
    assert reading.skew_ccw_deg == pytest.approx(skew, abs=0.15)
    assert word_recall(page.truth.text, reading.text.text) > 0.9
    assert reading.confidence > 0.8
    height, width = reading.image.shape[:2]
    assert (reading.text.width_px, reading.text.height_px) == (width, height)
    assert reading.text.dpi == DPI


def test_boxes_lie_on_the_ink_of_the_page_that_is_shown(engine: CountingEngine) -> None:
    page = made("order", 12, turn=270, skew=5.1)
    reading = read_page(page.image, dpi=DPI, engine=engine)
    level = cv2.cvtColor(reading.image, cv2.COLOR_RGB2GRAY)
    for word in reading.text.words:
        box = word.box
        assert level[box.y0 : box.y1, box.x0 : box.x1].min() < 140, word
    first = page.truth.lines[0]
    middle = ((first.box.y0 + first.box.y1) / 2, (first.box.x0 + first.box.x1) / 2)
    nearest = min(
        reading.text.lines, key=lambda line: abs((line.box.y0 + line.box.y1) / 2 - middle[0])
    )
    assert word_recall(first.text, nearest.text) > 0.6


def test_a_page_that_lies_right_is_handed_back_itself(engine: CountingEngine) -> None:
    page = made("cover", 4)
    reading = read_page(page.image, dpi=DPI, engine=engine)
    assert reading.image is page.image
    assert (reading.rotated_cw_deg, reading.skew_ccw_deg) == (0, 0.0)


def test_the_same_page_is_read_the_same_twice(engine: CountingEngine) -> None:
    page = made("order", 12, turn=180, skew=2.0)
    one, two = (read_page(page.image, dpi=DPI, engine=engine) for _ in range(2))
    assert one.text == two.text
    assert one.attempts == two.attempts
    assert np.array_equal(one.image, two.image)


def test_a_grey_scan_stays_grey(engine: CountingEngine) -> None:
    page = made("cover", 4, skew=2.0)
    reading = read_page(grey(page), dpi=DPI, engine=engine)
    assert reading.image.ndim == 2
    assert word_recall(page.truth.text, reading.text.text) > 0.8


def test_an_empty_sheet_costs_no_reading(engine: CountingEngine) -> None:
    empty = sheet()
    reading = read_page(empty, dpi=DPI, engine=engine)
    assert reading.blank
    assert codes(reading) == {VerdictCode.BLANK}
    assert reading.image is empty
    assert reading.text.lines == ()
    assert engine.readings == 0


def test_a_lone_page_number_is_read_and_called_nearly_blank(engine: CountingEngine) -> None:
    page = inked(sheet(), "Page 14", (560, 1660), darkness=200, height=1.0)
    reading = read_page(page, dpi=DPI, engine=engine)
    assert not reading.blank
    assert VerdictCode.NEARLY_BLANK in codes(reading)
    assert "14" in reading.text.text
    assert reading.rotated_cw_deg == 0


def test_a_lone_digit_is_cut_out_before_it_is_read(engine: CountingEngine) -> None:
    page = inked(sheet(), "- 7 -", (590, 1660), darkness=200, height=1.0)
    reading = read_page(page, dpi=DPI, engine=engine)
    assert "7" in reading.text.text
    (word,) = (word for word in reading.text.words if "7" in word.text)
    assert 580 < word.box.x0 < word.box.x1 < 700
    assert 1620 < word.box.y0 < word.box.y1 < 1690
    told = ToldEngine(lambda image: ())
    read_page(page, dpi=DPI, engine=told)
    assert all(image.size < page.size / 50 for image, _, _ in told.asked)


def test_a_page_with_an_unsure_end_costs_at_most_one_more_recognition(
    engine: CountingEngine,
) -> None:
    for language in ("hi", "en"):
        page = made("letter", 31, turn=180, skew=1.0, language=language)
        reading = read_page(page.image, dpi=DPI, engine=engine)
        assert reading.rotated_cw_deg == 180
        whole_pages = [attempt for attempt in reading.attempts if attempt.region is None]
        assert len(whole_pages) <= 2


def test_an_upside_down_guess_is_put_right_by_reading(engine: CountingEngine) -> None:
    # Mirrored top to bottom, the lines look upside down and read as nothing either way.
    page = made("order", 12, skew=0.0)
    turned = np.ascontiguousarray(page.image[::-1, ::-1])
    reading = read_page(turned, dpi=DPI, engine=engine)
    assert reading.rotated_cw_deg == 180
    won = [attempt for attempt in reading.attempts if attempt.won and attempt.region is None]
    assert [attempt.rotated_cw_deg for attempt in won] == [180]


def test_when_no_turn_reads_well_it_is_said() -> None:
    garbage = ToldEngine(lambda image: ())
    page = inked(sheet(), "12/c", (600, 300), darkness=180, height=1.0)
    reading = read_page(page, dpi=DPI, engine=garbage)
    assert codes(reading) >= {VerdictCode.TURNED_UNSURE, VerdictCode.LOST_INK}
    assert reading.confidence == 0
    assert not reading.blank


def test_small_print_is_never_shrunk_below_the_size_that_reads_well() -> None:
    def sizes(dpi: int) -> float:
        asked: list[GrayImage] = []
        engine = ToldEngine(lambda image: asked.append(image) or ())  # type: ignore[func-returns-value]
        page = made("order", 12, dpi=dpi)
        reading = read_page(page.image, dpi=dpi, engine=engine)
        assert reading.x_height_px is not None
        return reading.x_height_px * reading.attempts[0].scale

    target = ReadingOptions().target_x_height_px
    for dpi in (100, 150, 300):
        assert target * 0.95 <= sizes(dpi) < target * 1.6


def test_letters_too_small_to_read_are_said_to_be(engine: CountingEngine) -> None:
    page = made("order", 12, dpi=75)
    reading = read_page(page.image, dpi=75, engine=engine)
    assert VerdictCode.LOW_RESOLUTION in codes(reading)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (9, 7), (60, 40)])
@pytest.mark.parametrize("shade", [0, 255])
def test_slivers_of_an_image_do_no_harm(
    shape: tuple[int, int], shade: int, engine: CountingEngine
) -> None:
    image = np.full(shape, shade, np.uint8)
    image.setflags(write=False)
    reading = read_page(image, dpi=300, engine=engine)
    assert reading.text.lines == ()


@pytest.mark.shared
@pytest.mark.skipif(not SCANS.exists(), reason="the real scans do not lie beside the project")
@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("phototest-rotated-180", 180),
        ("phototest-rotated-L", 90),
        ("phototest-rotated-R", 270),
        ("devatest-rotated-270", 90),
    ],
)
def test_turned_scans_are_set_upright(name: str, turn: int, engine: CountingEngine) -> None:
    image = cv2.imread(str(SCANS / "edge" / f"img_rotated__{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    reading = read_page(np.asarray(image, np.uint8), dpi=200, engine=engine)
    assert reading.rotated_cw_deg == turn
    assert reading.confidence > 0.8


@pytest.mark.shared
@pytest.mark.skipif(not SCANS.exists(), reason="the real scans do not lie beside the project")
def test_a_real_page_loses_no_lines(engine: CountingEngine) -> None:
    path = SCANS / "pages" / "marathi_scan__page-19.jpeg"
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    reading = read_page(np.asarray(image, np.uint8), dpi=300, engine=engine)
    truth = path.with_name("marathi_scan__page-19.gt.txt").read_text(encoding="utf-8")
    assert word_recall(truth, reading.text.text) > 0.75
    assert reading.ink_coverage > 0.97
