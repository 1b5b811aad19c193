"""The last gate: a file that is not what it should be must not pass it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from errors import ToolMissing
from ocr import finished
from ocr.assemble import Description, PagePart, assemble
from ocr.finished import check_finished
from ocr.page import PageText
from tests.ocr_layering import papers


@pytest.fixture(scope="module")
def expected() -> list[PageText]:
    return [papers.text_of([*papers.HINDI, f"पृष्ठ{number}"], lines=6) for number in range(3)]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, expected: list[PageText]) -> Path:
    folder = tmp_path_factory.mktemp("good")
    sheet = papers.layered(folder, "sheet", np.full((1200, 2400, 3), 240, np.uint8))
    parts = [PagePart(sheet, text, "noting") for text in expected]
    assemble(parts, folder / "good.pdf", description=Description("नस्ती"), workdir=folder)
    return folder / "good.pdf"


def test_a_good_file_passes(good, expected) -> None:
    verdict = check_finished(good, expected)
    assert verdict.ok, verdict
    assert (verdict.pages, verdict.pdfa_problems, verdict.worst_page) == (3, (), 0)


def test_words_may_be_expected_as_plain_lists(good, expected) -> None:
    assert check_finished(good, [[word.text for word in page.words] for page in expected]).ok


def test_a_damaged_text_layer_fails(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        layer = pdf.pages[1].obj.Contents[1]
        layer.write(layer.read_bytes().replace("वि".encode("utf-16-be"), "वी".encode("utf-16-be")))
        pdf.save(tmp_path / "bad.pdf")
    verdict = check_finished(tmp_path / "bad.pdf", expected)
    assert not verdict.ok
    assert {finished.TEXT_LOST_POPPLER, finished.TEXT_LOST_PDFIUM} <= set(verdict.problems)
    assert verdict.worst_page == 2
    assert 0 < verdict.worst_recall < 1


def test_a_layer_that_breaks_words_apart_fails(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        for page in pdf.pages:
            layer = page.obj.Contents[1]
            space, vowel = "\u0020".encode("utf-16-be"), "ि".encode("utf-16-be")
            layer.write(layer.read_bytes().replace(vowel, vowel + space))
        pdf.save(tmp_path / "apart.pdf")
    assert not check_finished(tmp_path / "apart.pdf", expected).ok


def test_one_page_without_its_text_fails_in_a_long_file(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        for _ in range(250):
            pdf.pages.append(pdf.pages[0])
        del pdf.Root.PageLabels
        blank = pdf.pages[1].obj
        blank.Contents = blank.Contents[0]
        pdf.save(tmp_path / "long.pdf")
    verdict = check_finished(tmp_path / "long.pdf", [*expected, *[expected[0]] * 250])
    assert min(verdict.recall_poppler, verdict.recall_pdfium) >= 0.995
    assert finished.PAGE_TEXT_LOST in verdict.problems
    assert (verdict.worst_page, verdict.worst_recall) == (2, 0)


def test_a_font_that_maps_to_other_letters_fails(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        table = pdf.pages[0].obj.Resources.Font["/f-0-0"].ToUnicode
        table.write(table.read_bytes().replace(b"> <0900>", b"> <0980>"))
        pdf.save(tmp_path / "bad.pdf")
    assert not check_finished(tmp_path / "bad.pdf", expected).ok


def test_text_survives_even_the_loss_of_the_unicode_table(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        del pdf.pages[0].obj.Resources.Font["/f-0-0"]["/ToUnicode"]
        pdf.save(tmp_path / "poor.pdf")
    assert check_finished(tmp_path / "poor.pdf", expected).recall_poppler == 1


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_page_too_few_or_too_many_fails(good, expected, difference) -> None:
    wanted = expected[:-1] if difference > 0 else [*expected, []]
    verdict = check_finished(good, wanted)
    assert verdict.problems == (finished.WRONG_PAGE_COUNT,)
    assert verdict.pages == 3


def test_a_file_that_is_not_pdfa_fails(good, expected, tmp_path) -> None:
    with pikepdf.open(good) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(tmp_path / "bad.pdf")
    verdict = check_finished(tmp_path / "bad.pdf", expected)
    assert verdict.problems == (finished.NOT_PDFA,)
    assert verdict.pdfa_problems


@pytest.mark.parametrize("keep", [0, 200, -400])
def test_what_cannot_be_read_fails_and_does_not_raise(good, expected, tmp_path, keep) -> None:
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(good.read_bytes()[:keep] if keep else b"")
    verdict = check_finished(cut, expected)
    assert not verdict.ok
    assert finished.NOT_PDFA in verdict.problems


def test_a_missing_file_fails(tmp_path, expected) -> None:
    verdict = check_finished(tmp_path / "none.pdf", expected)
    assert {finished.UNREADABLE, finished.WRONG_PAGE_COUNT} <= set(verdict.problems)
    assert (verdict.pages, verdict.recall_poppler, verdict.recall_pdfium) == (0, 0, 0)


def test_a_missing_pdftotext_is_said_with_the_mending_command(good, expected, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing) as raised:
        check_finished(good, expected)
    assert raised.value.todo == "Install it: sudo apt-get install poppler-utils"


def test_a_reader_that_hangs_is_stopped(good, expected, monkeypatch, tmp_path) -> None:
    hanging = tmp_path / "pdftotext"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(hanging.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    verdict = check_finished(good, expected, timeout_s=0.5)
    assert finished.TIMED_OUT in verdict.problems
    assert finished.TEXT_LOST_POPPLER in verdict.problems


def test_several_threads_check_at_once(good, expected) -> None:
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda _: check_finished(good, expected), range(8)))
    assert all(verdict.ok for verdict in verdicts)
