"""What speaks for each number on a file's pages: the signs that the vote weighs.

Every number, in all its sightings, gets one row of figures. A sighting of a number that is the
same but for a slip of the reading counts as a near one, apart from the exact ones: it backs the
file's number up, and it says that one of the two is misread.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from classify.candidates import Candidate
from classify.proposals import Side
from classify.reading import CONTESTED
from classify.view import PageView
from classify.zones import Zone

SIGNS = (
    "any", "cover", "note head", "letter head", "further letters", "endorsement", "in the text",
    "cited as ours", "cited", "label of a file", "form", "sureness", "all readings differ",
    "other reading", "several places", "near on cover", "near on note", "near on letter",
    "near elsewhere", "near with a sign more", "near with a sign less", "longer elsewhere",
    "heads of others", "another on cover or note",
)  # fmt: skip
"""Names of the signs, in the order of a row; weights in ``rules/confidence.toml``."""

MOST_NUMBERS = 60
"""So many numbers, the weightiest, are weighed against one another."""

LEAST_CHARS = 5
"""Shorter numbers are never taken for a misread one."""

_STROKES = re.compile(r"(?<=[/XVI-])I+(?=[/-]|$)")
_HEADS = (Zone.HEAD, Zone.ADDRESS)
_NAMING = ("cover", "note", "letter")
_PLACES = (*_NAMING, "endorsement", "text", "ours", "cited", "other")


@dataclass(frozen=True, slots=True)
class Standing:
    """One number: all its sightings and the figures of its signs.

    Attributes:
        key: canonical, with the letter F if any sighting has it.
        best: the sighting to show; one whose other reading has this number, if there is no more.
        pages: how many pages have it as their own.
        sureness: 0..1, of its clearest reading.
        doubted: wherever it was read, the second reading has one and the same other number; or
            somewhere a Roman numeral of it was read with a stroke more.
        carried: more speaks for it than that single papers cite it.
        signs: one figure for each of ``SIGNS``.
    """

    key: str
    best: Candidate
    pages: int
    sureness: float
    doubted: bool
    carried: bool
    signs: tuple[float, ...]

    @property
    def names_the_file(self) -> bool:
        """Whether it stands on the cover, at the head of the note side, or on several pages."""
        signs = dict(zip(SIGNS, self.signs, strict=True))
        return self.pages > 1 or bool(signs["cover"] or signs["note head"])

    def was_read_for(self, other: Standing) -> bool:
        """Whether this number and the other one are two readings of the same words."""
        theirs = {bare(key) for key in (other.best.key, other.best.other_key) if key}
        return self.same_as in theirs or bare(self.best.key) == other.same_as

    @property
    def same_as(self) -> str:
        """The key without the letter F, which some pages leave out."""
        return bare(self.key)


@dataclass(frozen=True, slots=True)
class _Sighting:
    candidate: Candidate
    place: str


def bare(key: str) -> str:
    """The key without the letter F, which some pages leave out."""
    return key.removeprefix("F")


def standings_of(views: Sequence[PageView]) -> tuple[Standing, ...]:
    """Every number on the pages with its signs; the order is by weight, best first.

    Args:
        views: all pages, with their sides settled.
    """
    opening = _opens_the_notes(views)
    seen = [
        _Sighting(candidate, _place(candidate, view, opening))
        for view in views
        for candidate in view.numbers
    ]
    groups: defaultdict[str, list[_Sighting]] = defaultdict(list)
    for sighting in seen:
        groups[bare(sighting.candidate.key)].append(sighting)
    for sighting in seen:
        other = sighting.candidate.other_key
        if other is not None:
            groups[bare(other)].append(_Sighting(sighting.candidate, "other"))
    ranked = sorted(groups, key=lambda key: (-_weight(groups[key]), key))[:MOST_NUMBERS]
    kept = {key: groups[key] for key in ranked}
    heads = _heads(seen)
    return tuple(_standing(key, kept, heads) for key in ranked)


def _weight(group: Sequence[_Sighting]) -> float:
    return max(s.candidate.weight * (0.5 if s.place == "other" else 1.0) for s in group)


def _heads(seen: Sequence[_Sighting]) -> Mapping[int, set[str]]:
    """The numbers at the head of each page."""
    heads: defaultdict[int, set[str]] = defaultdict(set)
    for sighting in seen:
        if sighting.place in _NAMING:
            heads[sighting.candidate.page].add(bare(sighting.candidate.key))
    return heads


def _opens_the_notes(views: Sequence[PageView]) -> int | None:
    """The first note sheet; at the head of later ones stand the papers that came in.

    Where its own number was not read, no later one is the file's instead.
    """
    return next((view.sequence for view in views if view.side is Side.NOTING), None)


def _place(candidate: Candidate, view: PageView, opening: int | None) -> str:
    """Where a sighting stands, as far as that tells whose number it is."""
    if candidate.ours:
        return "ours"
    if candidate.cited:
        return "cited"
    is_first = candidate is view.first_number
    if candidate.label == "endorsement" or candidate.zone is Zone.ENDORSEMENT:
        return "letter" if is_first else "endorsement"  # copies sent on begin with it
    if view.side is Side.COVER:
        return "cover"
    if candidate.zone not in _HEADS:
        return "text"
    if view.side is Side.NOTING:  # behind the first head, notes speak of the papers that came in
        return "note" if is_first and view.sequence == opening else "text"
    return "letter"


def _standing(
    key: str, groups: Mapping[str, list[_Sighting]], heads: Mapping[int, set[str]]
) -> Standing:
    own = groups[key]
    exact = [s for s in own if s.place != "other"]
    shown = exact or own
    best = max(shown, key=lambda s: (_for_show(s), -s.candidate.page)).candidate
    pages = _pages(own)
    on_pages = set().union(*pages.values())
    near = _near(key, groups, on_pages)
    is_outdone = _is_outdone(key, groups)
    if is_outdone or not _is_borne_out(pages, near, heads):
        pages["cited"] |= pages.pop("ours")
        pages["ours"] = set()
    full = max((s.candidate.key for s in exact), key=len, default=_with_f(key, own))
    sureness = max(s.candidate.evidence.confidence * s.candidate.strength for s in shown)
    signs = (
        1.0,
        *(bool(pages[place]) for place in _NAMING),
        math.log2(max(len(pages["letter"]), 1)),
        *(bool(pages[place]) for place in ("endorsement", "text")),
        *(min(len(pages[place]), 3) for place in ("ours", "cited")),
        any(s.candidate.label in ("file", "case") for s in exact),
        max(s.candidate.strength for s in shown),
        sureness,
        bool(exact) and all(s.candidate.evidence.confidence <= CONTESTED for s in exact),
        min(len(pages["other"]), 3),
        max(sum(bool(pages[place]) for place in _NAMING) - 1, 0),
        *(bool(near[place]) for place in ("cover", "note")),
        min(len(near["letter"]), 3),
        bool(near["ours"] | near["cited"] | near["endorsement"] | near["text"]),
        *(_is_near_by(more, key, groups, on_pages) for more in (1, -1)),
        _is_cut(key, groups),
        _rivals(key, pages, heads),
        is_outdone,
    )
    own_pages = {s.candidate.page for s in exact if not s.candidate.cited}
    carried = any(pages[place] for place in _PLACES if place not in ("cited", "text"))
    told = (len(own_pages), sureness, _is_doubted(key, exact, groups), carried)
    return Standing(full, best, *told, tuple(map(float, signs)))


def _is_doubted(
    key: str, exact: Sequence[_Sighting], groups: Mapping[str, list[_Sighting]]
) -> bool:
    """Whether all sightings may be wrong alike.

    The second reading contradicts every one, always with the same number; or a stroke is lost.
    """
    others = {bare(s.candidate.other_key or "") for s in exact}
    return (len(others) == 1 and "" not in others) or _may_lack_a_stroke(key, groups)


def _may_lack_a_stroke(key: str, groups: Mapping[str, list[_Sighting]]) -> bool:
    """Whether any reading has this number with more strokes in a row, as XXII beside XXI.

    Readers lose one of equal strokes side by side, on every page alike; they hardly ever add one.
    """
    return any(
        len(other) > len(key) and _STROKES.sub("I", other) == _STROKES.sub("I", key)
        for other in groups
    )


def _for_show(sighting: _Sighting) -> float:
    candidate = sighting.candidate
    return candidate.weight + (1.0 if sighting.place in _NAMING else 0.0)


def _pages(sightings: Sequence[_Sighting]) -> dict[str, set[int]]:
    pages: dict[str, set[int]] = {place: set() for place in _PLACES}
    for sighting in sightings:
        pages[sighting.place].add(sighting.candidate.page)
    return pages


def _is_borne_out(
    pages: Mapping[str, set[int]],
    near: Mapping[str, set[int]],
    heads: Mapping[int, set[str]],
) -> bool:
    """Whether more than one office's word says that a number cited as ours is ours.

    A letter that went out cites the numbers of those to whom it goes in the same words.
    """
    own = ("cover", "note", "letter", "endorsement")
    if any(pages[place] or near[place] for place in own):
        return True
    writers = {frozenset(heads.get(page, {str(page)})) for page in pages["ours"]}
    return len(writers) > 1


def _is_outdone(key: str, groups: Mapping[str, list[_Sighting]]) -> bool:
    """Whether the cover or the note side names the file, and by another number."""
    naming = {
        other
        for other, sightings in groups.items()
        if any(s.place in ("cover", "note") for s in sightings)
    }
    return bool(naming) and not any(o == key or is_slip(o, key) for o in naming)


def _with_f(key: str, own: Sequence[_Sighting]) -> str:
    """The key as the other reading has it, with F if it has."""
    others = (s.candidate.other_key for s in own)
    return max((k for k in others if k and bare(k) == key), key=len, default=key)


def _near(
    key: str, groups: Mapping[str, list[_Sighting]], on_pages: set[int]
) -> dict[str, set[int]]:
    """By place, the other pages with a number that is this one but for a slip."""
    found: dict[str, set[int]] = {place: set() for place in _PLACES}
    for other, sightings in groups.items():
        if other == key or not is_slip(other, key):
            continue
        for place, pages in _pages(sightings).items():
            if place != "other":
                found[place] |= pages - on_pages
    return found


def _is_near_by(
    more: int, key: str, groups: Mapping[str, list[_Sighting]], on_pages: set[int]
) -> bool:
    """Whether other pages have this number but for one sign more, or with -1 for one less.

    Readers lose a sign oftener than they see one that is not there.
    """
    return any(
        len(other) == len(key) + more
        and is_slip(other, key)
        and any(s.candidate.page not in on_pages and s.place != "other" for s in sightings)
        for other, sightings in groups.items()
    )


def is_slip(one: str, other: str) -> bool:
    """Whether one misread sign, or an end that was cut off, may part the two keys."""
    if min(len(one), len(other)) < LEAST_CHARS:
        return False
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short)] in "/-"


def _is_cut(key: str, groups: Mapping[str, list[_Sighting]]) -> bool:
    """Whether another number begins with all of this one and goes on."""
    return any(
        len(other) > len(key) and other.startswith(key) and other[len(key)] in "/-"
        for other in groups
    )


def _rivals(key: str, pages: Mapping[str, set[int]], heads: Mapping[int, set[str]]) -> float:
    """Of the pages that cite this number as ours, the share that bear another at their head."""
    citing = pages["ours"]
    if not citing:
        return 0.0
    foreign = [page for page in citing if heads.get(page, set()) - {key}]
    return len(foreign) / len(citing)
