"""Truths and deposits in small, to judge without a run."""

from __future__ import annotations

from typing import Any

from benchmarks.quality.deposited import DepositedFile, DepositedPage
from benchmarks.scans.maker import FileTruth, PageTruth
from benchmarks.scans.truth import Box, LineTruth

LINES = (
    "मध्यप्रदेश शासन",
    "क्रमांक एफ 11-20/2014/1/9",
    "विषय:- अभिलेखों के डिजिटलीकरण के संबंध में।",
    "उपरोक्त विषय में निर्देशानुसार लेख है कि जिलों से जानकारी प्राप्त की जाए।",
)
NUMBER = "एफ 11-20/2014/1/9"


def page_truth(lines: tuple[str, ...] = LINES, **changes: Any) -> PageTruth:
    """A level letter with these lines."""
    box = Box(0, 0, 10, 10)
    facts: dict[str, Any] = {
        "kind": "letter" if lines else "blank",
        "language": "hi",
        "side": "correspondence" if lines else "blank",
        "width_px": 100,
        "height_px": 100,
        "dpi": 300,
        "seed": 1,
        "typeface": "noto-serif",
        "lines": tuple(LineTruth(line, box) for line in lines),
        "blank": not lines,
        "source": "a/0001.jpg",
    }
    return PageTruth(**{**facts, **changes})


def deposited_page(lines: tuple[str, ...] = LINES, **changes: Any) -> DepositedPage:
    """That letter, read without fault."""
    facts: dict[str, Any] = {
        "sequence": 1,
        "source": "a/0001.jpg",
        "state": "recognised" if lines else "blank",
        "side": "correspondence" if lines else "blank",
        "rotated_cw_deg": 0,
        "skew_ccw_deg": 0.0,
        "confidence": 0.9,
        "duplicate_of": None,
        "reason_codes": [],
    }
    text = "\n".join(lines)
    return DepositedPage({**facts, **changes}, lines, text, text)


def file_truth(*pages: PageTruth) -> FileTruth:
    """The file that holds them."""
    return FileTruth(
        folder="a",
        file_number=NUMBER,
        file_number_canonical="F11-20/2014/1/9",
        date="1988-06-04",
        subject="अभिलेखों के डिजिटलीकरण के संबंध में",
        department="सामान्य प्रशासन विभाग",
        department_code="gad",
        document_type="letter",
        language="hi",
        declared_pages=len(pages),
        pages=pages,
    )


def deposited_file(
    *pages: DepositedPage, reasons: tuple[str, ...] = (), **values: Any
) -> DepositedFile:
    """The file as it should come out; ``values`` changes fields, ``None`` takes one away."""
    right = {
        "file_number": NUMBER,
        "date": "1988-06-04",
        "subject": "अभिलेखों के डिजिटलीकरण के संबंध में",
        "department": "सामान्य प्रशासन विभाग",
        "document_type": "letter",
    }
    metadata = {
        field: {"value": value, "confidence": 0.9}
        for field, value in {**right, **values}.items()
        if value is not None
    }
    access = {"key": "main/1/v1/access.pdf", "role": "access"}
    facts = {
        "source": "a",
        "state": "in_review" if reasons else "deposited",
        "reason_codes": list(reasons),
        "metadata": metadata,
        "deposit": {"objects": [access]},
        "pages": [page.facts for page in pages],
    }
    return DepositedFile(facts, pages)
