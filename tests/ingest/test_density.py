"""Dots an inch: from the file if it can be true, else from the operator, else from the sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ingest.decode import decode
from ingest.density import settle
from tests.ingest.makers import LIMITS, encoded, jpeg, marks, picture, write

A4_AT_300 = (2480, 3508)


def test_what_the_file_says_is_taken() -> None:
    density = settle((200.0, 200.0), A4_AT_300, assumed_dpi=400)
    assert (density.x_dpi, density.origin) == (200.0, "file")


@pytest.mark.parametrize("stated", [(0, 0), (1, 1), (72, 72), (96, 96), (9000, 9000), (300, 40)])
def test_what_cannot_be_true_gives_way_to_the_setting(stated: tuple[float, float]) -> None:
    density = settle(stated, A4_AT_300, assumed_dpi=300)
    assert (density.x_dpi, density.origin) == (300, "setting")


def test_a_small_sheet_may_well_have_72() -> None:
    assert settle((72.0, 72.0), (595, 842), assumed_dpi=300).origin == "file"


@pytest.mark.parametrize(
    ("size_px", "dpi"),
    [
        ((2480, 3508), 300),
        ((3508, 2480), 300),
        ((1654, 2339), 200),
        ((2479, 3500), 300),
        ((1700, 2200), 200),
        ((2550, 4200), 300),
        ((1275, 1950), 150),
        ((1000, 1414), 120.93),
    ],
)
def test_without_any_word_the_sheet_tells(size_px: tuple[int, int], dpi: float) -> None:
    density = settle(None, size_px, assumed_dpi=None)
    assert density.origin == "estimated"
    assert density.x_dpi == pytest.approx(dpi, abs=0.01)


@pytest.mark.parametrize(
    ("form", "options", "dpi"),
    [
        ("JPEG", {"dpi": (300, 300)}, 300.0),
        ("PNG", {"dpi": (300, 300)}, 300.0),
        ("BMP", {"dpi": (300, 300)}, 300.0),
        ("TIFF", {"dpi": (300, 300)}, 300.0),
        ("TIFF", {"resolution": 118.11, "resolution_unit": "cm"}, 300.0),
    ],
)
def test_each_form_states_it_in_its_own_way(
    tmp_path: Path, form: str, options: dict[str, object], dpi: float
) -> None:
    path = write(tmp_path / "scan", encoded(picture(1), form, **options))
    media_type = {"JPEG": "jpeg", "PNG": "png", "BMP": "bmp", "TIFF": "tiff"}[form]
    seen = decode(path, media_type=f"image/{media_type}", frame=0, limits=LIMITS, assumed_dpi=None)
    assert seen.dpi == pytest.approx(dpi, abs=0.02)
    assert seen.dpi_origin == "file"


def test_a_jpeg_may_state_it_in_centimetres_or_in_exif(tmp_path: Path) -> None:
    stream = bytearray(jpeg(dpi=(300, 300)))
    at = stream.index(b"JFIF\0") + 7
    stream[at : at + 5] = bytes([2, 0, 118, 0, 118])
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = 240.0, 240.0, 2
    bare = jpeg(exif=exif)
    for name, content, dpi in (("cm.jpg", bytes(stream), 299.72), ("exif.jpg", bare, 240.0)):
        path = write(tmp_path / name, content)
        seen = decode(path, media_type="image/jpeg", frame=0, limits=LIMITS, assumed_dpi=None)
        assert (seen.dpi, seen.dpi_origin) == (dpi, "file")


def test_fax_pixels_become_square_and_stay_black_and_white(tmp_path: Path) -> None:
    tall = marks()[::2]
    options = {"compression": "group3", "dpi": (204, 98)}
    path = write(tmp_path / "fax.tif", encoded(tall, "TIFF", bilevel=True, **options))
    seen = decode(path, media_type="image/tiff", frame=0, limits=LIMITS, assumed_dpi=None)
    assert seen.dpi == 204.0
    assert seen.pixels.shape == (round(160 * 204 / 98), 240)
    assert set(seen.pixels.ravel().tolist()) == {0, 255}
    assert seen.bilevel
