"""What is kept of a page outlives the trip into the database, and its words decide at the end."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
import pytest

from ocr.fingerprint import Fingerprint
from ocr.page import Box, Line, PageText, Word
from ocr.sketch import (
    MOST_COMPARED,
    Kinship,
    Sketch,
    closest,
    from_bytes,
    kinship,
    same_sheet,
    sketched,
)
from tests.ocr_reading.test_twins import seen

FILLING = "इस कार्यालय के पत्र के संदर्भ में लेख है कि प्रकरण का निराकरण किया जावे " * 4


def sketch_of(
    number: str,
    *,
    inked: str | None = None,
    moved: bool = False,
    rescan: int = 0,
    sure: float = 0.95,
    alternative: str | None = None,
) -> Sketch:
    """A letter of 300 dpi with ``inked`` printed at a free place and read as ``number``."""
    ink = seen("letter", rescan=rescan)
    ink = ink if inked is None else printed(ink, inked)
    ink = aside(ink) if moved else ink
    filling = tuple(Word(text, Box(0, 0, 1, 1), 0.9) for text in FILLING.split())
    place = Box(400, 600, 900, 660)
    words = (Word(number, place, sure, alternative), *filling)
    height, width = ink.drawing.shape
    return sketched(ink, PageText((Line(words, place),), width * 4, height * 4, 300.0))


def aside(ink: Fingerprint) -> Fingerprint:
    """The same page a millimetre aside and paler."""
    assert ink.fine is not None
    moved = (np.roll(ink.drawing, (3, 3), (0, 1)), np.roll(ink.fine, (4, 4), (0, 1)))
    return Fingerprint(*((drawing * 0.8).astype(np.uint8) for drawing in moved))


def printed(ink: Fingerprint, text: str, *, at_mm: tuple[float, float] = (34, 55)) -> Fingerprint:
    """The same page with ``text`` in type of 2 mm."""
    assert ink.fine is not None
    drawings = []
    for drawing, dpi in ((ink.drawing, 75.0), (ink.fine, 100.0)):
        mm = dpi / 25.4
        big = np.zeros([4 * side for side in drawing.shape], np.uint8)
        x, y = (round(4 * mm * place) for place in at_mm)
        cv2.putText(big, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, mm / 2.6, 140, round(mm))
        small = cv2.resize(big, drawing.shape[::-1], interpolation=cv2.INTER_AREA)
        left, top, wide = (round(mm * size) for size in (at_mm[0] - 2, at_mm[1] - 5, 60))
        drawing = np.array(drawing)
        drawing[top : top + round(mm * 7), left : left + wide] = 0
        drawings.append(np.maximum(drawing, small))
    return Fingerprint(*drawings)


def test_a_sketch_is_the_same_after_it_was_kept() -> None:
    before = sketch_of("१२३", alternative="१२८")
    after = from_bytes(before.as_bytes())
    assert np.array_equal(after.fingerprint.drawing, before.fingerprint.drawing)
    assert before.fingerprint.fine is not None and after.fingerprint.fine is not None
    assert np.array_equal(after.fingerprint.fine, before.fingerprint.fine)
    assert after.words == before.words
    assert after.sought_keys == before.sought_keys
    odd = Sketch(Fingerprint(np.full((3, 5), 17, np.uint8)), ())
    assert np.array_equal(from_bytes(odd.as_bytes()).fingerprint.drawing, odd.fingerprint.drawing)


def test_what_was_kept_before_letters_were_compared_can_still_be_read() -> None:
    kept = zlib.decompress(Sketch(Fingerprint(np.full((4, 6), 17, np.uint8)), ()).as_bytes())
    older = zlib.compress(
        kept.replace(b"[4, 6, 0, 0, []]", b"[4, 6, []]").replace(b"\x10[4", b"\x0a[4")
    )
    sketch = from_bytes(older)
    assert sketch.fingerprint.fine is None
    assert (sketch.fingerprint.drawing == 17).all()
    assert kinship(sketch, sketch) is Kinship.OTHER


def test_two_scans_of_one_letter_are_one_sheet() -> None:
    assert same_sheet(sketch_of("21-7/1989"), sketch_of("21-7/1989", rescan=1))


def test_few_pages_are_worth_comparing_however_many_share_a_bucket() -> None:
    letter, kept = sketch_of("1"), sketch_of("1", rescan=1).as_bytes()
    ink = seen("land_record")
    height, width = ink.drawing.shape
    table = sketched(ink, PageText((), width, height, 75.0))
    assert closest(table, [("letter", kept)]) == []
    crowd = [*((f"{at}", kept) for at in range(2 * MOST_COMPARED)), ("itself", letter.as_bytes())]
    near = closest(letter, crowd)
    assert len(near) == MOST_COMPARED
    assert near[0] == "itself"


def test_digits_count_whatever_script_they_were_read_in() -> None:
    assert same_sheet(sketch_of("21-7/1989"), sketch_of("२१-७/१९८९"))


@pytest.mark.parametrize("other", ["21-8/1989", "21-7/1988", "S. Verma", "24-7/1989"])
def test_the_same_letter_with_another_number_is_another_sheet(other: str) -> None:
    one = sketch_of("", inked="21-7/1989")
    assert same_sheet(one, sketch_of("", inked="21-7/1989", moved=True))
    assert not same_sheet(one, sketch_of("", inked=other, moved=True)), "words are not needed"


def test_a_digit_that_ink_leaves_in_doubt_is_told_by_its_readings() -> None:
    one = sketch_of("27-1/1989", inked="21-7/1989")
    other = sketch_of("27-1/1989", inked="27-1/1989", moved=True)
    assert same_sheet(one, other)
    assert not same_sheet(sketch_of("21-7/1989", inked="21-7/1989"), other)


def test_the_same_letter_to_a_namesake_with_another_initial_is_another_sheet() -> None:
    one = sketch_of("S.", inked="S. K. Verma")
    assert same_sheet(one, sketch_of("J.", inked="S. K. Verma", moved=True)), (
        "a slip of the reading"
    )
    assert not same_sheet(one, sketch_of("S.", inked="J. K. Verma", moved=True))


def test_a_sheet_that_was_stamped_or_signed_between_two_scans_is_a_changed_one() -> None:
    first = seen("letter")
    later = aside(printed(first, "RECEIVED 04 JUN", at_mm=(90, 270)))
    height, width = first.drawing.shape
    filling = tuple(Word(text, Box(0, 0, 1, 1), 0.9) for text in FILLING.split())
    text = PageText((Line(filling, Box(0, 0, 1, 1)),), width, height, 75.0)
    before, after = sketched(first, text), sketched(later, text)
    assert kinship(before, after) is Kinship.CHANGED
    assert kinship(after, before) is Kinship.CHANGED, "nor when the marked one came first"
    assert kinship(before, before) is Kinship.SAME


def test_the_grain_of_paper_within_a_frame_is_nothing_that_was_added() -> None:
    first = printed(seen("letter"), "", at_mm=(40, 200))
    assert first.fine is not None
    framed = np.array(first.fine)
    framed[760:1010, 120:620] = 0
    framed[760:1010:249, 120:620] = framed[760:1010, 120:620:499] = 150
    grainy = framed.copy()
    grainy[770:1000:3, 130:610:4] = 30
    text = FILLING.split()
    words = tuple(Word(word, Box(0, 0, 1, 1), 0.9) for word in text)
    clean, other = (Sketch(Fingerprint(first.drawing, fine), words) for fine in (framed, grainy))
    assert kinship(clean, other) is Kinship.SAME


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
