"""Judges the finished PDF from outside: is it PDF/A, is every page there, is the text found.

The text is looked for with two readers that share no code, poppler and PDFium; the writer's
own opinion does not count.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias, cast

import pikepdf.pdfa

from errors import ToolMissing
from ocr.page import PageText
from ocr.textlayer import written_words
from pdfium import one_at_a_time

Expected: TypeAlias = PageText | Sequence[str]

NOT_PDFA = "not_pdfa"
WRONG_PAGE_COUNT = "page_count"
TEXT_LOST_POPPLER = "text_lost_poppler"
TEXT_LOST_PDFIUM = "text_lost_pdfium"
PAGE_TEXT_LOST = "page_text_lost"
UNREADABLE = "unreadable"
TIMED_OUT = "timed_out"

_MOST_PDFA_PROBLEMS = 20
_LOST_WORDS_BESIDES = 1  # a page may lose this many words and 5 % of the others
_LOST_SHARE = 0.05
# PDFium's signs for a hyphen at a line's end, the second where more of the line follows.
_PDFIUM_LINE_HYPHENS = str.maketrans({"\x02": "-\n", "\ufffe": "-\n"})


@dataclass(frozen=True, slots=True)
class FinishedCheck:
    """The verdict on a finished file.

    Attributes:
        pages: pages that the file has; 0 if it cannot be opened.
        pdfa_problems: what the PDF/A-2b validator found, at most 20, in its words.
        recall_poppler, recall_pdfium: share of the expected words found again, 0..1.
        worst_page: 1-based page with the lowest recall of the two; 0 if none is below 1.
        worst_recall: its recall, 0..1.
        problems: codes (the constants of this module) of all that is wrong; empty if ``ok``.
    """

    pages: int
    pdfa_problems: tuple[str, ...]
    recall_poppler: float
    recall_pdfium: float
    worst_page: int
    worst_recall: float
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong with the file."""
        return not self.problems


def check_finished(
    path: Path,
    expected: Sequence[Expected],
    *,
    min_word_recall: float = 0.995,
    timeout_s: float = 120.0,
) -> FinishedCheck:
    """The verdict on a finished PDF: PDF/A-2b, page count, text as two readers find it.

    Words are compared page by page as multisets, after NFC. The file's recall must reach
    ``min_word_recall`` with both readers, and no page may lose more than one word and 5 %.

    Args:
        path: the file as it would be deposited.
        expected: for each page what was read on it, or the words it is known to hold.
        min_word_recall: 0..1.
        timeout_s: for each of the two readers.

    Raises:
        errors.ToolMissing: poppler's ``pdftotext`` is not installed.
    """
    report = pikepdf.pdfa.validate_written(path, "2b")
    poppler, pdfium = _Recall(expected), _Recall(expected)
    problems = [] if report.passed else [NOT_PDFA]
    problems += poppler.take_all(_poppler_pages, path, timeout_s)
    problems += pdfium.take_all(_pdfium_pages, path, timeout_s)
    faults = {
        WRONG_PAGE_COUNT: pdfium.pages != len(expected),
        TEXT_LOST_POPPLER: poppler.total < min_word_recall,
        TEXT_LOST_PDFIUM: pdfium.total < min_word_recall,
        PAGE_TEXT_LOST: poppler.a_page_failed or pdfium.a_page_failed,
    }
    problems += [code for code, found in faults.items() if found]
    worst_recall, worst_page = min(poppler.worst, pdfium.worst)
    return FinishedCheck(
        pages=pdfium.pages,
        pdfa_problems=tuple(str(finding) for finding in report.findings[:_MOST_PDFA_PROBLEMS]),
        recall_poppler=poppler.total,
        recall_pdfium=pdfium.total,
        worst_page=worst_page,
        worst_recall=worst_recall,
        problems=tuple(dict.fromkeys(problems)),
    )


class _Unfit(Exception):
    """A reader could not do its work; carries the problem's code."""


class _Recall:
    """Counts, page by page, which expected words one reader finds."""

    def __init__(self, expected: Sequence[Expected]) -> None:
        self._expected = expected
        self._wanted = self._found = 0
        self.pages = 0
        self.worst = (1.0, 0)
        self.a_page_failed = False

    @property
    def total(self) -> float:
        """Share of all expected words found; 1 if none was expected."""
        return self._found / self._wanted if self._wanted else 1.0

    def take_all(
        self, reader: Callable[[Path, float], Generator[str]], path: Path, timeout_s: float
    ) -> list[str]:
        """Read the file to its end; codes of what kept the reader from it."""
        trouble = []
        try:
            with contextlib.closing(reader(path, timeout_s)) as pages:
                for text in pages:
                    self._take(text)
        except _Unfit as unfit:
            trouble.append(str(unfit))
        seen = self.pages
        while self.pages < len(self._expected):
            self._take("")
        self.pages = seen
        return trouble

    def _take(self, text: str) -> None:
        place, self.pages = self.pages, self.pages + 1
        if place >= len(self._expected):
            return
        wanted = _words(self._expected[place])
        count = wanted.total()
        found = (wanted & Counter(written_words(text))).total()
        self._wanted += count
        self._found += found
        if count - found > _LOST_WORDS_BESIDES + _LOST_SHARE * count:
            self.a_page_failed = True
        if found < count:
            self.worst = min(self.worst, (found / count, self.pages))


def _words(page: Expected) -> Counter[str]:
    """What can be searched for: nobody looks for a danda or a dash alone."""
    said = (word.text for word in page.words) if isinstance(page, PageText) else page
    words = (word for text in said for word in written_words(text))
    return Counter(word for word in words if any(map(str.isalnum, word)))


def _poppler_pages(path: Path, timeout_s: float) -> Generator[str]:
    # -raw: in the order written; the layout mode drops hyphens at the ends of lines.
    command = ["pdftotext", "-q", "-raw", "-enc", "UTF-8", "--", str(path), "-"]
    try:
        reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError as missing:
        raise ToolMissing(
            "The program pdftotext is not on this machine; it checks the text of every PDF.",
            kept="All pages as far as they are done.",
            todo="Install it: sudo apt-get install poppler-utils",
        ) from missing
    until = time.monotonic() + timeout_s
    watch = threading.Timer(timeout_s, reader.kill)
    watch.daemon = True
    watch.start()
    try:
        yield from _split_at_form_feeds(cast(IO[bytes], reader.stdout).read)
        status = reader.wait()
    finally:
        watch.cancel()
        reader.kill()
        reader.communicate()
    if status:
        raise _Unfit(TIMED_OUT if time.monotonic() >= until else UNREADABLE)


def _split_at_form_feeds(read: Callable[[int], bytes]) -> Iterator[str]:
    kept = b""
    while block := read(1 << 16):
        *pages, kept = (kept + block).split(b"\f")
        for page in pages:
            yield page.decode("utf-8", "replace")


def _pdfium_pages(path: Path, timeout_s: float) -> Generator[str]:
    import pypdfium2

    until = time.monotonic() + timeout_s
    try:
        with one_at_a_time:
            document = pypdfium2.PdfDocument(path)
            count = len(document)
        try:
            for place in range(count):
                with one_at_a_time:  # a page at a time: a long file does not stop the others
                    text = _pdfium_text(document, place)
                yield text
                if time.monotonic() > until:
                    raise _Unfit(TIMED_OUT)
        finally:
            with one_at_a_time:
                document.close()
    except (pypdfium2.PdfiumError, OSError) as damage:
        raise _Unfit(UNREADABLE) from damage


def _pdfium_text(document: object, place: int) -> str:
    page = document[place]  # type: ignore[index]
    text_page = page.get_textpage()
    try:
        text: str = text_page.get_text_bounded()
    finally:
        text_page.close()
        page.close()
    return text.translate(_PDFIUM_LINE_HYPHENS)
