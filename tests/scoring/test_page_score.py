"""What counts as an error, a lost line, invented text, and an equal writing."""

from __future__ import annotations

import pytest

from ocr.page_score import TextCount, count_text, folded, lines_in_sequence
from ocr.scoring import Recall
from tests.benchmarks_accuracy.makers import LINES


def test_a_page_read_without_fault_counts_nothing() -> None:
    count = count_text(LINES, LINES)
    assert count.any_order.edits == count.in_order.edits == count.word_errors.edits == 0
    assert (count.lines, count.lines_lost, count.invented) == (4, 0, 0)
    assert count.words.rate == 1.0


@pytest.mark.parametrize("lost", range(len(LINES)))
def test_a_line_that_nothing_resembles_is_lost(lost: int) -> None:
    assert count_text(LINES, LINES[:lost] + LINES[lost + 1 :]).lines_lost == 1


def test_a_line_read_badly_is_not_lost() -> None:
    misread = (*LINES[:3], LINES[3].replace("ा", "ि").replace("न", "म"))
    count = count_text(LINES, misread)
    assert count.lines_lost == 0
    assert count.any_order.edits > 5


def test_a_line_that_was_read_into_another_one_is_not_lost() -> None:
    assert count_text(LINES, [" ".join(LINES)]).lines_lost == 0


def test_short_lines_are_not_looked_for() -> None:
    assert count_text(["1/n", "(क)"], []).lines == 0


def test_a_page_on_which_nothing_was_read_has_lost_all_its_lines() -> None:
    count = count_text(LINES, [])
    assert count.lines_lost == count.lines == 4
    assert count.any_order.rate == 1.0
    assert count.invented == 0


def test_text_read_where_none_stands_is_counted_as_invented() -> None:
    count = count_text(LINES, [*LINES, "चररठुपवं व्डेई उरे"])
    assert count.invented == count.any_order.edits == 18
    assert count.invented_rate == pytest.approx(count.any_order.rate)


def test_a_wrong_character_is_not_invented_text() -> None:
    count = count_text(LINES, [LINES[0], LINES[1].replace("11", "17"), *LINES[2:]])
    assert (count.any_order.edits, count.invented) == (1, 0)


def test_another_order_counts_only_where_order_is_asked_for() -> None:
    count = count_text(LINES, LINES[::-1])
    assert count.any_order.edits == 0
    assert count.in_order.rate > 0.3
    assert count.word_errors.rate > 0.3


def test_pages_add_up_by_their_length() -> None:
    good, bad = count_text(LINES, LINES), count_text(LINES, [])
    both = sum((good, bad), TextCount())
    assert both.any_order.rate == 0.5
    assert both.lost_share == 0.5
    assert both.words.rate == 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("गया ।", "गया।"),
        ("गया|", "गया।"),
        ("इति ॥", "इति।।"),
        ("इति ||", "इति।।"),
        ("“सत्य”", "''सत्य''"),
        ("„schnell”", '"schnell"'),
        ("it’s", "it's"),
        ("धीरे–धीरे", "धीरे-धीरे"),
        ("और…", "और..."),
        ("क\u200dष", "कष"),
    ],
)
def test_signs_that_stand_for_one_another_are_equal_when_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("विषय:", "विषयः"), ("क़लम", "कलम"), ("२.१", "2.1"), ("कि", "की")]
)
def test_letters_matras_and_digits_are_never_folded(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_number_counts_only_letter_for_letter() -> None:
    right = count_text(LINES, LINES).numbers
    assert (right.found, right.words) == (1, 1)
    for misread in ("11-20/2014/I/9", "11-20/2014 /1/9", "११-२०/२०१४/१/९"):
        wrong = count_text(LINES, [LINES[0], f"क्रमांक एफ {misread}", *LINES[2:]]).numbers
        assert (wrong.found, wrong.words) == (0, 1), misread


def test_the_order_of_lines_is_an_error_of_its_own() -> None:
    assert count_text(LINES, LINES).order_error == 0
    assert count_text(LINES, LINES[::-1]).order_error == 1
    swapped = count_text(LINES, [LINES[1], LINES[0], *LINES[2:]])
    assert swapped.order_error == pytest.approx(1 / 6)
    assert swapped.any_order.edits == 0


def test_a_lost_line_and_a_misread_one_are_no_errors_of_order() -> None:
    assert count_text(LINES, LINES[1:]).order_error == 0
    assert count_text(LINES, [LINES[0].replace("ा", "ि"), *LINES[1:]]).order_error == 0
    assert count_text(LINES, []).order_error == 0


def test_the_same_line_twice_finds_both_places() -> None:
    lines = (LINES[0], LINES[3], LINES[0], LINES[2])
    assert lines_in_sequence(lines, lines) == Recall(6, 6)


def test_a_page_of_which_a_third_is_wrong_is_a_catastrophe() -> None:
    assert count_text(LINES, LINES[:2]).is_catastrophic
    assert not count_text(LINES, LINES).is_catastrophic
