"""What a finished PDF is worth: its text by two extractors, its size, whether it is PDF/A."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pypdfium2

from benchmarks.contenders import Outcome
from benchmarks.scans.maker import PageTruth
from ocr.scoring import (
    Errors,
    Recall,
    errors_in_any_order,
    errors_in_order,
    word_recall,
)

FLAVOURS = ("2b", "3b", "1b")
UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Worth:
    """A finished PDF against the truth of its pages.

    Attributes:
        any_order: character errors, lines matched one to one (see ``poppler_pages``).
        in_order: character errors of the pages' whole texts (see ``poppler_pages``).
        recall_poppler: words found again by ``pdftotext``.
        recall_pdfium: words found again by PDFium, as in Chrome.
        pages: pages in the PDF.
        kilobytes_a_page: its size over its pages, in 1,000 bytes.
        pdfa: the flavour that it conforms to, such as ``2b``, else ``undecided`` or ``no``.
    """

    any_order: Errors
    in_order: Errors
    recall_poppler: Recall
    recall_pdfium: Recall
    pages: int
    kilobytes_a_page: float
    pdfa: str


def judge(outcome: Outcome, truths: Sequence[PageTruth]) -> Worth | None:
    """What came of the pages; None when there is no PDF."""
    if outcome.pdf is None:
        return None
    by_poppler = poppler_pages(outcome.pdf)
    as_laid_out = _by_scan(by_poppler, outcome.shown)
    as_written = _by_scan(poppler_pages(outcome.pdf, as_written=True), outcome.shown)
    pdfium = _by_scan(pdfium_pages(outcome.pdf), outcome.shown)
    pages = max(1, len(by_poppler))
    return Worth(
        any_order=_kinder(_errors_in_any_order, truths, (as_laid_out, as_written)),
        in_order=_kinder(_errors_in_order, truths, (as_laid_out, as_written)),
        recall_poppler=_sum_recall(truths, as_laid_out),
        recall_pdfium=_sum_recall(truths, pdfium),
        pages=pages,
        kilobytes_a_page=outcome.pdf.stat().st_size / 1000 / pages,
        pdfa=flavour(outcome.pdf),
    )


def poppler_pages(pdf: Path, *, as_written: bool = False) -> list[str]:
    """The text of every page as ``pdftotext`` finds it.

    Args:
        pdf: the file.
        as_written: in the order of the content stream (``-raw``) instead of the order that
            poppler makes out of the words' places, which may take wide gaps for columns. The
            kinder of the two counts for every program.
    """
    mode = ["-raw"] if as_written else []
    command = ["pdftotext", *mode, "-enc", "UTF-8", str(pdf), "-"]
    told = subprocess.run(command, check=True, capture_output=True)
    return told.stdout.decode().split("\f")[:-1]


def pdfium_pages(pdf: Path) -> list[str]:
    """The text of every page as PDFium finds it."""
    texts = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            page.close()
    return texts


def flavour(pdf: Path) -> str:
    """The PDF/A flavour that the file conforms to, by pikepdf's validator.

    Returns:
        ``1b``, ``2b`` or ``3b``; ``undecided`` when it holds what the validator does not
        judge; ``no`` when it breaks a rule of each.
    """
    verdicts = {wanted: pikepdf.pdfa.validate_written(pdf, wanted).verdict for wanted in FLAVOURS}
    for wanted, verdict in verdicts.items():
        if verdict == "pass":
            return wanted
    return UNDECIDED if "not_checked" in verdicts.values() else "no"


def _by_scan(texts: Sequence[str], shown: Sequence[bool]) -> list[str]:
    """One text a scan; a scan that has no page in the PDF has none."""
    left = iter(texts)
    return [next(left, "") if is_shown else "" for is_shown in shown]


def _kinder(
    count: Callable[[PageTruth, str], Errors],
    truths: Sequence[PageTruth],
    readings: Iterable[Sequence[str]],
) -> Errors:
    """The errors of all pages in that reading of the file which has the fewest."""
    sums = (sum(map(count, truths, texts), Errors()) for texts in readings)
    return min(sums, key=lambda errors: errors.rate)


def _errors_in_order(truth: PageTruth, read: str) -> Errors:
    return errors_in_order(truth.text, read)


def _errors_in_any_order(truth: PageTruth, read: str) -> Errors:
    lines = [line.text for line in truth.lines]
    marks = [mark.text for mark in truth.marks]
    return errors_in_any_order(lines, read.splitlines(), optional=marks)


def _sum_recall(truths: Sequence[PageTruth], texts: Sequence[str]) -> Recall:
    found = (word_recall(truth.text, text) for truth, text in zip(truths, texts, strict=True))
    return sum(found, Recall())
