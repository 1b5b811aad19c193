"""Search: what a person types, Hindi or English, number or words → e-files, the likeliest first."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from classify.number_neighbours import neighbours, writings
from classify.register_words import number_words, plain, words_of
from classify.rulebook import Rules
from pipeline.app import App
from records import register_reads as reads
from records.access import EVERYTHING, Scope

MOST_FOUND = 20
MOST_ASKED_CHARS = 500
_MOST_BEGINNING = 60
_MOST_POSTINGS = 20_000
_MOST_RANKED = 5_000
_LIKE_A_WORD = 75.0
_BY_NUMBER, _BY_BEGINNING, _BY_NEAR, _BY_WORDS = 1.0, 0.9, 0.7, 0.8


@dataclass(frozen=True, slots=True)
class Found:
    """A row by its id, how well it fits (0..1), and by what it was found."""

    entry: int
    score: float
    by: str


def run(
    app: App, text: str, *, limit: int = MOST_FOUND, scope: Scope = EVERYTHING
) -> list[dict[str, Any]]:
    """The e-files that fit ``text``, the best first.

    A number may be a computer number or a file number in any writing: with or without label,
    Devanagari digits, spaces, a misread sign, or only its beginning. Words are looked for in
    subject, department and section; the last may be only begun, and one letter may be wrong.
    E-files and scanned files outside ``scope`` are neither given nor counted.

    Returns:
        ``register find --json``: each row with its ``score`` 0..1 and ``found_by``.
    """
    best: dict[int, Found] = {}
    asked = text.replace("\0", " ").strip()[:MOST_ASKED_CHARS]  # PostgreSQL takes no NUL
    most = limit if scope.departments is None else _MOST_RANKED  # others' are dropped below
    for found in _everything(asked, most, app.rules):
        if found.entry not in best or found.score > best[found.entry].score:
            best[found.entry] = found
    theirs = reads.entries_of(list(best), scope)
    kept = [one for one in best.values() if one.entry in theirs]
    ranked = sorted(kept, key=lambda one: (-one.score, one.entry))[:limit]
    rows = reads.shown([one.entry for one in ranked], scope)
    return [{**rows[one.entry], "score": round(one.score, 3), "found_by": one.by} for one in ranked]


def _everything(text: str, limit: int, rules: Rules) -> Iterator[Found]:
    if any(sign.isdecimal() for sign in text):
        yield from _by_number(text, limit, rules)
    yield from _by_words(text, limit, rules)


def _by_number(text: str, limit: int, rules: Rules) -> Iterator[Found]:
    digits = plain(text).replace(" ", "")
    if digits.isdigit():
        number = digits.lstrip("0")
        for entry in reads.computer_numbers_beginning(number, _MOST_BEGINNING) if number else ():
            yield Found(entry, _BY_BEGINNING - 0.1, "computer_number")
        for entry in reads.ids_by_computer_number(number):
            yield Found(entry, _BY_NUMBER, "computer_number")
    key = rules.numbers.canonical(text)
    forms = writings(key)
    exact = reads.ids_by_keys(forms, limit)
    yield from (Found(entry, _BY_NUMBER, "file_number") for entry in exact)
    for form in forms[:2]:
        beginning = reads.numbers_beginning(form, _MOST_BEGINNING) if len(form) > 2 else ()
        yield from (Found(entry, _BY_BEGINNING, "file_number_begins") for entry in beginning)
    if not exact and len(key) > 4:
        near = reads.ids_by_keys(neighbours(key, rules.register.confusions), limit)
        yield from (Found(entry, _BY_NEAR, "file_number_near") for entry in near)


def _by_words(text: str, limit: int, rules: Rules) -> Iterator[Found]:
    """Rows that hold the words, weighed by how rare each is; all of them before most of them."""
    words = list(words_of([text], rules.register.stop_words))
    words += [word for word in number_words(rules.numbers.canonical(text)) if word not in words]
    size = max(reads.size(), 1)
    terms = [term for word in words[:12] if (term := _term(word, size))]
    terms.sort(key=lambda term: -term.weight)
    if not terms:
        return
    scores: dict[int, float] = {}
    for term in terms:
        best = heapq.nlargest(_MOST_RANKED, scores, scores.__getitem__)
        among = best if len(best) >= limit else None
        for entry in reads.entries_with(term.ids, among, _MOST_POSTINGS):
            scores[entry] = scores.get(entry, 0.0) + term.weight
    whole = sum(term.weight for term in terms)
    for entry in sorted(scores, key=lambda e: (-scores[e], e))[:limit]:
        yield Found(entry, _BY_WORDS * scores[entry] / whole, "words")


@dataclass(frozen=True, slots=True)
class _Term:
    ids: Sequence[int]
    weight: float


def _term(word: str, size: int) -> _Term | None:
    """The word, those that begin with it, else those that look like it; None for nothing."""
    known = reads.words_beginning(word, _MOST_BEGINNING)
    sure = 1.0
    if not known and len(word) > 2:
        alike = reads.words_beginning(word[:1], 3_000)
        close = process.extract(
            word, [text for _, text, _ in alike], scorer=fuzz.ratio, score_cutoff=_LIKE_A_WORD
        )
        known, sure = [alike[place] for _, _, place in close[:5]], 0.7
    if not known:
        return None
    rows = sum(count for _, _, count in known)
    return _Term([pk for pk, _, _ in known], sure * math.log(1 + size / max(rows, 1)))
