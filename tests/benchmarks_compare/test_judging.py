"""A finished PDF is judged by what others get out of it."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from benchmarks import contenders
from benchmarks.contenders import Outcome, check_tools
from benchmarks.judging import judge
from benchmarks.measure import Cost
from benchmarks.scans.maker import Box, LineTruth, PageTruth
from errors import ToolMissing

COST = Cost(1.0, 1.0, 1, 1, {}, 0)
FIRST, THIRD = ("Sanction of leave", "Bhopal, 04.06.1988"), ("For orders please.",)


def _truth(*lines: str) -> PageTruth:
    told = tuple(LineTruth(line, Box(0, 0, 9, 9)) for line in lines)
    return PageTruth("letter", "en", "correspondence", 100, 100, 300, 1, "lohit", lines=told)


TRUTHS = (_truth(*FIRST), _truth(), _truth(*THIRD))


def _pdf(path: Path, *pages: tuple[str, ...]) -> Path:
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for lines in pages:
            page = pdf.add_blank_page(page_size=(400, 400))
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.F1)
            shown = " ".join(f"({line}) Tj 0 -20 Td" for line in lines)
            page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 300 Td {shown} ET".encode())
        pdf.save(path)
    return path


def test_an_empty_back_that_is_left_out_shifts_no_page(tmp_path: Path) -> None:
    pdf = _pdf(tmp_path / "a.pdf", FIRST, THIRD)
    worth = judge(Outcome(COST, pdf, (True, False, True)), TRUTHS)
    assert worth is not None
    assert (worth.any_order.rate, worth.in_order.rate) == (0.0, 0.0)
    assert (worth.recall_poppler.rate, worth.recall_pdfium.rate) == (1.0, 1.0)
    assert worth.pages == 2
    assert worth.kilobytes_a_page == pdf.stat().st_size / 2000


def test_a_page_that_is_missing_loses_its_words(tmp_path: Path) -> None:
    worth = judge(Outcome(COST, _pdf(tmp_path / "a.pdf", FIRST), (True, False, False)), TRUTHS)
    assert worth is not None
    assert worth.any_order.edits == len(THIRD[0])
    assert worth.recall_pdfium.found == 5
    assert worth.recall_pdfium.words == 8


def test_a_pdf_without_its_fonts_is_no_pdfa(tmp_path: Path) -> None:
    worth = judge(Outcome(COST, _pdf(tmp_path / "a.pdf", FIRST, (), THIRD), (True,) * 3), TRUTHS)
    assert worth is not None
    assert worth.pdfa == "no"


def test_no_pdf_is_worth_nothing() -> None:
    assert judge(Outcome(COST, None, (), "it failed"), TRUTHS) is None


def test_missing_programs_are_named_before_anything_is_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as missing:
        check_tools()
    assert "unpaper, gs" in missing.value.what
    assert missing.value.kept
    assert "make setup-bench" in missing.value.todo


def test_the_commands_in_the_report_are_those_that_users_type() -> None:
    assert contenders.DOCUMENTED.shown_as == (
        "ocrmypdf -l hin+eng --deskew --rotate-pages --clean IN.pdf OUT.pdf"
    )
    assert contenders.EXPERT.shown_as.startswith("OMP_THREAD_LIMIT=1 ocrmypdf -l Devanagari ")
