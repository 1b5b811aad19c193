"""Link: a described file → its e-file in the register, by rule or by a person's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from pipeline.decisions import Reviewer
from pipeline.held import held
from records import links, reads, register_reads
from records.lifecycle import FileState, hold
from records.models import PhysicalFile
from records.reasons import unanswered
from records.register import FileLink

DECLARED_RULE = "batch.csv"
PERSON_RULE = "person"
UNLINKED = Matched(Match.NONE, None, 0.0, ())
DOUBTED = frozenset(
    {"cover_untrusted", "cover_unannounced", "cover_twice", "cover_without_pages"}
    | {"file_number_disagrees"}
)
"""Reasons of a file that cast doubt on what its list or cover sheet says of it."""
LONGEST_NAME = 128
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
    with transaction.atomic():
        _link(app, file, computer_number, by)
    return reads.file_report(PhysicalFile.objects.get(pk=file.pk))


def _link(app: App, file: PhysicalFile, computer_number: str, by: str) -> None:
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
    _ask_again(file)
    _settle(app, file, links.keep(file, found, _person(app, by)))


def _person(app: App, name: str) -> links.Maker:
    return links.Maker(name[:LONGEST_NAME], app.clock(), by_hand=True)


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
        _settle(app, file, links.keep(file, UNLINKED, _person(app, by)))
    return reads.file_report(PhysicalFile.objects.get(pk=file.pk))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says to the question which e-file a file is.

    Attributes:
        computer_number: of the candidate that it is; None: it is none of them.
        seen: what was known of the link when they looked, see ``records.links.last_event``.
    """

    computer_number: str | None
    seen: int


def answer(app: App, file: PhysicalFile, said: Answer, reviewer: Reviewer) -> None:
    """Link a file to one of its candidates, or to none of them for good; twice is harmless.

    Raises:
        WrongUsage: it is no candidate of the file, the file is in work, or somebody else
            answered or saved a version meanwhile. Nothing is changed then.
    """
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        person = _person(app, reviewer.name)
        link = FileLink.objects.filter(file=file).select_related("entry").first()
        if link is not None and not _is_asked(file) and _says(link, said, person):
            return
        _refuse_late(file, said.seen)
        if said.computer_number is not None:
            _refuse_others(link, file, said.computer_number)
            _link(app, file, said.computer_number, reviewer.name)
            return
        against = links.keep(file, UNLINKED, person)
        _accept(file, [*file.accepted, *unanswered(file, against)])
        _settle(app, file, against)


def _says(link: FileLink, said: Answer, person: links.Maker) -> bool:
    """Whether the link is what this person says already, as after a button was pressed twice."""
    number = link.entry.computer_number if link.entry else None
    is_theirs = link.by_hand and link.made_by == person.name
    return is_theirs and number == said.computer_number


def _is_asked(file: PhysicalFile) -> bool:
    """Whether the file waits because a link of it was undone."""
    return any(kept["code"] == "efile_unlinked" for kept in file.reasons)


def take_back(app: App, file: PhysicalFile, seen: int, reviewer: Reviewer) -> None:
    """Let rules say again which e-file a file is: what a person said of it no longer counts.

    Args:
        app: the parts.
        file: as the reviewer saw it.
        seen: see ``Answer``.
        reviewer: who takes it back.

    Raises:
        WrongUsage: no person said anything, the file is in work, or somebody else answered or
            saved a version meanwhile. Nothing is changed then.
    """
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        if not links.person_behind(file):
            raise WrongUsage(
                "Nobody said which e-file this is: there is nothing to take back.",
                kept="Nothing was changed.",
                todo="Look at the file again.",
            )
        _refuse_late(file, seen)
        links.forget(file, _person(app, reviewer.name))
        _ask_again(file)
        doubts = [*file.reasons, *file.accepted]
        found = look_up(app.rules, file.metadata, file.declared, doubts) or UNLINKED
        _settle(app, file, links.keep(file, found, links.Maker(app.software, app.clock())))


def _refuse_late(file: PhysicalFile, seen: int) -> None:
    if links.last_event(file) != seen:
        raise WrongUsage(
            "Somebody else said meanwhile which e-file this is, or the register was asked again.",
            kept="Nothing was changed.",
            todo="Go back and load the page again to see what it is linked to now.",
        )


def _refuse_others(link: FileLink | None, file: PhysicalFile, computer_number: str) -> None:
    known = {one["computer_number"] for one in link.candidates} if link else set()
    if computer_number not in known:
        raise WrongUsage(
            "This e-file is not among those that may be meant.",
            kept="Nothing was changed.",
            todo="Choose one of those on the page, or type: abhilekh register link {id} NUMBER",
            id=file.pk,
        )


def _ask_again(file: PhysicalFile) -> None:
    """That it is linked to nothing is no longer answered, once somebody said otherwise."""
    _accept(file, [kept for kept in file.accepted if kept["code"] != "efile_unlinked"])


def _accept(file: PhysicalFile, accepted: list[dict[str, Any]]) -> None:
    file.accepted = accepted
    PhysicalFile.objects.filter(pk=file.pk).update(accepted=accepted)
