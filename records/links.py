"""Linking a file to its e-file: the row that says so, the event, and what becomes of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classify.efile import Match, Matched
from records import ledger
from records.lifecycle import FileState, advance
from records.models import LedgerEvent, PhysicalFile
from records.reasons import reason, unanswered
from records.register import FileLink, RegisterEntry

EFILE_REASONS = frozenset({"efile_none", "efile_ambiguous", "efile_unlinked"})
CUSTODY_REASONS = frozenset(
    {"retention_contradicted", "retention_contradicted_by_subject", "retention_differs"}
)


@dataclass(frozen=True)
class Maker:
    """Who or what makes a link, and when.

    Attributes:
        name: software and version, or a person.
        by_hand: a person's word, which no rule overrules.
    """

    name: str
    at: datetime
    by_hand: bool = False


def keep(file: PhysicalFile, found: Matched, maker: Maker) -> list[dict[str, Any]]:
    """Write how ``file`` stands to the register; call it in a transaction.

    A person's word stands: what a rule finds after it changes nothing. It leaves an event even
    where it says what a rule had found, and the candidates as they were, for the next person.

    Returns:
        Why a person must look now, for a file that is linked to nothing.
    """
    before = FileLink.objects.filter(file=file).select_related("entry").first()
    if before is not None and before.by_hand and not maker.by_hand:
        return _reasons_by_hand(before)
    entry = None
    if found.efile is not None:
        entry = RegisterEntry.objects.get(computer_number=found.efile.computer_number)
    link, _ = FileLink.objects.update_or_create(
        file=file,
        defaults={
            "match": str(found.match),
            "entry": entry,
            "score": round(found.score, 4),
            "candidates": _left(before, found) if maker.by_hand else _candidates(found),
            "made_by": maker.name,
            "by_hand": maker.by_hand,
            "made_at": maker.at,
        },
    )
    was, now = _outcome(before), (str(found.match), entry.computer_number if entry else None)
    if was != now or maker.by_hand:
        facts = {"computer_number": now[1], "score": round(found.score, 4)}
        event = ledger.Event(ledger.EventType.LINK, now[0], facts)
        ledger.write(file, event, by=maker.name, by_hand=maker.by_hand, before=was[1])
    return _reasons_by_hand(link) if maker.by_hand else _reasons(found)


def _left(before: FileLink | None, found: Matched) -> list[dict[str, Any]]:
    """The candidates that there were, with the one that a person named if it was not among them."""
    were = before.candidates if before else []
    known = {one["computer_number"] for one in were}
    return [*(one for one in _candidates(found) if one["computer_number"] not in known), *were]


def forget(file: PhysicalFile, maker: Maker) -> None:
    """Take a person's word back: rules may say again what they find. Call it in a transaction."""
    link = FileLink.objects.select_related("entry").get(file=file)
    said = {"made_by": maker.name, "made_at": maker.at, "by_hand": False}
    FileLink.objects.filter(file=file).update(match="none", entry=None, score=0.0, **said)
    event = ledger.Event(ledger.EventType.LINK, "taken back", {"computer_number": None})
    before = _outcome(link)[1]
    ledger.write(file, event, by=maker.name, by_hand=maker.by_hand, before=before)


def person_behind(file: PhysicalFile) -> str:
    """By whose word the file is linked as it is, or to nothing; empty where a rule found it."""
    name = FileLink.objects.filter(file=file, by_hand=True).values_list("made_by", flat=True)
    return name.first() or ""


def last_event(file: PhysicalFile) -> int:
    """The newest event about the file's link; 0 before the first. Whoever saw it saw the link."""
    events = LedgerEvent.objects.filter(file_id=file.pk, type=str(ledger.EventType.LINK))
    return events.order_by("-id").values_list("id", flat=True).first() or 0


def _reasons_by_hand(link: FileLink) -> list[dict[str, Any]]:
    return [] if link.entry_id else [reason("efile_unlinked", by=link.made_by)]


def _reasons(found: Matched) -> list[dict[str, Any]]:
    if found.match is Match.NONE:
        return [reason("efile_none")]
    if found.match is Match.AMBIGUOUS:
        best = found.ranked[0]
        because = [reason(str(why)) for why in best.why]
        facts = {"computer_number": best.efile.computer_number, "of": len(found.ranked)}
        return [reason("efile_ambiguous", **facts, because=because)]
    return []


def settle(file: PhysicalFile, reasons: Sequence[dict[str, Any]]) -> None:
    """Put ``reasons`` in the place of what register and retention had against the file.

    A deposited file with a reason goes to review; one in review that has none left is
    deposited. Its deposit stays as it is. Call it in a transaction.
    """
    left = [kept for kept in file.reasons if kept["code"] not in EFILE_REASONS | CUSTODY_REASONS]
    now = [*left, *unanswered(file, reasons)]
    if now == file.reasons:
        return
    event = ledger.Event(ledger.EventType.LINK, "review" if now else "settled")
    if file.state == FileState.IN_REVIEW and not now and file.version:
        advance(file, FileState.DEPOSITED, event=event, reasons=now)
    elif file.state == FileState.DEPOSITED and now:
        advance(file, FileState.IN_REVIEW, event=event, reasons=now)
    else:
        PhysicalFile.objects.filter(pk=file.pk).update(reasons=now)


def _outcome(link: FileLink | None) -> tuple[str, str | None]:
    if link is None:
        return "", None
    return link.match, link.entry.computer_number if link.entry else None


def _candidates(found: Matched) -> list[dict[str, Any]]:
    return [
        {
            "computer_number": one.efile.computer_number,
            "file_number": one.efile.file_number,
            "subject": one.efile.subject,
            "score": round(one.score, 4),
            "why": [str(why) for why in one.why],
        }
        for one in found.ranked
    ]
