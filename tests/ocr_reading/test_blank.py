"""A wrong "blank" loses a page; a missed one costs a look. The bar stands accordingly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.blanks import Case, scan_of
from benchmarks.scans.maker import TUNING_FACES, Ageing, PageOptions, Paper
from ocr.blank import is_blank, is_nearly_blank
from ocr.ink import look_at
from ocr.page import GrayImage
from tests.ocr_reading.sheets import DPI, Pixels, grey, inked, made, sheet


def blank(page: GrayImage) -> bool:
    return is_blank(look_at(page, dpi=DPI), page)


def shone_through(strength: float) -> Pixels:
    """The empty back of a printed sheet: its print mirrored, pale, softened by the paper."""
    front = grey(made("letter", 31))[:, ::-1]
    ink = cv2.GaussianBlur(255 - front, (0, 0), 2.5)
    pale = (ink.astype(np.float32) * strength).astype(np.uint8)
    return np.asarray(cv2.subtract(sheet(), pale), dtype=np.uint8)


def test_an_empty_sheet_is_blank() -> None:
    assert blank(sheet())
    assert blank(sheet(shade=200, noise=7.0))


@pytest.mark.parametrize("strength", [0.05, 0.12, 0.2])
def test_a_back_through_which_the_front_shows_is_blank(strength: float) -> None:
    assert blank(shone_through(strength))


def test_dust_a_fold_and_punch_holes_leave_a_sheet_blank() -> None:
    page = sheet()
    rng = np.random.default_rng(3)
    for _ in range(120):
        at = (int(rng.integers(1240)), int(rng.integers(1754)))
        cv2.circle(page, at, 1, 90, -1)
    crease = np.zeros_like(page)
    cv2.line(crease, (0, 880), (1240, 868), 30, 3, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, crease), np.uint8)
    for y in (600, 1100):
        cv2.circle(page, (60, y), 17, 25, -1, cv2.LINE_AA)
    assert blank(page)


def test_a_sheet_lying_askew_on_a_dark_lid_is_blank() -> None:
    spin = cv2.getRotationMatrix2D((620, 877), 3.0, 1.0)
    page = cv2.warpAffine(sheet(), spin, (1240, 1754), borderValue=(15,))
    assert blank(np.asarray(page, np.uint8))


def test_a_fold_between_the_shadows_of_the_sheets_edges_leaves_it_blank() -> None:
    page = sheet()
    crease = np.zeros_like(page)
    cv2.line(crease, (0, 880), (1240, 872), 30, 3, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, crease), np.uint8)
    page[:, :5] = 110
    page[:, -5:] = 110
    page[:4] = 110
    assert blank(page)


@pytest.mark.parametrize("text", ["1", "2/n", "See overleaf", "- 4 -"])
@pytest.mark.parametrize("darkness", [200, 90])
def test_a_page_with_a_word_or_a_number_is_nearly_blank_but_not_blank(
    text: str, darkness: int
) -> None:
    page = inked(sheet(), text, (580, 1600), darkness=darkness, height=1.0)
    assert not blank(page)
    assert is_nearly_blank(look_at(page, dpi=DPI))


@pytest.mark.parametrize("darkness", [38, 55])
def test_faint_pencil_is_not_taken_for_print_of_the_other_side(darkness: int) -> None:
    page = inked(sheet(), "shown to Collector", (300, 700), darkness=darkness, height=1.0)
    page = inked(page, "return by 5/6", (300, 760), darkness=darkness, height=1.0)
    soft = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.6), np.uint8)
    assert not blank(soft)


@pytest.mark.parametrize("stroke", [
    [(500, 700), (512, 724), (546, 676)],  # a tick of 8 mm
    [(600, 900), (600, 921)],  # a danda
])  # fmt: skip
def test_a_lone_pale_stroke_is_no_fold(stroke: list[tuple[int, int]]) -> None:
    pencil = np.zeros_like(sheet())
    cv2.polylines(pencil, [np.array(stroke, np.int32)], False, 42, 4, cv2.LINE_AA)
    assert not blank(np.asarray(cv2.subtract(sheet(), pencil), np.uint8))


@pytest.mark.parametrize("kind", ["lone_stamp", "one_line", "lone_signature", "corner_number"])
def test_a_stamp_a_line_or_a_signature_alone_is_little_but_not_nothing(kind: str) -> None:
    page = grey(made(kind, 5))
    assert not blank(page)
    assert is_nearly_blank(look_at(page, dpi=DPI))


def test_a_number_on_a_back_with_print_showing_through_is_not_blank() -> None:
    assert not blank(inked(shone_through(0.15), "7", (600, 100), darkness=170, height=1.2))


def test_a_photograph_and_a_page_in_dark_colour_are_not_blank() -> None:
    photograph = sheet()
    photograph[300:1200, 200:1000] = np.linspace(20, 200, 800).astype(np.uint8)
    assert not blank(photograph)
    cover = sheet(shade=60)
    cover[500:620, 300:900] = 230
    assert not blank(cover)


def test_a_wrong_resolution_does_not_turn_letters_into_dust() -> None:
    page = inked(sheet(), "12/c", (600, 300), darkness=180, height=1.0)
    assert not is_blank(look_at(page, dpi=1200.0), page)


def test_a_full_page_is_neither_blank_nor_nearly_blank() -> None:
    page = grey(made("letter", 31))
    assert not blank(page)
    assert not is_nearly_blank(look_at(page, dpi=DPI))


def stapled(page: Pixels) -> Pixels:
    """A staple taken out of the upper left corner: two holes and a shadow between them."""
    shadow = np.zeros_like(page)
    cv2.line(shadow, (70, 60), (145, 85), 40, 4, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, cv2.GaussianBlur(shadow, (0, 0), 1.5)), np.uint8)
    for hole in ((70, 60), (145, 85)):
        cv2.circle(page, hole, 3, 45, -1, cv2.LINE_AA)
    return page


def test_a_staple_leaves_a_sheet_blank_but_a_number_beside_it_does_not() -> None:
    assert blank(stapled(sheet()))
    assert not blank(inked(stapled(sheet()), "7", (180, 75), darkness=60, height=0.9))


@pytest.mark.parametrize("digit", "1247")
def test_the_dashes_around_a_page_number_are_no_holes_of_a_staple(digit: str) -> None:
    page = sheet(noise=0, size=(2339, 1654))  # A4 at 200 dpi
    for x in (150, 204):
        cv2.line(page, (x, 2170), (x + 9, 2170), 60, 2)
    page = inked(page, digit, (171, 2179), darkness=150, height=0.8)
    assert not is_blank(look_at(page, dpi=200), page)


def test_a_broad_shadow_along_the_edge_hides_no_number_and_leaves_an_empty_sheet_blank() -> None:
    fall = np.clip(90 - 1.2 * np.arange(1754)[::-1], 0, None)[:, None]
    shadow = np.repeat(fall, 1240, axis=1).astype(np.uint8)
    dim = np.asarray(cv2.subtract(sheet(noise=5.0), shadow), np.uint8)
    assert blank(dim)
    assert not blank(inked(dim, "14", (600, 1715), darkness=90, height=1.0))


def test_a_fold_that_runs_through_a_punch_hole_leaves_a_sheet_blank() -> None:
    page = sheet()
    crease = np.zeros_like(page)
    cv2.line(crease, (0, 880), (1240, 868), 24, 3, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, crease), np.uint8)
    cv2.circle(page, (70, 880), 17, 25, -1, cv2.LINE_AA)
    assert blank(page)


@pytest.mark.parametrize("apart", [0, 30])
def test_a_tick_beside_a_fold_or_over_it_is_no_part_of_it(apart: int) -> None:
    crease = np.zeros_like(sheet())
    cv2.line(crease, (0, 880), (1240, 872), 24, 3, cv2.LINE_AA)
    tick = np.array([(600, 905 + apart), (615, 925 + apart), (655, 880 + apart)], np.int32)
    cv2.polylines(crease, [tick], False, 55, 4, cv2.LINE_AA)
    assert not blank(np.asarray(cv2.subtract(sheet(), crease), np.uint8))


def test_a_pencil_tick_among_print_of_the_other_side_keeps_the_page() -> None:
    back = shone_through(0.12)
    assert blank(back)
    pencil = np.zeros_like(back)
    tick = np.array([(500, 700), (512, 724), (546, 676)], np.int32)
    cv2.polylines(pencil, [tick], False, 60, 4, cv2.LINE_AA)
    soft = cv2.GaussianBlur(pencil, (0, 0), 0.6)
    assert not blank(np.asarray(cv2.subtract(back, soft), np.uint8))


@pytest.mark.parametrize("end", [(145, 2), (145, 12)])
def test_a_staple_cut_off_by_the_edge_of_the_scan_leaves_a_sheet_blank(
    end: tuple[int, int],
) -> None:
    page = sheet()
    shadow = np.zeros_like(page)
    cv2.line(shadow, (110, 45), end, 40, 4, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, cv2.GaussianBlur(shadow, (0, 0), 1.5)), np.uint8)
    cv2.circle(page, (110, 45), 2, 45, -1, cv2.LINE_AA)
    if end[1] > 5:  # the other hole lies in the dark lid
        page[:14] = 15
    assert blank(page)


def test_specks_that_touch_are_dust_but_a_small_digit_is_not() -> None:
    page = sheet()
    rng = np.random.default_rng(11)
    places = [(int(rng.integers(80, 1160)), int(rng.integers(80, 1670))) for _ in range(60)]
    for at in places:
        cv2.circle(page, at, 1, 90, -1)
    for x, y in places[:12]:
        cv2.circle(page, (x + 3, y + 1), 1, 90, -1)
    assert blank(page)
    assert not blank(inked(page, "1", (600, 820), darkness=150, height=0.65))


def test_a_strip_of_lid_beside_a_sheet_that_lies_askew_leaves_it_blank() -> None:
    page = sheet()
    strip = np.array([(12, 9), (800, 9), (800, 12), (12, 19)], np.int32)
    cv2.fillConvexPoly(page, strip, 120)
    assert blank(page)
    assert not blank(inked(page, "12", (700, 60), darkness=90, height=1.0))


def test_the_short_end_of_a_strip_of_lid_is_one_too() -> None:
    page = sheet()
    cv2.fillConvexPoly(page, np.array([(12, 13), (112, 13), (112, 18), (12, 18)], np.int32), 120)
    assert blank(page)


@pytest.mark.parametrize("lid", [90, 110, 130])
def test_a_sheet_lying_askew_on_a_grey_lid_is_blank_and_a_number_on_it_is_not(lid: int) -> None:
    spin = cv2.getRotationMatrix2D((620, 877), 3.0, 1.0)
    lying = np.asarray(cv2.warpAffine(sheet(), spin, (1240, 1754), borderValue=(lid,)), np.uint8)
    assert blank(lying)
    assert not blank(inked(lying, "12", (700, 70), darkness=90, height=1.0))


def _dusty(page: Pixels) -> Pixels:
    """With specks of dust, on what is there and beside it."""
    rng = np.random.default_rng(5)
    dusty = page.copy()
    for _ in range(150):
        at = (int(rng.integers(60, 1180)), int(rng.integers(60, 1690)))
        cv2.circle(dusty, at, 2, 90, -1, cv2.LINE_AA)
    return dusty


def test_dust_on_print_that_shines_through_leaves_a_back_blank() -> None:
    assert blank(_dusty(shone_through(0.2)))


@pytest.mark.parametrize("cores", [0, 3])
def test_a_pencil_tick_keeps_a_dusty_back_also_where_it_is_darkest(cores: int) -> None:
    pencil = np.zeros_like(sheet())
    tick = np.array([(500, 700), (512, 724), (546, 676)], np.int32)
    cv2.polylines(pencil, [tick], False, 60, 4, cv2.LINE_AA)
    for at in tick[:cores].tolist():
        cv2.circle(pencil, at, 2, 85, -1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(pencil, (0, 0), 0.6)
    assert not blank(np.asarray(cv2.subtract(_dusty(shone_through(0.12)), soft), np.uint8))


def _touching(page: Pixels) -> Pixels:
    """With a few pairs of larger specks, 2 mm from end to end."""
    dusty = page.copy()
    for number, (x, y) in enumerate([(300, 400), (820, 610), (520, 1210), (900, 1500)]):
        aside = (6, -2, 4, 3)[number]
        cv2.circle(dusty, (x, y), 3, 90, -1)
        cv2.circle(dusty, (x + aside, y + 7), 3, 100, -1)
    return dusty


def test_larger_specks_that_touch_are_dust_and_what_is_one_piece_is_not() -> None:
    assert blank(_touching(sheet()))
    assert blank(stapled(_touching(_dusty(sheet()))))
    danda = sheet()
    cv2.line(danda, (620, 800), (620, 812), 90, 5)
    assert not blank(_touching(danda))


@pytest.mark.parametrize("digit", "123456789")
def test_a_small_digit_keeps_a_dusty_sheet(digit: str) -> None:
    for height in (0.6, 0.8):
        page = inked(_dusty(sheet()), digit, (600, 820), darkness=150, height=height)
        assert not blank(page), height


@pytest.mark.parametrize("upright", [False, True])
def test_a_fold_that_is_darker_in_places_leaves_a_sheet_blank(upright: bool) -> None:
    page = sheet(noise=1.5)
    fold = np.zeros_like(page)
    cv2.line(fold, (0, 840), (1240, 848), 34, 3, cv2.LINE_AA)
    for x in (200, 480, 900):
        cv2.line(fold, (x, 841 + x // 155), (x + 24, 841 + x // 155), 44, 3, cv2.LINE_AA)
    page = np.asarray(cv2.subtract(page, cv2.GaussianBlur(fold, (0, 0), 0.3)), np.uint8)
    assert blank(np.ascontiguousarray(page.T) if upright else page)
    written = inked(page, "7", (600, 850), darkness=60, height=0.9)
    assert not blank(np.ascontiguousarray(written.T) if upright else written)


@pytest.mark.parametrize(
    ("kind", "seed", "dpi", "paper", "turn", "mode"),
    [
        # dark in pieces, like a row of specks
        ("pencil_tick", 9_610_067, 300, Paper.BY_SEED, 0, "pale"),
        # across a fold, hardly darker than it
        ("pencil_tick", 9_610_131, 200, Paper.BY_SEED, 270, "pale"),
        # in one line with dust
        ("lone_danda", 9_507_059, 600, Paper.FADED_GREEN, 0, "jpeg85"),
    ],
)
def test_the_hardest_little_things_keep_a_worn_sheet(
    kind: str, seed: int, dpi: int, paper: Paper, turn: int, mode: str
) -> None:
    options = PageOptions(
        dpi=dpi, ageing=Ageing.HARD, paper=paper, typefaces=TUNING_FACES, rotated_cw_deg=turn
    )
    page = scan_of(Case(kind, seed, options, mode))
    assert not is_blank(look_at(page, dpi=dpi), page)
