"""Confidence is a probability: never certain, never falling, and honest without a table."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr import calibration
from ocr.calibration import (
    TABLE,
    FittedTable,
    Weights,
    calibrated,
    calibrator_of,
    parted,
    table_version,
)
from ocr.page import Box, Line, Word
from ocr.signs import (
    NEVER_FALLING,
    PAGE_NEVER_FALLING,
    PAGE_SIGNS,
    WORD_SIGNS,
    Surroundings,
    page_signs,
    word_signs,
)

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
    assert page_signs(LINES, (), Surroundings()).shape == (len(PAGE_SIGNS),)
    assert np.isfinite(page_signs((), (), Surroundings(coverage=0.0, strength=0.0))).all()


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


# The table itself, as it stands in the repository.

ENGINE = "tesseract 5.5.4 Devanagari"


def _weights(part: str) -> dict[str, float]:
    kept = json.loads(TABLE.read_text(encoding="utf-8"))
    found: dict[str, float] = kept["engines"]["tesseract Devanagari"][part]["weights"]
    return found


def test_the_table_was_fitted_on_the_signs_that_the_program_looks_at() -> None:
    assert tuple(_weights("word")) == WORD_SIGNS
    assert tuple(_weights("page")) == PAGE_SIGNS
    assert isinstance(calibrator_of(ENGINE), FittedTable)


def test_no_sign_that_speaks_for_a_word_or_page_has_a_weight_against_it() -> None:
    word, page = _weights("word"), _weights("page")
    assert all(word[sign] >= 0 for sign in NEVER_FALLING)
    assert all(page[sign] >= 0 for sign in PAGE_NEVER_FALLING)


@given(st.lists(st.floats(0, 1), min_size=7, max_size=7), st.integers(0, 6), st.floats(0, 1))
def test_a_surer_engine_never_makes_any_word_less_sure(
    sure: list[float], place: int, more: float
) -> None:
    raised = [max(own, more) if at == place else own for at, own in enumerate(sure)]
    before, after = (calibrated((_line(*all_),), engine=ENGINE)[0] for all_ in (sure, raised))
    assert all(
        one.confidence <= other.confidence
        for one, other in zip(before.words, after.words, strict=True)
    )
    assert all(0 < word.confidence < 1 for word in (*before.words, *after.words))


def test_sure_print_is_nearly_certain_and_doubtful_strokes_are_nearly_out_of_the_question() -> None:
    good = calibrated((_line(*[0.96] * 7),) * 3, engine=ENGINE)
    bad = calibrated((_line(*[0.2] * 7),) * 3, engine=ENGINE)
    assert good[0].words[0].confidence > 0.95
    assert bad[0].words[0].confidence < 0.2


def test_a_number_whose_two_readings_differ_never_goes_without_a_person() -> None:
    line = _line(*[0.96] * 7)
    boxes = {word.box: False for word in line.words}
    lines = tuple(_line(*[0.96] * 7, top=40 * row) for row in range(1, 20))
    made = calibrator_of(ENGINE)((line, *lines), Surroundings(agreed=boxes)).lines[0]
    sure = {word.text: word.confidence for word in made.words}
    assert sure["11-20/2014/1/9"] <= 0.5 < sure["क्रमांक"]


def test_a_page_that_was_read_in_part_is_less_sure_than_one_that_was_read_whole() -> None:
    lines = tuple(_line(*[0.95] * 7, top=40 * row) for row in range(20))
    whole, part, half = (
        calibrator_of(ENGINE)(lines, Surroundings(coverage=coverage)).page_confidence
        for coverage in (1.0, 0.9, 0.5)
    )
    assert half < part < whole


def test_the_name_of_the_table_changes_with_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = table_version()
    other = tmp_path / "confidence.json"
    other.write_text(TABLE.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    monkeypatch.setattr(calibration, "TABLE", other)
    assert len(before) == 12
    assert table_version() not in (before, "none")


# What is no print.


def _sure(texts: str, confidence: float) -> Line:
    words = tuple(
        Word(text, Box(40 * at, 0, 40 * at + 30, 20), confidence)
        for at, text in enumerate(texts.split())
    )
    return Line(words, Box(0, 0, words[-1].box.x1, 20))


def test_lines_that_are_almost_certainly_wrong_are_left_out() -> None:
    print_, strokes = _sure("विषय:- अभिलेखों के संबंध", 0.7), _sure("उरगर ररारउ रे? एरर", 0.06)
    assert parted([print_, strokes]) == ((print_,), (strokes,))


def test_what_is_type_by_its_ink_stays_however_badly_it_was_read() -> None:
    old = _sure("च्छरितिरिति । तत् कोडिफछं मन्दगोळगत", 0.02)
    assert parted([old]) == ((), (old,))
    assert parted([old], frozenset({old.box})) == ((old,), ())


def test_bad_print_stays() -> None:
    bad = _sure("सहस्रकिरणोज्ज्वलः तथैव चोक्तम्", 0.3)
    assert parted([bad]) == ((bad,), ())


@pytest.mark.parametrize(
    "number", ["22.10.1995", "१/n", "क्रमांक/१८६३/स्था./२००८", "11-20/2014/1/9", "एफ-6970/1980"]
)
def test_numbers_and_dates_stay_however_unsure_they_are(number: str) -> None:
    line = _sure(number, 0.01)
    assert parted([line]) == ((line,), ())


@pytest.mark.parametrize("strokes", ["74९०", "7577६", "77ादड़व", "[6", "731237", "7-१7३)"])
def test_digits_without_the_form_of_a_number_are_strokes(strokes: str) -> None:
    line = _sure(strokes, 0.01)
    assert parted([line]) == ((), (line,))


def test_a_stroke_in_a_line_of_print_goes_and_the_line_shrinks_to_its_words() -> None:
    line = _sure("अवर सचिव PF", 0.9)
    worst = replace(line.words[2], confidence=0.01)
    ((kept,), (gone,)) = parted([replace(line, words=(*line.words[:2], worst))])
    assert (kept.text, gone.text) == ("अवर सचिव", "PF")
    assert kept.box == Box(0, 0, 70, 20)
