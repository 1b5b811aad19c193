"""ALTO keeps a page exactly, whatever was read, and trusts no document."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from errors import InputRejected
from ocr.alto import NAMESPACE, AltoDescription, read_alto, write_alto
from ocr.page import Appearance, Box, Line, PageText, Unread, UnreadReason, Word
from ocr.tsv import around

ABOUT = AltoDescription(
    source_file="scan_0014.tif",
    source_sha256="ab" * 32,
    engine="tesseract 5.5.4 Devanagari",
    software_version="0.1.0",
    rotated_cw_deg=90,
    skew_ccw_deg=-0.34375,
)
WIDTH, HEIGHT = 2480, 3508

boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(0, 2000),
    st.integers(0, 3000),
    st.integers(1, 400),
    st.integers(1, 200),
)
texts = st.text(min_size=1, max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
confidences = st.integers(0, 10_000).map(lambda n: n / 10_000)


@st.composite
def pages(draw: st.DrawFn, words_of: st.SearchStrategy[str] = texts) -> PageText:
    lines, block = [], 0
    for _ in range(draw(st.integers(0, 6))):
        words = tuple(
            draw(
                st.lists(
                    st.builds(Word, words_of, boxes, confidences, st.none() | words_of),
                    min_size=1,
                    max_size=5,
                )
            )
        )
        lines.append(Line(words, around(word.box for word in words), block))
        block += draw(st.integers(0, 1))
    dpi = draw(st.floats(72, 1200))
    unread = draw(st.lists(st.builds(Unread, boxes, st.sampled_from(UnreadReason)), max_size=3))
    return PageText(tuple(lines), WIDTH, HEIGHT, dpi, tuple(unread))


def is_xml(char: str) -> bool:
    code = ord(char)
    return (
        char in "\t\n\r"
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )


@given(pages(texts.filter(lambda text: all(map(is_xml, text)))))
def test_a_page_read_back_is_the_page_written(page: PageText) -> None:
    assert read_alto(write_alto(page, description=ABOUT)) == page


@given(pages(st.text(min_size=1, max_size=8)))
def test_whatever_was_read_makes_a_document_that_can_be_read(page: PageText) -> None:
    back = read_alto(write_alto(page, description=ABOUT))
    for word in back.words:
        assert all(map(is_xml, word.text)), "XML cannot hold this"
        assert unicodedata.is_normalized("NFC", word.text)
    kept = ["".join(filter(is_xml, word.text)) for word in page.words]
    wanted = [unicodedata.normalize("NFC", text) for text in kept]
    assert [word.text for word in back.words] == [text for text in wanted if text]


def a_page() -> PageText:
    words = (Word("क्रमांक", Box(10, 20, 110, 60), 0.75), Word("एफ", Box(130, 20, 170, 60), 1.0))
    return PageText((Line(words, Box(10, 20, 170, 60)),), WIDTH, HEIGHT, 300.0)


def test_what_the_page_looks_like_comes_back_and_may_be_missing() -> None:
    seen = Appearance((205, 226, 196), True, 0.98, 0.206, 0.11, 3, 0.4231)
    written = write_alto(replace(a_page(), appearance=seen), description=ABOUT)
    assert read_alto(written).appearance == seen
    assert read_alto(write_alto(a_page(), description=ABOUT)).appearance is None
    of_a_newer_program = written.replace(b"paper_red=205 ", b"")
    assert read_alto(of_a_newer_program).appearance is None
    assert read_alto(of_a_newer_program).text == a_page().text


def test_an_unread_place_holds_no_text_and_keeps_its_place_whatever_its_reason() -> None:
    place = Unread(Box(100, 200, 300, 260), UnreadReason.HANDWRITING)
    written = write_alto(replace(a_page(), unread=(place,)), description=ABOUT)
    assert b'TYPE="unread handwriting"' in written
    assert read_alto(written).text == a_page().text
    (back,) = read_alto(written.replace(b"unread handwriting", b"unread eaten by mice")).unread
    assert back == Unread(place.box, UnreadReason.UNLIKE_PRINT)
    foreign = written.replace(b"unread handwriting", b"advertisement")
    assert read_alto(foreign).unread == ()


def test_the_same_page_gives_the_same_bytes() -> None:
    assert write_alto(a_page(), description=ABOUT) == write_alto(a_page(), description=ABOUT)


def test_word_confidence_is_0_to_1_and_places_are_left_top_width_height() -> None:
    root = etree.fromstring(write_alto(a_page(), description=ABOUT))
    first, second = root.iter(f"{{{NAMESPACE}}}String")
    assert first.get("WC") == "0.7500"
    assert second.get("WC") == "1.0000"
    place = [first.get(name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    assert place == ["10", "20", "100", "40"]
    assert root.findtext(f".//{{{NAMESPACE}}}MeasurementUnit") == "pixel"


def test_the_other_reading_of_a_word_is_its_alternative() -> None:
    page = a_page()
    doubted = replace(page.words[0], text="१९८८", alternative="१९८६")
    line = Line((doubted, page.words[1]), page.lines[0].box)
    written = write_alto(replace(page, lines=(line,)), description=ABOUT)
    first, second = etree.fromstring(written).iter(f"{{{NAMESPACE}}}String")
    assert first.findtext(f"{{{NAMESPACE}}}ALTERNATIVE") == "१९८६"
    assert second.find(f"{{{NAMESPACE}}}ALTERNATIVE") is None
    assert [word.alternative for word in read_alto(written).words] == ["१९८६", None]


def test_words_are_parted_by_a_space_of_the_right_width() -> None:
    root = etree.fromstring(write_alto(a_page(), description=ABOUT))
    (space,) = root.iter(f"{{{NAMESPACE}}}SP")
    assert (space.get("HPOS"), space.get("WIDTH")) == ("110", "20")


def test_the_document_says_where_the_page_came_from_and_what_was_done_to_it() -> None:
    text = write_alto(a_page(), description=ABOUT).decode()
    for fact in ("scan_0014.tif", "ab" * 32, "tesseract 5.5.4 Devanagari", "rotated_cw_deg=90"):
        assert fact in text
    assert "skew_ccw_deg=-0.34375" in text


@pytest.mark.parametrize(
    ("engine", "program"),
    [
        ("tesseract 5.5.4 Devanagari", "tesseract"),
        ("abhilekh 1.1 lines, again: eng, Devanagari", "abhilekh"),
    ],
)
def test_the_program_that_read_is_named_and_no_other(engine: str, program: str) -> None:
    written = write_alto(a_page(), description=replace(ABOUT, engine=engine)).decode()
    reading = written.partition("contentGeneration")[2].partition("</Processing>")[0]
    assert f"<softwareName>{program}</softwareName>" in reading
    assert f"<softwareVersion>{engine}</softwareVersion>" in reading


BILLION = b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><alto>&m;</alto>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alto>&x;</alto>'


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<alto/>",
        BILLION,
        b"<!DOCTYPE alto>" + write_alto(a_page(), description=ABOUT).split(b"?>", 1)[1],
        OUTSIDE,
        write_alto(a_page(), description=ABOUT)[:700],
        write_alto(a_page(), description=ABOUT).replace(b"dpi=300.0", b"dpi=x"),
        write_alto(a_page(), description=ABOUT).replace(b'WC="0.7500" ', b""),
        write_alto(a_page(), description=ABOUT).replace(b'HPOS="10"', b'HPOS="1e999"'),
    ],
)
def test_a_damaged_or_hostile_document_is_rejected_in_three_parts(document: bytes) -> None:
    with pytest.raises(InputRejected) as refused:
        read_alto(document)
    assert refused.value.what
    assert refused.value.kept
    assert refused.value.todo
    assert "root:" not in str(refused.value)
