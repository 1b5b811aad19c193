"""The kind of a file is in its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import jpeg
from ingest.media import HEAD_BYTES, is_sidecar, is_text, sniff
from tests.ingest.makers import encoded, picture
from tests.ingest.makers import jpeg as made_jpeg


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("TIFF", "image/tiff"),
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("JPEG2000", "image/jp2"),
        ("BMP", "image/bmp"),
        ("PDF", "application/pdf"),
    ],
)
def test_every_form_that_is_taken_is_known_by_its_bytes(form: str, media_type: str) -> None:
    assert sniff(encoded(picture(), form)[:HEAD_BYTES]).media_type == media_type


def test_bare_jpeg_2000_and_big_tiff_are_known() -> None:
    assert sniff(encoded(picture(), "JPEG2000", no_jp2=True)).media_type == "image/jp2"
    assert sniff(encoded(picture(), "TIFF", big_tiff=True)).media_type == "image/tiff"


def test_a_pdf_may_begin_behind_some_rubbish_or_without_its_header() -> None:
    assert sniff(b"\r\n" * 300 + b"%PDF-1.4\n").media_type == "application/pdf"
    assert sniff(b"%QDF-1.4\n1 0 obj\n<<>>\nendobj\n").media_type == "application/pdf"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic", "HEIF"),
        (b"\x00\x00\x00\x18ftypavif", "AVIF"),
        (b"GIF89a", "GIF"),
        (b"RIFF\x00\x00\x00\x00WEBP", "WebP"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"PK\x03\x04....word/document.xml", "Office"),
        (b"PK\x03\x04....scans/1.tif", "ZIP"),
        (b"\x00\x01\x02\x03", "unknown"),
    ],
)
def test_what_is_not_taken_is_named(head: bytes, kind: str) -> None:
    seen = sniff(head)
    assert seen.media_type is None
    assert kind in seen.kind


def test_a_text_that_begins_like_a_bitmap_is_text() -> None:
    assert sniff(b"BMW invoices, 1998 to 2004").kind == "text file"


def test_a_side_car_is_text_by_bytes_and_by_name() -> None:
    assert is_sidecar(".txt", "विषय:- सूची".encode())
    assert is_sidecar(".XML", b"\xff\xfe<\x00")
    assert not is_sidecar(".txt", b"\xff\xd8\xff\xe0")
    assert not is_sidecar(".jpg", b"plain words")


def test_a_letter_cut_by_the_end_of_the_head_is_still_text() -> None:
    letters = ("क" * HEAD_BYTES).encode()
    assert all(is_text(letters[: HEAD_BYTES - spare]) for spare in range(4))


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(head: bytes) -> None:
    assert sniff(head).kind


@given(st.binary(max_size=300))
def test_a_jpeg_header_of_any_bytes_is_read_or_not_there(tail: bytes) -> None:
    header = jpeg.read_header(b"\xff\xd8" + tail)
    assert header is None or header.width_px >= 0


@given(st.integers(2, 700), st.binary(min_size=1, max_size=4))
def test_a_jpeg_header_with_other_bytes_inside_never_breaks_the_reader(at: int, put: bytes) -> None:
    stream = made_jpeg(dpi=(300, 300))
    jpeg.read_header(stream[:at] + put + stream[at + len(put) :])
