"""Backs of thin paper: empty when all there is reads from behind, kept when anything does not."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from benchmarks.scans.options import Ageing
from ocr.backs import may_be_a_back
from ocr.blank import is_blank
from ocr.ink import look_at
from ocr.page import Box, GrayImage
from ocr.reading import Reading, read_page
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.sheets import DPI, Pixels, ToldEngine, grey, inked, line, made, sheet

TICK = np.array([(500, 700), (512, 724), (546, 676)], np.int32)


@pytest.fixture(scope="module")
def engine() -> Iterator[TesserocrEngine]:
    engine = TesserocrEngine()
    yield engine
    engine.close()


def back(strength: float = 0.14, *, own: Pixels | None = None) -> Pixels:
    """The back of a printed sheet of thin paper, its print nearly as sharp as a carbon copy's."""
    front = grey(made("letter", 31, ageing=Ageing.CLEAN))[:, ::-1]
    ink = cv2.GaussianBlur(255 - front, (0, 0), 1.1).astype(np.float32)
    pale = (ink * strength).astype(np.uint8)
    return np.asarray(cv2.subtract(sheet() if own is None else own, pale), np.uint8)


def penciled(page: Pixels, darkness: int, *, turn: int = 0) -> Pixels:
    pencil = np.zeros_like(page)
    cv2.polylines(pencil, [TICK + turn], False, darkness, 3, cv2.LINE_AA)
    soft = cv2.GaussianBlur(pencil, (0, 0), 0.5)
    return np.asarray(cv2.subtract(page, soft), np.uint8)


def read(page: GrayImage, engine: TesserocrEngine) -> Reading:
    return read_page(page, dpi=DPI, engine=engine)


def test_a_back_that_its_ink_does_not_betray_is_empty_once_it_reads_from_behind(
    engine: TesserocrEngine,
) -> None:
    page = back()
    assert not is_blank(look_at(page, dpi=DPI), page)
    reading = read(page, engine)
    assert reading.blank
    assert not reading.text.words
    words = reading.verdicts[0].facts["words_behind"]
    assert isinstance(words, int) and words > 20


@pytest.mark.parametrize("turn", [90, 180])
def test_a_back_that_lies_on_its_side_or_head_is_empty(turn: int, engine: TesserocrEngine) -> None:
    assert read(np.ascontiguousarray(np.rot90(back(), turn // 90)), engine).blank


def test_dust_on_a_back_leaves_it_empty(engine: TesserocrEngine) -> None:
    page = sheet()
    rng = np.random.default_rng(5)
    for _ in range(150):
        cv2.circle(page, (int(rng.integers(1240)), int(rng.integers(1754))), 1, 80, -1)
    assert read(back(own=page), engine).blank


@pytest.mark.parametrize(("darkness", "turn"), [(60, 0), (60, 37), (110, 300)])
def test_a_pencil_tick_among_the_print_of_the_other_side_keeps_the_page(
    darkness: int, turn: int, engine: TesserocrEngine
) -> None:
    assert not read(penciled(back(), darkness, turn=turn), engine).blank


@pytest.mark.parametrize("text", ["7", "See overleaf"])
def test_a_number_or_a_line_of_its_own_keeps_a_back(text: str, engine: TesserocrEngine) -> None:
    page = inked(sheet(), text, (600, 1650), darkness=90, height=1.0)
    assert not read(back(own=page), engine).blank


@pytest.mark.parametrize("kind", ["lone_stamp", "lone_signature", "corner_number"])
def test_a_stamp_a_signature_or_a_page_number_keeps_a_back(
    kind: str, engine: TesserocrEngine
) -> None:
    own = grey(made(kind, 5, ageing=Ageing.LIGHT))
    assert not read(back(own=own), engine).blank


def test_print_that_hides_a_faded_pencil_keeps_the_page(engine: TesserocrEngine) -> None:
    assert not read(back(0.3), engine).blank


@pytest.mark.parametrize("ageing", [Ageing.CARBON, Ageing.RIBBON])
def test_weak_type_is_read_as_it_lies_and_never_from_behind(
    ageing: Ageing, engine: TesserocrEngine
) -> None:
    reading = read(grey(made("letter", 9, dpi=300, ageing=ageing)), engine)
    assert not reading.blank
    assert len(reading.text.words) > 40


def test_only_pale_pages_with_few_words_are_worth_a_look_from_behind() -> None:
    pale = look_at(back(), dpi=DPI)
    assert may_be_a_back(pale, ())
    words = tuple(line("दिनांक", Box(0, 40 * n, 90, 40 * n + 30)) for n in range(13))
    assert not may_be_a_back(pale, words)
    assert not may_be_a_back(look_at(sheet(), dpi=DPI), ())
    assert not may_be_a_back(look_at(grey(made("letter", 31)), dpi=DPI), ())


def test_a_page_that_was_read_costs_no_reading_from_behind() -> None:
    text = tuple(line("अभिलेख", Box(100, 60 * n + 100, 300, 60 * n + 130)) for n in range(20))
    told = ToldEngine(lambda image: text)
    read_page(grey(made("letter", 31)), dpi=DPI, engine=told)
    assert len({asked[0].tobytes() for asked in told.asked}) == len(told.asked)
    flipped = [asked for asked in told.asked if asked[2].name == "AUTO"]
    assert len(flipped) == 1
