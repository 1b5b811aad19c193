"""Words that give away what a page is: how many of them speak for each of several answers.

The same scale serves kinds of documents (``rules/kinds.toml``) and sides of the file
(``rules/sides.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from rapidfuzz import fuzz

from classify.belief import contested, together
from classify.departments import normalise
from classify.reading import ReadPage
from classify.zones import ZoneRules, is_address_start

TITLE_RULE = "title"
TITLE_WEIGHT = 0.9
TITLE_LIKENESS = 82.0
"""Least likeness (rapidfuzz ratio, 0..100) of a line with a title of four letters or more."""

TITLE_WORDS = 4
TITLES_END_AT = 0.6
"""A title stands above this share of the page's height."""

HEAD_LINES = 8
MARK_RULE = "page number"
MARK_WEIGHT = 0.93
"""Weight of a page number that only one side of a file bears."""

MARK_LINES = 3
TOP_ENDS_AT = 0.35
"""A part of a letter above this share of the page's height begins the page."""

DATED_NOTES = 2
"""So many dates on lines of their own are the rhythm of notes, each signed and dated."""

_LONE_DATE = re.compile(r"\W{0,3}\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d\d)\W{0,3}")
_PARTS = ("subject", "reference", "salutation", "copies", "endorsement", "closing")


@dataclass(frozen=True)
class Cues:
    """What speaks for one answer; texts are normalised, weights 0..1."""

    code: str
    titles: tuple[str, ...]
    head: tuple[tuple[str, float], ...]
    phrases: tuple[tuple[str, float], ...]
    parts: tuple[tuple[str, float], ...]
    mark: re.Pattern[str] | None


Shown: TypeAlias = list[tuple[float, str]]
"""Cues that a page shows for one answer: weight 0..1 and name of the rule."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The likeliest answer (None: no cue at all), its belief 0..1, the rule that weighed most."""

    code: str | None
    confidence: float
    rule: str


@dataclass(frozen=True)
class PageCues:
    """A page's text in the shape in which cues are looked up."""

    page: ReadPage
    zone_rules: ZoneRules

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Every line, normalised."""
        return tuple(normalise(line.text) for line in self.page.lines)

    @cached_property
    def text(self) -> str:
        """The whole page, normalised, with a space at both ends."""
        return f" {' '.join(self.lines)} "

    @cached_property
    def head(self) -> str:
        """The first lines, normalised, with a space at both ends."""
        return f" {' '.join(self.lines[:HEAD_LINES])} "

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Short lines in the upper part."""
        pairs = zip(self.page.lines, self.lines, strict=True)
        return tuple(
            text
            for line, text in pairs
            if line.top < TITLES_END_AT and text and len(text.split()) <= TITLE_WORDS
        )

    @cached_property
    def parts(self) -> frozenset[str]:
        """Names of the parts of a letter that the page has."""
        found = set()
        for line in self.page.lines:
            for part in _PARTS:
                if self.zone_rules.begins(part, line):
                    found.add(part)
                    if line.top < TOP_ENDS_AT:
                        found.add(f"{part} at top")
            if is_address_start(line, self.zone_rules):
                found.add("address")
        if sum(1 for text in self.page.lines if is_lone_date(text.text)) >= DATED_NOTES:
            found.add("dated notes")
        return frozenset(found)

    @cached_property
    def edges(self) -> tuple[str, ...]:
        """Folded text of the first and last lines, where page numbers stand."""
        lines = self.page.lines
        rim = [*lines[:MARK_LINES], *lines[max(len(lines) - MARK_LINES, MARK_LINES) :]]
        return tuple(line.text for line in rim)

    def mark(self, pattern: re.Pattern[str]) -> str | None:
        """The page number of that form on an edge of the page, None if there is none."""
        found = filter(None, map(pattern.search, self.edges))
        return next((match[0].strip() for match in found), None)


def compile_cues(entries: Sequence[Mapping[str, Any]]) -> tuple[Cues, ...]:
    """The cues of every answer in a rules file.

    Raises:
        KeyError: an entry lacks a key.
    """
    return tuple(
        Cues(
            code=entry["code"],
            titles=tuple(map(normalise, entry["title"])),
            head=_weighted(entry["head"]),
            phrases=_weighted(entry["phrase"]),
            parts=tuple((name, float(weight)) for name, weight in entry["part"]),
            mark=_mark_pattern(entry.get("mark", ())),
        )
        for entry in entries
    )


def weigh(cues: Cues, page: PageCues) -> Shown:
    """Every cue of one answer that the page shows: weight and name of the rule."""
    shown: Shown = []
    title = max((likeness for t in page.titles for likeness in _title_likeness(t, cues)), default=0)
    if title:
        shown.append((TITLE_WEIGHT * (title / 100) ** 2, TITLE_RULE))
    shown += [(weight, "letterhead") for text, weight in cues.head if f" {text} " in page.head]
    shown += [(weight, "wording") for text, weight in cues.phrases if f" {text} " in page.text]
    shown += [(weight, f"part: {name}") for name, weight in cues.parts if name in page.parts]
    if cues.mark and page.mark(cues.mark):
        shown.append((MARK_WEIGHT, MARK_RULE))
    return shown


def likeliest(weights: Mapping[str, Shown]) -> Answer:
    """The answer with the most evidence; the closer the next one, the less confident."""
    beliefs = {code: together(w for w, _ in shown) for code, shown in weights.items() if shown}
    if not beliefs:
        return Answer(None, 0.0, "no cue")
    ranked = sorted(beliefs, key=lambda code: -beliefs[code])
    rival = beliefs[ranked[1]] if len(ranked) > 1 else 0.0
    best = ranked[0]
    rule = max(weights[best])[1]
    return Answer(best, round(contested(beliefs[best], rival), 4), rule)


def is_lone_date(text: str) -> bool:
    """Whether a line holds a date in figures and nothing else."""
    return _LONE_DATE.fullmatch(text) is not None


def _title_likeness(title: str, cues: Cues) -> list[float]:
    return [
        likeness
        for known in cues.titles
        if (likeness := 100.0 * (title == known) or _fuzzy(title, known))
    ]


def _fuzzy(title: str, known: str) -> float:
    if min(len(title), len(known)) < 4:
        return 0.0
    return fuzz.ratio(title, known, score_cutoff=TITLE_LIKENESS)


def _weighted(pairs: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple((normalise(text), float(weight)) for text, weight in pairs)


def _mark_pattern(letters: Sequence[str]) -> re.Pattern[str] | None:
    if not letters:
        return None
    either = "|".join(map(re.escape, letters))
    number = r"[\d|।lI]{1,3}"
    return re.compile(
        rf"(?<!\S)(?:{number} ?[/-] ?(?:{either})|(?:{either}) ?[/-] ?{number})[.)]?(?!\S)"
    )
