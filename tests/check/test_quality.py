"""Every verdict on a scan both ways: said of the spoilt page, not of the good one."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from benchmarks.scans import defects
from benchmarks.scans.defects import Overlap, fed_double
from benchmarks.scans.options import Ageing, PageOptions
from benchmarks.scans.pages import make_page
from ocr.ink import look_at
from ocr.quality import Severity, quality_of
from ocr.reading import read_page
from ocr.turn import Lie
from ocr.verdicts import VerdictCode
from pipeline.describe import _is_doubtful
from records.reasons import reason
from tests.check.sheets import DPI, faults, made, quality
from tests.ocr_reading.sheets import ToldEngine

LIE = Lie(0, 0.0, axis_sure=False, end_sure=False)
OVERLAP = Overlap(at_mm=130, tilt_deg=1.2)
Spoilt = Callable[[], np.ndarray]
AGAIN: dict[str, tuple[str, Spoilt]] = {
    "out of focus": ("blurred", lambda: defects.defocused(made(), 0.32)),
    "moved along the feed": ("blurred", lambda: defects.moved(made(), 1.4, along="feed")),
    "moved across it": ("blurred", lambda: defects.moved(made(), 1.4, along="across")),
    "no light": ("dark", lambda: defects.underexposed(made(), 0.25)),
    "too much light": ("pale", lambda: defects.overexposed(made("order", 5), 3.0)),
    "two sheets": ("double_feed", lambda: fed_double(made("order", 5), made(), OVERLAP)),
    "two sheets in a row": (
        "long_sheet",
        lambda: fed_double(made("order", 5), made(), Overlap(150, 0.5, long=True)),
    ),
    "coarse": ("low_resolution", lambda: defects.coarser(made(), 75)),
}


@pytest.mark.parametrize("kind", ["letter", "note_sheet", "annexure", "land_record", "bill"])
@pytest.mark.parametrize("seed", [31, 32])
def test_an_ordinary_page_is_good(kind: str, seed: int) -> None:
    assert faults(made(kind, seed).image) == {}


@pytest.mark.parametrize("name", AGAIN)
def test_a_spoilt_page_must_be_scanned_again(name: str) -> None:
    code, spoilt = AGAIN[name]
    dpi = 75 if code == "low_resolution" else DPI
    fault = faults(spoilt(), dpi=dpi)[code]
    assert fault.severity is Severity.AGAIN
    assert all(isinstance(fact, float | int | str) for fact in fault.facts.values())


@pytest.mark.parametrize("side", defects.SIDES)
@pytest.mark.parametrize("black_lid", [False, True])
def test_writing_that_runs_over_an_edge_is_cut_off_there(side: str, black_lid: bool) -> None:
    found = faults(defects.cut_off(made(), side, 2.0, black_lid=black_lid))
    fault = found["cut_off"]
    assert (fault.severity, fault.facts["side"]) == (Severity.AGAIN, side)
    assert fault.box is not None
    height, width = made().image.shape[:2]
    at = {"top": fault.box.y0, "bottom": height - fault.box.y1}
    at |= {"left": fault.box.x0, "right": width - fault.box.x1}
    assert at[side] == 0
    assert "double_feed" not in found, "the edge between sheet and lid is no second sheet"


def test_a_line_hard_by_the_edge_is_worth_a_look() -> None:
    page = made()
    top = defects.text_block(page.truth)[1]
    found = faults(page.image[int(top) - round(0.5 / 25.4 * DPI) :])
    assert found["no_margin"].facts["side"] == "top"
    assert "cut_off" not in found


def test_two_sheets_of_one_paper_are_told_by_how_their_lines_run() -> None:
    hidden = Overlap(at_mm=130, tilt_deg=3.0, shadow=0.0)
    two = fed_double(made("letter", 33), made("letter", 31), hidden)
    fault = faults(two)["double_feed"]
    assert float(fault.facts["slopes_apart_deg"]) > 1.0  # type: ignore[arg-type]
    page = made("letter", 31)
    assert "double_feed" not in faults(fed_double(page, page, Overlap(130, 0.0, shadow=0.0)))


def test_a_sheet_that_lay_too_low_has_no_margin_below_and_one_written_full_has_its_usual_one() -> (
    None
):
    too_low = faults(defects.cut_off(made(), "bottom", -7.0))
    assert too_low["no_margin"].facts["side"] == "bottom"
    assert "cut_off" not in too_low
    foot = int(defects.text_block(made().truth)[3]) + round(7.0 / 25.4 * DPI)
    assert "no_margin" not in faults(made().image[:foot])


def test_how_soft_the_edges_are_is_measured_in_millimetres() -> None:
    for sigma_mm in (0.2, 0.3, 0.4):
        sharp = quality(defects.defocused(made(), sigma_mm)).sharpness
        assert sharp is not None
        assert sharp.across_mm == pytest.approx(sigma_mm, abs=0.06)
        assert sharp.down_mm == pytest.approx(sigma_mm, abs=0.06)
    sharp = quality(defects.moved(made(), 1.0, along="feed")).sharpness
    assert sharp is not None
    assert sharp.down_mm > 2 * sharp.across_mm


def test_a_bilevel_scan_is_not_called_blurred() -> None:
    grey = cv2.cvtColor(defects.defocused(made(), 0.32), cv2.COLOR_RGB2GRAY)
    bilevel = np.where(grey < 150, 0, 255).astype(np.uint8)
    assert "blurred" not in faults(bilevel)


def test_a_fold_is_no_second_sheet() -> None:
    image = made().image.copy()
    height, width = image.shape[:2]
    crease = np.zeros((height, width), np.uint8)
    cv2.line(crease, (0, height // 2), (width, height // 2 - 9), 40, 4, cv2.LINE_AA)
    crease = cv2.GaussianBlur(crease, (0, 0), 1.5)
    assert "double_feed" not in faults(cv2.subtract(image, cv2.merge([crease] * 3)))


def test_the_ruled_margin_of_a_sheet_on_its_side_is_no_second_sheet() -> None:
    found = faults(made("note_sheet", 32, turn=90).image)
    assert set(found) == {"sideways"}
    assert found["sideways"].severity is Severity.LOOK


def test_a_page_on_its_head_is_suspected() -> None:
    assert faults(defects.head_down(made()))["upside_down"].severity is Severity.LOOK


def test_skew_is_a_look_and_then_too_much() -> None:
    assert faults(made(skew=3.0).image) == {}
    assert faults(made(skew=6.0).image)["skewed"].severity is Severity.LOOK
    assert faults(made(skew=10.0).image)["skewed"].severity is Severity.AGAIN


def test_a_black_border_is_told_with_its_side_and_width() -> None:
    fault = faults(defects.bordered(made(), {"left": 12.0}))["black_border"]
    assert fault.facts["side"] == "left"
    assert fault.facts["border_mm"] == pytest.approx(12, abs=1.5)
    assert fault.severity is Severity.LOOK


def test_a_wrong_resolution_is_told_by_the_size_of_the_sheet() -> None:
    coarse = defects.coarser(made(), 100)
    found = faults(coarse, dpi=300)
    assert found["wrong_dpi"].facts["effective_dpi"] == pytest.approx(100, abs=3)
    assert found["low_resolution"].severity is Severity.AGAIN
    assert "wrong_dpi" not in faults(coarse, dpi=100)


def test_a_slip_of_paper_has_the_resolution_it_says() -> None:
    slip = make_page("letter", 4, options=PageOptions(dpi=200, small=True, language="hi"))
    assert not {"wrong_dpi", "low_resolution"} & set(faults(slip.image, dpi=200))


def test_a_blank_back_is_good_and_known_for_what_it_is() -> None:
    found = faults(made("blank").image)
    assert {code: fault.severity for code, fault in found.items()} == {"blank": Severity.NOTE}


def test_faded_paper_is_not_called_overexposed() -> None:
    for seed in range(3):
        page = make_page("letter", seed, options=PageOptions(dpi=DPI, ageing=Ageing.HARD))
        assert "pale" not in faults(page.image)


def test_a_clean_print_on_white_paper_is_not_called_overexposed() -> None:
    page = make_page("letter", 31, options=PageOptions(dpi=DPI, ageing=Ageing.CLEAN))
    assert faults(page.image) == {}


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (40, 9), (700, 5), (6, 900)])
def test_a_scrap_of_an_image_is_judged_like_any_other(size: tuple[int, int]) -> None:
    for level in (200, 0):
        assert isinstance(faults(np.full(size, level, np.uint8)), dict)


@pytest.mark.parametrize("dpi", [4.0, 11.64, 16.0, 17.0, 25.0, 40.0])
def test_a_picture_of_hardly_any_dots_an_inch_is_judged_like_any_other(dpi: float) -> None:
    rng = np.random.default_rng(3)
    light = np.linspace(0, 127, 128)[:, None] + rng.integers(0, 60, (128, 128))
    page = light.astype(np.uint8)
    page[70:] //= 3  # an edge from side to side
    for row, column in rng.integers(4, 120, (30, 2)):
        page[row : row + 2, column : column + 3] = 0
    edge = quality_of(page, look_at(page, dpi=dpi), LIE, dpi=dpi).edge
    assert edge is None or (dpi > 12 and 0 <= edge.y_px < len(page))


def test_reading_a_page_tells_of_the_scan_s_faults_but_not_of_what_it_settles_itself() -> None:
    engine = ToldEngine(lambda _image: ())
    read = read_page(defects.cut_off(made(), "left", 5.0), dpi=DPI, engine=engine)
    told = {verdict.code: verdict.facts for verdict in read.verdicts}
    assert told[VerdictCode.CUT_OFF]["side"] == "left"
    assert told[VerdictCode.CUT_OFF]["severity"] == "again"
    turned = read_page(defects.head_down(made()), dpi=DPI, engine=engine)
    assert VerdictCode.UPSIDE_DOWN not in {verdict.code for verdict in turned.verdicts}


def test_only_a_fault_that_asks_for_another_scan_sends_a_file_to_review() -> None:
    assert _is_doubtful(reason("blurred", severity="again"))
    assert not _is_doubtful(reason("blurred", severity="look"))
    assert not _is_doubtful(reason("black_border", side="left", border_mm=7, severity="look"))
