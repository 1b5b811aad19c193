"""PDFs that other programs stumbled over: each page becomes archival or is refused in words."""

from __future__ import annotations

import io
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from errors import InputRejected
from ocr.mixed_pdf import MixedPage
from tests.mixed_pdf.conftest import Layer

EDGE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "edge"
PAGES_OF_EACH = 3

pytestmark = [
    pytest.mark.shared,
    pytest.mark.timeout(1200),  # a hundred pages, on machines with other work to do
    pytest.mark.skipif(not EDGE.is_dir(), reason="the hostile files are not beside the project"),
]


def _pages() -> Iterator[tuple[Path, int]]:
    for path in sorted(EDGE.glob("pdf_*")):
        try:
            with pikepdf.open(path) as pdf:
                pages = len(pdf.pages)
        except (pikepdf.PdfError, pikepdf.PasswordError):
            continue
        yield from ((path, page) for page in range(min(pages, PAGES_OF_EACH)))


def test_every_page_becomes_archival_and_findable_or_is_rejected(
    tmp_path: Path, layer: Layer
) -> None:
    wanted = found = 0
    done = rejected = 0
    for path, number in _pages():
        try:
            page = layer(path, number, timeout_s=30)
        except InputRejected as reason:
            rejected += 1
            assert reason.what and reason.kept and reason.todo
            continue
        done += 1
        report = pikepdf.pdfa.validate_written(io.BytesIO(page.pdf), "2b")
        assert report.passed, (path.name, number, report.summary())
        words = Counter(word.text for word in page.text.words)
        wanted += words.total()
        found += (words & _said_by_poppler(page, tmp_path)).total()
    assert done > 90
    assert rejected <= 2
    assert found >= 0.995 * wanted


def _said_by_poppler(page: MixedPage, tmp_path: Path) -> Counter[str]:
    (tmp_path / "page.pdf").write_bytes(page.pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "page.pdf"), "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return Counter(said.split())
