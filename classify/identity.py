"""Numbers that look like a person's identity number (Aadhaar, its virtual number).

Only places are told, never the number: what this module returns can be kept anywhere.
Twelve digits, the first 2-9, the last a check digit, written 4-4-4 or in one go; a virtual number
has sixteen. One in ten other numbers of that length passes the check, so the words before it count.

Source: UIDAI, "A UID Numbering Scheme" (2010): Verhoeff check digit, no 0 or 1 in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from classify.departments import normalise
from classify.reading import BoundingBox, ascii_digits, corners, fold
from classify.words import LineLike, PageLike, WordLike

LENGTHS = (12, 16)
GROUP = 4
APART = 1.5
"""A gap this many times as wide as the words are high parts columns, not groups of digits."""

LABELLED, LABELLED_MISREAD, GROUPED, PLAIN = 0.99, 0.6, 0.9, 0.7
"""Confidence: with a label; with one, but the check digit does not fit; in fours; in one go."""

MAX_CHARS = 2_000
"""So much of one line is searched."""

BEFORE_CHARS, NEAR_WORDS = 48, 4
"""A label stands at most so many characters and words before its number."""

HIDDEN = "×"
_LETTERS_FOR_DIGITS = str.maketrans("OoIl|", "00111")
_RUN = re.compile(
    r"(?<![^\s:;=(\[.\u0903-])(?<!\d[.,-])"
    r"[\dOoIl|](?:[ -]?[\dOoIl|]){11,40}"
    r"(?![^\s)\].,;:।-])(?![.,-]\d)"
)
_MAYBE = re.compile(r"(?:[\dOoIl|][ -]?){12}")
_GROUP = re.compile(r"[\dOoIl|]+")
_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_MOVED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


@dataclass(frozen=True)
class IdentityRules:
    """Words around a number, as ``normalise`` leaves them."""

    labels: frozenset[str]
    others: frozenset[str]
    number_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """Where such a number stands: pixels of the page as it is shown; confidence 0..1."""

    bbox: BoundingBox
    confidence: float


class _Said(Enum):
    """What the words before a number say it is."""

    IDENTITY = 1
    OTHER = 2
    NUMBER = 3  # a number, no more
    NOTHING = 4


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    confidence: float


def compile_identity(table: Mapping[str, Any]) -> IdentityRules:
    """The words of ``[identity]`` in ``rules/keeping.toml``.

    Raises:
        KeyError: a list is not there.
    """
    sets = (frozenset(map(normalise, table[name])) for name in ("labels", "others", "number_words"))
    return IdentityRules(*sets)


def identity_numbers_on(page: PageLike, rules: IdentityRules) -> tuple[IdentityNumber, ...]:
    """Every such number of the page; all lines are searched, however many there are."""
    found: list[IdentityNumber] = []
    above = ""
    for line in page.lines:
        for words in _close_together(line):
            text, starts = _joined(words)
            for one in _numbers_in(text, above, rules):
                inside = [
                    word
                    for word, start in zip(words, starts, strict=True)
                    if start < one.end and start + len(_read(word)) > one.start
                ]
                found.append(IdentityNumber(_around(inside), one.confidence))
            above = text if not _RUN.search(text) else above
    return tuple(found)


def hidden(text: str, rules: IdentityRules) -> str:
    """``text`` with the digits of such numbers taken out, for whatever is kept outside the page."""
    if not _MAYBE.search(text):
        return text
    shown = list(text)
    plain = ascii_digits(text)
    for start in range(0, len(plain), MAX_CHARS):
        for one in _numbers_in(plain[start : start + MAX_CHARS], "", rules):
            for place in range(start + one.start, start + one.end):
                shown[place] = HIDDEN if shown[place].isalnum() or shown[place] == "|" else " "
    return "".join(shown)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit of ``digits`` (0-9) fits the others.

    Source: J. Verhoeff, Error Detecting Decimal Codes (1969).
    """
    check = 0
    for place, digit in enumerate(reversed(digits)):
        moved = int(digit)
        for _ in range(place % 8):
            moved = _MOVED[moved]
        check = _TIMES[check][moved]
    return check == 0


def _close_together(line: LineLike) -> Iterator[Sequence[WordLike]]:
    """The line cut where columns part."""
    words: list[WordLike] = []
    for word in line.words:
        if words:
            height_px = max(word.box.y1 - word.box.y0, words[-1].box.y1 - words[-1].box.y0, 1)
            if word.box.x0 - words[-1].box.x1 > APART * height_px:
                yield words
                words = []
        words.append(word)
    if words:
        yield words


def _joined(words: Sequence[WordLike]) -> tuple[str, list[int]]:
    text, starts = "", []
    for word in words:
        if len(text) > MAX_CHARS:
            break
        text = f"{text} " if text else text
        starts.append(len(text))
        text += _read(word)
    return text, [*starts, *([len(text)] * (len(words) - len(starts)))]


def _read(word: WordLike) -> str:
    return ascii_digits(fold(word.text))


def _around(words: Sequence[WordLike]) -> BoundingBox:
    lefts, tops, rights, bottoms = zip(*(corners(word.box) for word in words), strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def _numbers_in(text: str, above: str, rules: IdentityRules) -> Iterator[_Found]:
    for run in _RUN.finditer(text):
        groups = [(run.start() + g.start(), run.start() + g.end()) for g in _GROUP.finditer(run[0])]
        if not any(map(str.isdigit, run[0])):
            continue
        for first, last in _windows([end - start for start, end in groups]):
            start, end = groups[first][0], groups[last - 1][1]
            said = _label(text[:start] if text[:start].strip() else above, rules)
            confidence = _confidence(text, groups[first:last], said)
            if confidence:
                yield _Found(start, end, confidence)
                break


def _windows(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Groups that may be one number: all of them, then those beside a serial number or age."""
    if sum(sizes) in LENGTHS:
        yield 0, len(sizes)
    for first in range(len(sizes)):
        for last in range(first + 1, len(sizes) + 1):
            inside, outside = sizes[first:last], [*sizes[:first], *sizes[last:]]
            whole = sum(inside) in LENGTHS and not any(size % GROUP for size in inside)
            if outside and whole and max(outside) < GROUP:
                yield first, last


def _confidence(text: str, groups: Sequence[tuple[int, int]], said: _Said) -> float:
    """How surely these groups are such a number; 0 if they are not."""
    digits = "".join(text[start:end] for start, end in groups).translate(_LETTERS_FOR_DIGITS)
    slips = sum(not text[place].isdigit() for start, end in groups for place in range(start, end))
    known = said is _Said.IDENTITY
    if digits[0] in "01" or said is _Said.OTHER or slips > (2 if known else 0):
        return 0.0
    sums = {sum(end - start for start, end in groups[:n]) for n in range(1, len(groups))}
    fours = set(range(GROUP, len(digits), GROUP))
    aligned = sums <= fours or sums >= fours
    if not has_check_digit(digits):
        return LABELLED_MISREAD if known and aligned and len(digits) == LENGTHS[0] else 0.0
    if known:
        return LABELLED
    if sums == fours:
        return 0.0 if _are_years(digits) else GROUPED
    plain = aligned and said is _Said.NOTHING and len(digits) == LENGTHS[0]
    return PLAIN if plain else 0.0


def _are_years(digits: str) -> bool:
    fours = [int(digits[at : at + GROUP]) for at in range(0, len(digits), GROUP)]
    return all(1800 <= four <= 2100 for four in fours) or all(
        after - before == 1 for before, after in pairwise(fours)
    )


def _label(before: str, rules: IdentityRules) -> _Said:
    if before.rstrip().endswith(("+", "+91")):
        return _Said.OTHER
    words = normalise(before[-BEFORE_CHARS:]).split()
    bare = False
    while words and words[-1] in rules.number_words:
        words.pop()
        bare = True
    for place in range(len(words), max(len(words) - NEAR_WORDS, 0), -1):
        for length in (2, 1):
            said = " ".join(words[max(place - length, 0) : place])
            if said in rules.labels:
                return _Said.IDENTITY
            if said in rules.others:
                return _Said.OTHER
    return _Said.NUMBER if bare else _Said.NOTHING
