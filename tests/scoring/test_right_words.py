"""Which words were read right, wherever their lines stand."""

from __future__ import annotations

from ocr.right_words import right_words
from tests.benchmarks_accuracy.makers import LINES

WORDS = [line.split() for line in LINES]


def _all(value: bool) -> list[list[bool]]:
    return [[value] * len(words) for words in WORDS]


def test_a_page_read_without_fault_is_all_right_in_any_order() -> None:
    assert right_words(LINES, WORDS) == _all(True)
    assert right_words(LINES, WORDS[::-1]) == _all(True)[::-1]
    joined = [word for words in WORDS for word in words]
    assert right_words(LINES, [joined]) == [[True] * len(joined)]


def test_one_wrong_sign_makes_one_wrong_word() -> None:
    misread = [*WORDS[:2], ["विषयः-", *WORDS[2][1:]], WORDS[3]]
    right = right_words(LINES, misread)
    assert right[2] == [False] + [True] * (len(WORDS[2]) - 1)
    assert [right[place] for place in (0, 1, 3)] == [_all(True)[place] for place in (0, 1, 3)]


def test_a_word_of_the_truth_serves_one_word_that_was_read() -> None:
    right = right_words(LINES, [*WORDS, WORDS[0]])
    assert right == [*_all(True), [False, False]]


def test_invented_words_and_lone_signs_are_wrong() -> None:
    assert right_words(LINES, [*WORDS, ["चररठुपवं", "।", "|"]])[-1] == [False] * 3
    assert right_words((), WORDS) == _all(False)


def test_a_word_whose_line_was_torn_is_found_among_what_is_left_over() -> None:
    torn = [WORDS[1][:2], *WORDS[2:], ["11-20/2014/1/9"], WORDS[0]]
    assert right_words(LINES, torn)[-2] == [True]


def test_the_words_of_a_seal_are_right_when_they_are_read() -> None:
    seal = "आवक क्रमांक 512"
    assert right_words(LINES, [*WORDS, seal.split()], optional=[seal])[-1] == [True] * 3
    assert right_words(LINES, [*WORDS, seal.split()])[-1] == [False] * 3
