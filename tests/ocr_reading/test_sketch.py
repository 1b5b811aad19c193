"""What is kept of a page outlives the trip into the database, and its words decide at the end."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.fingerprint import Fingerprint
from ocr.page import Box, Line, PageText, Word
from ocr.sketch import Sketch, from_bytes, same_sheet, sketched, worth_comparing
from tests.ocr_reading.test_twins import seen

FILLING = "इस कार्यालय के पत्र के संदर्भ में लेख है कि प्रकरण का निराकरण किया जावे " * 4


def sketch_of(
    number: str, *, rescan: int = 0, sure: float = 0.95, alternative: str | None = None
) -> Sketch:
    """A letter of 300 dpi in which ``number`` was read at one place."""
    ink = seen("letter", rescan=rescan)
    filling = tuple(Word(text, Box(0, 0, 1, 1), 0.9) for text in FILLING.split())
    place = Box(400, 600, 700, 650)
    words = (Word(number, place, sure, alternative), *filling)
    height, width = ink.drawing.shape
    return sketched(ink, PageText((Line(words, place),), width * 4, height * 4, 300.0))


def test_a_sketch_is_the_same_after_it_was_kept() -> None:
    before = sketch_of("१२३", alternative="१२८")
    after = from_bytes(before.as_bytes())
    assert np.array_equal(after.fingerprint.drawing, before.fingerprint.drawing)
    assert after.words == before.words
    assert after.sought_keys == before.sought_keys
    odd = Sketch(Fingerprint(np.full((3, 5), 17, np.uint8)), ())
    assert np.array_equal(from_bytes(odd.as_bytes()).fingerprint.drawing, odd.fingerprint.drawing)


def test_two_scans_of_one_letter_are_one_sheet() -> None:
    assert same_sheet(sketch_of("21-7/1989"), sketch_of("21-7/1989", rescan=1))


def test_most_other_pages_are_ruled_out_by_their_plan() -> None:
    letter, kept = sketch_of("1"), sketch_of("1", rescan=1).as_bytes()
    assert worth_comparing(letter, kept)
    ink = seen("land_record")
    height, width = ink.drawing.shape
    table = sketched(ink, PageText((), width, height, 75.0))
    assert not worth_comparing(table, kept)


def test_digits_count_whatever_script_they_were_read_in() -> None:
    assert same_sheet(sketch_of("21-7/1989"), sketch_of("२१-७/१९८९"))


def test_the_same_letter_with_another_number_is_another_sheet() -> None:
    assert not same_sheet(sketch_of("21-7/1989"), sketch_of("21-8/1989"))


@pytest.mark.parametrize("told", [{"sure": 0.3}, {"alternative": "21-7/1989"}])
def test_a_slip_of_the_reading_does_not_make_two_sheets_of_one(told: dict[str, float]) -> None:
    other = sketch_of("21-8/1989", **told)  # type: ignore[arg-type]
    assert same_sheet(sketch_of("21-7/1989"), other)


def test_empty_copies_of_one_form_are_not_told_to_be_one_sheet() -> None:
    ink = seen("empty_form")
    height, width = ink.drawing.shape
    labels = tuple(
        Word(text, Box(10 * at, 10, 10 * at + 9, 20), 0.9)
        for at, text in enumerate(["ग्राम", "तहसील"])
    )
    covered = Word("प्रपत्र", Box(0, 0, width, height), 0.9)
    text = PageText((Line((*labels, covered), Box(0, 0, 1, 1)),), width, height, 75.0)
    form = sketched(ink, text)
    assert not form.has_its_own
    assert not same_sheet(form, form)


def test_a_digit_that_a_reading_lost_at_one_end_does_not_make_two_sheets_of_one() -> None:
    assert same_sheet(sketch_of("32,61,000"), sketch_of("2,61,000"))
    assert same_sheet(sketch_of("9/8/84।"), sketch_of("9/8/841"))
    assert not same_sheet(sketch_of("9/8/84।"), sketch_of("9/8/801"))


def addressed(inked: str, read: str, width: int) -> Sketch:
    """A letter of 300 dpi with a name in ink at one place, read as ``read`` there."""
    ink = seen("letter")
    drawing = np.array(ink.drawing)
    drawing[146:166, 96:180] = 0
    cv2.putText(drawing, inked, (100, 161), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 130, 1, cv2.LINE_AA)
    words = [Word(text, Box(0, 0, 1, 1), 0.9) for text in FILLING.split()]
    name = Word(read, Box(400, 600, 400 + width, 660), 0.98)
    lines = (Line((name, *words), Box(0, 0, 9, 9)),)
    height, width_px = drawing.shape
    text = PageText(lines, width_px * 4, height * 4, 300.0)
    return sketched(Fingerprint(drawing), text)


def test_the_same_letter_to_somebody_else_is_another_sheet() -> None:
    one = addressed("Harishankar", "हरिशंकर)", 300)
    assert not same_sheet(one, addressed("Devi-Jain", "देवी)", 150))
    misread = addressed("Harishankar", "देवी)", 150)
    assert same_sheet(one, misread), "ink that agrees outweighs a reading"
