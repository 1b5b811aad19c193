"""The subject of a file: what most of its pages name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classify.belief import together
from classify.proposals import Proposal, Side
from classify.subjects import Subject
from classify.view import PageView

SAME_SUBJECT = 85.0
"""Likeness (rapidfuzz ratio, 0..100) from which two readings are of the same subject."""

STRENGTH = 0.95
"""How surely text behind a subject label is the page's subject."""

OTHERS_LETTER = 0.85
"""Weight of the subject of a letter that does not bear the file's number."""

SAME_ELSEWHERE = 0.4
"""What a second page with the same subject adds, of its own weight."""

MAX_COMPARED = 40
"""So many subjects, the weightiest, are compared with one another."""


@dataclass(frozen=True, slots=True)
class _Read:
    subject: Subject
    weight: float
    page: int


def file_subject(views: Sequence[PageView], own_key: str | None) -> Proposal | None:
    """The subject with the most backing, as its clearest page has it; None without any."""
    read = [
        _Read(view.subject, _weight(view, view.subject, own_key), view.sequence)
        for view in views
        if view.subject is not None
    ]
    read.sort(key=lambda r: (-r.weight, r.page))
    read = read[:MAX_COMPARED]
    if not read:
        return None
    beliefs = [_belief(one, read) for one in read]
    best = max(range(len(read)), key=lambda i: (beliefs[i], read[i].weight))
    subject = read[best].subject
    return Proposal(
        value=subject.text,
        verbatim=subject.evidence.verbatim,
        alternative=subject.evidence.alternative,
        confidence=round(beliefs[best], 4),
        page=read[best].page,
        bbox=subject.evidence.bbox,
        rule="subject label",
    )


def _belief(one: _Read, read: Sequence[_Read]) -> float:
    same = (
        other.weight * SAME_ELSEWHERE
        for other in read
        if other is not one and fuzz.ratio(other.subject.text, one.subject.text) >= SAME_SUBJECT
    )
    return together([one.weight, *same])


def _weight(view: PageView, subject: Subject, own_key: str | None) -> float:
    weight = STRENGTH * subject.evidence.confidence
    own = view.side in (Side.COVER, Side.NOTING) or view.bears(own_key)
    return weight if own else weight * OTHERS_LETTER
