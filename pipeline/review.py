"""Review: a person's decision about a file → its next version, with everything written down.

The words and images of a version that was deposited are never touched: what changes is made
beside them and deposited as the next version by the same steps that made the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from classify.identity import hidden
from errors import WrongUsage
from ocr.alto import read_alto, read_description, write_alto
from ocr.corrected import LineEdit, clean, corrected
from pipeline import assemble, changes, deposit, double_entry, marks, parts, recognise
from pipeline.app import App
from pipeline.care import care_of
from pipeline.changes import Change
from pipeline.decisions import (
    Decision,
    Reviewer,
    TextEdits,
    field_value,
    side_value,
    turn_value,
)
from pipeline.held import held, too_late
from pipeline.reopen import is_kept, reopen
from records import ledger
from records.corrections import Correction
from records.lifecycle import PageState, advance, hold
from records.models import Page, PhysicalFile


def decide(app: App, file: PhysicalFile, decision: Decision, reviewer: Reviewer) -> PhysicalFile:
    """Write down what ``reviewer`` decided and open the file for its next version.

    Any worker makes the version; ``make_version`` does it at once. New texts go to the store
    first; then one transaction changes rows, history and state, or none of them.

    Args:
        file: as the reviewer saw it.
        decision: what is changed; what it does not name stays.
        reviewer: who, and which version they had before them.

    Returns:
        The file as it stands now, open.

    Raises:
        WrongUsage: the decision is empty or cannot be so, the file is in work, or somebody else
            saved a version meanwhile. Nothing is changed then.
    """
    decision = _checked(app, decision)
    pages = _pages_of(file, decision)
    texts = {number: _new_text(app, pages[number], made) for number, made in decision.texts.items()}
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        changed = list(changes.of(file, pages, decision, app.rules.keeping.identity))
        _write(app, file, changed, decision, reviewer)
        _change_pages(pages, decision, texts)
        double_entry.note_desk(app, file, decision, reviewer)
        marks.apply(pages, decision, {"by": reviewer.name, "at": app.clock().isoformat()})
        said = {"by": reviewer.name, "at": app.clock().isoformat()}
        decided = {name: {"value": value, **said} for name, value in decision.fields.items()}
        accepted = [*file.accepted, *_answered(file, decision)]
        if not reopen(file, outcome="reviewed", decided=file.decided | decided, accepted=accepted):
            raise too_late(file)
    return file


def _checked(app: App, decision: Decision) -> Decision:
    """The decision as records keep it; a person's identity number stays on its page alone."""
    identity = app.rules.keeping.identity
    fields = {
        name: hidden(field_value(name, said, app.rules), identity)
        for name, said in decision.fields.items()
    }
    checked = replace(
        decision,
        fields=fields,
        sides={number: side_value(said) for number, said in decision.sides.items()},
        texts={n: made for n, made in decision.texts.items() if made.lines or made.new},
        turns={number: turn_value(said) for number, said in decision.turns.items()},
        note=hidden(clean(decision.note), identity),
    )
    if checked.is_empty:
        raise _refused("Nothing was said about this file.", "Say what is right, or accept it.")
    return checked


def make_version(app: App, file: PhysicalFile) -> None:
    """Assemble and deposit an opened file now, where no worker does; twice is harmless.

    Pages that were turned, or whose images stand in no access copy, are read first.
    """
    unread = _unread(file).order_by("sequence")
    for page_id in list(unread.values_list("pk", flat=True)):
        recognise.run(app, page_id)
    assemble.run(app, file.pk)
    deposit.run(app, file.pk)


def has_to_be_read(file: PhysicalFile) -> bool:
    """Whether pages of an opened file wait to be read, which is work for a worker."""
    return _unread(file).exists()


def _unread(file: PhysicalFile) -> QuerySet[Page]:
    return Page.objects.filter(file=file, state=PageState.RECEIVED)


def _pages_of(file: PhysicalFile, decision: Decision) -> dict[int, Page]:
    """The pages that the decision is about, by their sequence; all must be readable."""
    rows = Page.objects.filter(file=file, state=PageState.RECOGNISED)
    found = {page.sequence: page for page in rows.filter(sequence__in=decision.pages)}
    for number in sorted(decision.pages - set(found)):
        raise _refused(
            "The file {id} has no page {number} with writing on it.",
            "Look its pages up with: abhilekh review show {id}",
            id=file.pk,
            number=number,
        )
    for number in sorted(decision.texts):
        page = found[number]
        if page.parts.get("own_text") or not is_kept(page):
            raise _refused(
                "The text of page {number} is part of the PDF that came in; it cannot be changed.",
                "Correct the fields of the file instead.",
                number=number,
            )
    marks.check(found, decision)
    return found


def _new_text(app: App, page: Page, edits: TextEdits) -> dict[str, Any]:
    """The page's columns with its corrected ALTO, a work object named by its content.

    It stands apart from the batch's own, which are all swept when the batch is settled.
    """
    document = app.store.read_bytes(page.parts["alto"]["key"])
    text = corrected(read_alto(document), edits.lines, edits.new)
    description = replace(read_description(document), corrected=True)
    written = write_alto(text, description=description)
    part = parts.keep(app, (parts.REVIEW, page.pk), "alto", written)
    return {"parts": {**page.parts, "alto": part}, **care_of(app, page, text)}


def _answered(file: PhysicalFile, decision: Decision) -> list[dict[str, Any]]:
    """Reasons that need no other look: all if it is accepted, else those of corrected pages."""
    return [
        kept
        for kept in file.reasons
        if kept not in file.accepted and (decision.accept or _is_of(kept, decision.answered))
    ]


def _is_of(kept: Mapping[str, Any], pages: set[int]) -> bool:
    return kept["code"] == "page_doubtful" and kept["facts"].get("page") in pages


def _write(
    app: App,
    file: PhysicalFile,
    changed: list[Change],
    decision: Decision,
    reviewer: Reviewer,
) -> None:
    """The history's lines, and one event that says that there are some (without their text)."""
    told = {"at": app.clock(), "by": reviewer.name, "note": decision.note}
    Correction.objects.bulk_create(
        Correction(file=file, of_version=file.version, **told, **vars(change)) for change in changed
    )
    kinds = sorted({str(change.kind) for change in changed})
    facts = {"by": reviewer.name, "kinds": kinds, "changes": len(changed)}
    ledger.write(file, ledger.Event(ledger.EventType.CORRECTION, "reviewed", facts))


def _change_pages(
    pages: Mapping[int, Page], decision: Decision, texts: Mapping[int, dict[str, Any]]
) -> None:
    for number, page in pages.items():
        changed: dict[str, Any] = {}
        if number in decision.sides:
            changed["side_declared"] = decision.sides[number]
        if number in texts:
            changed |= texts[number]
        if changed:
            Page.objects.filter(pk=page.pk).update(**changed)
        if number in decision.blank:
            event = ledger.Event(ledger.EventType.CORRECTION, "blank")
            advance(page, PageState.BLANK, event=event, side="blank")


def lines_of(app: App, file: PhysicalFile, sequence: int) -> list[str]:
    """The lines of one page's text, as they stand now.

    Raises:
        WrongUsage: the file has no such page with writing on it.
    """
    page = _pages_of(file, Decision(blank=frozenset({sequence})))[sequence]
    return [line.text for line in read_alto(app.store.read_bytes(page.parts["alto"]["key"])).lines]


def edits_of_text(app: App, file: PhysicalFile, sequence: int, text: str) -> TextEdits:
    """What changes when the page's lines read as those of ``text``, one a line.

    Raises:
        WrongUsage: no such page, or ``text`` has another number of lines.
    """
    lines = lines_of(app, file, sequence)
    now = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if lines else []
    if len(now) != len(lines):
        raise _refused(
            "Page {number} has {lines} lines, the text that you gave has {given}.",
            "Keep every line in its place; leave one empty to take it away.",
            number=sequence,
            lines=len(lines),
            given=len(now),
        )
    both = enumerate(zip(lines, now, strict=True))
    return TextEdits([LineEdit(n, before, after) for n, (before, after) in both if before != after])


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
