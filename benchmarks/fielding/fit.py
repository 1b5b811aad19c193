"""Fits the weights of ``classify/rules/confidence.toml``: what each sign of a value is worth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.fuzz import ratio

from benchmarks.fielding.choice import Question, fitted_choice
from benchmarks.fielding.files import ReadFile
from benchmarks.fielding.marks import SAME_WORDS, truth_of
from benchmarks.fitting.logistic import fitted
from classify import file_dates, file_departments, file_kinds, file_subjects, number_signs
from classify.certainty import Weighing
from classify.file import SeenPage, seen_pages
from classify.file_numbers import vote
from classify.kinds import kind_of
from classify.proposals import FieldName, KindProposal
from classify.rulebook import Rules
from classify.view import PageView
from ocr.scoring import normal

# Signs that may only speak for a value, whatever chance made of the files at hand.
_FOR_NUMBERS = (
    "cover", "note head", "letter head", "further letters", "cited as ours", "label of a file",
    "form", "sureness", "other reading", "several places", "near on cover", "near on note",
    "near on letter", "near with a sign less",
)  # fmt: skip
_AGAINST_NUMBERS = (
    "in the text", "cited", "all readings differ", "near elsewhere", "near with a sign more",
    "longer elsewhere", "another on cover or note",
)  # fmt: skip
_FOR_DATES = (
    "principal", "principal but for a slip", "first letter", "cover", "first note", "endorsed",
    "cited with our number", "labelled", "sureness", "year of the number", "pages with it",
    "other reading", "near at a strong place", "no letters",
)  # fmt: skip
_AGAINST_DATES = (
    "own letter", "later note", "cited", "text", "short year", "year before or after",
    "year far from it",
)  # fmt: skip
_FOR_DEPARTMENTS = ("cover", "note head", "own letter", "further own letters", "sureness")
_DOUBT = 0.004


@dataclass(frozen=True)
class _Looked:
    file: ReadFile
    views: Sequence[PageView]
    kinds: tuple[KindProposal, ...]


def fit(files: Sequence[ReadFile], rules: Rules) -> dict[FieldName, Weighing]:
    """The weights of every field, fitted on ``files``.

    Dates, departments and the rest are told by the file's number, so they are fitted with the
    number that the new weights choose, right or wrong.
    """
    looked = [_looked(file, rules) for file in files]
    numbers = _numbers(looked, rules)
    keys = []
    for one in looked:
        winner = vote(one.views, numbers).winner
        keys.append(winner.standing.key if winner else None)
    pairs = list(zip(looked, keys, strict=True))
    return {
        FieldName.FILE_NUMBER: numbers,
        FieldName.DATE: _choice(
            [_date_question(one, key) for one, key in pairs],
            file_dates.SIGNS,
            _FOR_DATES,
            _AGAINST_DATES,
        ),
        FieldName.DEPARTMENT: _choice(
            [_department_question(one, key, rules) for one, key in pairs],
            file_departments.SIGNS,
            _FOR_DEPARTMENTS,
            ("foot",),
        ),
        FieldName.SUBJECT: _subject(pairs),
        FieldName.DOCUMENT_TYPE: _kind(pairs),
    }


def write(weights: dict[FieldName, Weighing], path: Path, told: str) -> None:
    """The weights as TOML, in the order of the fields; ``told`` says what they were fitted on."""
    lines = [
        "# What each sign of a value is worth, fitted on made files; classify/certainty.py tells",
        f"# how the weights are used. Made by: make fit-fields. {told}",
    ]
    for name, weighing in weights.items():
        lines += ["", f"[{name}]", f"bias = {weighing.bias:.3f}", "", f"[{name}.weights]"]
        lines += [f'"{sign}" = {weight:.3f}' for sign, weight in weighing.by_sign.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _looked(file: ReadFile, rules: Rules) -> _Looked:
    pages = [SeenPage(number, text) for number, text in enumerate(file.texts, start=1)]
    views, sides = seen_pages(pages, rules)
    kinds = tuple(kind_of(v.kinds, side) for v, side in zip(views, sides, strict=True))
    return _Looked(file, views, kinds)


def _numbers(looked: Sequence[_Looked], rules: Rules) -> Weighing:
    questions = []
    for one in looked:
        truth = number_signs.bare(truth_of(FieldName.FILE_NUMBER, one.file, rules))
        standings = [s for s in number_signs.standings_of(one.views) if s.carried]
        questions.append(
            _question([s.signs for s in standings], [s.same_as == truth for s in standings])
        )
    return _choice(questions, number_signs.SIGNS, _FOR_NUMBERS, _AGAINST_NUMBERS)


def _date_question(one: _Looked, key: str | None) -> Question | None:
    standings = file_dates.date_standings(one.views, key)
    right = [standing.day.isoformat() == one.file.truth.date for standing in standings]
    return _question([standing.signs for standing in standings], right)


def _department_question(one: _Looked, key: str | None, rules: Rules) -> Question | None:
    truth = truth_of(FieldName.DEPARTMENT, one.file, rules)
    standings = file_departments.department_standings(one.views, key)
    return _question([s.signs for s in standings], [s.code == truth for s in standings])


def _question(rows: Sequence[Sequence[float]], right: Sequence[bool]) -> Question | None:
    if not rows:
        return None
    return Question(np.array(rows, np.float64), right.index(True) if True in right else None)


def _choice(
    questions: Sequence[Question | None],
    names: Sequence[str],
    only_for: Collection[str],
    only_against: Collection[str],
) -> Weighing:
    asked = [question for question in questions if question is not None]
    weights = fitted_choice(asked, names=names, never_falling=only_for, never_rising=only_against)
    return Weighing(0.0, weights)


def _subject(pairs: Sequence[tuple[_Looked, str | None]]) -> Weighing:
    rows, right = [], []
    for one, key in pairs:
        standing = file_subjects.subject_standing(one.views, key)
        if standing is not None:
            alike = ratio(normal(one.file.truth.subject), normal(standing.subject.text)) / 100
            rows.append(standing.signs)
            right.append(alike >= SAME_WORDS)
    only_for = ("sureness", "backing", "pages that agree")
    return _logistic(rows, right, file_subjects.SIGNS, only_for)


def _kind(pairs: Sequence[tuple[_Looked, str | None]]) -> Weighing:
    rows, right = [], []
    for one, key in pairs:
        standing = file_kinds.kind_standing(one.views, one.kinds, key)
        if standing is not None:
            rows.append(standing.signs)
            right.append(standing.kind.kind == one.file.truth.document_type)
    return _logistic(rows, right, file_kinds.SIGNS, ("kind of the page", "own page", "by title"))


def _logistic(
    rows: Sequence[Sequence[float]],
    right: Sequence[bool],
    names: Sequence[str],
    only_for: Collection[str],
) -> Weighing:
    # A little doubt about every answer, so that a field without a mistake gets no certainty.
    signs = np.array(rows, np.float64)
    target = np.where(np.array(right, bool), 1 - _DOUBT, _DOUBT)
    found = fitted(signs, target, names=names, never_falling=only_for)
    return Weighing(found.bias, dict(zip(names, found.by_sign, strict=True)))
