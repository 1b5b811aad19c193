"""The subject of a file: what most of its pages name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classify.belief import together
from classify.certainty import Weighing, legible
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
    own: bool


SIGNS = ("sureness", "backing", "pages that agree", "pages that differ", "own page")
"""Names of the signs of the chosen subject; weights in ``rules/confidence.toml``."""


@dataclass(frozen=True, slots=True)
class SubjectStanding:
    """The subject with the most backing, on how many pages it stands, a figure for each sign."""

    subject: Subject
    page: int
    pages: int
    signs: tuple[float, ...]


def file_subject(
    views: Sequence[PageView], own_key: str | None, weighing: Weighing
) -> Proposal | None:
    """The subject with the most backing, as its clearest page has it; None without any."""
    standing = subject_standing(views, own_key)
    if standing is None:
        return None
    evidence = standing.subject.evidence
    chance = weighing.probability(SIGNS, standing.signs)
    return Proposal(
        value=standing.subject.text,
        verbatim=evidence.verbatim,
        alternative=evidence.alternative,
        confidence=round(legible(chance, evidence.confidence, standing.pages), 4),
        page=standing.page,
        bbox=evidence.bbox,
        rule="subject label",
    )


def subject_standing(views: Sequence[PageView], own_key: str | None) -> SubjectStanding | None:
    """The subject with the most backing and its signs; None if no page names one."""
    read = [_read(view, view.subject, own_key) for view in views if view.subject is not None]
    read.sort(key=lambda r: (-r.weight, r.page))
    read = read[:MAX_COMPARED]
    if not read:
        return None
    beliefs = [_belief(one, read) for one in read]
    best = max(range(len(read)), key=lambda i: (beliefs[i], read[i].weight))
    chosen = read[best]
    alike = sum(_same(one, chosen) for one in read if one is not chosen)
    signs = (
        chosen.subject.evidence.confidence,
        beliefs[best],
        math.log2(1 + alike),
        math.log2(len(read) - alike),
        chosen.own,
    )
    return SubjectStanding(chosen.subject, chosen.page, 1 + alike, tuple(map(float, signs)))


def _same(one: _Read, other: _Read) -> bool:
    return fuzz.ratio(one.subject.text, other.subject.text) >= SAME_SUBJECT


def _belief(one: _Read, read: Sequence[_Read]) -> float:
    same = (
        other.weight * SAME_ELSEWHERE for other in read if other is not one and _same(other, one)
    )
    return together([one.weight, *same])


def _read(view: PageView, subject: Subject, own_key: str | None) -> _Read:
    weight = STRENGTH * subject.evidence.confidence
    own = view.side in (Side.COVER, Side.NOTING) or view.bears(own_key)
    return _Read(subject, weight if own else weight * OTHERS_LETTER, view.sequence, own)
