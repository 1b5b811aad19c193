from __future__ import annotations

import pytest

from ocr.existing_text import Place, Trust, judge, page_text, upright_turn, without_false_gaps
from ocr.pdf_sight import Glyph

PLACE = Place(2480, 3508, 300.0)


def glyphs(text: str, *, font: str = "Mangal", mapped: bool = True) -> list[Glyph]:
    """Characters in a row, six points wide, lines twelve points apart."""
    row, column, made = 0, 0, []
    for char in text:
        left, bottom = 72.0 + 6 * column, 700.0 - 12 * row
        edges = (left, bottom, left + 6, bottom + 8)
        made.append(Glyph(char, *edges, 0, False, mapped, char == "\n", font))
        row, column = (row + 1, 0) if char == "\n" else (row, column + 1)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "राजस्थान सरकार राजस्व विभाग, दिनांक 04.06.1988 कि यदि विचार किया गया",
        "The quick brown fox; No. F 11(20) Rev-6/2014 dated 4.6.2014",
        "1,234.50 2,345.60 3,456.70 4,567.80 5,678.90",
        "Chapter 1 ............................. 7\nChapter 2 ............................. 9",
        "ds dk",  # two short words prove nothing
    ],
)
def test_text_that_a_search_can_find_is_trusted(text: str) -> None:
    assert judge(glyphs(text)).trust is Trust.GOOD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("jktLFkku ljdkj ds jktLo foHkkx esa fnukad dks fopkj fd;k x;k gS", "legacy_font"),
        ("दि नांक वि भाग के नि र्देश से वि चार कि या गया", "torn_syllables"),
        ("सरकार क े निर्देश स े अनुभाग अधिकार ी को", "torn_syllables"),
        ("à¤°à¤¾à¤œà¤¸à¥à¤¥à¤¾à¤¨ à¤¸à¤°à¤•à¤¾à¤° à¤µà¤¿à¤­à¤¾à¤—", "mojibake"),
        ("\ue001\ue002\ue003 \ue004\ue005 word", "unmapped"),
        ("ab\ufffd\ufffd cd\ufffd", "unmapped"),
        ("~|l}{; ^*#@ <>|} ~~?! |{}[ %$#@ ^&*( ;:'\"", "noise"),
    ],
)
def test_text_that_would_mislead_a_search_is_not(text: str, reason: str) -> None:
    judgement = judge(glyphs(text))
    assert (judgement.trust, judgement.reason) == (Trust.BAD, reason)


def test_latin_letters_in_a_legacy_hindi_font_are_not_trusted() -> None:
    assert judge(glyphs("Hkkjr xzke", font="ABCDEF+KrutiDev010")).reason == "legacy_font"
    assert judge(glyphs("ozone layer", font="AdvTTf90d833a.I")).trust is Trust.GOOD


def test_glyphs_without_unicode_are_not_trusted_whatever_they_look_like() -> None:
    assert judge(glyphs("plain words", mapped=False)).reason == "unmapped"


def test_no_text_is_neither_good_nor_bad() -> None:
    assert judge([]).trust is Trust.NONE
    assert judge(glyphs("  \n ")).trust is Trust.NONE


def test_words_and_lines_keep_their_order_and_get_boxes_from_the_top_left() -> None:
    text = page_text(glyphs("दिनांक 4 June\nsecond line"), PLACE)
    assert text.text == "दिनांक 4 June\nsecond line"
    assert text.words[0].box == pytest.approx((300, 558, 450, 592), abs=1)
    assert text.words[3].box.y0 > text.words[0].box.y1


def test_text_beside_the_page_is_not_on_it() -> None:
    aside = [Glyph("x", 700.0, 10.0, 706.0, 18.0, 0, False, True, False, "")]
    assert page_text([*glyphs("seen "), *aside], PLACE).text == "seen"


def test_a_raised_ending_belongs_to_its_word_but_a_space_is_a_space() -> None:
    word = glyphs("20")
    gap = Glyph(" ", 0.0, 0.0, 0.0, 0.0, 0, False, True, True, "")
    raised = [Glyph("t", 84.2, 704.0, 88.0, 709.0, 0, False, True, False, "")]
    far = [Glyph("t", 90.0, 704.0, 94.0, 709.0, 0, False, True, False, "")]
    assert page_text(without_false_gaps([*word, gap, *raised]), PLACE).text == "20t"
    assert page_text(without_false_gaps([*word, gap, *far]), PLACE).text == "20 t"


def test_the_turn_follows_the_letters() -> None:
    sideways = [Glyph("a", 1.0, 1.0, 2.0, 2.0, 90, False, True, False, "")] * 7
    upright = [Glyph("a", 1.0, 1.0, 2.0, 2.0, 0, False, True, False, "")] * 3
    assert upright_turn([*sideways, *upright]) == 270
    assert upright_turn([*sideways, *upright * 3]) == 0
    assert upright_turn([]) == 0
