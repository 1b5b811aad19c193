"""Kinds of documents that may never be destroyed: wills, sale deeds, powers of attorney …

A page that *is* one is told apart from a page that speaks of one by its title, which stands alone
in its row in the upper part, and by the words that only such a deed uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from rapidfuzz import fuzz

from classify.belief import together
from classify.cues import TITLE_LIKENESS, TITLE_RULE, TITLE_WEIGHT, TITLES_END_AT, PageCues
from classify.departments import normalise
from classify.identity import IdentityRules, compile_identity
from classify.proposals import KeptKind, NeverDestroyed
from classify.reading import BoundingBox, ReadLine
from classify.retention import RetentionClasses, compile_classes

LEAST = 0.5
"""A page that is so likely (0..1) one of these kinds is told."""

TITLE_WORDS = 5
SUBJECT_WEIGHT = 0.6
"""How surely a file is what the first words of its subject name."""

FUZZY_CHARS = 6
"""Shorter titles must be read letter for letter: Will is not Bill."""


@dataclass(frozen=True)
class KeepingRules:
    """All of ``rules/keeping.toml``.

    Attributes:
        classes: retention classes.
        kinds: what may never be destroyed.
        about: words of subjects that only speak of such a document.
        identity: words around identity numbers.
    """

    classes: RetentionClasses
    kinds: tuple[KeptKind, ...]
    about: tuple[str, ...]
    identity: IdentityRules


@dataclass(frozen=True, slots=True)
class KeptSeen:
    """One page that is such a document.

    Attributes:
        kind: what it is.
        confidence: 0..1.
        bbox: of its title, or of the line with the weightiest words; pixels as shown.
        rule: ``title`` or ``wording``.
    """

    kind: KeptKind
    confidence: float
    bbox: BoundingBox
    rule: str


def compile_keeping(book: Mapping[str, Any]) -> KeepingRules:
    """The rules in ``rules/keeping.toml``, ready for use.

    Raises:
        KeyError: an entry lacks a key.
    """
    kinds = tuple(
        KeptKind(
            code=entry["code"],
            hindi=entry["hindi"],
            english=entry["english"],
            titles=tuple(map(normalise, entry["title"])),
            phrases=tuple((normalise(text), float(weight)) for text, weight in entry["phrase"]),
            subjects=tuple(map(normalise, entry["subject"])),
        )
        for entry in book["kind"]
    )
    about = tuple(map(normalise, book["about"]["words"]))
    return KeepingRules(compile_classes(book), kinds, about, compile_identity(book["identity"]))


def kept_on(page: PageCues, rules: KeepingRules) -> tuple[KeptSeen, ...]:
    """The kinds that this page is, if any; some 1 ms a page."""
    titles = list(_titles(page))
    seen = (_seen(kind, page, titles) for kind in rules.kinds)
    return tuple(one for one in seen if one is not None)


def never_destroyed(
    seen: Mapping[int, Sequence[KeptSeen]],
    subject: tuple[str, int | None, BoundingBox | None] | None,
    rules: KeepingRules,
) -> tuple[NeverDestroyed, ...]:
    """What the file holds that must be kept for ever, the surest first.

    Args:
        seen: page sequence → what ``kept_on`` gave.
        subject: the file's subject, with the page and box it was read at.
        rules: from ``compile_keeping``.
    """
    found: dict[str, NeverDestroyed] = {}
    for page, kinds in sorted(seen.items()):
        for one in kinds:
            best = found.get(one.kind.code)
            pages = (*(best.pages if best else ()), page)
            if best is None or one.confidence > best.confidence:
                best = NeverDestroyed(one.kind, one.confidence, pages, page, one.bbox, one.rule)
            found[one.kind.code] = NeverDestroyed(
                best.kind, best.confidence, pages, best.page, best.bbox, best.rule
            )
    if subject is not None:
        text, page_of, bbox = subject
        for kind in _named_by(text, rules):
            found.setdefault(
                kind.code, NeverDestroyed(kind, SUBJECT_WEIGHT, (), page_of, bbox, "subject")
            )
    return tuple(sorted(found.values(), key=lambda one: -one.confidence))


def _named_by(subject: str, rules: KeepingRules) -> Iterator[KeptKind]:
    words = f" {normalise(subject)} "
    if any(f" {about} " in words for about in rules.about):
        return
    for kind in rules.kinds:
        if any(words.startswith(f" {name} ") for name in kind.subjects):
            yield kind


def _seen(
    kind: KeptKind, page: PageCues, titles: Sequence[tuple[str, ReadLine]]
) -> KeptSeen | None:
    cues: list[tuple[float, str, ReadLine]] = []
    likest = max(
        ((_likeness(text, kind.titles), line) for text, line in titles),
        key=lambda pair: pair[0],
        default=(0.0, None),
    )
    if likest[0] and likest[1] is not None:
        cues.append((TITLE_WEIGHT * (likest[0] / 100) ** 2, TITLE_RULE, likest[1]))
    for phrase, weight in kind.phrases:
        if f" {phrase} " in page.text:
            cues.append((weight, "wording", _line_with(phrase, page)))
    belief = together(weight for weight, _, _ in cues)
    if belief < LEAST:
        return None
    _, rule, line = max(cues, key=lambda cue: (cue[1] == TITLE_RULE, cue[0]))
    return KeptSeen(kind, round(belief, 4), line.bbox, rule)


def _titles(page: PageCues) -> Iterator[tuple[str, ReadLine]]:
    """Short lines in the upper part that are neither an item of a list nor a cell of a table."""
    for text, line in zip(page.lines, page.page.lines, strict=True):
        words = text.split()
        if not words or len(words) > TITLE_WORDS or line.top >= TITLES_END_AT:
            continue
        if line.text[0].isdigit() or any(_beside(line, other) for other in page.page.lines):
            continue
        yield text, line


def _beside(line: ReadLine, other: ReadLine) -> bool:
    """Whether ``other`` stands in the same row."""
    middle = (line.bbox[1] + line.bbox[3]) / 2
    return other is not line and other.bbox[1] <= middle < other.bbox[3]


def _likeness(title: str, known: Sequence[str]) -> float:
    """0..100; 0 for what is no title of this kind."""
    best = 0.0
    for name in known:
        if title == name:
            return 100.0
        if min(len(title), len(name)) >= FUZZY_CHARS:
            best = max(best, fuzz.ratio(title, name, score_cutoff=TITLE_LIKENESS))
    return best


def _line_with(phrase: str, page: PageCues) -> ReadLine:
    """The line in which the phrase begins."""
    for at, (text, after) in enumerate(zip_longest(page.lines, page.lines[1:], fillvalue="")):
        both = f" {text} {after} "
        if f" {phrase} " in both and f" {phrase} " not in f" {after} ":
            return page.page.lines[at]
    return page.page.lines[0]
