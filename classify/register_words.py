"""Words and spellings by which a register is searched, the same for every writing of a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from classify.reading import ascii_digits, fold

MAX_WORDS = 48
MAX_WORD_CHARS = 40
_SIGNS = re.compile(r"[^\w\u0900-\u0963\u0970-\u097f]+")
_NASAL = re.compile("[ङञणनम]्(?=[क-भ])")
_ONE_SPELLING = str.maketrans({"ी": "ि", "ू": "ु", "ः": None, "ॉ": "ा", "ऑ": "आ", "ई": "इ", "ऊ": "उ"})
_NUMBER_PARTS = re.compile(r"[^/\-()]+")
_LEAST_PART_CHARS = 3


def plain(text: str) -> str:
    """``text`` as it is compared: one spelling a word, Latin digits, no signs, lower case.

    Long and short i and u are one, as are half nasals and anusvara (खण्डवा, खंडवा), because
    typists and readers take them for one another.
    """
    folded = ascii_digits(fold(text)).lower().translate(_ONE_SPELLING)
    return " ".join(_SIGNS.sub(" ", _NASAL.sub("ं", folded)).split())


def words_of(texts: Iterable[str], stop_words: frozenset[str]) -> tuple[str, ...]:
    """The different words of ``texts`` that tell files apart, in order, at most ``MAX_WORDS``.

    Args:
        stop_words: words to leave out, as ``plain`` gives them.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in plain(text).split():
            if len(word) > 1 and word not in stop_words:
                found.setdefault(word[:MAX_WORD_CHARS])
            if len(found) == MAX_WORDS:
                return tuple(found)
    return tuple(found)


def number_words(key: str) -> Iterator[str]:
    """The parts of a canonical number that are searched for alone: 4521, 2017, dfg."""
    for part in _NUMBER_PARTS.findall(key):
        word = plain(part)
        if len(word) >= _LEAST_PART_CHARS:
            yield word[:MAX_WORD_CHARS]
