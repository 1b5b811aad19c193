"""All that one measurement found: how it is summed up and kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.quality.file_marks import FIELDS, FileMark, sum_field
from benchmarks.quality.made import MadeBox
from benchmarks.quality.page_marks import PageMark, PageSum, sum_of
from benchmarks.quality.real import RealScans, RealSum, by_collection
from benchmarks.quality.side_by_side import SideBySide
from ocr.page_score import TextCount

FORMAT = 1
# Lower ends of the steps in which pages are sorted by the product's own confidence.
CONFIDENCE_STEPS = (0.9, 0.8, 0.7, 0.0)


@dataclass(frozen=True, slots=True)
class Findings:
    """One measurement.

    Attributes:
        boxes: made scans.
        real: None when there were no real scans.
        conditions: when and with what it was taken.
        compared: the same pages with other engines and profiles.
    """

    boxes: tuple[MadeBox, ...]
    real: RealScans | None
    conditions: Mapping[str, Any]
    compared: tuple[SideBySide, ...] = ()

    @property
    def pages(self) -> tuple[PageMark, ...]:
        """Every made scan."""
        return tuple(page for box in self.boxes for page in box.pages)

    @property
    def files(self) -> tuple[FileMark, ...]:
        """Every made file."""
        return tuple(file for box in self.boxes for file in box.files)


@dataclass(frozen=True, slots=True)
class ConfidenceStep:
    """Pages whose confidence lies in one step, and the errors among them.

    Attributes:
        name: the step, ``0.8 to 0.9``.
        pages: how many.
        text: their figures together.
        worst: the highest error rate of one page.
    """

    name: str
    pages: int
    text: TextCount
    worst: float


def as_json(found: Findings) -> dict[str, Any]:
    """Everything with its sums, for programs; figures and names only, no text of any page."""
    return {
        "format": FORMAT,
        "conditions": dict(found.conditions),
        "boxes": {
            box.plan.name: {
                "seed": box.plan.seed,
                "ageing": str(box.plan.ageing),
                "typefaces": list(box.plan.typefaces),
                "unexplained": box.unexplained,
                "pages": _page_sum(sum_of(box.pages)),
                "fields": _fields(box.files),
            }
            for box in found.boxes
        },
        "kinds": {name: _page_sum(sum_of(pages)) for name, pages in by_kind(found).items()},
        "pages": [_page(mark) for mark in found.pages],
        "files": [_file(mark) for mark in found.files],
        "real": _real(found.real) if found.real else None,
        "compared": {one.name: list(one.runs) for one in found.compared},
    }


def by_kind(found: Findings) -> dict[str, list[PageMark]]:
    """The made scans sorted by what they are."""
    kinds: dict[str, list[PageMark]] = {}
    for mark in sorted(found.pages, key=lambda mark: mark.kind):
        kinds.setdefault(mark.kind, []).append(mark)
    return kinds


def by_confidence(found: Findings) -> list[ConfidenceStep]:
    """Made and real pages with text, sorted by how sure the product is of them."""
    seen = [(mark.confidence, mark.text) for mark in found.pages if mark.text.any_order.characters]
    if found.real:
        seen += [(mark.confidence, mark.ours) for mark in found.real.marks if mark.ours]
    steps, upper = [], 1.0
    for lower in CONFIDENCE_STEPS:
        last = lower == CONFIDENCE_STEPS[0]
        inside = [text for sure, text in seen if lower <= sure < upper or (last and sure == upper)]
        steps.append(_step(f"{lower:.1f} to {upper:.1f}", inside))
        upper = lower
    return steps


def _step(name: str, texts: Sequence[TextCount]) -> ConfidenceStep:
    return ConfidenceStep(
        name,
        len(texts),
        sum(texts, TextCount()),
        max((text.any_order.rate for text in texts), default=0.0),
    )


def _text(text: TextCount) -> dict[str, float | int]:
    return {
        "characters": text.any_order.characters,
        "cer_any_order": _rounded(text.any_order.rate),
        "cer_any_order_invented": _rounded(text.invented_rate),
        "cer_in_order": _rounded(text.in_order.rate),
        "wer_in_order": _rounded(text.word_errors.rate),
        "words_found": _rounded(text.words.rate),
        "lines": text.lines,
        "lines_lost": text.lines_lost,
        "numbers": text.numbers.words,
        "numbers_exact": text.numbers.found,
        "order_error": _rounded(text.order_error),
    }


def _page_sum(total: PageSum) -> dict[str, Any]:
    return {
        "pages": total.pages,
        "text": _text(total.text),
        "words_found_poppler": _rounded(total.poppler.rate),
        "words_found_pdfium": _rounded(total.pdfium.rate),
        "turned_right": [total.turns.found, total.turns.words],
        "sides_right": [total.sides.found, total.sides.words],
        "blank_seen": [total.blanks.found, total.blanks.words],
        "taken_for_blank_and_is": [total.blanks_taken.found, total.blanks_taken.words],
        "catastrophes": [total.catastrophes.found, total.catastrophes.words],
        "repeats_seen": [total.repeats.found, total.repeats.words],
        "skew_error_mean_deg": _rounded(total.skew_mean_deg),
        "skew_error_worst_deg": _rounded(total.skew_worst_deg),
    }


def _fields(files: Sequence[FileMark]) -> dict[str, Any]:
    sums = {field: sum_field(field, files) for field in FIELDS}
    return {
        field: {
            "exact": [total.exact.found, total.exact.words],
            "right": [total.right.found, total.right.words],
            "likeness": _rounded(total.likeness),
            "wrong_and_sure": total.wrong_and_sure,
            "right_but_doubted": total.right_but_doubted,
        }
        for field, total in sums.items()
    }


def _page(mark: PageMark) -> dict[str, Any]:
    return {
        "name": mark.name,
        "kind": mark.kind,
        "language": mark.language,
        "text": _text(mark.text),
        "turn_right": mark.turn_right,
        "skew_error_deg": None if mark.skew_error_deg is None else _rounded(mark.skew_error_deg),
        "side_right": mark.side_right,
        "blank": mark.blank,
        "taken_for_blank": mark.taken_for_blank,
        "confidence": mark.confidence,
        "verdicts": list(mark.verdicts),
    }


def _file(mark: FileMark) -> dict[str, Any]:
    return {
        "name": mark.name,
        "pages": mark.pages,
        "state": mark.state,
        "reasons": list(mark.reasons),
        "has_pdf": mark.has_pdf,
        "fields": {
            name: {
                "likeness": _rounded(field.likeness),
                "right": field.right,
                "confidence": field.confidence,
                "doubted": field.doubted,
            }
            for name, field in mark.fields.items()
        },
    }


def _real(real: RealScans) -> dict[str, Any]:
    return {
        "cpu_s": _rounded(real.cpu_s),
        "plain_cpu_s": _rounded(sum(mark.plain_cpu_s for mark in real.marks)),
        "collections": {
            name: _real_sum(total) for name, total in by_collection(real.marks).items()
        },
        "pages": [
            {
                "name": mark.name,
                "ours": _text(mark.ours) if mark.ours else None,
                "plain": _text(mark.plain) if mark.plain else None,
                "plain_cpu_s": _rounded(mark.plain_cpu_s),
                "deposited": mark.deposited,
                "has_pdf": mark.has_pdf,
                "rotated_cw_deg": mark.rotated_cw_deg,
                "skew_ccw_deg": mark.skew_ccw_deg,
                "confidence": mark.confidence,
                "verdicts": list(mark.verdicts),
            }
            for mark in real.marks
        ],
    }


def _real_sum(total: RealSum) -> dict[str, Any]:
    return {"pages": total.pages, "ours": _text(total.ours), "plain": _text(total.plain)}


def _rounded(figure: float) -> float:
    return round(figure, 5)


def sums(boxes: Iterable[MadeBox]) -> dict[str, PageSum]:
    """The pages of each box together, and of all of them as ``all``."""
    seen = list(boxes)
    each = {box.plan.name: sum_of(box.pages) for box in seen}
    return {**each, "all": sum_of(page for box in seen for page in box.pages)}
