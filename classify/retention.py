"""Retention classes: what a list or register writes → the class it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classify.departments import normalise
from classify.reading import ascii_digits

_LETTER_THEN_DIGIT = re.compile(r"(?<=[^\W\d])(?=\d)")


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One class.

    Attributes:
        code: as the state writes it: क, ख, ग.
        latin: as eOffice writes it: A, B, C.
        destroyed: files of this class are destroyed when their time is over.
    """

    code: str
    latin: str
    destroyed: bool


@dataclass(frozen=True)
class RetentionClasses:
    """All classes by their writings, as ``_bare`` gives those.

    Attributes:
        by_writing: writing → class.
        noise: words that say nothing beside a writing.
        years_alone: the class of a number of years without a letter, if any.
    """

    by_writing: Mapping[str, RetentionClass]
    noise: frozenset[str]
    years_alone: RetentionClass | None

    def meant_by(self, written: str) -> RetentionClass | None:
        """The class that ``written`` names (``Class C-5``, ``श्रेणी-ग``); None if it is none."""
        words = _bare(written, self.noise)
        if (found := self.by_writing.get(" ".join(words))) is not None:
            return found
        letters = [word for word in words if not word.isdecimal()]
        if not letters:
            return self.years_alone if words else None
        return self.by_writing.get(" ".join(letters))


def compile_classes(book: Mapping[str, Any]) -> RetentionClasses:
    """The classes of ``rules/keeping.toml``; of two with one writing the later counts.

    Raises:
        KeyError: an entry lacks a key.
    """
    noise = frozenset(normalise(word) for word in book["noise"]["words"])
    by_writing: dict[str, RetentionClass] = {}
    years_alone = None
    for entry in book["class"]:
        made = RetentionClass(entry["code"], entry["latin"], bool(entry["destroyed"]))
        for writing in entry["writings"]:
            by_writing[" ".join(_bare(writing, noise))] = made
        if entry.get("years_alone"):
            years_alone = made
    return RetentionClasses(by_writing, noise, years_alone)


def _bare(written: str, noise: frozenset[str]) -> Sequence[str]:
    """The words that count, digits as 0-9, a number parted from its letter."""
    text = _LETTER_THEN_DIGIT.sub(" ", ascii_digits(normalise(written)))
    return [word for word in text.split() if word not in noise]
