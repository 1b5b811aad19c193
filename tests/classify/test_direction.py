"""Letters that came in are told from those that went out; numbers get names NIC allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.departments import DepartmentSeen
from classify.direction import directions
from classify.latin import folder_name, told_apart
from classify.proposals import Side
from classify.reading import Evidence
from classify.view import PageView

ALLOWED = re.compile(r"fl-[a-zA-Z0-9()_-]+")


def view(sequence: int, side: Side, *codes: str, weight: float = 0.95) -> PageView:
    evidence = Evidence("…", (0, 0, 1, 1), 1.0)
    seen = tuple(DepartmentSeen(code, code, weight, evidence, "letterhead") for code in codes)
    return PageView(sequence, None, side, {}, (), (), None, seen, None, False)


def test_a_letterhead_begins_a_letter_and_pages_without_one_go_on() -> None:
    views = [
        view(1, Side.COVER, "GAD"),
        view(2, Side.NOTING, "GAD"),
        view(3, Side.CORRESPONDENCE),
        view(4, Side.CORRESPONDENCE, "GAD"),
        view(5, Side.CORRESPONDENCE),
        view(6, Side.CORRESPONDENCE, "COLLECTOR/KATNI"),
        view(7, Side.NOTING),
        view(8, Side.CORRESPONDENCE),
    ]
    told = [str(one.direction) for one in directions(views, "GAD")]
    assert told == [
        "reference",
        "note",
        "receipt",
        "issue",
        "issue",
        "receipt",
        "note",
        "receipt",
    ]


def test_a_department_below_a_signature_begins_no_letter() -> None:
    views = [view(1, Side.CORRESPONDENCE, "GAD", weight=0.3)]
    assert [str(one.direction) for one in directions(views, "GAD")] == ["receipt"]


def test_nothing_went_out_of_a_file_of_an_unknown_office() -> None:
    views = [view(1, Side.CORRESPONDENCE, "GAD")]
    assert [str(one.direction) for one in directions(views, None)] == ["receipt"]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("A-21001(3)/5/2008/DFG", "fl-A-21001(3)_5_2008_DFG"),
        ("एफ 11-20/2014/1/9", "fl-F-11-20_2014_1_9"),
        ("एफ ११-२०/२०१४/१/९", "fl-F-11-20_2014_1_9"),
        ("No. F 17-3/2001/XX-1", "fl-No-F-17-3_2001_XX-1"),
        ("क्र./4521/स्था./2017", "fl-Kr_4521_stha_2017"),
        ("///", "fl-unnumbered"),
        ("../../etc/passwd", "fl-etc_passwd"),
        ("", "fl-unnumbered"),
    ],
)
def test_numbers_become_names_that_may_stand(number: str, name: str) -> None:
    assert folder_name(number) == name


@given(st.text(max_size=300))
def test_any_number_becomes_a_name_of_allowed_signs_alone(number: str) -> None:
    name = folder_name(number)
    assert ALLOWED.fullmatch(name)
    assert len(name) <= 103


@given(st.lists(st.sampled_from(["fl-a", "fl-A", "fl-a(2)", "fl-b"]), max_size=12))
def test_names_are_told_apart_without_case(names: list[str]) -> None:
    apart = told_apart(names)
    assert len({name.casefold() for name in apart}) == len(names)
    assert all(ALLOWED.fullmatch(name) for name in apart)
    assert apart[: len(set(names[:1]))] == names[:1]
