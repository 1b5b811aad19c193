"""New words stand where the old ones stood, and what was not touched stays as it was."""

from __future__ import annotations

import pytest

from errors import WrongUsage
from ocr.corrected import LineEdit, NewLine, corrected
from ocr.page import Box, Line, PageText, Unread, UnreadReason, Word


def line(text: str, y: int = 10) -> Line:
    words, x = [], 10
    for word in text.split():
        words.append(Word(word, Box(x, y, x + 8 * len(word), y + 12), 0.7))
        x += 8 * len(word) + 8
    return Line(tuple(words), Box(10, y, x, y + 12))


def page(*lines: Line, unread: tuple[Unread, ...] = ()) -> PageText:
    return PageText(lines, 400, 500, 100.0, unread)


def test_only_the_changed_word_gets_a_new_box_and_certainty() -> None:
    before = page(line("नस्ती क्रमांक 4521 दिनांक"))
    after = corrected(before, [LineEdit(0, "नस्ती क्रमांक 4521 दिनांक", "नस्ती क्रमांक 4527 दिनांक")])
    old, new = before.lines[0].words, after.lines[0].words
    assert (new[0], new[1], new[3]) == (old[0], old[1], old[3])
    assert (new[2].text, new[2].confidence, new[2].box) == ("4527", 1.0, old[2].box)


def test_a_word_taken_apart_shares_the_room_of_the_one_it_was() -> None:
    before = page(line("राजस्वविभाग भोपाल"))
    new = corrected(before, [LineEdit(0, "राजस्वविभाग भोपाल", "राजस्व विभाग भोपाल")]).lines[0].words
    room = before.lines[0].words[0].box
    assert [word.text for word in new] == ["राजस्व", "विभाग", "भोपाल"]
    assert room.x0 == new[0].box.x0 < new[0].box.x1 < new[1].box.x0 < new[1].box.x1 == room.x1


@pytest.mark.parametrize("after", ["क्रमांक 12", "12 क्रमांक 13", "क्रमांक क ख ग घ ङ"])
def test_words_put_in_stand_on_the_page_with_room_of_their_own(after: str) -> None:
    made = corrected(page(line("क्रमांक")), [LineEdit(0, "क्रमांक", after)])
    assert made.text == after
    assert all(0 <= word.box.x0 < word.box.x1 and word.box.height > 0 for word in made.words)


def test_a_line_made_empty_is_gone_and_the_others_stay() -> None:
    made = corrected(page(line("|||"), line("पत्र", 40)), [LineEdit(0, "|||", "  ")])
    assert made.text == "पत्र"


def test_a_line_that_reads_otherwise_by_now_is_not_touched() -> None:
    with pytest.raises(WrongUsage, match="Line 1 does not say any more"):
        corrected(page(line("पत्र")), [LineEdit(0, "आदेश", "x")])


def test_a_new_line_stands_in_its_place_of_the_reading_order() -> None:
    gap = Unread(Box(20, 30, 60, 44), UnreadReason.HANDWRITING)
    before = page(line("पहली", 10), line("तीसरी", 60), unread=(gap,))
    made = corrected(before, [], [NewLine(Box(10, 28, 120, 46), "दूसरी पंक्ति")])
    assert made.text.split("\n") == ["पहली", "दूसरी पंक्ति", "तीसरी"]
    assert made.unread == ()


def test_a_new_line_beside_the_paper_is_brought_onto_it() -> None:
    made = corrected(page(line("पत्र")), [], [NewLine(Box(-50, 490, 9000, 9000), "नीचे")])
    assert all(word.box.x1 <= 400 and word.box.y1 <= 500 for word in made.words)


def test_written_text_is_nfc_in_one_line_without_control_signs() -> None:
    made = corrected(page(line("क")), [LineEdit(0, "क", "ड\u093c\x07\n ख")])
    assert made.text == "ड\u093c ख".replace("ड\u093c", "\u0921\u093c")
