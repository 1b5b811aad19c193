"""Numbers in file names: what counts as a count, and what it lacks."""

from __future__ import annotations

import pytest

from ingest.sequence import gaps_in_names, missing_numbers


def missing(*names: str) -> list[str]:
    return [name for gap in gaps_in_names(names) for name in gap.missing]


def test_a_number_that_was_jumped_over_is_named_between_its_neighbours() -> None:
    (gap,) = gaps_in_names(["scan_0015.jpg", "scan_0013.jpg"])
    assert (gap.after, gap.before, gap.missing) == (
        "scan_0013.jpg",
        "scan_0015.jpg",
        ("scan_0014",),
    )


def test_numbers_count_in_natural_order_whatever_their_width() -> None:
    assert missing("p8.tif", "p9.tif", "p10.tif", "p12.tif") == ["p11"]
    assert missing("8.tif", "9.tif", "10.tif", "11.tif") == []


def test_devanagari_digits_count_and_are_written_as_their_neighbours_write_them() -> None:
    assert missing("पृष्ठ_०९.jpg", "पृष्ठ_१०.jpg", "पृष्ठ_१२.jpg") == ["पृष्ठ_११"]


def test_every_prefix_is_a_series_of_its_own() -> None:
    names = [f"note_{n}.jpg" for n in (1, 2, 4)] + [f"corr_{n}.jpg" for n in (1, 2, 3)]
    assert missing(*names) == ["note_3"]


def test_a_series_that_lacks_its_first_sheet_says_so() -> None:
    assert missing("0002.jpg", "0003.jpg", "0004.jpg") == ["0001"]


def test_a_series_may_begin_anywhere_else() -> None:
    assert missing("0041.jpg", "0042.jpg", "0043.jpg") == []


def test_fronts_only_are_counted_by_twos() -> None:
    assert missing("s1.jpg", "s3.jpg", "s5.jpg", "s9.jpg") == ["s7"]


@pytest.mark.parametrize(
    "names",
    [
        ["IMG_20240105101112.jpg", "IMG_20240105101312.jpg"],
        ["scan 101112.jpg", "scan 101312.jpg", "scan 112233.jpg"],
        ["letter 3.pdf", "letter 47.pdf"],
        ["cover.jpg", "back.jpg"],
        ["1.jpg", "01.jpg", "4.jpg"],
        [],
    ],
)
def test_what_does_not_count_sheets_misses_none(names: list[str]) -> None:
    assert missing(*names) == []


def test_bare_numbers_are_judged_alike() -> None:
    assert missing_numbers([101, 102, 105]) == (103, 104)
    assert missing_numbers([7]) == ()
    assert missing_numbers([7, 7, 9]) == ()
