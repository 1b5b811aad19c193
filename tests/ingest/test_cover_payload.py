"""What a cover sheet's code says comes back whole, or is not believed at all."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cover_payload import MAGIC, SheetKind, payload_of, sheet_id_of, sheet_in
from ingest.manifest import Declared

KEY = "कटनी का रहस्य".encode()
FILE = Declared("एफ 11-20/2014/1/9", "भूमि आवंटन", "सामान्य प्रशासन विभाग", 42, "रैक 1", "ख", "123456")
texts = st.none() | st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x1f"),
    min_size=1,
    max_size=40,
)


@given(number=texts, subject=texts, pages=st.none() | st.integers(0, 10**9), key=st.binary())
def test_whatever_is_declared_comes_back(
    number: str | None, subject: str | None, pages: int | None, key: bytes
) -> None:
    declared = Declared(number, subject, None, pages, None, "क", None)
    sheet = sheet_in(payload_of(SheetKind.FILE, declared, key=key), key=key)
    assert sheet is not None
    assert (sheet.trusted, sheet.declared) == (True, declared)
    assert sheet.sheet_id == sheet_id_of(declared)


@given(place=st.integers(min_value=4, max_value=200), change=st.integers(1, 255))
def test_one_changed_byte_makes_the_sheet_untrusted(place: int, change: int) -> None:
    payload = bytearray(payload_of(SheetKind.FILE, FILE))
    payload[place % (len(payload) - 4) + 4] ^= change
    sheet = sheet_in(bytes(payload))
    assert sheet is not None
    assert not sheet.trusted
    assert sheet.declared is None


@given(tail=st.binary(max_size=300))
def test_nothing_that_begins_like_ours_is_believed_without_its_check(tail: bytes) -> None:
    sheet = sheet_in(MAGIC + tail)
    assert sheet is not None
    assert not sheet.trusted


@pytest.mark.parametrize("payload", [b"", b"ABH", b"https://example.org/ABH1", b"\xff" * 40])
def test_foreign_codes_are_none_of_ours(payload: bytes) -> None:
    assert sheet_in(payload) is None


def test_a_sheet_printed_with_another_secret_is_not_trusted() -> None:
    forged = payload_of(SheetKind.FILE, FILE)
    for key in (KEY, b"another"):
        sheet = sheet_in(forged, key=key)
        assert sheet is not None
        assert not sheet.trusted
    sheet = sheet_in(payload_of(SheetKind.FILE, FILE, key=KEY), key=KEY)
    assert sheet is not None
    assert sheet.trusted


def test_a_bomb_with_a_right_check_bursts_nothing() -> None:
    import hmac

    packer = zlib.compressobj(9, wbits=-15)
    body = packer.compress(b"0" * 50_000_000) + packer.flush()
    head = MAGIC + b"F"
    check = hmac.digest(b"abhilekh cover sheet", head + body, "sha256")[:8]
    sheet = sheet_in(head + check + body)
    assert sheet is not None
    assert not sheet.trusted


def test_sides_have_sheets_of_their_own() -> None:
    for kind in (SheetKind.NOTING, SheetKind.CORRESPONDENCE):
        sheet = sheet_in(payload_of(kind, key=KEY), key=KEY)
        assert sheet is not None
        assert (sheet.kind, sheet.trusted, sheet.declared) == (kind, True, None)


def test_files_that_differ_in_anything_have_sheets_of_different_names() -> None:
    other = Declared(
        "एफ 11-20/2014/1/9", "भूमि आवंटन", "सामान्य प्रशासन विभाग", 43, "रैक 1", "ख", "123456"
    )
    assert sheet_id_of(FILE) != sheet_id_of(other)
    assert sheet_id_of(FILE) == sheet_id_of(Declared(*vars_of(FILE)))


def vars_of(declared: Declared) -> tuple[object, ...]:
    return tuple(getattr(declared, name) for name in Declared.__slots__)
