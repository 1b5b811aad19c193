"""Corrections of what the engine reads wrongly for certain, rule by rule.

The rules are data (``tables/corrections.toml``), each with what it changes and what it leaves
alone; ``docs/corrections.md`` lists them. No rule guesses a digit, and none depends on what a
word means: only on how it is written and where it stands.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ocr.correcting import KINDS, Correct
from ocr.page import Line
from ocr.tsv import around

BOOK = Path(__file__).parent / "tables" / "corrections.toml"


@dataclass(frozen=True)
class Rule:
    """One correction.

    Attributes:
        name: by which it is switched off.
        why: why it is certain.
        wrong: what is read and what it becomes, for tests and docs.
        right: what stays as it is.
        correct: words of a line → the same, corrected.
    """

    name: str
    why: str
    wrong: tuple[tuple[str, str], ...]
    right: tuple[str, ...]
    correct: Correct


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they run."""
    book: Mapping[str, Any] = tomllib.loads(BOOK.read_text(encoding="utf-8"))
    return tuple(
        Rule(
            name=rule["name"],
            why=rule["why"],
            wrong=tuple((read, becomes) for read, becomes in rule["wrong"]),
            right=tuple(rule["right"]),
            correct=KINDS[rule["kind"]](rule),
        )
        for rule in book["rule"]
    )


def corrected(lines: tuple[Line, ...], *, without: Collection[str] = ()) -> tuple[Line, ...]:
    """The lines after all rules; a line that no rule changes is the very same object.

    Boxes of joined words are joined; a line keeps at least one word.

    Args:
        lines: words in reading order.
        without: names of rules that are left out.
    """
    chosen = [rule for rule in rules() if rule.name not in without]
    return tuple(_corrected(line, chosen) if line.words else line for line in lines)


def _corrected(line: Line, chosen: list[Rule]) -> Line:
    words = line.words
    for rule in chosen:
        words = rule.correct(words)
    if words == line.words:
        return line
    return replace(line, words=words, box=around(word.box for word in words))
