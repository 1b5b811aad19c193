"""Which of the numbers on a file's pages is the file's own: pooled and voted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from classify.belief import contested, together
from classify.candidates import CITED, Candidate
from classify.proposals import Proposal, Side
from classify.view import PageView

OTHERS_LETTERS = 0.6
"""Weight of numbers on letters once the cover or the note side names the file."""

NAMES_THE_FILE = 0.4
"""Weight from which a number on the cover or the note side names the file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one number stands after the vote: its belief 0..1 and its best sighting."""

    key: str
    belief: float
    best: Candidate

    @property
    def same_as(self) -> str:
        """The key without the letter F, which some pages leave out."""
        return self.key.removeprefix("F")


@dataclass(frozen=True, slots=True)
class Vote:
    """All numbers of the file, the most likely first."""

    standings: tuple[Standing, ...]

    @property
    def winner(self) -> Standing | None:
        """The most likely number."""
        return self.standings[0] if self.standings else None

    @property
    def rival(self) -> Standing | None:
        """The second most likely number."""
        return self.standings[1] if len(self.standings) > 1 else None

    def proposal(self) -> Proposal | None:
        """The winner as a proposal; the closer the rival, the less confident."""
        winner, rival = self.winner, self.rival
        if winner is None:
            return None
        best = winner.best
        return Proposal(
            value=best.value,
            verbatim=best.evidence.verbatim,
            alternative=best.evidence.alternative,
            confidence=round(contested(winner.belief, rival.belief if rival else 0.0), 4),
            page=best.page,
            bbox=best.evidence.bbox,
            rule=best.rule,
            canonical=winner.key,
        )


def vote(views: Sequence[PageView]) -> Vote:
    """Pool the candidates of all pages and rank them.

    One page counts once for a number, by its best sighting; citations back a number up but
    never carry it. Where cover or note side name the file, letters count less: most of
    them bear their sender's number.
    """
    named = any(
        c.weight >= NAMES_THE_FILE and not c.cited
        for view in views
        if view.side in (Side.COVER, Side.NOTING)
        for c in view.numbers
    )
    weighed = [
        (candidate, candidate.weight * (OTHERS_LETTERS if named and _is_letter(view) else 1.0))
        for view in views
        for candidate in view.numbers
    ]
    weighed.sort(key=lambda entry: entry[0].key.removeprefix("F"))
    standings = [
        _standing(list(group))
        for _, group in groupby(weighed, key=lambda entry: entry[0].key.removeprefix("F"))
    ]
    standings.sort(key=lambda s: (-s.belief, s.best.page, s.key))
    return Vote(tuple(standings))


def _is_letter(view: PageView) -> bool:
    return view.side not in (Side.COVER, Side.NOTING)


def _standing(group: list[tuple[Candidate, float]]) -> Standing:
    best = max(group, key=lambda entry: (entry[1], len(entry[0].key), -entry[0].page))[0]
    pages: dict[int, float] = {}
    for candidate, weight in group:
        pages[candidate.page] = max(pages.get(candidate.page, 0.0), weight)
    carried = any(not candidate.cited for candidate, _ in group)
    belief = together(pages.values()) if carried else min(max(pages.values()), CITED)
    key = max((candidate.key for candidate, _ in group), key=len)
    return Standing(key, belief, best)
