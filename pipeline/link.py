"""Link: a described file → its e-file in the register, by rule or by a person's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from classify.efile import EFile, Match, Matched, Ranked, Wanted
from classify.efile_match import match
from classify.number_neighbours import neighbours, writings
from classify.register_words import words_of
from classify.rulebook import Rules
from errors import WrongUsage
from pipeline import custody, find
from pipeline.app import App
from records import links, reads, register_reads
from records.lifecycle import FileState
from records.models import PhysicalFile
from records.register import FileLink

DECLARED_RULE = "batch.csv"
PERSON_RULE = "person"
UNLINKED = Matched(Match.NONE, None, 0.0, ())
DOUBTED = frozenset(
    {"cover_untrusted", "cover_unannounced", "cover_twice", "cover_without_pages"}
    | {"file_number_disagrees"}
)
"""Reasons of a file that cast doubt on what its list or cover sheet says of it."""
SETTLED = (FileState.DEPOSITED, FileState.IN_REVIEW, FileState.ASSEMBLED)


def look_up(
    rules: Rules,
    metadata: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, Any],
    reasons: Sequence[Mapping[str, Any]] = (),
) -> Matched | None:
    """The e-file that fits what is known of a file; None while there is no register.

    Args:
        metadata: as ``batch show --json`` gives it.
        declared: the file's row of ``batch.csv``.
        reasons: why a person must look at the file; with one of ``DOUBTED`` nothing is linked
            without that person, whatever the numbers say.
    """
    if not register_reads.size():
        return None
    wanted = _wanted(metadata, declared)
    words = words_of([wanted.subject or ""], rules.register.stop_words)
    register = register_reads.register_with(words)
    found = _by_number(wanted, rules)
    found += register_reads.by_rare_words(register.rows_with)
    if wanted.computer_number:
        found += register_reads.by_computer_number(wanted.computer_number)
    candidates = list({efile.computer_number: efile for efile in found}.values())
    matched = match(wanted, candidates, register, rules.register)
    if matched.efile is not None and DOUBTED & {kept["code"] for kept in reasons}:
        return replace(matched, match=Match.AMBIGUOUS, efile=None)
    return matched


def _wanted(metadata: Mapping[str, Mapping[str, Any]], declared: Mapping[str, Any]) -> Wanted:
    number = metadata.get("file_number") or {}
    date = str((metadata.get("date") or {}).get("value") or "")
    computer = "".join(s for s in str(declared.get("computer_number") or "") if s.isdecimal())
    return Wanted(
        computer_number=str(int(computer)) if computer else None,
        key=number.get("canonical"),
        number_sure=float(number.get("confidence") or 0.0),
        others=tuple(number.get("others") or ()),
        declared=number.get("rule") in (DECLARED_RULE, PERSON_RULE),
        subject=(metadata.get("subject") or {}).get("value"),
        department=(metadata.get("department") or {}).get("canonical"),
        year=int(date[:4]) if date[:4].isdigit() else None,
    )


def _by_number(wanted: Wanted, rules: Rules) -> list[EFile]:
    """E-files with this number, in any writing, or with one that may have been read as this."""
    if not wanted.key:
        return []
    forms = writings(wanted.key)
    found = register_reads.by_keys(forms)
    for form in forms[:1] if found else forms[:2]:
        found += register_reads.by_keys(neighbours(form, rules.register.confusions))
    for other in wanted.others:
        found += register_reads.by_keys(writings(other))
    return found


def again(app: App, on_progress: Callable[[int], None] | None = None) -> dict[str, int]:
    """Look up every settled file that has no e-file yet; says how many came to which match.

    For a register that came after the scans. A link that is found lets a file go that waited
    for nothing else. A file that was deposited before and is not in the register stays so.
    """
    counts: Counter[str] = Counter()
    open_question = Q(link__isnull=True) | Q(
        link__match__in=(Match.NONE, Match.AMBIGUOUS), link__by_hand=False
    )
    waiting = PhysicalFile.objects.filter(open_question, state__in=SETTLED)
    for file_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        file = PhysicalFile.objects.get(pk=file_id)
        found = look_up(app.rules, file.metadata, file.declared, file.reasons)
        if found is None:
            break
        counts[str(found.match)] += 1
        if on_progress is not None:
            on_progress(counts.total())
        was_asked = any(kept["code"] in links.EFILE_REASONS for kept in file.reasons)
        with transaction.atomic():
            against = links.keep(file, found, links.Maker(app.software, app.clock()))
            quiet = found.match is Match.NONE and not was_asked
            _settle(app, file, [] if quiet else against)
    return {str(kind): counts[kind] for kind in Match}


def _settle(app: App, file: PhysicalFile, against: Sequence[dict[str, Any]]) -> None:
    """What follows from a link: class and location from the register, and the file's state."""
    held = custody.of(file, app.rules)
    PhysicalFile.objects.filter(pk=file.pk).update(**held.columns)
    links.settle(file, [*against, *held.reasons])


def by_hand(app: App, file_id: str, computer_number: str, *, by: str) -> dict[str, Any]:
    """Link a file to the e-file that a person names.

    Raises:
        WrongUsage: no such file, or the register has no such number.
    """
    file = find.file(file_id)
    number = "".join(sign for sign in computer_number if sign.isdecimal())
    efiles = register_reads.by_computer_number(str(int(number))) if number else []
    if not efiles:
        raise WrongUsage(
            "The register has no e-file with the computer number {number}.",
            kept="Nothing was changed.",
            todo="Look it up with: abhilekh register find TEXT",
            number=computer_number,
        )
    found = Matched(Match.EXACT, efiles[0], 1.0, (Ranked(efiles[0], 1.0, ()),))
    with transaction.atomic():
        _settle(app, file, links.keep(file, found, links.Maker(by, app.clock(), by_hand=True)))
    return reads.file_report(PhysicalFile.objects.get(pk=file.pk))


def undo(app: App, file_id: str, *, by: str) -> dict[str, Any]:
    """Undo a file's link; no rule links it again until a person does.

    Raises:
        WrongUsage: no such file, or it is linked to nothing.
    """
    file = find.file(file_id)
    link = FileLink.objects.filter(file=file).first()
    if link is None or link.entry is None:
        raise WrongUsage(
            "The file {id} is linked to no e-file.",
            kept="Nothing was changed.",
            todo="Look its link up with: abhilekh batch show ID --json",
            id=file.pk,
        )
    with transaction.atomic():
        _settle(app, file, links.keep(file, UNLINKED, links.Maker(by, app.clock(), by_hand=True)))
    return reads.file_report(PhysicalFile.objects.get(pk=file.pk))
