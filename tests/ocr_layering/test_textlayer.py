"""Whether words can be found again in the finished file, by readers that share no code."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr.assemble import Description, PagePart, assemble
from ocr.finished import check_finished
from ocr.glyphless import RESOURCE_NAME, Codes
from ocr.layers import layer_page
from ocr.page import Box, Line, PageText, Word
from ocr.profile import Profile
from ocr.textlayer import text_content, written_words
from tests.ocr_layering import papers


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = np.full((1200, 2400), 255, np.uint8)
    return papers.layered(tmp_path_factory.mktemp("blank"), "blank", page)


def finished(blank: Path, folder: Path, *texts: PageText) -> Path:
    target = folder / "finished.pdf"
    parts = [PagePart(blank, text, "noting") for text in texts]
    assemble(parts, target, description=Description("नस्ती"), workdir=folder)
    return target


def test_hindi_and_english_words_are_found_by_two_readers(blank, tmp_path) -> None:
    page = papers.text_of([*papers.HINDI, "Office", "No.", "F", "17-3/2001/XX-1"])
    verdict = check_finished(finished(blank, tmp_path, page), [page])
    assert verdict.ok, verdict
    assert verdict.recall_poppler == verdict.recall_pdfium == 1


def test_a_third_reader_finds_them_too(blank, tmp_path) -> None:
    from pdfminer.high_level import extract_text

    page = papers.text_of(papers.HINDI)
    found = Counter(extract_text(finished(blank, tmp_path, page)).split())
    wanted = Counter(word.text for word in page.words)
    assert (wanted & found).total() >= 0.995 * wanted.total()


def test_lines_come_out_in_reading_order_with_their_spaces(blank, tmp_path) -> None:
    page = papers.text_of(papers.HINDI, lines=4)
    document = pypdfium2.PdfDocument(finished(blank, tmp_path, page))
    lines = document[0].get_textpage().get_text_bounded().replace("\x02", "-").split("\r\n")
    document.close()
    assert [" ".join(line.split()) for line in lines] == page.text.split("\n")


# Right-to-left scripts are left out: readers reorder them. So is what the layer does not write.
WRITABLE = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"),
    exclude_characters=[chr(code) for code in range(0x590, 0x900)],
).filter(
    lambda char: (
        unicodedata.bidirectional(char) not in ("R", "AL", "AN")
        and not 0xFB1D <= ord(char) <= 0xFEFC
        and written_words(char) == (char,)
    )
)
DEVANAGARI = st.characters(min_codepoint=0x900, max_codepoint=0x97F)
WORDS = st.lists(
    st.text(
        DEVANAGARI | st.sampled_from("\u200d\u200c़्ािी0123456789-/:.") | WRITABLE,
        min_size=1,
        max_size=9,
    )
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: bool(written_words(text))),
    min_size=1,
    max_size=30,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pages=st.lists(WORDS, min_size=1, max_size=3))
def test_any_words_survive_into_two_readers(blank, tmp_path, pages) -> None:
    texts = []
    for words in pages:
        rows = [words[at : at + 6] for at in range(0, len(words), 6)]
        lines = []
        for row, held in enumerate(rows):
            top = 60 + 50 * row
            boxes = [Box(60 + 380 * n, top, 400 + 380 * n, top + 34) for n in range(len(held))]
            made = tuple(Word(word, box, 0.9) for word, box in zip(held, boxes, strict=True))
            lines.append(Line(made, Box(60, top, boxes[-1].x1, top + 34)))
        texts.append(PageText(tuple(lines), 2400, 1200, 100))
    verdict = check_finished(finished(blank, tmp_path, *texts), texts)
    assert verdict.recall_poppler == verdict.recall_pdfium == 1, verdict
    assert verdict.ok, verdict


RIGHT_TO_LEFT = st.text(
    st.sampled_from("ابپتثجچحخدرزسشصطعغفقکگلمنوهیےאבגדהוזחטיכלמנ"), min_size=2, max_size=8
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(RIGHT_TO_LEFT, min_size=1, max_size=5))
def test_words_from_right_to_left_lose_no_letter(blank, tmp_path, words) -> None:
    """Readers turn them round each in its own way; every word is there with all its letters."""
    pdf = finished(blank, tmp_path, papers.text_of(words, lines=1))
    told = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        by_pdfium = text.get_text_bounded()
        text.close()
    for read in (told.stdout.decode(), by_pdfium):
        found = Counter("".join(sorted(word)) for word in written_words(read))
        assert Counter("".join(sorted(word)) for word in words) == found


def test_one_code_a_code_point_also_beyond_the_basic_plane() -> None:
    codes = Codes()
    assert codes.encode("कि") == "कि".encode("utf-16-be")
    assert len(codes.encode("𑀅𑀆𑀅")) == 6
    assert codes.encode("𑀅") != codes.encode("𑀆")
    assert dict(codes.borrowed) == {"𑀅": 0xD800, "𑀆": 0xD801}


def test_characters_beyond_the_basic_plane_are_found(blank, tmp_path) -> None:
    page = papers.text_of(["𑀅𑀆", "क𝟙म", "😀"])
    assert check_finished(finished(blank, tmp_path, page), [page]).recall_pdfium == 1


def test_what_cannot_be_searched_for_is_not_written() -> None:
    assert written_words("वि\u00adभाग\u0007 \ufeffओ\ud800क\u202e") == ("विभाग", "ओक")
    assert written_words("o\ufb03ce") == ("office",)
    assert written_words("क\u093cका") == (unicodedata.normalize("NFC", "क\u093cका"),)
    assert written_words(" \t\n") == ()


def test_a_word_lies_over_its_box(blank, tmp_path) -> None:
    page = papers.text_of(["विभाग", "Office"], lines=1)
    document = pypdfium2.PdfDocument(finished(blank, tmp_path, page))
    text_page = document[0].get_textpage()
    shown = text_page.get_text_bounded()
    for word in page.words:
        at = shown.index(word.text)
        edges = [text_page.get_charbox(n, loose=True) for n in range(at, at + len(word.text))]
        left, bottom = min(e[0] for e in edges), min(e[1] for e in edges)
        right, top = max(e[2] for e in edges), max(e[3] for e in edges)
        expected = [
            word.box.x0 * 0.72,
            (1200 - word.box.y1) * 0.72,
            word.box.x1 * 0.72,
            (1200 - word.box.y0) * 0.72,
        ]
        assert [left, bottom, right, top] == pytest.approx(expected, abs=0.8)
    text_page.close()
    document.close()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    dpi=st.sampled_from([72, 100, 150, 200, 300, 400, 600, 300.5]),
    left=st.integers(0, 1500),
    top=st.integers(0, 800),
    size=st.tuples(st.integers(20, 800), st.integers(12, 300)),
)
def test_a_box_goes_to_pdf_points_and_comes_back(tmp_path, dpi, left, top, size) -> None:
    """Pixels from the top left, points from the bottom left, at any resolution."""
    box = Box(left, top, left + size[0], top + size[1])
    page = PageText((Line((Word("विभाग", box, 0.9),), box),), 2400, 1200, dpi)
    sheet = tmp_path / f"{dpi}.pdf"
    sheet.write_bytes(
        layer_page(np.full((1200, 2400), 255, np.uint8), dpi=dpi, profile=Profile.COMPACT)
    )
    with pypdfium2.PdfDocument(finished(sheet, tmp_path, page)) as document:
        text = document[0].get_textpage()
        edges = [text.get_charbox(place, loose=True) for place in range(len("विभाग"))]
        text.close()
        height_pt = document[0].get_height()
    points = (min(e[0] for e in edges), height_pt - max(e[3] for e in edges))
    points += (max(e[2] for e in edges), height_pt - min(e[1] for e in edges))
    back = [point * dpi / 72 for point in points]
    assert back == pytest.approx(list(box), abs=1 + size[0] / 200)  # Tz is written to 0.1 %


def test_the_text_is_invisible(blank, tmp_path) -> None:
    page = papers.text_of(papers.HINDI)
    assert b" 3 Tr\n" in text_content(page, Codes())
    assert papers.shown_by_pdfium(finished(blank, tmp_path, page).read_bytes()).min() == 255


def placed(*boxes: Box) -> PageText:
    """A line of different words in the given boxes."""
    words = tuple(Word(f"शब्द{n}", box, 0.9) for n, box in enumerate(boxes))
    return PageText((Line(words, Box(0, 0, 2400, 1200)),), 2400, 1200, 100)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(
        st.tuples(st.integers(-40, 60), st.integers(8, 200), st.integers(24, 80)),
        min_size=2,
        max_size=9,
    )
)
def test_words_stay_apart_however_tight_or_overlapping_their_boxes(blank, tmp_path, places) -> None:
    boxes, right = [], 200
    for gap, width, height in places:
        left = max(right + gap, 20)
        boxes.append(Box(left, 600 - height, left + width, 600))
        right = left + width
    page = placed(*boxes)
    verdict = check_finished(finished(blank, tmp_path, page), [page])
    assert verdict.recall_poppler == verdict.recall_pdfium == 1, verdict


def test_a_tight_line_is_found_in_poppler_however_it_is_read(blank, tmp_path) -> None:
    boxes = [Box(60 + 130 * n, 400 - n % 3 * 4, 60 + 130 * n + 127, 470 - n % 2) for n in range(9)]
    page = placed(*boxes)
    path = finished(blank, tmp_path, page)
    for mode in ([], ["-layout"], ["-raw"]):
        read = subprocess.run(["pdftotext", *mode, path, "-"], capture_output=True, check=True)
        assert read.stdout.decode().split() == [word.text for word in page.words], mode


def test_a_line_box_that_swallowed_a_seal_does_not_lift_the_words(blank) -> None:
    page = placed(Box(50, 400, 150, 430), Box(170, 402, 220, 431), Box(240, 401, 290, 430))
    content = text_content(page, Codes()).decode("latin-1")
    assert "/f-0-0 29 Tf" in content
    assert "50 770 Tm" in content


def test_a_word_far_above_its_line_keeps_its_own_place(blank) -> None:
    page = placed(Box(50, 400, 150, 430), Box(170, 400, 220, 430), Box(240, 300, 290, 340))
    content = text_content(page, Codes()).decode("latin-1")
    assert "/f-0-0 40 Tf" in content
    assert "240 860 Tm" in content


def test_words_without_width_or_height_do_no_harm(blank, tmp_path) -> None:
    words = (Word("अ", Box(50, 400, 50, 400), 0.1), Word("आ", Box(90, 400, 120, 400), 0.1))
    page = PageText(
        (Line(words, Box(50, 400, 50, 400)), Line((), Box(0, 0, 9, 9))), 2400, 1200, 100
    )
    assert check_finished(finished(blank, tmp_path, page), [page]).ok


def test_the_font_is_stored_once_under_the_name_grafting_needs(blank, tmp_path) -> None:
    page = papers.text_of(papers.HINDI)
    with pikepdf.open(finished(blank, tmp_path, page, page, page)) as pdf:
        fonts = {leaf.obj.Resources.Font[RESOURCE_NAME].objgen for leaf in pdf.pages}
        programs = [
            item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Length1" in item
        ]
    assert len(fonts) == len(programs) == 1


def test_the_font_program_is_a_well_formed_truetype(blank, tmp_path) -> None:
    from fontTools.ttLib import TTFont

    with pikepdf.open(finished(blank, tmp_path, papers.text_of(["अ"]))) as pdf:
        font = pdf.pages[0].obj.Resources.Font[RESOURCE_NAME]
        program = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
    with TTFont(io.BytesIO(program), checkChecksums=2) as opened:
        assert opened["maxp"].numGlyphs == 2
        assert opened["hmtx"].metrics == {".notdef": (500, 0), "glyph00001": (500, 0)}


def test_a_rule_read_as_a_sign_does_not_tie_the_lines_beside_it_together(blank, tmp_path) -> None:
    rule = Word("|", Box(100, 100, 112, 290), 0.4)
    beside = Word("अनुदान", Box(130, 100, 300, 140), 0.9)
    below = Word("संबंधी", Box(310, 180, 480, 220), 0.9)
    text = PageText(
        (
            Line((rule, beside), Box(100, 100, 300, 290)),
            Line((below,), Box(310, 180, 480, 220)),
        ),
        *(placed(Box(0, 0, 1, 1)).width_px, placed(Box(0, 0, 1, 1)).height_px, 300.0),
    )
    assert check_finished(finished(blank, tmp_path, text), [text]).recall_poppler == 1
