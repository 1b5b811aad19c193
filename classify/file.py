"""From the words of a file's pages to what the file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from classify.belief import share_against
from classify.departments import declared_code
from classify.file_dates import file_date
from classify.file_departments import file_department
from classify.file_kinds import file_kind
from classify.file_numbers import Vote, vote
from classify.file_subjects import file_subject
from classify.keeping import never_destroyed
from classify.kinds import kind_of
from classify.proposals import (
    Doubt,
    DoubtCode,
    FieldName,
    FileDescription,
    KindProposal,
    NeverDestroyed,
    Proposal,
    Side,
)
from classify.rulebook import Rules
from classify.side_chain import sides_of_file
from classify.side_order import order_doubts, orders_of
from classify.side_signs import PaperLook
from classify.view import PageView, look_at
from classify.words import PageLike

RIVAL_SHARE = 0.6
"""Below this share of the evidence the best number has a rival worth a person's look."""

RIVAL_LEAST = 0.3
"""A rival with less belief than this is not worth mentioning."""

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
    """What a list beside the scans says about the file; None or empty: nothing."""

    file_number: str | None = None
    subject: str | None = None
    department: str | None = None
    date: str | None = None
    document_type: str | None = None


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
    views = [look_at(page.sequence, page.text, _look(page), rules) for page in pages]
    sides = sides_of_file([view.signs for view in views], rules.side_weights)
    views = [replace(view, side=s.side) for view, s in zip(views, sides, strict=True)]
    kinds = tuple(kind_of(v.kinds, side) for v, side in zip(views, sides, strict=True))
    ballot = vote(views)
    found = _found(views, kinds, ballot)
    said = _said(declared or Declared(), found, rules)
    both = {**found, **said}
    values = {name: both[name] for name in FieldName if name in both}
    doubts = [Doubt(DoubtCode(f"{name}_missing")) for name in FieldName if name not in values]
    doubts += _number_doubts(ballot, said.get(FieldName.FILE_NUMBER), found)
    doubts += [Doubt(DoubtCode.TEXT_CUT, {"page": view.sequence}) for view in views if view.cut]
    kept = _kept(views, values.get(FieldName.SUBJECT), rules)
    sequences = tuple(view.sequence for view in views)
    orders = orders_of([(v.sequence, side, v.signs) for v, side in zip(views, sides, strict=True)])
    doubts += order_doubts(orders)
    return FileDescription(values, sides, kinds, tuple(doubts), kept, orders, sequences)


def _look(page: SeenPage) -> PaperLook:
    side = Side(page.declared_side) if page.declared_side else None
    return PaperLook(side, page.blank, page.text.appearance)


def _found(
    views: Sequence[PageView], kinds: Sequence[KindProposal], ballot: Vote
) -> dict[FieldName, Proposal]:
    """What the pages themselves say, field by field."""
    own_key = ballot.winner.key if ballot.winner else None
    proposals = {
        FieldName.FILE_NUMBER: ballot.proposal(),
        FieldName.SUBJECT: file_subject(views, own_key),
        FieldName.DEPARTMENT: file_department(views, own_key),
        FieldName.DATE: file_date(views, own_key),
        FieldName.DOCUMENT_TYPE: file_kind(views, kinds, own_key),
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
    """What the list says; where the pages say the same, with the place they say it."""
    said: dict[FieldName, Proposal] = {}
    for name in FieldName:
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
    if name is FieldName.FILE_NUMBER:
        return rules.numbers.canonical(value)
    if name is FieldName.DEPARTMENT:
        return declared_code(value, rules.gazetteer)
    return None


def _number_doubts(
    ballot: Vote, said: Proposal | None, found: Mapping[FieldName, Proposal]
) -> list[Doubt]:
    """What stands against the number, whether declared or read."""
    winner, rival = ballot.winner, ballot.rival
    if winner is None:
        return []
    if said is not None:
        read = found[FieldName.FILE_NUMBER]
        same = (said.canonical or "").removeprefix("F") == winner.same_as
        if same or read.confidence < SURELY_READ:
            return []
        facts: dict[str, str | int] = {
            "declared": said.value,
            "value": read.value,
            "page": winner.best.page,
        }
        return [Doubt(DoubtCode.FILE_NUMBER_DISAGREES, facts)]
    if rival is None or rival.belief < RIVAL_LEAST:
        return []
    if share_against(winner.belief, rival.belief) >= RIVAL_SHARE:
        return []
    against: dict[str, str | int] = {
        "value": winner.best.value,
        "rival": rival.best.value,
        "page": rival.best.page,
    }
    return [Doubt(DoubtCode.FILE_NUMBER_RIVAL, against)]
