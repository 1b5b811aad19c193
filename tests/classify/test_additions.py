"""An office adds departments, number forms and kinds without code, and slips are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.departments import declared_code
from classify.reading import fold
from classify.rulebook import load_rules
from errors import WrongUsage

FORM = """
[[form]]
name = "mandi"
strength = 0.9
label = "optional"
shapes = ["MANDI/#/YYYY"]
"""
KIND = """
[[kind]]
code = "panchnama"
title = ["पंचनामा"]
head = []
phrase = [["मौके पर उपस्थित", 0.5]]
part = []
"""


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8-sig")
    return folder


def test_a_department_of_the_office_is_known_by_all_its_names(tmp_path: Path) -> None:
    put(tmp_path, "departments.csv", "code,hindi,english,aliases\nMANDI,मण्डी बोर्ड,,कृषि मण्डी बोर्ड\n")
    rules = load_rules(own=tmp_path)
    assert declared_code("कृषि मण्डी बोर्ड", rules.gazetteer) == "MANDI"
    assert declared_code("कृषि मण्डी बोर्ड", load_rules().gazetteer) != "MANDI"
    assert declared_code("सामान्य प्रशासन विभाग", rules.gazetteer) == "GAD"


def test_a_name_that_is_known_gets_the_offices_code(tmp_path: Path) -> None:
    put(tmp_path, "departments.csv", "code,hindi,english,aliases\nGAD-2,सामान्य प्रशासन विभाग,,\n")
    assert declared_code("सामान्य प्रशासन विभाग", load_rules(own=tmp_path).gazetteer) == "GAD-2"


def test_a_form_of_numbers_of_the_office_is_read(tmp_path: Path) -> None:
    written = fold("MANDI/77/2014 दिनांक")
    found = load_rules(own=put(tmp_path, "numbers.toml", FORM)).numbers.read(
        written, labelled=False
    )
    assert found is not None
    assert (found.form, found.value) == ("mandi", "MANDI/77/2014")
    known = load_rules().numbers.read(written, labelled=False)
    assert known is None or known.form != "mandi"


def test_a_kind_of_document_of_the_office_is_there_beside_ours(tmp_path: Path) -> None:
    codes = [cue.code for cue in load_rules(own=put(tmp_path, "kinds.toml", KIND)).kinds]
    assert codes[-1] == "panchnama"
    assert "letter" in codes


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("departments.csv", "code,hindi\nX,क\n", "no column english, aliases"),
        ("departments.csv", "code,hindi,english,aliases\nX,,,\n", "line 2: hindi is empty"),
        ("departments.csv", "code,hindi,english,aliases\nX,क,,,,\n", "line 2: it has more cells"),
        ("departments.csv", 'code,hindi,english,aliases\n"X,क,,\n', "unexpected end"),
        ("departments.csv", "", "no column code"),
        ("numbers.toml", "[[form]\n", "line 1"),
        ("numbers.toml", "[letters]\nF = []\n", "only [[form]], [[label]] can be added"),
        ("numbers.toml", "[[form]]\nname = 'x'\n", "KeyError 'strength'"),
        ("kinds.toml", "[[kind]]\ncode = 'x'\n", "KeyError"),
    ],
)
def test_an_addition_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    put(tmp_path, name, text)
    with pytest.raises(WrongUsage) as refused:
        load_rules(own=tmp_path)
    assert told in str(refused.value)
    assert name in str(refused.value)


def test_letters_that_are_no_utf8_and_folders_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "districts.csv").write_bytes("code,hindi\nX,क".encode("utf-16"))
    with pytest.raises(WrongUsage, match="UTF-8"):
        load_rules(own=tmp_path)
    with pytest.raises(WrongUsage, match="is not there"):
        load_rules(own=tmp_path / "nowhere")
