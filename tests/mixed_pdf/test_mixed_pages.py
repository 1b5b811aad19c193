from __future__ import annotations

import io
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Name

from errors import InputRejected
from ocr.assemble import Description, PagePart, assemble
from ocr.finished import check_finished
from ocr.mixed_pdf import MixedPage, TextOrigin
from tests.engines import ScriptedEngine
from tests.mixed_pdf import foreign
from tests.mixed_pdf.conftest import Layer
from tests.mixed_pdf.foreign import HINDI, LETTER, PATRA


class NeverAsked(ScriptedEngine):
    """Fails a test that should have got by without recognition."""

    def recognise(self, *_: object, **__: object) -> tuple[()]:
        raise AssertionError("nothing was to be recognised")


def verified(page: MixedPage, tmp_path: Path) -> MixedPage:
    """The page, once archive, poppler and PDFium have agreed with what it says about itself."""
    path = tmp_path / "finished.pdf"
    path.write_bytes(page.pdf)
    check = check_finished(path, [page.text])
    assert check.problems == (), check
    with pikepdf.open(path) as pdf:
        width, height = (float(v) * page.dpi / 72 for v in pdf.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx((page.width_px, page.height_px), abs=1.5)
    return page


def said_by_poppler(page: MixedPage, tmp_path: Path) -> str:
    (tmp_path / "said.pdf").write_bytes(page.pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "said.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def recall(expected: tuple[str, ...] | list[str], page: MixedPage) -> float:
    wanted = Counter(" ".join(expected).split())
    return 1 - (wanted - Counter(page.text.text.split())).total() / wanted.total()


def opened(page: MixedPage) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(page.pdf))


# ---- good text stays --------------------------------------------------------------------------


@pytest.mark.parametrize(("lines", "font"), [(LETTER, foreign.LATIN), (PATRA, HINDI)])
def test_text_of_a_word_processor_is_kept_with_its_letters_as_vectors(
    tmp_path: Path, layer: Layer, lines: tuple[str, ...], font: Path
) -> None:
    page = layer(foreign.typed(tmp_path / "typed.pdf", lines, font=font), engine=NeverAsked())
    verified(page, tmp_path)
    assert (page.text_origin, page.rasterised, page.confidence) == (TextOrigin.KEPT, "", 1.0)
    assert page.text.text.splitlines() == list(lines)
    with opened(page) as pdf:
        assert "/XObject" not in pdf.pages[0].obj.Resources


def test_word_boxes_lie_on_the_words(tmp_path: Path, layer: Layer) -> None:
    page = layer(foreign.typed(tmp_path / "typed.pdf", LETTER), engine=NeverAsked())
    first = page.text.words[0]
    assert first.text == "Government"
    points = [edge * 72 / page.dpi for edge in first.box]
    assert points == pytest.approx([72, 90, 150, 101], abs=4)


def test_a_font_that_is_missing_costs_the_vectors_but_not_the_text(
    tmp_path: Path, layer: Layer
) -> None:
    page = layer(
        foreign.bare(tmp_path / "bare.pdf", foreign.lines_content(LETTER)), engine=NeverAsked()
    )
    verified(page, tmp_path)
    assert page.rasterised.startswith("not_archival")
    assert page.text_origin is TextOrigin.KEPT
    assert page.text.text.splitlines() == list(LETTER)


def test_a_good_hidden_layer_is_kept_and_the_picture_not_touched(
    tmp_path: Path, layer: Layer
) -> None:
    source = foreign.scanned(
        tmp_path / "ocr.pdf", foreign.drawn(LETTER), layer=foreign.hidden_layer(LETTER)
    )
    page = verified(layer(source), tmp_path)
    assert (page.text_origin, page.rasterised) == (TextOrigin.KEPT, "")
    assert recall(LETTER, page) == 1.0
    assert 0.9 < page.confidence <= 1.0  # what our own reading of some lines agreed with
    assert _pictures(page) == _pictures_of(source)


def test_an_empty_page_stays_empty_and_costs_no_recognition(tmp_path: Path, layer: Layer) -> None:
    page = verified(layer(foreign.bare(tmp_path / "empty.pdf", b""), engine=NeverAsked()), tmp_path)
    assert page.text.words == ()
    assert page.rasterised == ""


def test_a_layer_of_another_ocr_program_is_kept_where_it_is_right(
    tmp_path: Path, layer: Layer
) -> None:
    picture = foreign.scanned(tmp_path / "scan.pdf", foreign.drawn(LETTER))
    once = layer(picture)
    source = tmp_path / "layered.pdf"
    source.write_bytes(once.pdf)  # the same kind of font as Tesseract's own layers have
    page = verified(layer(source), tmp_path)
    assert (page.text_origin, page.rasterised) == (TextOrigin.KEPT, "")
    assert page.text.text == once.text.text
    for again, first in zip(page.text.words, once.text.words, strict=True):
        assert again.box == pytest.approx(first.box, abs=first.box.height)


# ---- bad text is replaced ---------------------------------------------------------------------


def test_a_hidden_layer_that_says_something_else_is_replaced(tmp_path: Path, layer: Layer) -> None:
    wrong = tuple(line[::-1].replace("(", "").replace(")", "").title() for line in LETTER)
    wrong = ("Minutes of the meeting of the hospital board", *wrong[1:])
    source = foreign.scanned(
        tmp_path / "wrong.pdf", foreign.drawn(LETTER), layer=foreign.hidden_layer(wrong)
    )
    page = verified(layer(source), tmp_path)
    assert page.text_origin is TextOrigin.RECOGNISED
    assert recall(LETTER, page) > 0.9
    assert "Minutes" not in said_by_poppler(page, tmp_path)
    assert _pictures(page) == _pictures_of(source)


def test_a_hidden_layer_in_a_legacy_typing_is_replaced_by_hindi(
    tmp_path: Path, layer: Layer
) -> None:
    kruti = (
        "jktLFkku ljdkj jktLo foHkkx dks",
        "fnukad dks fopkj fd;k x;k gS",
        "lfpo ds funsZ'k ls",
    )
    source = foreign.scanned(
        tmp_path / "kruti.pdf", foreign.drawn(PATRA, font=HINDI), layer=foreign.hidden_layer(kruti)
    )
    page = verified(layer(source), tmp_path)
    assert page.text_origin is TextOrigin.RECOGNISED
    assert recall(PATRA, page) > 0.85
    assert "ljdkj" not in said_by_poppler(page, tmp_path)


def test_visible_letters_without_meaning_are_drawn_and_read(tmp_path: Path, layer: Layer) -> None:
    source = foreign.typed(tmp_path / "typed.pdf", LETTER)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        for font in pdf.pages[0].obj.Resources.Font.values():
            del font[Name.ToUnicode]
        pdf.save(source)
    page = verified(layer(source), tmp_path)
    assert page.rasterised == "text_unmapped"
    assert page.text_origin is TextOrigin.RECOGNISED
    assert recall(LETTER, page) > 0.9


# ---- no text is read --------------------------------------------------------------------------


def test_a_scan_is_read_and_its_code_stream_stays_as_received(tmp_path: Path, layer: Layer) -> None:
    source = foreign.scanned(tmp_path / "scan.pdf", foreign.drawn(LETTER))
    page = verified(layer(source), tmp_path)
    assert (page.text_origin, page.rasterised) == (TextOrigin.RECOGNISED, "")
    assert recall(LETTER, page) > 0.9
    assert _pictures(page) == _pictures_of(source)


@pytest.mark.parametrize("turn", [90, 180])
def test_a_sideways_scan_is_set_upright_without_touching_its_code_stream(
    tmp_path: Path, layer: Layer, turn: int
) -> None:
    source = foreign.scanned(tmp_path / "scan.pdf", foreign.drawn(LETTER), Rotate=turn)
    page = verified(layer(source), tmp_path)
    assert (page.rotated_cw_deg, page.rasterised) == (360 - turn, "")
    assert recall(LETTER, page) > 0.9
    assert page.text.words[0].box.y0 < page.height_px / 4
    assert _pictures(page) == _pictures_of(source)


def test_words_read_on_a_tilted_scan_lie_on_its_ink(tmp_path: Path, layer: Layer) -> None:
    tilted = foreign.drawn(LETTER).rotate(2.5, fillcolor=245, expand=False)
    page = verified(layer(foreign.scanned(tmp_path / "tilted.pdf", tilted)), tmp_path)
    assert recall(LETTER, page) > 0.85
    ink = np.asarray(tilted.resize((page.width_px, page.height_px))) < 128
    for word in page.text.words:
        box = word.box
        assert ink[box.y0 : box.y1, box.x0 : box.x1].any(), word
    covered = np.zeros_like(ink)
    for word in page.text.words:
        covered[word.box.y0 : word.box.y1, word.box.x0 : word.box.x1] = True
    assert (ink & covered).sum() > 0.9 * ink.sum()


def test_letters_drawn_as_outlines_are_read_and_stay_vectors(tmp_path: Path, layer: Layer) -> None:
    page = verified(layer(foreign.outlined(tmp_path / "cad.pdf", LETTER)), tmp_path)
    assert (page.text_origin, page.rasterised) == (TextOrigin.RECOGNISED, "")
    assert recall(LETTER, page) > 0.9


def test_a_stamped_line_is_kept_and_the_scan_under_it_read(tmp_path: Path, layer: Layer) -> None:
    source = foreign.scanned(tmp_path / "stamped.pdf", foreign.drawn(LETTER))
    foreign.stamp(source, "Received in the record room 05.05.2014")
    page = verified(layer(source), tmp_path)
    assert (page.text_origin, page.rasterised) == (TextOrigin.BOTH, "")
    assert recall(LETTER, page) > 0.9
    assert recall(["Received in the record room 05.05.2014"], page) == 1.0
    assert Counter(page.text.text.split())["Received"] == 1  # not read a second time


# ---- forms, notes, boxes ----------------------------------------------------------------------


def test_a_filled_in_field_and_a_stamp_become_part_of_the_page(
    tmp_path: Path, layer: Layer
) -> None:
    page = verified(layer(foreign.form(tmp_path / "form.pdf")), tmp_path)
    assert "Ramesh" in page.text.text
    with opened(page) as pdf:
        assert "/Annots" not in pdf.pages[0].obj
        assert not {"/AcroForm", "/OpenAction", "/Names", "/AA"} & set(pdf.Root.keys())


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turn_in_the_pdf_is_honoured_and_text_ends_up_upright(
    tmp_path: Path, layer: Layer, turn: int
) -> None:
    source = foreign.typed(tmp_path / "turned.pdf", LETTER)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = turn
        pdf.save(source)
    page = verified(layer(source, engine=NeverAsked()), tmp_path)
    assert page.rotated_cw_deg == 360 - turn
    assert (page.width_px, page.height_px) == pytest.approx((2479, 3508), abs=2)
    assert page.text.text.splitlines() == list(LETTER)
    first = page.text.words[0].box
    assert (first.x0, first.y0) == pytest.approx((300, 375), abs=15)


def test_a_page_with_odd_boxes_shows_only_its_crop(tmp_path: Path, layer: Layer) -> None:
    source = foreign.typed(tmp_path / "odd.pdf", LETTER)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.MediaBox = Array([-100, -50, 700, 900])
        pdf.pages[0].obj.CropBox = Array([50, 600, 500, 780])
        pdf.save(source)
    page = verified(layer(source, engine=NeverAsked()), tmp_path)
    assert (page.width_px, page.height_px) == (1875, 750)
    first = page.text.words[0].box
    assert first.x0 == pytest.approx((72 - 50) * 300 / 72, abs=6)
    assert first.y1 == pytest.approx((780 - (842 - 100)) * 300 / 72, abs=20)


def test_a_user_unit_makes_the_page_larger(tmp_path: Path, layer: Layer) -> None:
    source = foreign.bare(tmp_path / "unit.pdf", foreign.lines_content(LETTER), UserUnit=2)
    page = verified(layer(source, engine=NeverAsked()), tmp_path)
    assert page.width_px / page.dpi * 72 == pytest.approx(1190, abs=1)


@pytest.mark.parametrize(("side_pt", "unit"), [(1, 1), (14_400, 1), (14_400, 50)])
def test_the_smallest_and_the_largest_pages_stay_within_bounds(
    tmp_path: Path, layer: Layer, side_pt: int, unit: int
) -> None:
    source = foreign.bare(
        tmp_path / "size.pdf",
        b"0.5 g 0 0 %d %d re f" % (side_pt // 2, side_pt),
        MediaBox=Array([0, 0, side_pt, side_pt]),
        UserUnit=unit,
    )
    page = layer(source, max_pixels=4_000_000)
    assert page.width_px * page.height_px <= 4_010_000
    with opened(page) as pdf:
        assert 3 <= float(pdf.pages[0].mediabox[2]) <= 14_400


def test_layers_that_are_switched_off_stay_out_of_sight(tmp_path: Path, layer: Layer) -> None:
    page = layer(foreign.switched_off(tmp_path / "layers.pdf", "Public words", "Secret words"))
    verified(page, tmp_path)
    assert page.rasterised == "hidden_layers"
    assert "Public" in page.text.text
    assert "Secret" not in said_by_poppler(page, tmp_path)


def test_mixed_pages_of_all_kinds_make_one_archival_file(tmp_path: Path, layer: Layer) -> None:
    sources = [
        foreign.typed(tmp_path / "typed.pdf", PATRA, font=HINDI),
        foreign.scanned(tmp_path / "scan.pdf", foreign.drawn(LETTER)),
        foreign.bare(tmp_path / "bare.pdf", foreign.lines_content(LETTER)),
        foreign.typed(tmp_path / "typed2.pdf", LETTER),
    ]
    pages = [layer(source) for source in sources]
    parts = []
    for number, page in enumerate(pages):
        part = tmp_path / f"part-{number}.pdf"
        part.write_bytes(page.pdf)
        parts.append(PagePart(part, None, "correspondence"))
    assemble(parts, tmp_path / "file.pdf", description=Description("File"), workdir=tmp_path)
    check = check_finished(tmp_path / "file.pdf", [page.text for page in pages])
    assert check.problems == (), check


# ---- what may go wrong ------------------------------------------------------------------------


def test_a_page_that_never_ends_is_rejected_and_the_next_one_goes_on(
    tmp_path: Path, layer: Layer
) -> None:
    begun = time.monotonic()
    with pytest.raises(InputRejected) as rejected:
        layer(foreign.endless(tmp_path / "endless.pdf"), timeout_s=1.5)
    assert time.monotonic() - begun < 15  # ended by the kernel, not when we stop listening
    assert rejected.value.facts["file"] == "endless.pdf"
    assert rejected.value.kept and rejected.value.todo
    assert layer(foreign.typed(tmp_path / "typed.pdf", LETTER)).text_origin is TextOrigin.KEPT


def test_a_page_that_takes_too_much_memory_is_rejected(tmp_path: Path, layer: Layer) -> None:
    with pytest.raises(InputRejected):
        layer(foreign.typed(tmp_path / "typed.pdf", LETTER), max_memory_bytes=100_000)


def test_the_same_page_gives_the_same_bytes(tmp_path: Path, layer: Layer) -> None:
    source = foreign.scanned(tmp_path / "scan.pdf", foreign.drawn(LETTER))
    assert layer(source) == layer(source)


def test_two_threads_get_what_one_would(tmp_path: Path, layer: Layer) -> None:
    sources = [
        foreign.typed(tmp_path / "typed.pdf", PATRA, font=HINDI),
        foreign.bare(tmp_path / "bare.pdf", foreign.lines_content(LETTER)),
    ] * 3
    alone = [layer(source) for source in sources[:2]] * 3
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(layer, sources)) == alone


def _pictures(page: MixedPage) -> list[bytes]:
    return _images(io.BytesIO(page.pdf))


def _pictures_of(path: Path) -> list[bytes]:
    return _images(path)


def _images(source: Path | io.BytesIO) -> list[bytes]:
    with pikepdf.open(source) as pdf:
        return [
            bytes(item.read_raw_bytes())
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) == Name.Image
        ]
