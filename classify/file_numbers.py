"""Which of the numbers on a file's pages is the file's own: pooled and voted on.

Every number gets the chance that its signs earn it (``number_signs``, ``certainty``); what is
missing to 1 is the chance that none of them was read right. A list beside the scans has one more
vote, a strong one: see ``with_list``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classify.certainty import Weighing, legible
from classify.number_signs import SIGNS, Standing, bare, is_slip, standings_of
from classify.proposals import Proposal, Reference
from classify.reading import CONTESTED
from classify.view import PageView

ONLY_CITED = 0.15
"""Share that numbers which are only cited have of the chance that no number was read right."""

LIST_RIGHT = 0.97
"""A number that was typed in a list is the file's own so often."""

LIST_COINCIDES = 0.002
"""A wrong number in the list is one that the file's pages bear so seldom."""

MOST_REFERENCES = 200

MOST_OTHERS = 4
"""So many readings of the file's own number are kept beside the one that was chosen."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One number and its chance, 0..1, of being the file's own."""

    standing: Standing
    chance: float

    def proposal(self) -> Proposal:
        """The number as a proposal."""
        standing, best = self.standing, self.standing.best
        pages, sureness = standing.pages, standing.sureness
        if standing.doubted:
            # One reader takes a letter of one typeface for another on every page, or loses a
            # stroke on each: they prove nothing.
            pages, sureness = 1, min(sureness, CONTESTED)
        sure = legible(self.chance, sureness, pages)
        return Proposal(
            value=best.value,
            verbatim=best.evidence.verbatim,
            alternative=best.evidence.alternative,
            confidence=round(sure, 4),
            page=best.page,
            bbox=best.evidence.bbox,
            rule=best.rule,
            canonical=self.standing.key,
        )


@dataclass(frozen=True, slots=True)
class Vote:
    """All numbers of the file, the most likely first."""

    ranked: tuple[Ranked, ...]

    @property
    def winner(self) -> Ranked | None:
        """The most likely number."""
        return self.ranked[0] if self.ranked else None

    @property
    def rival(self) -> Ranked | None:
        """The second most likely number."""
        return self.ranked[1] if len(self.ranked) > 1 else None

    @property
    def none(self) -> float:
        """The chance that no page has the file's number, or none was read right."""
        return max(1.0 - sum(one.chance for one in self.ranked), 0.001)

    def others(self, chosen: Ranked) -> tuple[str, ...]:
        """The numbers that the chosen one may be a misreading of, the likeliest first."""
        own = chosen.standing
        return tuple(
            one.standing.key
            for one in self.ranked
            if one.standing.same_as != own.same_as
            and (is_slip(one.standing.same_as, own.same_as) or one.standing.was_read_for(own))
        )[:MOST_OTHERS]

    def chance_of(self, key: str | None) -> float:
        """The chance of one canonical number, with or without F; 0 if no page has it."""
        same = (one.chance for one in self.ranked if one.standing.same_as == bare(key or ""))
        return next(same, 0.0)


def vote(views: Sequence[PageView], weighing: Weighing) -> Vote:
    """Pool the numbers of all pages and rank them.

    Args:
        views: all pages, with their sides settled.
        weighing: of the signs of numbers.
    """
    standings = standings_of(views)
    carried = [standing for standing in standings if standing.carried]
    shares = weighing.shares(SIGNS, [standing.signs for standing in carried])
    ranked = [Ranked(one, share) for one, share in zip(carried, shares, strict=True)]
    cited = [standing for standing in standings if not standing.carried]
    left = ONLY_CITED * (1 - sum(shares)) / max(len(cited), 1)
    ranked += [Ranked(standing, left) for standing in cited]
    ranked.sort(key=lambda one: (-one.chance, one.standing.best.page, one.standing.key))
    return Vote(tuple(_as_read(ranked)))


def _as_read(ranked: list[Ranked]) -> list[Ranked]:
    """The numbers; what was read before what its words may also say and no page bears."""
    if not ranked or ranked[0].standing.pages:
        return ranked
    likeliest = ranked[0].standing
    read = [one for one in ranked if one.standing.pages and likeliest.was_read_for(one.standing)]
    return [*read[:1], *(one for one in ranked if one not in read[:1])]


def with_list(ballot: Vote, declared: str) -> tuple[Vote, float]:
    """The vote with the list's word in it, and the chance of the list's number.

    Bayes' rule, with the pages' vote for what was known before the list was looked at. A number
    that no page has is the right one if none was read right; and where the list is wrong, what
    stands there is seldom a number that the pages have.

    Args:
        ballot: what the pages say.
        declared: canonical number in the list.
    """
    on_pages = ballot.chance_of(declared)
    mistaken = LIST_COINCIDES if on_pages else 1 - LIST_RIGHT
    said = LIST_RIGHT * (on_pages or ballot.none)
    others = [
        one.chance * mistaken for one in ballot.ranked if one.standing.same_as != bare(declared)
    ]
    none = ballot.none * mistaken if on_pages else 0.0
    whole = said + sum(others) + none
    ranked = [
        replace(one, chance=said / whole)
        if one.standing.same_as == bare(declared)
        else replace(one, chance=one.chance * mistaken / whole)
        for one in ballot.ranked
    ]
    ranked.sort(key=lambda one: -one.chance)
    return Vote(tuple(ranked)), said / whole


def references(views: Sequence[PageView], own: str | None) -> tuple[Reference, ...]:
    """The numbers of other papers that the pages bear or cite, each at its first sighting.

    Args:
        views: all pages.
        own: the file's canonical number; neither it nor what may be a slip of it is listed.
    """
    found: dict[str, Reference] = {}
    for view in views:
        for candidate in view.numbers:
            key = candidate.key
            if own and (bare(key) == bare(own) or is_slip(bare(key), bare(own))):
                continue
            found.setdefault(
                bare(key),
                Reference(
                    value=candidate.value,
                    canonical=key,
                    verbatim=candidate.evidence.verbatim,
                    confidence=round(candidate.evidence.confidence * candidate.strength, 4),
                    page=candidate.page,
                    bbox=candidate.evidence.bbox,
                    rule=candidate.rule,
                    cited=candidate.cited,
                ),
            )
    return tuple(found.values())[:MOST_REFERENCES]
