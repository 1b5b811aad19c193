"""The side of every page of a file, from its signs and from its neighbours.

Each page by itself is weighed by a softmax over four answers (noting, correspondence, cover,
separator); its weights are data. Then the file as a whole: sides come in runs, so a page is
likelier to be on the side of the one before; how often a file changes sides is not known, so
several rates are weighed by how well they explain the file: an interleaved file is not forced
into two runs. A separator makes a change likely. Source of the forward-backward recursion: L. R.
Rabiner, A Tutorial on Hidden Markov Models, Proc. IEEE 77 (1989), III.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classify.belief import MOST
from classify.proposals import Side, SideProposal
from classify.side_signs import SIGNS, SideSigns, among_others

SIDES = (Side.NOTING, Side.CORRESPONDENCE)
ANSWERS = (*SIDES, Side.COVER, Side.SEPARATOR)
NEIGHBOURS = "neighbours"
_AFTER_SEPARATOR = 0.8
"""Chance of the other side behind a separator."""
_TOLD = 0.35
"""A sign that moves the answer by less (natural logarithm) is no evidence worth telling."""
_MOST_EVIDENCE = 4

Odds = tuple[float, ...]


@dataclass(frozen=True)
class SideWeights:
    """How the signs are weighed.

    Attributes:
        bias: one an answer.
        weights: for each answer one a sign, in the order of ``SIGNS``.
        prior: share of the answers in the pages they were fitted on.
        trust: power to which a page's own odds are taken among its neighbours: pages of a
            file err together.
        switches: rates of change with their shares.
    """

    bias: Odds
    weights: tuple[Odds, ...]
    prior: Odds
    trust: float
    switches: tuple[tuple[float, float], ...]

    def scores(self, figures: Mapping[str, float]) -> Odds:
        """The sum of weighed signs, one an answer."""
        values = [figures.get(name, 0.0) for name in SIGNS]
        return tuple(
            bias + sum(weight * value for weight, value in zip(row, values, strict=True))
            for bias, row in zip(self.bias, self.weights, strict=True)
        )

    def evidence(self, figures: Mapping[str, float], answer: Side) -> tuple[str, ...]:
        """Names of the signs that speak for ``answer`` against its rival, strongest first."""
        scores = self.scores(figures)
        own = ANSWERS.index(answer)
        rival = max((k for k in range(len(ANSWERS)) if k != own), key=lambda k: scores[k])
        moved = {
            name: (self.weights[own][place] - self.weights[rival][place]) * figures.get(name, 0.0)
            for place, name in enumerate(SIGNS)
        }
        strong = [name for name in SIGNS if moved[name] >= _TOLD]
        return tuple(sorted(strong, key=lambda name: -moved[name])[:_MOST_EVIDENCE])


def compile_side_weights(book: Mapping[str, Any]) -> SideWeights:
    """The weights of ``rules/side_weights.toml``.

    Raises:
        KeyError: an answer is missing.
        ValueError: a sign is not known.
    """
    rows = [book["answer"][answer.value] for answer in ANSWERS]
    unknown = {name for row in rows for name in row} - {*SIGNS, "bias", "prior"}
    if unknown:
        raise ValueError(f"side_weights.toml weighs what is no sign: {', '.join(sorted(unknown))}")
    return SideWeights(
        bias=tuple(float(row["bias"]) for row in rows),
        weights=tuple(tuple(float(row.get(name, 0.0)) for name in SIGNS) for row in rows),
        prior=tuple(float(row["prior"]) for row in rows),
        trust=float(book["trust"]),
        switches=tuple((float(rate), float(share)) for rate, share in book["switches"]),
    )


def alone(signs: SideSigns, weights: SideWeights) -> SideProposal:
    """The side of one page by itself."""
    return _proposals([signs], [_own(signs, signs.figures, weights)], [signs.figures], weights)[0]


def sides_of_file(pages: Sequence[SideSigns], weights: SideWeights) -> tuple[SideProposal, ...]:
    """The side of every page of a file, in their order; blank pages are passed over."""
    written = [place for place, page in enumerate(pages) if page.declared is not Side.BLANK]
    signs = [pages[place] for place in written]
    figures = among_others(signs)
    own = [_own(page, shown, weights) for page, shown in zip(signs, figures, strict=True)]
    told = iter(_proposals(signs, _among_neighbours(own, weights), figures, weights))
    blank = SideProposal(Side.BLANK, 1.0, "blank")
    return tuple(blank if page.declared is Side.BLANK else next(told) for page in pages)


def _own(page: SideSigns, figures: Mapping[str, float], weights: SideWeights) -> Odds:
    """How likely each answer is by the page's own signs."""
    if page.declared in ANSWERS:
        return tuple(float(answer is page.declared) for answer in ANSWERS)
    return _softmax(weights.scores(figures))


def _among_neighbours(own: Sequence[Odds], weights: SideWeights) -> list[Odds]:
    """How likely each answer is with the file's other pages known."""
    if len(own) < 2:
        return list(own)
    runs = [_smoothed(own, rate, weights) for rate, _ in weights.switches]
    best = max(likelihood for _, likelihood in runs)
    shares = [
        share * math.exp(likelihood - best)
        for (_, likelihood), (_, share) in zip(runs, weights.switches, strict=True)
    ]
    total = sum(shares)
    mixed = []
    for place, page in enumerate(own):
        noting = sum(s * run[place] for s, (run, _) in zip(shares, runs, strict=True)) / total
        mixed.append(_with_side(page, (noting, 1.0 - noting), weights))
    return mixed


def _with_side(page: Odds, side: tuple[float, float], weights: SideWeights) -> Odds:
    """Answers of a page, given how likely the file is on each side where the page lies."""
    (noting, other), (proper_noting, proper_other) = _emission(page, weights)
    on_noting = side[0] * proper_noting / noting if noting else 0.0
    on_other = side[1] * proper_other / other if other else 0.0
    rest, apart = max(0.0, 1.0 - on_noting - on_other), page[2] + page[3]
    split = (page[2] / apart, page[3] / apart) if apart else (0.0, 0.0)
    return (on_noting, on_other, rest * split[0], rest * split[1])


def _emission(page: Odds, weights: SideWeights) -> tuple[tuple[float, float], tuple[float, float]]:
    """How well each side explains the page, and the part of it that is no cover or separator.

    A cover or separator lies on both sides alike.
    """
    proper = page[0] + page[1]
    prior = weights.prior[0] / (weights.prior[0] + weights.prior[1])
    own = [(page[0] / prior) ** weights.trust, (page[1] / (1 - prior)) ** weights.trust]
    total = sum(own) or 1.0
    parts = (proper * own[0] / total, proper * own[1] / total)
    apart = (1 - proper) * 0.5
    return (parts[0] + apart, parts[1] + apart), parts


def _smoothed(own: Sequence[Odds], rate: float, weights: SideWeights) -> tuple[list[float], float]:
    """Chance of the noting side at every page, and the logarithm of the file's likelihood."""
    emitted = [_emission(page, weights)[0] for page in own]
    rates = [rate + (_AFTER_SEPARATOR - rate) * page[3] for page in own]
    forward: list[tuple[float, float]] = []
    before, likelihood = (0.5, 0.5), 0.0
    for place, (noting, other) in enumerate(emitted):
        change = rates[place - 1] if place else 0.5
        came = (
            before[0] * (1 - change) + before[1] * change,
            before[1] * (1 - change) + before[0] * change,
        )
        joint = (came[0] * noting, came[1] * other)
        total = max(sum(joint), 1e-300)
        likelihood += math.log(total)
        before = (joint[0] / total, joint[1] / total)
        forward.append(before)
    smoothed, after = [0.0] * len(own), (1.0, 1.0)
    for place in range(len(own) - 1, -1, -1):
        both = (forward[place][0] * after[0], forward[place][1] * after[1])
        smoothed[place] = both[0] / max(sum(both), 1e-300)
        change = rates[place - 1] if place else 0.5
        seen = (emitted[place][0] * after[0], emitted[place][1] * after[1])
        came_from = (
            seen[0] * (1 - change) + seen[1] * change,
            seen[1] * (1 - change) + seen[0] * change,
        )
        total = max(sum(came_from), 1e-300)
        after = (came_from[0] / total, came_from[1] / total)
    return smoothed, likelihood


def _proposals(
    pages: Sequence[SideSigns],
    beliefs: Sequence[Odds],
    figures: Sequence[Mapping[str, float]],
    weights: SideWeights,
) -> list[SideProposal]:
    return [_proposal(*entry, weights) for entry in zip(pages, beliefs, figures, strict=True)]


def _proposal(
    page: SideSigns, belief: Odds, figures: Mapping[str, float], weights: SideWeights
) -> SideProposal:
    if page.declared is not None:
        return SideProposal(page.declared, 1.0, "declared")
    best = max(range(len(ANSWERS)), key=lambda place: belief[place])
    answer = ANSWERS[best]
    evidence = weights.evidence(figures, answer)
    own = _softmax(weights.scores(figures))
    if max(range(len(own)), key=lambda place: own[place]) != best:
        evidence = (NEIGHBOURS, *evidence[: _MOST_EVIDENCE - 1])
    rule = evidence[0] if evidence else NEIGHBOURS
    return SideProposal(answer, round(min(belief[best], MOST), 4), rule, evidence, page.number)


def _softmax(scores: Sequence[float]) -> Odds:
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    total = sum(powers)
    return tuple(power / total for power in powers)
