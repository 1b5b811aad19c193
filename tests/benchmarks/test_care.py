"""Sheets with identity numbers and deeds, and how what was found on them is counted."""

from __future__ import annotations

import numpy as np

from benchmarks.care import DPI, identity_number, outcomes, sheet
from classify.identity import has_check_digit
from classify.rulebook import load_rules
from ocr.page import Box, Line, PageText, Word


def _read(text: str, at: tuple[int, int], size: tuple[int, int]) -> PageText:
    """A page on which that one line was read, its top left corner at ``at``."""
    words, x = [], at[0]
    for word in text.split():
        words.append(Word(word, Box(x, at[1], x + 12 * len(word), at[1] + 30), 0.97))
        x += 12 * len(word) + 12
    line = Line(tuple(words), Box(at[0], at[1], x, at[1] + 30))
    return PageText((line,), size[0], size[1], float(DPI))


def test_numbers_that_are_found_missed_and_flagged_by_mistake_are_counted_apart() -> None:
    made = sheet(np.random.default_rng(1), 0)
    again = sheet(np.random.default_rng(1), 0)
    assert np.array_equal(made.image, again.image)
    assert len(made.identity) == 2
    number = identity_number(np.random.default_rng(2))
    assert has_check_digit(number)
    height, width = made.image.shape[:2]
    box, wear = made.identity[0], made.wear.value
    there = _read(f"आधार क्रमांक {number}", (box.x0, box.y0), (width, height))
    assert sorted(outcomes(made, there, load_rules())) == [
        f"identity number found ({wear})",
        f"identity number missed ({wear})",
    ]
    elsewhere = _read(f"आधार क्रमांक {number}", (box.x0, height - 60), (width, height))
    assert sorted(outcomes(made, elsewhere, load_rules())) == [
        f"identity number missed ({wear})",
        f"identity number missed ({wear})",
        "other number flagged",
    ]


def test_a_deed_that_is_not_read_as_one_is_missed() -> None:
    made = sheet(np.random.default_rng(1), 2)
    assert made.deed is not None
    height, width = made.image.shape[:2]
    text = _read("प्रतिवेदन", (200, 300), (width, height))
    assert list(outcomes(made, text, load_rules())) == [f"deed missed ({made.wear.value})"]
