"""Confidence is a probability: never certain, never falling, and honest without a table."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ocr.calibration import FittedTable, Weights, calibrated, calibrator_of
from ocr.page import Box, Line, Word
from ocr.signs import PAGE_SIGNS, WORD_SIGNS, Surroundings, page_signs, word_signs

TEXTS = ("क्रमांक", "एफ", "11-20/2014/1/9", "Date", "।", "ाकी", "विषय:-")


def _line(*sure: float, top: int = 0) -> Line:
    words, left = [], 0
    for text, confidence in zip(TEXTS, sure, strict=False):
        right = left + 12 * len(text)
        words.append(Word(text, Box(left, top, right, top + 30), confidence))
        left = right + 12
    return Line(tuple(words), Box(0, top, left, top + 30))


LINES = (_line(0.9, 0.4, 0.7, 0.95, 0.1, 0.5, 0.96), _line(0.92, 0.93, 0.9, top=40))


def test_there_is_one_figure_for_every_sign_of_every_word() -> None:
    assert word_signs(LINES, Surroundings()).shape == (10, len(WORD_SIGNS))
    assert word_signs((), Surroundings()).shape == (0, len(WORD_SIGNS))
    assert page_signs(LINES, Surroundings()).shape == (len(PAGE_SIGNS),)
    assert np.isfinite(page_signs((), Surroundings(coverage=0.0))).all()


def test_a_word_read_a_second_time_is_known_by_its_box() -> None:
    box = LINES[0].words[1].box
    for same, column in ((True, "agreed"), (False, "disagreed")):
        signs = word_signs(LINES, Surroundings(agreed={box: same}))[:, WORD_SIGNS.index(column)]
        assert signs.tolist() == [0, 1] + [0] * 8


def test_an_engine_without_a_table_keeps_its_own_confidence_off_certainty() -> None:
    lines = (_line(1.0, 0.0, math.nan, 0.5),)
    sure = calibrated(lines, engine="scripted 1")
    assert [word.confidence for word in sure[0].words] == [0.999, 0.001, 0.001, 0.5]
    assert [word.text for word in sure[0].words] == list(TEXTS[:4])


def test_without_a_table_the_page_is_as_sure_as_its_words_and_its_ink() -> None:
    page = calibrator_of("scripted 1")((_line(0.9, 0.9),), Surroundings(coverage=0.5))
    assert page.page_confidence == pytest.approx(0.45)
    assert calibrator_of("scripted 1")((), Surroundings()).page_confidence == 0.0


def test_no_weights_make_a_certainty() -> None:
    steep = Weights(0.0, (1e6,))
    assert steep.probability(np.array([[1.0], [-1.0]])).tolist() == [0.999, 0.001]


def test_where_nothing_was_read_a_page_is_hardly_right() -> None:
    flat = FittedTable(
        Weights(3.0, (0.0,) * len(WORD_SIGNS)), Weights(3.0, (0.0,) * len(PAGE_SIGNS))
    )
    assert flat((), Surroundings()).page_confidence == 0.001


def test_text_and_boxes_stay_as_they_are() -> None:
    sure = calibrated(LINES, engine="tesseract 5.5.4 Devanagari")
    plain = [replace(word, confidence=0.0) for line in sure for word in line.words]
    assert plain == [replace(word, confidence=0.0) for line in LINES for word in line.words]
