"""From the words of a file's pages to what the file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from classify.departments import declared_code
from classify.file_dates import file_date
from classify.file_departments import file_department
from classify.file_kinds import file_kind
from classify.file_numbers import Vote, references, vote, with_list
from classify.file_subjects import file_subject
from classify.keeping import never_destroyed
from classify.kinds import kind_of
from classify.number_signs import bare
from classify.proposals import (
    Doubt,
    DoubtCode,
    FieldName,
    FileDescription,
    KindProposal,
    NeverDestroyed,
    Proposal,
    Side,
    SideProposal,
)
from classify.rulebook import Rules
from classify.side_chain import sides_of_file
from classify.side_order import order_doubts, orders_of
from classify.side_signs import PaperLook
from classify.view import PageView, look_at
from classify.words import PageLike

RIVAL_LEAST = 0.1
"""A second number with this chance or more is worth a person's look."""

SURELY_READ = 0.5
"""A number read with this confidence that is not the declared one is pointed out."""

DECLARED_RULE = "batch.csv"


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One page as the reader saw it.

    Attributes:
        sequence: its place in the file, from 1; evidence points here.
        text: its words, and what it looks like.
        declared_side: a ``Side`` value where the folder says so, else None.
        blank: the scan was judged blank.
    """

    sequence: int
    text: PageLike
    declared_side: str | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a list beside the scans says about the file; None or empty: nothing.

    ``decided`` names the fields that are a person's word: those stand, whatever the pages say.
    ``opened_year`` is the year in which the register says that the file was opened: it sets the
    century of years that are written with two digits.
    """

    file_number: str | None = None
    subject: str | None = None
    department: str | None = None
    date: str | None = None
    document_type: str | None = None
    decided: frozenset[str] = frozenset()
    opened_year: int | None = None


def describe_file(
    pages: Sequence[SeenPage], *, declared: Declared | None, rules: Rules
) -> FileDescription:
    """What the file is, with evidence for every value and a side for every page.

    Args:
        pages: the file's pages in order; may be empty.
        declared: what a list beside the scans says; it wins over what is read.
        rules: from ``classify.rulebook.load_rules``.

    Returns:
        Proposals, sides and kinds (one a page) and doubts. No text makes it fail.

    Raises:
        ValueError: a ``declared_side`` is no ``Side``.
    """
    views, sides = seen_pages(pages, rules)
    kinds = tuple(kind_of(v.kinds, side) for v, side in zip(views, sides, strict=True))
    ballot = vote(views, rules.certainty.file_number)
    listed = declared or Declared()
    own = _own_number(ballot, listed, rules)
    found = _found(views, kinds, own.key, rules, listed.opened_year)
    if own.proposal is not None:
        found[FieldName.FILE_NUMBER] = own.proposal
    both = {**found, **_said(listed, found, rules)}
    values = {name: both[name] for name in FieldName if name in both}
    doubts = [Doubt(DoubtCode(f"{name}_missing")) for name in FieldName if name not in values]
    doubts += own.doubts
    doubts += [Doubt(DoubtCode.TEXT_CUT, {"page": view.sequence}) for view in views if view.cut]
    kept = _kept(views, values.get(FieldName.SUBJECT), rules)
    sequences = tuple(view.sequence for view in views)
    orders = orders_of([(v.sequence, side, v.signs) for v, side in zip(views, sides, strict=True)])
    doubts += order_doubts(orders)
    others = references(views, own.key)
    return FileDescription(values, sides, kinds, tuple(doubts), kept, orders, sequences, others)


def seen_pages(
    pages: Sequence[SeenPage], rules: Rules
) -> tuple[list[PageView], tuple[SideProposal, ...]]:
    """What stands on every page, and its side among its neighbours."""
    views = [look_at(page.sequence, page.text, _look(page), rules) for page in pages]
    sides = sides_of_file([view.signs for view in views], rules.side_weights)
    return [replace(view, side=s.side) for view, s in zip(views, sides, strict=True)], sides


def _look(page: SeenPage) -> PaperLook:
    side = Side(page.declared_side) if page.declared_side else None
    return PaperLook(side, page.blank, page.text.appearance)


@dataclass(frozen=True, slots=True)
class _OwnNumber:
    """The file's own number, what stands against it, and the key to know its pages by."""

    key: str | None
    proposal: Proposal | None
    doubts: list[Doubt]


def _own_number(ballot: Vote, declared: Declared, rules: Rules) -> _OwnNumber:
    """The number that pages and list together make likeliest."""
    typed = " ".join((declared.file_number or "").split())
    key = rules.numbers.canonical(typed) if typed else ""
    if not key:
        read = ballot.winner
        if read is None:
            return _OwnNumber(None, None, [])
        said = replace(read.proposal(), others=ballot.others(read))
        return _OwnNumber(read.standing.key, said, _rival_doubt(ballot))
    after, chance = with_list(ballot, key)
    if FieldName.FILE_NUMBER in declared.decided:
        after, chance = Vote(tuple(r for r in after.ranked if r.standing.same_as == bare(key))), 1.0
    doubts = _list_doubt(ballot, typed, key)
    best = after.winner
    gives_way = best is not None and best.chance > chance and best.standing.names_the_file
    if best is not None and gives_way and best.standing.same_as != bare(key):
        return _OwnNumber(best.standing.key, best.proposal(), doubts)
    said = Proposal(typed, typed, round(chance, 4), None, None, DECLARED_RULE, key)
    seen = next((r.proposal() for r in after.ranked if r.standing.same_as == bare(key)), None)
    if seen is not None:
        said = replace(said, page=seen.page, bbox=seen.bbox, verbatim=seen.verbatim)
    return _OwnNumber(key, said, doubts)


def _found(
    views: Sequence[PageView],
    kinds: Sequence[KindProposal],
    own_key: str | None,
    rules: Rules,
    opened_year: int | None,
) -> dict[FieldName, Proposal]:
    """What the pages themselves say, field by field, but for the number."""
    weights = rules.certainty
    proposals = {
        FieldName.SUBJECT: file_subject(views, own_key, weights.subject),
        FieldName.DEPARTMENT: file_department(views, own_key, weights.department),
        FieldName.DATE: file_date(views, own_key, weights.date, opened_year),
        FieldName.DOCUMENT_TYPE: file_kind(views, kinds, own_key, weights.document_type),
    }
    return {name: proposal for name, proposal in proposals.items() if proposal is not None}


def _kept(
    views: Sequence[PageView], subject: Proposal | None, rules: Rules
) -> tuple[NeverDestroyed, ...]:
    """What of the file may never be destroyed, by its pages and its subject."""
    seen = {view.sequence: view.kept for view in views}
    named = (subject.value, subject.page, subject.bbox) if subject else None
    return never_destroyed(seen, named, rules.keeping)


def _said(
    declared: Declared, found: Mapping[FieldName, Proposal], rules: Rules
) -> dict[FieldName, Proposal]:
    """What the list says; where the pages say the same, with the place they say it.

    The number is not among it: there the list is one voice of several.
    """
    said: dict[FieldName, Proposal] = {}
    for name in FieldName:
        if name is FieldName.FILE_NUMBER:
            continue
        value = " ".join((getattr(declared, name.value) or "").split())
        if not value:
            continue
        key = _declared_key(name, value, rules)
        proposal = Proposal(value, value, 1.0, None, None, DECLARED_RULE, key)
        read = found.get(name)
        if read and (read.value == value or (key is not None and read.canonical == key)):
            proposal = replace(proposal, page=read.page, bbox=read.bbox, verbatim=read.verbatim)
        said[name] = proposal
    return said


def _declared_key(name: FieldName, value: str, rules: Rules) -> str | None:
    return declared_code(value, rules.gazetteer) if name is FieldName.DEPARTMENT else None


def _list_doubt(ballot: Vote, typed: str, key: str) -> list[Doubt]:
    """That the pages are sure of another number than the list has."""
    read = ballot.winner
    if read is None or read.standing.same_as == bare(key) or read.chance < SURELY_READ:
        return []
    best = read.standing.best
    facts: dict[str, str | int] = {"declared": typed, "value": best.value, "page": best.page}
    return [Doubt(DoubtCode.FILE_NUMBER_DISAGREES, facts)]


def _rival_doubt(ballot: Vote) -> list[Doubt]:
    """That a second number is likely, too."""
    winner, rival = ballot.winner, ballot.rival
    if winner is None or rival is None or rival.chance < RIVAL_LEAST:
        return []
    facts: dict[str, str | int] = {
        "value": winner.standing.best.value,
        "rival": rival.standing.best.value,
        "page": rival.standing.best.page,
    }
    return [Doubt(DoubtCode.FILE_NUMBER_RIVAL, facts)]
