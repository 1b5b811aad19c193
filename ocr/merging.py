"""Two readings of the same words become one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ocr.page import Word

CONTESTED = 0.4
"""Most confidence that is left to a number whose two readings differ: what is found by it goes
to a person."""

_ASCII = {0x0966 + digit: str(digit) for digit in range(10)}
_LOOK_ALIKES = {
    **_ASCII,
    **dict.fromkeys(map(ord, "Iil|!"), "1"),
    **dict.fromkeys(map(ord, "Oo"), "0"),
}
_RUN = re.compile(r"[0-9]+")
# Letters that are a part of a number: A-27, XXII-3, अ-6, 12/B/2015; not those of 1st or dated.
_PART = re.compile(r"(?:(?<=[/(-])|^)([A-Z]{1,5}|[\u0904-\u0939])(?=-?[0-9]|[/)])")
_EDGES = " |[]_—'\"`~"  # rules of tables and specks, read as signs around a number
_NUMBERLIKE = 0.5  # share of digits and their separators in what may replace a number
_MARGIN = 0.1  # so much surer must the second reading of a word be
_ALIKE = 50.0  # rapidfuzz ratio, 0..100: less alike, and it is another word


def digit_runs(text: str) -> tuple[str, ...]:
    """The runs of digits in a text, in ASCII, spaces left out: ``5, 07`` is ``5`` and ``07``."""
    return tuple(_RUN.findall("".join(text.split()).translate(_ASCII)))


@dataclass(frozen=True)
class Merged:
    """A word after its second reading, and whether that gave the same."""

    word: Word
    same: bool


def merged_number(words: Sequence[Word], again: Sequence[Word]) -> tuple[Merged, ...]:
    """Words with digits after their second reading.

    Where both agree, they are surer. Where they differ, the surer reading stands, its confidence
    is at most ``CONTESTED``, and the other is kept as ``Word.alternative``.

    Args:
        words: the first reading, beside one another in a line.
        again: the second reading of the same place; boxes in pixels of the page.
    """
    first, second = tuple(words), _trimmed(again)
    if not second:
        return tuple(_contested(word, None) for word in first)
    if _same_number(first, second):
        sure = min(word.confidence for word in second)
        return tuple(_confirmed(word, sure) for word in first)
    if len(first) == len(second):
        return tuple(map(_one_number, first, second))
    stands, other = (second, first) if _surer(second, first) else (first, second)
    alternative = " ".join(word.text for word in other)
    return tuple(_contested(word, alternative) for word in stands)


def merged_word(word: Word, again: Sequence[Word]) -> Merged:
    """An unsure word after its second reading.

    The same word is surer; another one that is alike and clearly surer takes its place, and the
    first is kept as ``Word.alternative``.
    """
    second = "".join(each.text for each in again).strip(_EDGES)
    if not second:
        return Merged(word, same=False)
    sure = min(each.confidence for each in again)
    if second == word.text:
        return _confirmed(word, sure)
    if sure < word.confidence + _MARGIN or not alike(second, word.text):
        return Merged(word, same=False)
    taken = replace(word, text=second, confidence=sure, alternative=word.text)
    return Merged(taken, same=False)


def alike(one: str, other: str) -> bool:
    """Whether two readings may be of the same writing."""
    return fuzz.ratio(one, other) >= _ALIKE


def _one_number(first: Word, second: Word) -> Merged:
    if _same_number((first,), (second,)):
        return _confirmed(first, second.confidence)
    if _surer((second,), (first,)):
        return _contested(replace(second, box=first.box), first.text)
    return _contested(first, second.text)


def _surer(second: Sequence[Word], first: Sequence[Word]) -> bool:
    """Whether the second reading is a number, and the surer one."""
    text = "".join(word.text for word in second)
    signs = sum(char.isdigit() or char in ".,/-:()" for char in text)
    if signs < _NUMBERLIKE * len(text) or not digit_runs(text):
        return False
    return min(w.confidence for w in second) > min(w.confidence for w in first)


def _confirmed(word: Word, sure: float) -> Merged:
    """Two readings err together only when both err."""
    both = round(1 - (1 - word.confidence) * (1 - sure), 4)
    return Merged(replace(word, confidence=both), same=True)


def _contested(word: Word, alternative: str | None) -> Merged:
    sure = min(word.confidence, CONTESTED)
    return Merged(replace(word, confidence=sure, alternative=alternative), same=False)


def _same_number(first: Sequence[Word], second: Sequence[Word]) -> bool:
    """Whether two readings have the same digits, or differ by strokes for 1 and rings for 0 only.

    ``IX-4`` and ``1X-4``, ``1st`` and ``ist`` are one writing; ``A-27`` and ``C-27`` are two.
    """
    one, other = ("".join("".join(w.text for w in words).split()) for words in (first, second))
    if digit_runs(one) == digit_runs(other):
        return _same_letters(one, other)
    return one.translate(_LOOK_ALIKES).strip(_EDGES) == other.translate(_LOOK_ALIKES).strip(_EDGES)


def _same_letters(one: str, other: str) -> bool:
    """Whether the letters that are a part of two numbers are the same.

    Readers that know one script only see none of the other's.
    """
    found, again = (_PART.findall(text.translate(_ASCII)) for text in (one, other))
    return len(found) != len(again) or found == again


def _trimmed(again: Sequence[Word]) -> tuple[Word, ...]:
    kept = (replace(word, text=word.text.strip(_EDGES)) for word in again)
    return tuple(word for word in kept if word.text)
