"""hOCR keeps a page for other tools, and takes theirs."""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scans.maker import PageOptions, make_page
from errors import InputRejected
from ocr.hocr import read_hocr, write_hocr
from ocr.page import Box, Line, PageText, Word
from tests.ocr_reading.test_alto import is_xml, pages

ENGINE = "tesseract 5.5.4 Devanagari"
WORDS = (
    st.text(min_size=1, max_size=10)
    .filter(lambda text: all(map(is_xml, text)) and "\r" not in text)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)


def in_blocks_that_differ(page: PageText) -> PageText:
    """Blocks numbered anew, as a reader numbers them; hOCR has no place for what was
    read a second time, nor for what was not read."""
    lines, number, before = [], -1, object()
    for one in page.lines:
        number, before = (number, before) if one.block == before else (number + 1, one.block)
        words = tuple(replace(word, alternative=None) for word in one.words)
        lines.append(replace(one, words=words, block=number))
    return replace(page, lines=tuple(lines), unread=())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pages(WORDS))
def test_a_page_read_back_is_the_page_written(page: PageText) -> None:
    assert read_hocr(write_hocr(page, engine=ENGINE)) == in_blocks_that_differ(page)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pages(st.text(min_size=1, max_size=8)), st.text(max_size=8))
def test_whatever_was_read_makes_a_document_that_can_be_read(page: PageText, title: str) -> None:
    read = read_hocr(write_hocr(page, engine=ENGINE, title=title))
    assert (read.width_px, read.height_px, read.dpi) == (page.width_px, page.height_px, page.dpi)


def test_confidence_is_0_to_100_and_places_are_corners() -> None:
    word = Word("दिनांक", Box(10, 20, 110, 60), 0.9543)
    page = PageText((Line((word,), word.box),), 200, 100, 300)
    written = write_hocr(page, engine=ENGINE).decode()
    assert "bbox 10 20 110 60; x_wconf 95.43" in written
    assert "bbox 0 0 200 100; scan_res 300.0 300.0" in written


def test_a_document_of_tesseract_itself_is_read(tmp_path: Path) -> None:
    picture = tmp_path / "line.png"
    cv2.imwrite(str(picture), make_page("letter", 5, options=PageOptions(dpi=150)).image)
    command = ["tesseract", picture, tmp_path / "read", "-l", "Devanagari", "hocr"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no tesseract program with the Devanagari model here")
    page = read_hocr((tmp_path / "read.hocr").read_bytes())
    assert len(page.lines) > 5
    assert all(0 <= word.confidence <= 1 for word in page.words)
    assert (page.height_px, page.width_px) == cv2.imread(str(picture)).shape[:2]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html><body/></html>",
        b"not XML at all",
        b'<html><div class="ocr_page"/></html>',
        b'<html><div class="ocr_page" title="bbox 0 0 x y"/></html>',
    ],
)
def test_what_is_no_hocr_is_rejected_in_three_parts(document: bytes) -> None:
    with pytest.raises(InputRejected) as rejected:
        read_hocr(document)
    assert rejected.value.kept
    assert rejected.value.todo


def test_an_entity_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    document = (
        f'<!DOCTYPE html [<!ENTITY e SYSTEM "file://{secret}">]><html>'
        '<div class="ocr_page" title="bbox 0 0 9 9"><span class="ocr_line" title="bbox 0 0 9 9">'
        '<span class="ocrx_word" title="bbox 0 0 9 9">&e;x</span></span></div></html>'
    )
    assert "geheim" not in read_hocr(document.encode()).text
