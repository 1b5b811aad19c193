"""Marks: what a person says of a sheet, checked, and brought to its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errors import WrongUsage
from pipeline.decisions import Decision
from pipeline.reopen import FROM_ADMISSION
from records import ledger
from records.lifecycle import PageState, advance
from records.models import Page
from records.page_marks import PageMark


def check(pages: Mapping[int, Page], decision: Decision) -> None:
    """Refuse what cannot be said of these pages together.

    Args:
        pages: those that the decision is about, by sequence; all have writing on them.
        decision: what is said.

    Raises:
        WrongUsage: two things that exclude each other, a duplicate of nothing, or a turn of a page
            that is no scan.
    """
    gone = {n for n, mark in decision.marks.items() if mark.kind == PageMark.DUPLICATE}
    gone_or_turned = [decision.blank, gone, set(decision.turns), set(decision.texts)]
    for number in pages:
        if sum(number in some for some in gone_or_turned) > 1:
            raise _refused(
                "Page {number} cannot be both: say one thing after the other.",
                "A page that is left out or turned loses the text that was typed for it.",
                number=number,
            )
    for number in sorted(gone):
        _expect_another(pages[number], decision, gone)
    for number in sorted(decision.turns):
        if pages[number].frame_kind == "mixed" or pages[number].parts.get("own_text"):
            raise _refused(
                "Page {number} is part of the PDF that came in; it cannot be turned.",
                "Turn it in the program that made the PDF, then send the PDF again.",
                number=number,
            )


def apply(pages: Mapping[int, Page], decision: Decision, said: Mapping[str, str]) -> None:
    """Write marks and turns to the rows; call it in the transaction of the decision.

    Args:
        pages: by sequence.
        decision: checked before.
        said: who says it, and when.
    """
    for number, mark in decision.marks.items():
        page = pages[number]
        if mark.kind == PageMark.DUPLICATE:
            event = ledger.Event(ledger.EventType.CORRECTION, str(mark.kind))
            of = _original_of(page, mark.of)
            advance(page, PageState.DUPLICATE, event=event, duplicate_of=of)
        else:
            kept = page.marks | {str(mark.kind): {**said, "note": decision.note}}
            Page.objects.filter(pk=page.pk).update(marks=kept)
    for number, turn in decision.turns.items():
        page = pages[number]
        event = ledger.Event(ledger.EventType.CORRECTION, "turned")
        known = [kept for kept in page.reasons if kept["code"] in FROM_ADMISSION]
        changed: dict[str, Any] = {"parts": {}, "reasons": known, "duplicate_of": None}
        changed["turn_declared"] = turned(page, turn)
        advance(page, PageState.RECEIVED, event=event, **changed)


def turned(page: Page, said_cw_deg: int) -> int:
    """The scan's quarter turn once the page is turned on by that much, as it is shown."""
    return (page.rotated_cw_deg + said_cw_deg) % 360


def _expect_another(page: Page, decision: Decision, gone: set[int]) -> None:
    of = decision.marks[page.sequence].of
    original = _original_of(page, of)
    if original is None or original.pk == page.pk or of in gone:
        raise _refused(
            "It is not clear which page the page {number} repeats.",
            "Name another page of the file that stays, by its number.",
            number=page.sequence,
        )


def _original_of(page: Page, of: int | None) -> Page | None:
    """The page that a duplicate repeats: as said, else as the program had found."""
    if of is None:
        return page.duplicate_of
    rows = Page.objects.filter(file=page.file_id, sequence=of, state=PageState.RECOGNISED)
    return rows.first()


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
