"""What a sheet looks like apart from its words: paper, margin rule, ledger lines, handwriting."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.scans import encode
from benchmarks.scans.options import PageOptions, Paper
from benchmarks.scans.pages import MadePage, make_page
from ocr.appearance import Rulings, rulings_of
from ocr.coverage import text_ink
from ocr.geometry import Pose
from ocr.handwriting import LINE_SIGNS, TABLE, handwriting_on
from ocr.ink import look_at
from ocr.models import DEBIAN_TESSDATA
from ocr.reading import Reading, VerdictCode, read_page
from ocr.tesserocr_engine import TesserocrEngine

DPI = 150
needs_the_model = pytest.mark.skipif(
    not (DEBIAN_TESSDATA / "Devanagari.traineddata").exists() and "CI" not in os.environ,
    reason="the Devanagari model is not installed",
)


def a_page(kind: str, seed: int, **options: object) -> MadePage:
    asked = PageOptions(dpi=DPI, language="hi", typefaces=("lohit",), skew_ccw_deg=0.0)
    return make_page(kind, seed, options=replace(asked, **options))  # type: ignore[arg-type]


def ruled(image: NDArray[np.uint8], *, skew_ccw_deg: float = 0.0) -> Rulings:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
    height, width = grey.shape
    pose = Pose(width, height, width, height, 0, skew_ccw_deg)
    return rulings_of(look_at(np.asarray(grey, np.uint8), dpi=DPI), pose)


@pytest.mark.parametrize("scanner", ["colour", "grey", "bilevel"])
@pytest.mark.parametrize("paper", [Paper.GREEN, Paper.WHITE])
def test_the_margin_of_note_paper_is_seen_on_every_scanner(paper: Paper, scanner: str) -> None:
    image = a_page("note_sheet", 3, paper=paper).image
    scan = {"grey": encode.grey, "bilevel": encode.bilevel}.get(scanner, lambda same: same)(image)
    found = ruled(scan)
    assert found.margin > 0.9
    assert found.margin_at == pytest.approx(0.18, abs=0.03)
    assert found.further < 0.25


def test_unruled_paper_has_no_margin_though_its_lines_begin_below_each_other() -> None:
    for seed in (3, 4, 5):
        assert ruled(a_page("note_sheet", seed, ruled=False).image).margin < 0.35
        assert ruled(a_page("letter", seed).image).margin < 0.35


def test_the_rules_of_a_table_stand_on_both_sides() -> None:
    found = ruled(a_page("annexure", 6).image)
    assert found.further > 0.25
    assert found.level > 5


def test_a_ledger_is_known_by_its_lines_and_a_letter_has_none() -> None:
    assert ruled(a_page("note_sheet", 7, paper=Paper.LEDGER).image).level >= 24
    assert ruled(a_page("letter", 7).image).level <= 3


def test_the_margin_is_found_on_a_tilted_sheet_once_it_is_level() -> None:
    image = a_page("note_sheet", 8, skew_ccw_deg=3.0).image
    assert ruled(image, skew_ccw_deg=3.0).margin > 0.9


def test_a_scrap_of_paper_has_no_rules() -> None:
    assert ruled(np.full((90, 70), 250, np.uint8)) == Rulings(0.0, 0.0, 0.0, 0)


# --- handwriting, and colours, on pages as they are read --------------------------------


@pytest.fixture(scope="module")
def engine() -> Iterator[TesserocrEngine]:
    made = TesserocrEngine()
    yield made
    made.close()


def read(page: MadePage, engine: TesserocrEngine) -> Reading:
    return read_page(page.image, dpi=DPI, engine=engine)


@needs_the_model
def test_a_page_written_by_hand_is_referred_and_never_called_well_read(
    engine: TesserocrEngine,
) -> None:
    for kind, seed in (("hand_note", 1), ("hand_letter", 5)):
        reading = read(a_page(kind, seed), engine)
        assert reading.text.appearance is not None
        assert reading.text.appearance.by_hand
        codes = {verdict.code for verdict in reading.verdicts}
        assert {VerdictCode.HANDWRITING, VerdictCode.LOW_CONFIDENCE} <= codes
        assert reading.confidence <= 1 - reading.text.appearance.hand_share


@needs_the_model
def test_a_lone_stamp_on_an_empty_sheet_is_referred_but_is_not_handwriting(
    engine: TesserocrEngine,
) -> None:
    reading = read(a_page("lone_stamp", 5), engine)
    assert reading.hand is not None
    assert reading.hand.most_of_it  # its strokes look like a hand's
    assert reading.text.appearance is not None
    assert not reading.text.appearance.by_hand
    codes = {verdict.code for verdict in reading.verdicts}
    assert {VerdictCode.NEARLY_BLANK, VerdictCode.LOW_CONFIDENCE} <= codes
    assert VerdictCode.HANDWRITING not in codes


@needs_the_model
def test_signatures_and_notes_in_the_margin_do_not_make_a_letter_handwriting(
    engine: TesserocrEngine,
) -> None:
    for kind, seed in (("marked_letter", 4), ("letter", 9), ("application", 2)):
        reading = read(a_page(kind, seed), engine)
        assert reading.text.appearance is not None
        assert not reading.text.appearance.by_hand
        assert VerdictCode.HANDWRITING not in {verdict.code for verdict in reading.verdicts}


@needs_the_model
def test_the_colour_of_the_paper_is_kept_and_a_grey_scan_has_none(engine: TesserocrEngine) -> None:
    page = a_page("note_sheet", 3, paper=Paper.FADED_GREEN)
    seen = read(page, engine).text.appearance
    assert seen is not None
    red, green, blue = seen.paper
    assert seen.coloured
    assert green > max(red, blue)
    grey = read_page(encode.grey(page.image), dpi=DPI, engine=engine).text.appearance
    assert grey is not None
    assert not grey.coloured
    assert len(set(grey.paper)) == 1


def test_a_page_without_lines_has_no_handwriting() -> None:
    look = look_at(np.full((1754, 1240), 250, np.uint8), dpi=DPI)
    ink = text_ink(look, Pose(1240, 1754, 1240, 1754, 0, 0.0), body_px=7.0)
    assert handwriting_on((), (), ink).share == 0.0


def test_the_kept_weights_are_those_of_our_signs() -> None:
    assert set(json.loads(TABLE.read_text())["weights"]) == set(LINE_SIGNS)
