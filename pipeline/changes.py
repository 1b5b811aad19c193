"""Changes: a decision as the lines of history that it makes, each with before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from classify.identity import IdentityRules, hidden
from pipeline import marks
from pipeline.decisions import Decision
from records.corrections import CorrectionKind
from records.models import Page, PhysicalFile


@dataclass(frozen=True)
class Change:
    """One line of the history, before it is written."""

    kind: CorrectionKind
    name: str
    before: Any
    after: Any
    page: Page | None = None


def of(
    file: PhysicalFile, pages: Mapping[int, Page], decision: Decision, identity: IdentityRules
) -> Iterator[Change]:
    """Everything that ``decision`` changes in a file, in the order in which it is told."""
    yield from _field_changes(file, decision.fields)
    yield from _page_changes(pages, decision)
    yield from _text_changes(pages, decision, identity)
    yield from _acceptance(file, decision)


def _field_changes(file: PhysicalFile, fields: Mapping[str, str]) -> Iterator[Change]:
    for name, value in fields.items():
        before = file.metadata.get(name, {}).get("value")
        yield Change(CorrectionKind.FIELD, name, before, value)


def _page_changes(pages: Mapping[int, Page], decision: Decision) -> Iterator[Change]:
    for number, side in decision.sides.items():
        yield Change(CorrectionKind.SIDE, "side", pages[number].side, side, pages[number])
    for number in sorted(decision.blank):
        yield Change(CorrectionKind.MARK, "blank", False, True, pages[number])
    for number, mark in decision.marks.items():
        page, before = pages[number], mark.kind in pages[number].marks
        yield Change(CorrectionKind.MARK, str(mark.kind), before, mark.of or True, page)
    for number, turn in decision.turns.items():
        before_deg = pages[number].rotated_cw_deg
        after_deg = marks.turned(pages[number], turn)
        yield Change(CorrectionKind.MARK, "turn", before_deg, after_deg, pages[number])


def _text_changes(
    pages: Mapping[int, Page], decision: Decision, identity: IdentityRules
) -> Iterator[Change]:
    """Lines before and after; a person's identity number in them stays on the page alone."""
    for number, edits in decision.texts.items():
        for edit in edits.lines:
            before, after = hidden(edit.before, identity), hidden(edit.after, identity)
            yield Change(CorrectionKind.TEXT, str(edit.line + 1), before, after, pages[number])
        for line in edits.new:
            said = {"text": hidden(line.text, identity), "bbox": list(line.box)}
            yield Change(CorrectionKind.TEXT, "new", None, said, pages[number])


def _acceptance(file: PhysicalFile, decision: Decision) -> Iterator[Change]:
    if decision.accept:
        yield Change(CorrectionKind.ACCEPT, "", file.reasons, None)
