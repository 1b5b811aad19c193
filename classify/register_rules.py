"""The rules by which files are matched with the register, from ``rules/register.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classify.number_neighbours import Confusions, compile_confusions
from classify.register_words import plain


@dataclass(frozen=True)
class RegisterRules:
    """Stop words, confusions and the weights of the evidence; the file explains each.

    Attributes:
        stop_words: as ``register_words.plain`` gives them.
        chances: probabilities by name.
        subject: what the subject tells, natural logarithms of odds and shares 0..1.
        department: ``same`` and ``differs``, natural logarithms of odds.
        year: likewise.
        thresholds: ``automatic``, ``shown`` (probabilities), ``most_shown`` (a count).
    """

    stop_words: frozenset[str]
    confusions: Confusions
    chances: Mapping[str, float]
    subject: Mapping[str, float]
    department: Mapping[str, float]
    year: Mapping[str, float]
    thresholds: Mapping[str, float]


def compile_register_rules(book: Mapping[str, Any]) -> RegisterRules:
    """The rules in ``rules/register.toml``, ready for use.

    Raises:
        KeyError: a table or key that the rules need is not there.
    """
    confused = book["confused"]
    return RegisterRules(
        stop_words=frozenset(part for word in book["stop_words"] for part in plain(word).split()),
        confusions=compile_confusions(
            [*confused["digits"], *confused["letters"]], confused["dropped"]
        ),
        chances=_numbers(book["chances"]),
        subject=_numbers(book["subject"]),
        department=_numbers(book["department"]),
        year=_numbers(book["year"]),
        thresholds=_numbers(book["thresholds"]),
    )


def _numbers(table: Mapping[str, Any]) -> Mapping[str, float]:
    return {name: float(value) for name, value in table.items()}
