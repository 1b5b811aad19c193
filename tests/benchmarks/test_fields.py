"""Made files as record rooms hold them, and the figures that are drawn from them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fielding.choice import Question, fitted_choice
from benchmarks.fielding.files import Asked, ReadFile, simulated
from benchmarks.fielding.lists import some_wrong
from benchmarks.fielding.marks import marked
from benchmarks.fielding.report import found, markdown_of
from benchmarks.scans.options import TUNING_FACES
from classify.proposals import FieldName
from classify.rulebook import load_rules

FILES = 8


@pytest.fixture(scope="module")
def files() -> list[ReadFile]:
    return list(simulated(Asked(3, FILES, TUNING_FACES), 0.0))


def test_the_same_seed_gives_the_same_files(files: list[ReadFile]) -> None:
    again = list(simulated(Asked(3, 1, TUNING_FACES, first=2), 0.0))
    assert again == files[2:3]


def test_files_hold_letters_of_other_offices_and_files_without_a_cover(
    files: list[ReadFile],
) -> None:
    truths = [file.truth for file in files]
    foreign = [
        page
        for truth in truths
        for page in truth.pages
        if page.file_number not in (None, truth.file_number)
    ]
    assert foreign
    assert any(truth.pages[0].side != "cover" for truth in truths)


def test_without_slips_nearly_every_field_is_found(files: list[ReadFile]) -> None:
    rules = load_rules()
    marks = marked(files, rules)
    right = sum(mark.right for one in marks for mark in one.fields.values())
    assert right >= 0.85 * FILES * len(FieldName)
    run = found(marks, marked(files, rules, some_wrong(files, 1)), TUNING_FACES, rules)
    text = markdown_of(run)
    assert text.count("| file number") >= 2
    assert 0 <= run["fields"]["date"]["ece"] <= 1


def test_a_list_has_some_wrong_rows_and_most_right(files: list[ReadFile]) -> None:
    rows = some_wrong(files * 20, 1)
    wrong = sum(
        row.file_number != f.truth.file_number for row, f in zip(rows, files * 20, strict=True)
    )
    assert 0.05 < wrong / len(rows) < 0.3


def test_a_sign_of_the_right_one_earns_weight_and_noise_next_to_none() -> None:
    rng = np.random.default_rng(1)
    questions = []
    for _ in range(900):
        right = int(rng.integers(3))
        told = np.array([[float(row == right), rng.random(), 1.0] for row in range(3)])
        questions.append(Question(told, right if rng.random() < 0.9 else None))
    weights = fitted_choice(questions, names=("told", "noise", "any"), never_falling=("told",))
    assert weights["told"] > 2
    assert abs(weights["noise"]) < 0.5 * weights["told"]


def test_a_sign_that_may_only_speak_for_a_value_never_speaks_against_it() -> None:
    questions = [Question(np.array([[1.0], [0.0]]), 1) for _ in range(50)]
    assert fitted_choice(questions, names=("a",), never_falling=("a",)) == {"a": 0.0}
    assert fitted_choice(questions, names=("a",), never_falling=())["a"] < 0
