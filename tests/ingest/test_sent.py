"""Names that a browser sends lead nowhere but into the batch's own folder."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from errors import InputRejected
from ingest.sent import expect_apart, place_of

HOSTILE = [
    "",
    "/etc/passwd",
    "../outside.png",
    "a/../../outside.png",
    "a/./b.png",
    "a//b.png",
    "a/",
    "..",
    "a\\..\\b.png",
    "C:\\scans\\1.png",
    "a\x00.png",
    "a\n.png",
    "a\u202egnp.png",
    "a\ud800.png",
    "x" * 256,
    "अ" * 100,
    "/".join("a" * 40),
]


@pytest.mark.parametrize("sent", HOSTILE)
def test_a_name_that_leads_elsewhere_is_refused_in_three_parts(sent: str) -> None:
    with pytest.raises(InputRejected) as refused:
        place_of(sent)
    assert all((refused.value.what, refused.value.kept, refused.value.todo))


@pytest.mark.parametrize("sent", ["1.png", "नस्ती १/टीप/२.tif", "एफ 11-20:2014/1 (2).jpg", "..a/b"])
def test_a_name_as_offices_write_it_stays_as_it_is(sent: str) -> None:
    assert str(place_of(sent)) == sent


@pytest.mark.parametrize(
    "pair",
    [
        ("a/1.png", "A/1.PNG"),
        ("a/1.png", "a/1.png/2.png"),
        ("a/1.png/2.png", "a/1.png"),
        ("\u0915\u093c.png", "\u0958.png"),
    ],
)
def test_two_names_that_a_folder_cannot_hold_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(InputRejected):
        expect_apart(PurePosixPath(name) for name in pair)
