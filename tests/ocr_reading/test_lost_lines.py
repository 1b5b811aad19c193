"""Ink knows what was not read: lost lines are found, read once more and put in their places."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.attempts import Attempt
from ocr.coverage import lost_regions, text_ink
from ocr.engine import Segmentation
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.page import Box, GrayImage, Line
from ocr.reading import VerdictCode, read_page
from tests.ocr_reading.sheets import DPI, Pixels, ToldEngine, inked, line, sheet

SIZE = (1240, 1754)
ROWS = range(200, 1400, 70)


def typed_page() -> Pixels:
    page = sheet()
    for number, y in enumerate(ROWS):
        text = f"line {number} of the letter as typed"
        page = inked(page, text, (120, y), darkness=200, height=0.9)
    return page


def typed_lines(image: GrayImage, *, without: tuple[int, ...] = ()) -> tuple[Line, ...]:
    """What an engine would read of ``typed_page`` at the scale of ``image``."""
    scale = image.shape[1] / SIZE[0]
    found = []
    for number, y in enumerate(ROWS):
        if number not in without:
            box = Box(*(round(edge * scale) for edge in (110, y - 30, 760, y + 12)))
            found.append(line(f"line-{number}", box))
    return tuple(found)


def whole(image: GrayImage) -> bool:
    return bool(abs(image.shape[0] / image.shape[1] - SIZE[1] / SIZE[0]) < 0.01)


def test_all_read_means_all_covered() -> None:
    reading = read_page(typed_page(), dpi=DPI, engine=ToldEngine(typed_lines))
    assert reading.ink_coverage > 0.99
    assert len(reading.attempts) == 1
    assert VerdictCode.LOST_INK not in {verdict.code for verdict in reading.verdicts}


def test_a_lost_line_is_read_again_and_put_between_its_neighbours() -> None:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        if whole(image):
            return typed_lines(image, without=(6,))
        height, width = image.shape
        return (line("line-6", Box(4, height // 3, width - 4, 2 * height // 3)),)

    engine = ToldEngine(answer)
    reading = read_page(typed_page(), dpi=DPI, engine=engine)
    assert reading.text.text.split("\n") == [f"line-{n}" for n in range(len(ROWS))]
    assert len(engine.asked) == 2
    image, _, segmentation = engine.asked[1]
    assert segmentation is Segmentation.SINGLE_LINE
    assert image.shape[0] < 0.1 * engine.asked[0][0].shape[0], "only the lost part is read again"
    found = reading.text.lines[6].box
    assert ROWS[6] - 60 < found.y0 < found.y1 < ROWS[6] + 40
    assert [attempt.won for attempt in reading.attempts] == [True, True]


def test_what_stays_lost_lowers_the_confidence_and_is_said() -> None:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        return typed_lines(image, without=(3, 4, 5, 6)) if whole(image) else ()

    reading = read_page(typed_page(), dpi=DPI, engine=ToldEngine(answer))
    assert reading.ink_coverage < 0.85
    assert reading.confidence == pytest.approx(0.9 * reading.ink_coverage)
    assert VerdictCode.LOST_INK in {verdict.code for verdict in reading.verdicts}


def test_strokes_that_read_like_nothing_are_not_taken_for_text() -> None:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        if whole(image):
            return typed_lines(image, without=(6,))
        return (line("~~", Box(4, 4, 60, 20), confidence=0.2),)

    reading = read_page(typed_page(), dpi=DPI, engine=ToldEngine(answer))
    assert "~~" not in reading.text.text
    assert [attempt.won for attempt in reading.attempts] == [True, False]


def test_unsure_words_where_this_side_has_no_ink_are_left_out() -> None:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        scale = image.shape[1] / SIZE[0]
        empty = Box(*(round(edge * scale) for edge in (850, 900, 1150, 940)))
        ghosts = (line("ghost", empty, confidence=0.3), line("sure", empty, confidence=0.95))
        return (*typed_lines(image), *ghosts)

    reading = read_page(typed_page(), dpi=DPI, engine=ToldEngine(answer))
    assert "ghost" not in reading.text.text
    assert "sure" in reading.text.text


def test_an_unsure_word_as_large_as_a_frame_does_not_hide_lost_lines() -> None:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        if not whole(image):
            return ()
        height, width = image.shape
        frame = line("£", Box(0, 0, width, height), confidence=0.1)
        return (frame, *typed_lines(image, without=(3, 4, 5, 6)))

    reading = read_page(typed_page(), dpi=DPI, engine=ToldEngine(answer))
    assert "£" not in reading.text.text
    assert reading.ink_coverage < 0.85


def test_signatures_and_seals_are_no_lost_lines() -> None:
    page = typed_page()
    page[1450:1600, 800:806] = 40
    page[1450:1456, 800:950] = 40
    page[1594:1600, 800:950] = 40
    look = look_at(page, dpi=DPI)
    ink = text_ink(look, Pose(*SIZE, *SIZE, 0, 0.0), body_px=9.0)
    assert lost_regions(ink, typed_lines(page), size=SIZE) == []


def test_the_better_attempt_has_more_letters_surer_and_better_covered() -> None:
    def attempt(letters: int, confidence: float, coverage: float) -> Attempt:
        return Attempt(0, 0.5, Segmentation.AUTO, letters, confidence, coverage)

    upright, upside_down = attempt(1000, 0.9, 1.0), attempt(1050, 0.4, 1.0)
    lost_column = attempt(600, 0.93, 0.6)
    assert upright.score > upside_down.score
    assert upright.score > lost_column.score
    assert attempt(0, 0.0, 0.0).score == 0
    assert np.isfinite(upright.score)
