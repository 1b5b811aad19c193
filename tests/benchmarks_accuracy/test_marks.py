"""How pages and files are judged: turn, tilt, blanks, sides, and what was found out."""

from __future__ import annotations

import pytest

from benchmarks.quality.file_marks import mark_file, sum_field
from benchmarks.quality.page_marks import mark_page, sum_of, worst
from tests.benchmarks_accuracy.makers import (
    LINES,
    deposited_file,
    deposited_page,
    file_truth,
    page_truth,
)


def test_a_page_set_upright_and_level_is_right_within_its_tilt() -> None:
    truth = page_truth(rotated_cw_deg=90, skew_ccw_deg=1.5)
    mark = mark_page("x", truth, deposited_page(rotated_cw_deg=90, skew_ccw_deg=1.3))
    assert mark.turn_right
    assert mark.skew_error_deg == pytest.approx(0.2)


def test_a_page_left_on_its_head_is_wrong_and_says_nothing_about_the_tilt() -> None:
    mark = mark_page("x", page_truth(rotated_cw_deg=180), deposited_page())
    assert mark.turn_right is False
    assert mark.skew_error_deg is None


def test_an_empty_sheet_has_neither_turn_nor_side() -> None:
    mark = mark_page("x", page_truth(()), deposited_page(()))
    assert (mark.turn_right, mark.side_right) == (None, None)
    assert mark.blank
    assert mark.taken_for_blank


def test_only_sheets_taken_for_empty_are_asked_whether_they_are() -> None:
    pages = [
        mark_page("x", page_truth(), deposited_page()),
        mark_page("y", page_truth(()), deposited_page(())),
    ]
    total = sum_of(pages)
    assert (total.blanks_taken.found, total.blanks_taken.words) == (1, 1)
    assert (total.blanks.found, total.blanks.words) == (1, 1)


def test_a_page_with_text_that_is_taken_for_empty_loses_all_of_it() -> None:
    total = sum_of([mark_page("x", page_truth(), deposited_page(()))])
    assert total.text.any_order.rate == 1.0
    assert total.poppler.rate == total.pdfium.rate == 0.0
    assert (total.blanks_taken.found, total.blanks_taken.words) == (0, 1)
    assert total.turns.found == 0


def test_a_page_that_is_not_in_the_pdf_cannot_be_found_there() -> None:
    page = deposited_page()
    without = type(page)(page.facts, page.lines)
    mark = mark_page("x", page_truth(), without)
    assert mark.text.words.rate == 1.0
    assert mark.poppler.rate == 0.0


def test_sums_weigh_pages_by_their_text() -> None:
    long = mark_page("long", page_truth(), deposited_page())
    short = mark_page("short", page_truth(LINES[:1]), deposited_page(("x" * 15,)))
    total = sum_of([long, short])
    assert total.pages == 2
    characters = sum(map(len, LINES)) + len(LINES[0])
    assert total.text.any_order.rate == pytest.approx(
        short.text.any_order.edits / characters, abs=1e-9
    )


def test_the_worst_pages_come_first_and_faultless_ones_not_at_all() -> None:
    good = mark_page("good", page_truth(), deposited_page())
    bad = mark_page("bad", page_truth(), deposited_page(LINES[:2]))
    worse = mark_page("worse", page_truth(), deposited_page(LINES[:1]))
    assert [mark.name for mark in worst([good, bad, worse], 5)] == ["worse", "bad"]


def test_a_number_in_another_writing_is_the_same_number() -> None:
    found = deposited_file(file_number="F ११-२०/२०१४/१/९")
    assert mark_file("x", file_truth(), found).fields["file_number"].right


@pytest.mark.parametrize("wrong", ["एफ 11-20/2014/1/8", "एफ 2-20/2014/1/9", None])
def test_a_number_with_one_digit_wrong_is_wrong(wrong: str | None) -> None:
    found = deposited_file(file_number=wrong)
    assert not mark_file("x", file_truth(), found).fields["file_number"].right


def test_a_subject_with_a_slip_of_the_reading_is_right_but_not_exact() -> None:
    found = deposited_file(subject="अभिलेखो के डिजिटलीकरण के संबंध में")
    total = sum_field("subject", [mark_file("x", file_truth(), found)])
    assert (total.exact.found, total.right.found) == (0, 1)
    assert 0.9 < total.likeness < 1


def test_a_wrong_value_that_nobody_is_asked_about_is_the_failure_that_matters() -> None:
    sure = mark_file("x", file_truth(), deposited_file(date="1998-06-04"))
    asked = mark_file(
        "x", file_truth(), deposited_file(date="1998-06-04", reasons=("date_unsure",))
    )
    total = sum_field("date", [sure, asked])
    assert (total.right.found, total.wrong_and_sure, total.right_but_doubted) == (0, 1, 0)


def test_a_right_value_that_a_person_is_asked_about_is_work_for_nothing() -> None:
    asked = mark_file("x", file_truth(), deposited_file(reasons=("date_unsure",)))
    assert sum_field("date", [asked]).right_but_doubted == 1
    assert sum_field("subject", [asked]).right_but_doubted == 0
