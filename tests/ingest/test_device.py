"""Which scanner a source names, in whatever form it does so."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from ingest import device, media
from ingest.guard import guarded
from ingest.names import printable
from tests.ingest.makers import LIMITS, encoded, jpeg, marks, picture


def told(path: Path, content: bytes, media_type: str) -> str:
    path.write_bytes(content)
    with guarded(LIMITS) as probe:
        return probe(path, media_type, file=path.name).device


def test_a_tiff_names_its_scanner_in_its_own_tags(tmp_path: Path) -> None:
    tags = {271: "FUJITSU", 272: "fi-7160"}
    content = encoded(marks(), "TIFF", bilevel=True, tiffinfo=tags)
    assert told(tmp_path / "1.tif", content, media.TIFF) == "FUJITSU fi-7160"


def test_a_jpeg_names_it_with_its_serial_number(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[271], exif[272] = "Canon", "Canon DR-M160II\0\0"
    exif.get_ifd(0x8769)[42033] = "GX301234"
    found = told(tmp_path / "1.jpg", jpeg(exif=exif), media.JPEG)
    assert found == "Canon DR-M160II #GX301234"


@pytest.mark.parametrize("name", ["\x1b[31mred", "a" * 5_000, "\u202eabc"])
def test_a_hostile_name_becomes_a_short_plain_line(tmp_path: Path, name: str) -> None:
    exif = Image.Exif()
    exif[271] = name
    found = told(tmp_path / "1.jpg", jpeg(exif=exif), media.JPEG)
    assert len(found) <= 100
    assert found.isprintable()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Truncated File Read")
def test_a_broken_note_is_no_broken_scan(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[271], exif[272] = "HP", "Scanjet"
    exif.get_ifd(0x8769)[42033] = "x" * 40
    whole = exif.tobytes()
    said = {
        told(tmp_path / "1.jpg", jpeg(exif=whole[:cut]), media.JPEG)
        for cut in range(10, len(whole), 7)
    }
    assert "" in said
    assert all("HP Scanjet".startswith(name.partition(" #")[0]) for name in said), said


def test_a_note_that_lies_beyond_every_file_is_no_broken_scan(tmp_path: Path) -> None:
    place_type, place_of_it = 16, 26  # eight bytes behind the table
    table = struct.pack("<HHHIII", 1, 0x8769, place_type, 1, place_of_it, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + table + b"\xff" * 8
    assert told(tmp_path / "1.jpg", jpeg(exif=exif), media.JPEG) == ""


def test_what_no_scan_tells_is_empty(tmp_path: Path) -> None:
    assert told(tmp_path / "1.png", encoded(picture(), "PNG"), media.PNG) == ""
    assert told(tmp_path / "1.tif", encoded(picture(), "TIFF"), media.TIFF) == ""


@pytest.mark.parametrize("note", ["क" * 1_000_000, ("क" * 1_000_000).encode(), "\x1b" * 1_000_000])
def test_of_a_huge_note_only_its_beginning_is_looked_at(
    note: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counting(text: str) -> str:
        looked_at.append(len(text))
        return printable(text)

    monkeypatch.setattr("ingest.device.printable", counting)
    found = device.of_tags({271: note})
    assert len(found) == 100
    assert "\ufffd" not in found
    assert max(looked_at) <= 400
