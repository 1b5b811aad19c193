"""Marking sheets from the command line, in English and Hindi."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import written_scan
from tests.test_cli import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home with one file of three pages."""
    desk = Desk(tmp_path_factory.mktemp("review"))
    for number in range(1, 4):
        written_scan(desk.folder / "box" / "नस्ती १" / f"{number}.png", mark=number)
    assert desk.types("run", "box").code == 0
    return desk


@pytest.fixture
def file(desk: Desk) -> Callable[[], dict[str, Any]]:
    batch = json.loads(desk.types("batch", "list", "--json").out)["batches"][0]["id"]

    def now() -> dict[str, Any]:
        report: dict[str, Any] = json.loads(desk.types("batch", "show", batch, "--json").out)
        return dict(report["files"][0])

    return now


@pytest.mark.parametrize(
    "said",
    [
        ("--duplicate", "x"),
        ("--duplicate", "2=x"),
        ("--turn", "1=up"),
        ("--turn", "1=45"),
        ("--illegible", "9"),
        ("--duplicate", "2"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_said_is_told_in_three_parts(
    desk: Desk, file: Callable[[], dict[str, Any]], said: tuple[str, ...]
) -> None:
    told = desk.types("--lang", "hi", "review", "correct", file()["id"], *said)
    assert (told.code, told.out) == (2, "")
    assert told.in_three_parts("hi"), told.err
    assert file()["deposit"]["version"] == 1


def test_sheets_are_marked_and_the_history_says_so_in_hindi(
    desk: Desk, file: Callable[[], dict[str, Any]]
) -> None:
    marks = ("--duplicate", "3=1", "--illegible", "2", "--scan-again", "1", "--by", "आशा")
    said = desk.types("--lang", "hi", "review", "correct", file()["id"], *marks)
    assert said.code == 0, said.err
    for words in ("दोहराव", "अपठनीय", "फिर स्कैन होना है", "आशा ने यह पन्ना फिर स्कैन करने को कहा है।"):
        assert words in said.out
    pages = file()["pages"]
    assert [page["marks"] for page in pages] == [["scan_again"], ["illegible"], []]
    assert [page["state"] for page in pages] == ["recognised", "recognised", "duplicate"]


@pytest.mark.parametrize(
    "said", [(), ("--new", "--to", "01"), ("--to", "zz"), ("--new", "--pages", "x")], ids=" ".join
)
def test_a_move_to_nowhere_is_told_in_three_parts(
    desk: Desk, file: Callable[[], dict[str, Any]], said: tuple[str, ...]
) -> None:
    told = desk.types("--lang", "hi", "review", "move", file()["id"], "--pages", "2", *said)
    assert (told.code, told.out) == (2, "")
    assert told.in_three_parts("hi"), told.err


def test_a_page_is_moved_to_a_file_of_its_own(
    desk: Desk, file: Callable[[], dict[str, Any]]
) -> None:
    said = desk.types("review", "move", file()["id"], "--pages", "2", "--new", "--json")
    assert said.code == 0, said.err
    made = json.loads(said.out)["to"]
    shown = desk.types("--lang", "hi", "review", "show", made)
    assert "दूसरी नस्ती में रखा" in shown.out
