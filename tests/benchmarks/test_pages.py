"""One page: the same from the same seed, and truth that matches the pixels."""

from __future__ import annotations

import os
import unicodedata

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from benchmarks.scans.maker import KINDS, ODD_KINDS, Ageing, PageOptions, Paper, make_page
from benchmarks.scans.series import REGISTERS
from errors import WrongUsage

CLEAN = PageOptions(ageing=Ageing.CLEAN, marks=False)
QUICK = PageOptions(dpi=100)
SPARSE = ("lone_stamp", "lone_danda", "lone_signature", "pencil_tick", "ruled_empty")
WRITTEN = [kind for kind in KINDS if kind not in ("blank", "near_blank", "filled_form", *SPARSE)]


def test_the_same_seed_gives_the_same_scan_whatever_was_made_before() -> None:
    first = make_page("note_sheet", 3, options=QUICK)
    make_page("letter", 4, options=QUICK)
    again = make_page("note_sheet", 3, options=QUICK)
    assert np.array_equal(first.image, again.image)
    assert first.truth == again.truth


def test_another_seed_says_something_else() -> None:
    one, other = (make_page("letter", seed, options=QUICK) for seed in (1, 2))
    assert one.truth.text != other.truth.text
    assert one.truth.file_number != other.truth.file_number


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_boxes_of_the_truth_hold_all_ink_and_no_empty_paper(kind: str) -> None:
    page = make_page(kind, 8, options=CLEAN)
    dark = page.image.max(axis=2) < 100  # rules of note paper are coloured, type is not
    left = dark.copy()
    for line in page.truth.lines:
        x0, y0, x1, y1 = line.box
        assert dark[y0:y1, x0:x1].any(), line.text
        left[max(0, y0 - 3) : y1 + 16, max(0, x0 - 12) : x1 + 12] = False  # underlines, overhang
    ruled = 0.06 if kind in (*REGISTERS, "empty_form") else 0.0
    assert left.sum() <= ruled * dark.sum() + (150_000 if ruled else 0)


@pytest.mark.parametrize("language", ["hi", "en", "mixed"])
def test_a_clean_page_is_read_back_by_the_engine(language: str) -> None:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    from PIL import Image
    from tesserocr import PyTessBaseAPI

    page = make_page("letter", 21, options=PageOptions(ageing=Ageing.CLEAN, language=language))
    half = Image.fromarray(page.image).convert("L").reduce(2)
    with PyTessBaseAPI(path="/usr/share/tesseract-ocr/5/tessdata/", lang="Devanagari") as api:
        api.SetImage(half)
        api.SetSourceResolution(150)
        read = " ".join(unicodedata.normalize("NFC", api.GetUTF8Text()).split())
    meant = " ".join(page.truth.text.split())
    assert Levenshtein.distance(read, meant) / len(meant) < 0.06


@pytest.mark.parametrize("skew", [3.0, -1.5])
@pytest.mark.parametrize("ageing", [Ageing.CLEAN, Ageing.OFFICE])
def test_a_positive_skew_lifts_the_right_end_of_a_line(skew: float, ageing: Ageing) -> None:
    options = PageOptions(ageing=ageing, skew_ccw_deg=skew, marks=False, paper=Paper.WHITE)
    page = make_page("note_sheet", 5, options=options)
    # The red margin rule is upright on the sheet; turned counter-clockwise it leans left.
    red = page.image[..., 0].astype(int) - page.image[..., 2] > 40
    y, x = np.nonzero(red)
    leaning = np.polyfit(y.astype(float), x.astype(float), 1)[0]
    assert np.degrees(np.arctan(leaning)) == pytest.approx(skew, abs=0.05)
    assert page.truth.skew_ccw_deg == skew


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_named_clockwise_turn_sets_the_page_upright(turn: int) -> None:
    upright = make_page("order", 6, options=PageOptions(dpi=72))
    lying = make_page("order", 6, options=PageOptions(dpi=72, rotated_cw_deg=turn))
    assert lying.truth.rotated_cw_deg == turn
    assert np.array_equal(np.rot90(lying.image, -turn // 90), upright.image)


def test_a_rescan_is_the_same_sheet_under_another_light() -> None:
    first = make_page("letter", 9, options=QUICK)
    again = make_page("letter", 9, options=PageOptions(dpi=100, rescan=1))
    assert again.truth.lines == first.truth.lines
    assert again.truth.skew_ccw_deg != first.truth.skew_ccw_deg
    assert not np.array_equal(again.image, first.image)


def test_a_blank_page_has_no_text_and_a_nearly_blank_one_has_something() -> None:
    blank = make_page("blank", 1, options=QUICK).truth
    assert blank.blank and blank.side == "blank" and blank.language == "none" and not blank.lines
    for seed in range(12):
        nearly = make_page("near_blank", seed, options=PageOptions(dpi=72)).truth
        assert nearly.near_blank and not nearly.blank
        assert len(nearly.lines) + len(nearly.marks) >= 1 and len(nearly.text.split()) <= 4


def test_note_sheets_are_green_and_letters_are_not() -> None:
    green = PageOptions(dpi=72, paper=Paper.GREEN)
    r, g, b = np.median(make_page("note_sheet", 2, options=green).image.reshape(-1, 3), axis=0)
    assert g > r + 8 and g > b + 8
    letter = make_page("letter", 2, options=PageOptions(dpi=72)).image.reshape(-1, 3)
    r, g, b = np.median(letter, axis=0)
    assert g <= r + 4


def test_handwriting_is_marked_and_has_no_text() -> None:
    by_hand = make_page("note_sheet", 4, options=PageOptions(dpi=100, handwriting=1.0)).truth
    typed = make_page("note_sheet", 4, options=PageOptions(dpi=100, handwriting=0.0)).truth
    assert len(by_hand.handwriting) > len(typed.handwriting)
    assert len(by_hand.text) < len(typed.text)


def test_truth_says_what_stands_on_the_page() -> None:
    for seed in range(15):
        page = make_page("letter", seed, options=PageOptions(dpi=72, ageing=Ageing.CLEAN)).truth
        flat = " ".join(page.text.split())
        assert page.file_number and page.file_number in flat
        assert page.subject and page.subject.split()[0] in flat
        assert page.date and page.document_type == "letter" and page.side == "correspondence"
        assert unicodedata.is_normalized("NFC", page.text)


def test_a_small_page_is_a_quarter_and_says_little() -> None:
    page = make_page("order", 1, options=PageOptions(small=True))
    assert page.image.shape == (1754, 1240, 3)
    assert len(page.truth.text.split()) < 45


@pytest.mark.parametrize(
    ("kind", "options", "seed"),
    [
        ("postcard", PageOptions(), 1),
        ("letter", PageOptions(dpi=5), 1),
        ("letter", PageOptions(rotated_cw_deg=45), 1),
        ("letter", PageOptions(), -1),
    ],
)
def test_what_cannot_be_made_is_refused_in_three_parts(
    kind: str, options: PageOptions, seed: int
) -> None:
    with pytest.raises(WrongUsage) as refused:
        make_page(kind, seed, options=options)
    assert refused.value.what and refused.value.kept and refused.value.todo


@pytest.mark.parametrize("kind", ODD_KINDS)
def test_odd_papers_are_made_with_their_truth(kind: str) -> None:
    options = PageOptions(dpi=72, ageing=Ageing.CLEAN, skew_ccw_deg=0.0)
    page = make_page(kind, 4, options=options)
    assert len(page.truth.lines) + len(page.truth.marks) >= 1
    assert page.image.shape[:2] == (page.truth.height_px, page.truth.width_px)
    assert (page.truth.width_px > page.truth.height_px) == (kind == "landscape")
    assert np.array_equal(page.image, make_page(kind, 4, options=options).image)


@pytest.mark.parametrize("ageing", [Ageing.CARBON, Ageing.RIBBON])
def test_typewriting_is_paler_than_print_and_the_same_each_time(ageing: Ageing) -> None:
    def made(worn: Ageing) -> np.ndarray:
        options = PageOptions(dpi=150, ageing=worn, skew_ccw_deg=0.0, marks=False)
        return make_page("letter", 4, options=options).image.min(axis=2)

    typed, printed = made(ageing), made(Ageing.OFFICE)
    assert np.percentile(typed, 1) > np.percentile(printed, 1) + 20
    assert np.percentile(typed, 1) < np.median(typed) - 15, "the type can still be seen"
    assert np.array_equal(typed, made(ageing))
