"""The register's commands as a clerk meets them, in English and Hindi."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.test_cli import Desk

HEAD = "कंप्यूटर क्रमांक;नस्ती क्रमांक;विषय;विभाग\n"
ROWS = (
    "1001;एफ 11-20/2014/1/9;[red]भूमि\x1b;राजस्व विभाग\n"
    "1002;एफ 2-7/1989/1/9;भूमि आवंटन;वित्त विभाग\n"
    ";5/2014;x;y\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("register"))
    (desk.folder / "efiles.csv").write_text(HEAD + ROWS, encoding="utf-16")
    return desk


def test_an_import_tells_what_it_skipped_in_hindi_and_again_as_json(desk: Desk) -> None:
    said = desk.types("--lang", "hi", "register", "import", "efiles.csv", "--rejects", "r.csv")
    assert said.code == 3, said.err
    assert "3 पंक्तियाँ: 1 नई, 0 बदली हुई, 0 पहले जैसी, 2 छोड़ी गईं" in said.out
    assert "कंप्यूटर क्रमांक नहीं है।" in said.out
    assert "उसे ई-ऑफ़िस से उतारें।" in (desk.folder / "r.csv").read_text("utf-8")
    again = desk.types("register", "import", "efiles.csv", "--json")
    told = json.loads(again.out)
    assert told["import"]["unchanged"] == 1
    assert told["skipped_by_reason"] == {"control_signs": 1, "computer_number_missing": 1}
    assert told["skipped"][0]["row"] == 2


def test_finding_speaks_both_languages_and_json(desk: Desk) -> None:
    desk.types("register", "import", "efiles.csv")
    said = desk.types("--lang", "hi", "register", "find", "भूमि")
    assert said.code == 0
    assert "आवंटन" in said.out
    assert "कंप्यूटर क्रमांक" in said.out
    found = json.loads(desk.types("register", "find", "२-७/१९८९", "--json").out)["found"]
    assert [one["computer_number"] for one in found] == ["1002"]
    assert desk.types("--lang", "hi", "register", "find", "zzz").out == "कोई ई-फ़ाइल नहीं मिली।\n"


@pytest.mark.parametrize(
    "words",
    [("import", "none.csv"), ("link", "01Z", "1"), ("unlink", "01Z"), ("import", "r.png")],
    ids=" ".join,
)
def test_what_cannot_be_done_is_told_in_three_parts(desk: Desk, words: tuple[str, ...]) -> None:
    (desk.folder / "r.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe")
    said = desk.types("--lang", "hi", "register", *words)
    assert said.code in (2, 3)
    assert not said.out
    assert said.in_three_parts("hi"), said.err
    assert not re.findall(r"[a-z]{4,}", re.sub(r"none\.csv|--json|abhilekh[a-z -]*", "", said.err))


def test_an_unwritable_place_for_rejects_is_told_before_anything_is_begun(desk: Desk) -> None:
    said = desk.types("register", "import", "efiles.csv", "--rejects", str(Path("no/such/x.csv")))
    assert said.code == 2
    assert said.in_three_parts("en"), said.err
