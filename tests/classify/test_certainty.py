"""What signs are worth, and what becomes of a value that was hardly read."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from classify import file_dates, file_departments, file_kinds, file_subjects, number_signs
from classify.certainty import Weighing, legible

BOOK = tomllib.loads((files("classify") / "rules/confidence.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("field", "signs"),
    [
        ("file_number", number_signs.SIGNS),
        ("date", file_dates.SIGNS),
        ("department", file_departments.SIGNS),
        ("subject", file_subjects.SIGNS),
        ("document_type", file_kinds.SIGNS),
    ],
)
def test_every_sign_has_a_weight_and_every_weight_a_sign(
    field: str, signs: tuple[str, ...]
) -> None:
    assert set(BOOK[field]["weights"]) == set(signs)


def test_no_place_where_a_files_own_number_stands_speaks_against_it() -> None:
    weights = BOOK["file_number"]["weights"]
    assert all(weights[name] > 0 for name in ("cover", "note head", "letter head"))
    assert all(weights[name] <= 0 for name in ("cited", "in the text", "longer elsewhere"))


def test_chances_of_rivals_and_of_none_add_up_to_one() -> None:
    weighing = Weighing(0.0, {"cover": 2.0})
    one, other = weighing.shares(["cover"], [[1.0], [0.0]])
    assert one > other
    assert 0 < 1 - one - other < 1


def test_signs_beyond_all_measure_give_no_certainty_and_no_fault() -> None:
    weighing = Weighing(1e9, {})
    assert weighing.probability([], []) < 1
    assert sum(weighing.shares([], [[], []])) <= 1


def test_what_was_hardly_read_is_not_sure_unless_pages_agree() -> None:
    assert legible(0.99, 0.4, 1) < 0.7
    assert legible(0.99, 0.4, 2) == 0.99
    assert legible(0.99, 0.9, 1) == 0.99
