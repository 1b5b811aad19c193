"""Sheets that are hard to set upright: one word, tables of figures, maps, seals, two directions."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scans.options import Ageing
from benchmarks.scans.pages import MadePage
from ocr.ink import look_at
from ocr.marks import Marks
from ocr.neighbours import elongation, runs_across
from ocr.turn import Lie, lie_of
from tests.ocr_reading.sheets import DPI, TURNS, grey, inked, made, sheet

LIMIT = 10.5


def lie(page: MadePage) -> Lie:
    scan = grey(page)
    return lie_of(look_at(scan, dpi=page.truth.dpi), limit_deg=LIMIT, grey=scan)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(("language", "skew"), [("hi", -6.4), ("en", 3.2)])
def test_a_single_word_is_levelled_by_its_headline_or_baseline(
    turn: int, language: str, skew: float
) -> None:
    page = made("one_word", 5, turn=turn, skew=skew, language=language)
    found = lie(page)
    assert found.axis_sure
    assert (found.rotated_cw_deg - turn) % 180 == 0
    assert found.skew_ccw_deg == pytest.approx(skew, abs=0.4)


@pytest.mark.parametrize("text", ["1", "7.", "O"])
def test_a_mark_whose_tilt_cannot_be_told_is_not_tilted(text: str) -> None:
    page = inked(sheet(), text, (600, 300), darkness=180, height=1.0)
    found = lie_of(look_at(page, dpi=DPI), limit_deg=LIMIT, grey=page)
    assert (found.rotated_cw_deg, found.skew_ccw_deg) == (0, 0.0)
    assert not found.axis_sure


@pytest.mark.parametrize("turn", TURNS)
def test_columns_of_figures_do_not_turn_a_page(turn: int) -> None:
    page = made("land_record", 14, turn=turn, skew=-2.4, language="en")
    found = lie(page)
    assert found.axis_sure
    assert (found.rotated_cw_deg - turn) % 180 == 0
    assert found.skew_ccw_deg == pytest.approx(-2.4, abs=0.2)


@pytest.mark.parametrize("turn", TURNS)
def test_a_wide_table_on_a_sheet_that_lies_on_its_side_is_set_upright(turn: int) -> None:
    page = made("landscape", 3, turn=turn, skew=1.1)
    assert lie(page).rotated_cw_deg == turn


@pytest.mark.parametrize("kind", ["margin_note", "drawing", "village_map", "seals"])
def test_what_runs_another_way_does_not_turn_the_text(kind: str) -> None:
    page = made(kind, 8, skew=2.6)
    found = lie(page)
    assert (found.rotated_cw_deg, found.axis_sure) == (0, True)
    assert found.skew_ccw_deg == pytest.approx(2.6, abs=0.4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seal_alone_neither_turns_nor_tilts_its_sheet(seed: int) -> None:
    found = lie(made("seal_only", seed, skew=5.0))
    assert found == Lie(0, 0.0, axis_sure=False, end_sure=False)


def test_a_few_words_never_claim_to_know_which_end_is_up() -> None:
    assert not lie(made("one_word", 5, language="en")).end_sure
    assert lie(made("letter", 31)).end_sure


@pytest.mark.parametrize("ageing", [Ageing.CARBON, Ageing.RIBBON])
def test_weak_typewriting_is_set_upright_and_level(ageing: Ageing) -> None:
    found = lie(made("letter", 9, turn=180, skew=-7.7, ageing=ageing))
    assert found.rotated_cw_deg == 180
    assert found.skew_ccw_deg == pytest.approx(-7.7, abs=0.15)


def marks(boxes: list[tuple[int, int, int, int]]) -> Marks:
    x, y, width, height = (np.array(column, np.int32) for column in zip(*boxes, strict=True))
    number = np.arange(1, len(boxes) + 1, dtype=np.int32)
    return Marks(number, x, y, width, height, width * height, np.full(len(boxes), 0.5))


def test_neighbours_speak_for_the_nearer_side() -> None:
    rows = [(20 * column, 40 * row, 12, 14) for row in range(6) for column in range(20)]
    columns = [(y, x, h, w) for x, y, w, h in rows]
    assert runs_across(marks(rows), 3.0) == 1.0
    assert runs_across(marks(columns), 3.0) == -1.0
    assert runs_across(marks(rows[:1]), 3.0) == 0.0


def test_neighbours_far_apart_and_dots_are_not_asked() -> None:
    assert runs_across(marks([(0, 0, 12, 14), (500, 0, 12, 14)]), 3.0) == 0.0
    assert runs_across(marks([(0, 0, 2, 2), (4, 0, 2, 2)]), 3.0) == 0.0


def test_long_words_speak_for_the_way_they_are_long() -> None:
    assert elongation(marks([(0, 0, 50, 12)])) == 1.0
    assert elongation(marks([(0, 0, 12, 50)])) == -1.0
    assert elongation(marks([(0, 0, 12, 12)])) == 0.0
    assert elongation(marks([(0, 0, 12, 12)]).where(np.array([False]))) == 0.0
