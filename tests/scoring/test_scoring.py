"""What the measures of accuracy count, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.scoring import (
    Errors,
    Recall,
    errors_in_any_order,
    errors_in_order,
    normal,
    word_recall,
)

LETTER = (
    "मध्यप्रदेश शासन",
    "क्रमांक एफ 11-20/2014/1/9",
    "भोपाल, दिनांक 04.06.1988",
    "विषय:- अभिलेखों के डिजिटलीकरण के संबंध में।",
    "उपरोक्त विषय में निर्देशानुसार लेख है कि जिलों से जानकारी प्राप्त की जाए।",
)
LENGTH = sum(map(len, LETTER))


def test_a_text_read_without_fault_has_no_errors() -> None:
    assert errors_in_any_order(LETTER, LETTER) == Errors(0, LENGTH)
    assert errors_in_order("\n".join(LETTER), "\n".join(LETTER)).edits == 0


def test_another_order_of_lines_counts_only_where_order_is_asked_for() -> None:
    turned = LETTER[::-1]
    assert errors_in_any_order(LETTER, turned).edits == 0
    assert errors_in_order("\n".join(LETTER), "\n".join(turned)).rate > 0.3


@given(st.permutations(LETTER))
def test_no_order_of_the_lines_makes_an_error(lines: list[str]) -> None:
    assert errors_in_any_order(LETTER, lines).edits == 0


def test_two_columns_read_as_one_line_are_no_error() -> None:
    joined = (LETTER[0], f"{LETTER[1]}   {LETTER[2]}", *LETTER[3:])
    assert errors_in_any_order(LETTER, joined).edits == 0


def test_a_line_read_as_two_is_no_error() -> None:
    broken = (*LETTER[:3], "विषय:- अभिलेखों के", "डिजिटलीकरण के संबंध में।", LETTER[4])
    assert errors_in_any_order(LETTER, broken).edits == 0


@pytest.mark.parametrize("lost", range(len(LETTER)))
def test_a_lost_line_counts_with_its_whole_length(lost: int) -> None:
    rest = LETTER[:lost] + LETTER[lost + 1 :]
    assert errors_in_any_order(LETTER, rest).edits == len(LETTER[lost])


def test_invented_text_counts_with_its_whole_length() -> None:
    assert errors_in_any_order(LETTER, (*LETTER, "Wxq zjk vvvw")).edits == 12


def test_a_line_read_twice_counts_once_as_invented() -> None:
    assert errors_in_any_order(LETTER, (*LETTER, LETTER[0])).edits == len(LETTER[0])


def test_each_wrong_character_counts_one() -> None:
    misread = (*LETTER[:1], "क्रमांक एफ 2l-20/2014/1/9", *LETTER[2:])
    assert errors_in_any_order(LETTER, misread).edits == 2
    assert errors_in_order("\n".join(LETTER), "\n".join(misread)).edits == 2


def test_nothing_read_is_everything_lost() -> None:
    assert errors_in_any_order(LETTER, ()).rate == 1.0


def test_a_blank_page_costs_only_what_was_invented_on_it() -> None:
    assert errors_in_any_order((), ()) == Errors(0, 0)
    assert errors_in_any_order((), ("spots",)) == Errors(5, 0)


@pytest.mark.parametrize("read", [(*LETTER, "आवक क्रमांक 512"), LETTER])
def test_a_seal_may_be_read_or_left_out(read: tuple[str, ...]) -> None:
    assert errors_in_any_order(LETTER, read, optional=("आवक क्रमांक 512",)).edits == 0


def test_pages_add_up_to_one_rate_by_their_length() -> None:
    assert (Errors(1, 10) + Errors(0, 90)).rate == 0.01


def test_joiners_and_composed_letters_make_no_difference() -> None:
    assert normal("क्\u200dष  \u0958\n") == normal("क्ष \u0915\u093c")


def test_a_word_broken_apart_is_not_found() -> None:
    assert word_recall("दिनांक विभाग", "दि नांक विभाग") == Recall(1, 2)


def test_signs_at_the_ends_of_words_do_not_matter_for_finding_them() -> None:
    assert word_recall("विषय:- (भोपाल), संबंध में।", "विषय भोपाल संबंध में") == Recall(4, 4)


def test_a_word_that_stands_twice_has_to_be_found_twice() -> None:
    assert word_recall("के लिए के", "के लिए").rate == pytest.approx(2 / 3)


_RECURRING = st.lists(
    st.sampled_from([*LETTER, "टीप", f"{LETTER[3]} {LETTER[4]}", LETTER[4][:20], LETTER[4][20:]]),
    max_size=8,
)


@given(truth=_RECURRING, read=_RECURRING)
def test_any_order_never_counts_more_than_the_order_itself(
    truth: list[str], read: list[str]
) -> None:
    in_order = errors_in_order("\n".join(truth), "\n".join(read)).edits
    assert errors_in_any_order(truth, read).edits <= in_order
