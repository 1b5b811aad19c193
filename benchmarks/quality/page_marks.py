"""One made scan, as it was deposited, against what is known to be on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality.deposited import DepositedPage
from benchmarks.scans.maker import PageTruth
from ocr.page_score import TextCount, count_text
from ocr.right_words import right_words
from ocr.scoring import Recall, word_recall


@dataclass(frozen=True, slots=True)
class PageMark:
    """What one scan is worth after the run.

    Attributes:
        name: box, file and place in the file: ``office 3/5``.
        kind: what was made: ``letter``, ``note_sheet``, ``blank`` …
        text: its ALTO against the truth.
        poppler, pdfium: words found again in the finished PDF.
        blank, taken_for_blank: whether it is an empty sheet, and whether the product says so.
        turn_right: whether it was set upright; None for a sheet without text.
        skew_error_deg: how far the skew taken out is off, in degrees; None if not upright.
        side_right: whether its side is right; None for an empty sheet.
        repeated, taken_for_repeated: whether it is a sheet scanned once more, and whether the
            product says so.
        confidence: the page's own confidence, 0..1.
        verdicts: what the product noticed about it.
        word_sure, word_right: confidence of each word in its ALTO, and whether it is right.
    """

    name: str
    kind: str
    language: str
    text: TextCount
    poppler: Recall
    pdfium: Recall
    blank: bool
    taken_for_blank: bool
    turn_right: bool | None
    skew_error_deg: float | None
    side_right: bool | None
    repeated: bool
    taken_for_repeated: bool
    confidence: float
    verdicts: tuple[str, ...] = ()
    word_sure: tuple[float, ...] = ()
    word_right: tuple[bool, ...] = ()

    @property
    def error(self) -> float:
        """Character error rate in any order, 0..1."""
        return min(1.0, self.text.any_order.rate)


@dataclass(frozen=True, slots=True)
class PageSum:
    """Many scans together.

    ``skew_errors_deg`` holds one figure for each upright page with text.
    """

    pages: int
    text: TextCount
    poppler: Recall
    pdfium: Recall
    turns: Recall
    sides: Recall
    blanks: Recall  # empty sheets, and how many of them were seen as such
    blanks_taken: Recall  # sheets taken for empty, and how many of them are
    repeats: Recall
    catastrophes: Recall  # sheets with more than 30 % wrong, of those that were read
    skew_errors_deg: tuple[float, ...]

    @property
    def skew_mean_deg(self) -> float:
        """Mean error of the skew that was taken out, degrees."""
        return sum(self.skew_errors_deg) / max(1, len(self.skew_errors_deg))

    @property
    def skew_worst_deg(self) -> float:
        """Largest of those errors, degrees."""
        return max(self.skew_errors_deg, default=0.0)


def mark_page(name: str, truth: PageTruth, page: DepositedPage) -> PageMark:
    """Judge one scan."""
    facts = page.facts
    read = page.lines
    taken_for_blank = facts["state"] == "blank"
    lines, marks = ([line.text for line in part] for part in (truth.lines, truth.marks))
    right = right_words(lines, [line.split() for line in read], optional=marks)
    turn_right = facts["rotated_cw_deg"] == truth.rotated_cw_deg and not taken_for_blank
    return PageMark(
        name=name,
        kind=truth.kind,
        language=truth.language,
        text=count_text(lines, read, optional=marks),
        poppler=word_recall(truth.text, page.poppler),
        pdfium=word_recall(truth.text, page.pdfium),
        blank=truth.blank,
        taken_for_blank=taken_for_blank,
        turn_right=turn_right if truth.lines else None,
        skew_error_deg=abs(facts["skew_ccw_deg"] - truth.skew_ccw_deg)
        if truth.lines and turn_right
        else None,
        side_right=None if truth.blank else facts["side"] == truth.side,
        repeated=truth.duplicate_of is not None,
        taken_for_repeated=facts["duplicate_of"] is not None,
        confidence=facts["confidence"] or 0.0,
        verdicts=tuple(facts["reason_codes"]),
        word_sure=tuple(sure for line in page.sure for sure in line),
        word_right=tuple(ok for line in right for ok in line),
    )


def sum_of(marks: Iterable[PageMark]) -> PageSum:
    """The figures of many scans; rates come out of the sums, not out of the pages' rates."""
    seen = list(marks)
    return PageSum(
        pages=len(seen),
        text=sum((mark.text for mark in seen), TextCount()),
        poppler=sum((mark.poppler for mark in seen), Recall()),
        pdfium=sum((mark.pdfium for mark in seen), Recall()),
        turns=_share(mark.turn_right for mark in seen),
        sides=_share(mark.side_right for mark in seen),
        blanks=_share(mark.taken_for_blank for mark in seen if mark.blank),
        blanks_taken=_share(mark.blank for mark in seen if mark.taken_for_blank),
        catastrophes=_share(mark.text.is_catastrophic for mark in seen if not mark.blank),
        repeats=_share(mark.taken_for_repeated for mark in seen if mark.repeated),
        skew_errors_deg=tuple(
            mark.skew_error_deg for mark in seen if mark.skew_error_deg is not None
        ),
    )


def worst(marks: Sequence[PageMark], count: int) -> list[PageMark]:
    """The pages with the most wrong characters for their length, worst first."""
    wrong = [mark for mark in marks if mark.text.any_order.edits]
    return sorted(wrong, key=lambda mark: (-mark.text.any_order.rate, mark.name))[:count]


def _share(verdicts: Iterable[bool | None]) -> Recall:
    asked = [verdict for verdict in verdicts if verdict is not None]
    return Recall(sum(asked), len(asked))
