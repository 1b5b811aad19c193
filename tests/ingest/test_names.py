"""Names: counting order, sides, and what may stand in a log line."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names import counting_order, is_litter, printable, side_of


def in_order(*names: str) -> list[str]:
    return [str(path) for path in sorted(map(PurePath, names), key=counting_order)]


@pytest.mark.parametrize(
    "expected",
    [
        ["1.jpg", "2.jpg", "10.jpg"],
        ["पृष्ठ १.tif", "पृष्ठ २.tif", "पृष्ठ १०.tif"],
        ["scan_9.tif", "scan_१०.tif", "scan_11.tif"],
        ["page1-2.png", "page1-10.png", "page2-1.png"],
        ["A1.jpg", "a2.jpg", "A3.jpg"],
        ["2/1.jpg", "2/10.jpg", "10/1.jpg"],
    ],
)
def test_two_comes_before_ten_in_either_script(expected: list[str]) -> None:
    assert in_order(*reversed(expected)) == expected


def test_composition_of_letters_does_not_change_the_order() -> None:
    composed = unicodedata.normalize("NFC", "क़ 2.tif")
    parted = unicodedata.normalize("NFD", "क़ 10.tif")
    assert in_order(parted, composed) == [composed, parted]


@given(st.lists(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]))))
def test_the_order_never_depends_on_how_the_folder_was_listed(names: list[str]) -> None:
    names = [name for name in names if name not in ("", ".", "..")]
    assert in_order(*names) == in_order(*reversed(names))


@pytest.mark.parametrize("name", ["notes", "Noting", "N", "टीप", "नोटशीट", " notes "])
def test_note_sides_are_known(name: str) -> None:
    assert side_of(unicodedata.normalize("NFD", name)) == "noting"


@pytest.mark.parametrize("name", ["correspondence", "C", "पत्राचार"])
def test_correspondence_sides_are_known(name: str) -> None:
    assert side_of(name) == "correspondence"


def test_other_folders_declare_no_side() -> None:
    assert side_of("annexures") is None


def test_a_name_becomes_one_printable_line() -> None:
    assert printable("a\nb") == "a\\x0ab"
    assert printable("a\\x0ab") == "a\\\\x0ab"
    assert printable("bad\udcff") == "bad\\xff"
    assert printable("fdp\u202egpj") == "fdp\\u202egpj"
    assert printable("क्‍ष टीप.tif") == "क्‍ष टीप.tif"


@given(st.text(), st.text())
def test_two_names_never_look_the_same(one: str, other: str) -> None:
    assert (printable(one) == printable(other)) == (one == other)


@given(st.binary(max_size=60))
def test_any_bytes_make_a_line_that_utf8_can_carry(raw: bytes) -> None:
    shown = printable(raw.decode("utf-8", "surrogateescape"))
    assert shown.encode("utf-8") or not raw
    assert len(shown.splitlines()) <= 1


def test_what_programs_leave_behind_is_known() -> None:
    assert all(map(is_litter, ["Thumbs.db", ".DS_Store", "desktop.ini", ".hidden", "~$letter.doc"]))
    assert not is_litter("thumbs.tif")
