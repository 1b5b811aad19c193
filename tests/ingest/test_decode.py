"""Every kind of image file becomes upright, square, 8-bit pixels, or a clear rejection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from errors import InputRejected
from ingest.decode import Decoded, decode
from ingest.limits import Limits
from ingest.media import HEAD_BYTES, sniff
from tests.ingest.makers import LIMITS, encoded, jpeg, marks, picture, write

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def decoded(
    path: Path, *, frame: int = 0, limits: Limits = LIMITS, dpi: float | None = None
) -> Decoded:
    media_type = sniff(path.read_bytes()[:HEAD_BYTES]).media_type
    assert media_type is not None
    return decode(path, media_type=media_type, frame=frame, limits=limits, assumed_dpi=dpi)


def near(one: NDArray[np.uint8], other: NDArray[np.uint8], within: float = 3.0) -> bool:
    return one.shape == other.shape and bool(
        np.abs(one.astype(int) - other.astype(int)).mean() < within
    )


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("PNG", {}),
        ("BMP", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "raw"}),
        ("TIFF", {"compression": "jpeg", "quality": 95}),
        ("JPEG2000", {}),
        ("JPEG2000", {"no_jp2": True}),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_grey_and_colour_of_every_form_come_out_as_they_went_in(
    tmp_path: Path, form: str, options: dict[str, object], channels: int
) -> None:
    path = write(tmp_path / "scan", encoded(picture(channels), form, **options))
    seen = decoded(path)
    assert seen.pixels.dtype == np.uint8
    assert seen.pixels.flags.c_contiguous
    assert near(seen.pixels, picture(channels))
    assert not seen.bilevel


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("TIFF", {"compression": "group4"}),
        ("TIFF", {"compression": "raw"}),
        ("PNG", {}),
        ("BMP", {}),
    ],
)
def test_black_and_white_stays_black_and_white(
    tmp_path: Path, form: str, options: dict[str, object]
) -> None:
    path = write(tmp_path / "scan", encoded(marks(), form, bilevel=True, **options))
    seen = decoded(path)
    assert seen.bilevel
    assert np.array_equal(seen.pixels, marks())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG"])
def test_a_noted_turn_is_taken_out(tmp_path: Path, form: str, orientation: int) -> None:
    upright = picture()
    stored = _stored(upright, orientation)
    exif = Image.Exif()
    exif[274] = orientation
    path = write(tmp_path / "scan", encoded(stored, form, exif=exif))
    seen = decoded(path)
    assert near(seen.pixels, upright)
    assert (seen.code_stream is not None) == (form == "JPEG" and orientation == 1)


def _stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """What a camera writes so that ``orientation`` sets it upright (TIFF 6.0, tag 274)."""
    inverse = {
        1: lambda page: page,
        2: np.fliplr,
        3: lambda page: np.rot90(page, 2),
        4: np.flipud,
        5: lambda page: page.swapaxes(0, 1),
        6: lambda page: np.rot90(page, 1),
        7: lambda page: np.rot90(page, 2).swapaxes(0, 1),
        8: lambda page: np.rot90(page, -1),
    }[orientation]
    return np.ascontiguousarray(inverse(upright))


def test_a_turned_tiff_keeps_its_resolutions_on_the_right_axes(tmp_path: Path) -> None:
    image = Image.fromarray(picture(1))
    tags = {282: 200.0, 283: 100.0, 296: 2, 274: 6}
    path = tmp_path / "scan.tif"
    image.save(path, tiffinfo=tags)
    seen = decoded(path)
    # 240 dots at 200 and 320 at 100 an inch: 1.2 by 3.2 inches stored, 3.2 by 1.2 upright.
    assert seen.dpi == 200.0
    assert seen.pixels.shape == (240, 640)


def test_the_code_stream_is_the_received_bytes_and_decodes_to_the_pixels(tmp_path: Path) -> None:
    stream = jpeg(dpi=(300, 300))
    seen = decoded(write(tmp_path / "scan.jpg", stream))
    assert seen.code_stream is not None
    assert seen.code_stream.data == stream
    assert (seen.code_stream.width_px, seen.code_stream.height_px) == (240, 320)
    assert seen.code_stream.components == 3
    assert np.array_equal(seen.pixels, np.asarray(Image.open(tmp_path / "scan.jpg")))


def test_a_cmyk_jpeg_becomes_rgb_and_is_not_passed_on_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "scan.jpg"
    Image.fromarray(picture()).convert("CMYK").save(path, quality=95)
    seen = decoded(path)
    assert near(seen.pixels, picture(), within=6)
    assert seen.code_stream is None


def test_rgb_components_without_a_mark_are_not_passed_on_as_they_are(tmp_path: Path) -> None:
    stream = jpeg(keep_rgb=True)
    named = stream.find(b"Adobe")
    assert named > 0  # Pillow writes the mark; without it a PDF reader would see other colours
    bare = stream[: named - 4] + stream[named + 12 :]
    assert decoded(write(tmp_path / "scan.jpg", stream)).code_stream is not None
    seen = decoded(write(tmp_path / "bare.jpg", bare))
    assert near(seen.pixels, picture())
    assert seen.code_stream is None


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_what_is_transparent_shows_white_paper(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (40, 30), (10, 10, 10, 255))
    image.paste((10, 10, 10, 0), (0, 0, 20, 30))
    path = tmp_path / "scan.png"
    image.convert(mode).save(path)
    seen = decoded(path)
    assert seen.pixels[10, 5].min() == 255
    assert seen.pixels[10, 35].max() <= 20


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    Image.fromarray(picture(1).astype(np.uint16) * 257).save(path)
    assert np.array_equal(decoded(path).pixels, picture(1))


def test_sixteen_bits_from_white_to_black_are_turned_round(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    deep = (255 - picture(1)).astype(np.uint16) * 257
    Image.fromarray(deep).save(path, tiffinfo={262: 0})
    with Image.open(path) as image:
        assert image.tag_v2[262] == 0  # type: ignore[attr-defined]
    assert near(decoded(path).pixels, picture(1))


def test_floating_point_samples_are_spread_from_black_to_white(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    Image.fromarray(picture(1).astype(np.float32) / 1000).save(path)
    pixels = decoded(path).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


def test_a_palette_of_greys_becomes_grey(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.fromarray(picture(1)).quantize(16).save(path)
    assert decoded(path).pixels.ndim == 2


def test_every_page_of_a_tiff_is_read_on_its_own(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((30, 40), level, np.uint8)) for level in (10, 120, 240)]
    path = tmp_path / "scan.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert [int(decoded(path, frame=index).pixels[0, 0]) for index in range(3)] == [10, 120, 240]


def test_a_page_that_is_not_there_is_rejected(tmp_path: Path) -> None:
    path = write(tmp_path / "scan.tif", encoded(picture(1), "TIFF"))
    with pytest.raises(InputRejected) as told:
        decoded(path, frame=5)
    assert "Page 6 of scan.tif" in told.value.what
    assert told.value.kept
    assert told.value.todo


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("PNG", {}),
        ("BMP", {}),
        ("TIFF", {"compression": "raw"}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("JPEG2000", {}),
    ],
)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.97])
def test_half_an_image_is_never_taken_for_a_whole_one(
    tmp_path: Path, form: str, options: dict[str, object], share: float
) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (90, 80, 3), dtype=np.uint8)
    whole = encoded(noise, form, **options)
    path = write(tmp_path / "scan", whole[: int(len(whole) * share)])
    try:
        seen = decoded(path)
    except InputRejected as told:
        assert told.kept
        assert told.todo
    else:
        pytest.fail(f"{seen.pixels.shape} pixels from {share:.0%} of the bytes")


def test_a_short_tiff_says_how_much_is_there(tmp_path: Path) -> None:
    deep = np.zeros((400, 400, 3), np.uint8)
    path = tmp_path / "scan.tif"
    Image.fromarray(deep).save(path, tiffinfo={278: 400})
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(InputRejected, match="200 of 481 kB are there"):
        decoded(path)


def test_bytes_lost_inside_a_jpeg_are_told(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    stream = bytearray(jpeg(noise))
    middle = len(stream) // 2
    stream[middle : middle + 200] = bytes(200)
    seen = decoded(write(tmp_path / "scan.jpg", bytes(stream)))
    assert seen.flaws
    assert seen.code_stream is None


@pytest.mark.parametrize("rows", [40, 320])
@pytest.mark.parametrize("fill_order", [1, 2])
def test_a_fax_coded_tiff_whose_end_is_zeros_is_told(
    tmp_path: Path, rows: int, fill_order: int
) -> None:
    image = Image.fromarray(marks()).convert("1", dither=Image.Dither.NONE)
    path = tmp_path / "scan.tif"
    image.save(path, compression="group4", tiffinfo={278: rows, 266: fill_order})
    assert np.array_equal(decoded(path).pixels, marks())
    assert decoded(path).flaws == ()
    with Image.open(path) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        end = tags[273][-1] + tags[279][-1]
    content = bytearray(path.read_bytes())
    content[end - 6 : end] = bytes(6)
    path.write_bytes(content)
    assert decoded(path).flaws


def test_a_sound_jpeg_has_no_flaws(tmp_path: Path) -> None:
    assert decoded(write(tmp_path / "scan.jpg", jpeg())).flaws == ()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "JPEG2000"])
def test_the_size_is_checked_before_a_pixel_is_decoded(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "scan", encoded(picture(), form))

    def forbidden(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", forbidden)
    monkeypatch.setattr("ingest.jpeg.decompressed", forbidden)
    with pytest.raises(InputRejected, match="240 by 320 pixels, more than the limit of 1000"):
        decoded(path, limits=Limits(max_pixels=1000))


def test_a_million_by_a_million_pixels_in_a_few_bytes_is_rejected(tmp_path: Path) -> None:
    small = encoded(picture(1), "PNG")
    huge = small[:16] + (1_000_000).to_bytes(4) * 2 + small[24:]
    with pytest.raises(InputRejected):
        decoded(write(tmp_path / "scan.png", huge))


def test_the_same_bytes_give_the_same_pixels(tmp_path: Path) -> None:
    path = write(tmp_path / "scan.jpg", jpeg())
    assert np.array_equal(decoded(path).pixels, decoded(path).pixels)


def test_two_threads_decode_at_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    paths = [write(tmp_path / f"{n}.jpg", jpeg(picture() // (n + 1))) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(decoded, paths * 3))
    for n, one in enumerate(seen):
        assert near(one.pixels, picture() // (n % 8 + 1))
