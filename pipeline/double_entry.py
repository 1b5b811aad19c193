"""Double entry: a file number counts when two people keyed the same, the second one blind.

Who decides about a file on the desk, or accepts it, has keyed its number with that. Everybody
else keys it from the picture alone. Where two differ a third is asked, and so on until two agree.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from classify.identity import hidden
from classify.proposals import FieldName
from errors import WrongUsage
from pipeline.app import App
from pipeline.decisions import Decision, Reviewer, field_value
from pipeline.held import held, too_late
from pipeline.reopen import reopen
from records import ledger, number_entries
from records.corrections import Correction, CorrectionKind
from records.lifecycle import hold
from records.models import PhysicalFile
from records.number_entries import UNCONFIRMED
from records.reasons import reason

UNSURE, ALWAYS = "unsure", "always"


def asked(app: App, file: PhysicalFile, number: str, unsure: bool) -> list[dict[str, Any]]:
    """The reason for review while the policy asks for another person.

    Args:
        app: its policy says when.
        file: with what people decided and keyed.
        number: as the file has it now; empty: none is known, which is a reason of its own.
        unsure: the program itself is not certain of it.
    """
    policy = app.policy.double_entry
    by_hand = FieldName.FILE_NUMBER in file.decided
    if not number or not (policy == ALWAYS or (policy == UNSURE and (unsure or by_hand))):
        return []
    same = number_entries.agreed(file.pk)
    return [] if same and same[0].key == _key(app, number) else [reason(UNCONFIRMED)]


def note_desk(app: App, file: PhysicalFile, decision: Decision, reviewer: Reviewer) -> None:
    """Whoever gives a number on the desk, or accepts the file, has keyed it; in a transaction."""
    said = decision.fields.get(FieldName.FILE_NUMBER, "")
    if app.policy.double_entry not in (UNSURE, ALWAYS) or not (said or decision.accept):
        return
    value = said or str((file.metadata.get(FieldName.FILE_NUMBER) or {}).get("value") or "")
    if value:
        keyed = value, _key(app, value)
        number_entries.note(file.pk, reviewer.name, keyed, app.clock())


def enter(app: App, file: PhysicalFile, said: str, reviewer: Reviewer) -> bool:
    """Keep what a person keyed without seeing the others'; True when two people agree now.

    Then the file is open for its next version, with the number that they agree on.

    Raises:
        WrongUsage: nothing is asked of this file, or it can be no number. Nothing is changed.
    """
    value = hidden(field_value(FieldName.FILE_NUMBER, said, app.rules), app.rules.keeping.identity)
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        if UNCONFIRMED not in {kept["code"] for kept in file.reasons}:
            raise WrongUsage(
                "The number of this file waits for nobody.",
                kept="Nothing was changed.",
                todo="Go on with the next file.",
            )
        number_entries.note(file.pk, reviewer.name, (value, _key(app, value)), app.clock())
        same = number_entries.agreed(file.pk)
        if not same:
            return False
        _write(app, file, same)
        by, at = ", ".join(one.by for one in same), app.clock().isoformat()
        decided = {FieldName.FILE_NUMBER.value: {"value": same[0].value, "by": by, "at": at}}
        if not reopen(file, outcome="number confirmed", decided=file.decided | decided):
            raise too_late(file)
    return True


def _write(app: App, file: PhysicalFile, same: list[number_entries.NumberEntry]) -> None:
    """The history: what each of them keyed, one line a person, told only now that it is over."""
    before = (file.metadata.get(FieldName.FILE_NUMBER) or {}).get("value")
    every = number_entries.NumberEntry.objects.filter(file=file).order_by("at", "pk")
    Correction.objects.bulk_create(
        Correction(
            file=file,
            at=one.at,
            by=one.by,
            kind=CorrectionKind.ENTRY,
            name=FieldName.FILE_NUMBER,
            before=before,
            after=one.value,
            of_version=file.version,
        )
        for one in every
    )
    facts = {"people": len(every), "agreed": len(same)}
    ledger.write(file, ledger.Event(ledger.EventType.CORRECTION, "number confirmed", facts))


def _key(app: App, value: str) -> str:
    """What two numbers are compared by, however people write their digits and signs."""
    return app.rules.numbers.canonical(value)
