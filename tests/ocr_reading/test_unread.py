"""Strokes that are no print stay out of the text; what is not read is marked, with its reason."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.coverage import TextInk, text_ink
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.layout import layout_of
from ocr.page import Box, GrayImage, Line, UnreadReason, Word
from ocr.reading import Reading, VerdictCode, read_page
from ocr.rules import without_rules
from ocr.strokes import parted, type_like
from ocr.unread import lost_lines, unread_places
from tests.ocr_reading.sheets import DPI, Pixels, ToldEngine, inked, line, sheet

SIZE = (1240, 1754)
ROWS = range(200, 1000, 70)
NOTE = Box(120, 1090, 1000, 1134)


def typed_page() -> Pixels:
    page = sheet()
    for y in ROWS:
        page = inked(page, f"line {y} of the letter as typed", (120, y), darkness=200, height=0.9)
    return page


def by_hand(page: Pixels, at: Box) -> Pixels:
    """A pen's thin strokes, up and down in waves."""
    x = np.arange(at.x0, at.x1, 4)
    y = (at.y0 + at.y1) / 2 + (at.y1 - at.y0) * 0.45 * np.sin(x / 9) * np.cos(x / 61)
    points = np.stack([x, y], 1).round().astype(np.int32)
    mask = np.zeros_like(page)
    for start in range(0, len(points), 18):
        cv2.polylines(mask, [points[start : start + 15]], False, 255, 2, cv2.LINE_AA)
    return np.asarray(cv2.subtract(page, mask // 2 + mask // 4), dtype=np.uint8)


def typed_lines(image: GrayImage) -> tuple[Line, ...]:
    scale = image.shape[1] / SIZE[0]
    return tuple(
        line(f"line{y}astyped", Box(*(round(edge * scale) for edge in (115, y - 24, 600, y + 8))))
        for y in ROWS
    )


def note_lines(image: GrayImage, confidence: float) -> tuple[Line, ...]:
    scale = image.shape[1] / SIZE[0]
    box = Box(*(round(edge * scale) for edge in NOTE))
    words = tuple(
        Word("एटशर", Box(x, box.y0, x + round(100 * scale), box.y1), confidence)
        for x in range(box.x0, box.x1 - round(100 * scale), round(130 * scale))
    )
    return (Line(words, box),)


def reading(confidence: float) -> Reading:
    def answer(image: GrayImage) -> tuple[Line, ...]:
        if image.shape[1] / image.shape[0] > 1:
            return ()
        return (*typed_lines(image), *note_lines(image, confidence))

    page = by_hand(typed_page(), NOTE)
    return read_page(page, dpi=DPI, engine=ToldEngine(answer))


def test_a_note_by_hand_is_no_text_but_a_marked_place() -> None:
    read = reading(0.25)
    assert "एटशर" not in read.text.text
    assert "line200astyped" in read.text.text
    (place,) = [each for each in read.text.unread if each.reason is UnreadReason.HANDWRITING]
    assert place.box.x0 < 140
    assert place.box.x1 > 850
    assert NOTE.y0 - 20 < place.box.y0 < place.box.y1 < NOTE.y1 + 20
    (told,) = [each for each in read.verdicts if each.code is VerdictCode.UNREAD]
    assert told.facts["count"] == len(read.text.unread)


def test_it_lowers_the_confidence_of_the_page() -> None:
    plain = read_page(typed_page(), dpi=DPI, engine=ToldEngine(typed_lines))
    assert reading(0.25).confidence < plain.confidence - 0.05
    assert plain.text.unread == ()


def test_what_is_read_well_is_text_however_thin_its_ink() -> None:
    assert "एटशर" in reading(0.8).text.text


def ink_of(page: Pixels) -> TextInk:
    return text_ink(look_at(page, dpi=DPI), Pose(*SIZE, *SIZE, 0, 0.0), body_px=8.0)


def test_old_print_that_is_read_badly_all_over_stays_text() -> None:
    page = typed_page()
    ink = ink_of(page)
    unsure = tuple(line("read badly", Box(115, y - 24, 600, y + 8), confidence=0.4) for y in ROWS)
    told = parted(unsure, layout_of(ink).lines, ink)
    assert told.print_lines == unsure


def test_ink_as_full_as_type_is_print_and_a_pen_is_not() -> None:
    page = by_hand(typed_page(), NOTE)
    ink = ink_of(page)
    unsure = line("old type read badly", typed_lines(page)[3].box, confidence=0.1)
    lines = (*typed_lines(page)[:3], unsure, *note_lines(page, 0.1))
    boxes = type_like(lines, ink)
    assert unsure.box in boxes
    assert lines[-1].box not in boxes


def test_a_short_number_read_unsurely_stays_text() -> None:
    page = inked(typed_page(), "1/n", (1000, 120), darkness=200, height=0.9)
    ink = ink_of(page)
    number = line("1/n", Box(995, 95, 1060, 128), confidence=0.2)
    told = parted((*typed_lines(page), number), layout_of(ink).lines, ink)
    assert number in told.print_lines


def test_a_file_number_read_unsurely_is_never_taken_for_strokes() -> None:
    page = by_hand(typed_page(), NOTE)
    number = line("11-20/2014/1/9", NOTE, confidence=0.2)
    lines = (*typed_lines(page), number)
    told = parted(lines, layout_of(ink_of(page)).lines, ink_of(page))
    assert number in told.print_lines


def test_a_tall_flourish_read_as_letters_is_no_text() -> None:
    page = typed_page()
    cv2.ellipse(page, (850, 1200), (90, 38), 0, 0, 340, 40, 3)
    ink = ink_of(page)
    scribble = line("SO", Box(755, 1158, 945, 1242), confidence=0.4)
    told = parted((*typed_lines(page), scribble), layout_of(ink).lines, ink)
    assert told.strokes == (scribble,)


def test_lines_of_ink_without_words_are_lost_and_say_why() -> None:
    ink = ink_of(typed_page())
    seen = layout_of(ink).lines
    read = tuple(each for each in typed_lines(typed_page()) if "410" not in each.text)
    lost = lost_lines(ink, seen, read)
    assert lost
    assert all(380 < each.box.y0 < 440 for each in lost)
    (place,) = unread_places((), lost, strength=0.8, body_px=16.0)
    assert place.reason is UnreadReason.UNLIKE_PRINT
    (place,) = unread_places((), lost, strength=0.1, body_px=16.0)
    assert place.reason is UnreadReason.FAINT
    assert lost_lines(ink, seen, typed_lines(typed_page())) == ()


def test_words_lost_out_of_the_middle_of_a_line_are_noticed() -> None:
    page = inked(sheet(), "begins here and has a long middle and then it ends", (120, 400),
                 darkness=200, height=0.9)  # fmt: skip
    ink = ink_of(page)
    seen = layout_of(ink).lines
    edge = max(each.box.x1 for each in seen)
    halves = (line("begins", Box(115, 376, 380, 408)), line("ends", Box(560, 376, edge, 408)))
    (lost,) = lost_lines(ink, seen, halves)
    assert 370 < lost.box.x0 < lost.box.x1 < 570


def ruled() -> tuple[Pixels, Box]:
    page = typed_page()
    page[150:1000, 780:783] = 50
    page[150:1000, 80:83] = 50
    return page, Box(772, 170, 790, 212)


def test_a_rule_that_was_read_as_a_sign_is_no_text() -> None:
    page, at_rule = ruled()
    words = (
        Word("[line", Box(78, 170, 200, 212), 0.8),
        Word("typed", Box(500, 170, 760, 212), 0.9),
        Word("|", at_rule, 0.9),
    )
    (kept,) = without_rules((Line(words, Box(78, 170, 790, 212)),), ink_of(page))
    assert kept.text == "line typed"
    assert kept.box.x1 <= 765


def test_a_sign_where_no_rule_stands_stays_text() -> None:
    page, _ = ruled()
    words = (Word("(a|b)", Box(300, 170, 380, 212), 0.8), Word("|", Box(400, 170, 410, 212), 0.9))
    kept = (Line(words, Box(300, 170, 410, 212)),)
    assert without_rules(kept, ink_of(page)) == kept
    alone = (line("|", Box(772, 170, 790, 212)),)
    assert without_rules(alone, ink_of(page)) == ()
    assert without_rules(alone, ink_of(typed_page())) == alone
