"""PDF pages: which are plain scans, what their pixels are, which files are turned away."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from errors import InputRejected
from ingest.decode import Decoded, decode
from ingest.limits import Limits
from ingest.media import PDF
from ingest.probe import look
from ingest.probed import Probed
from tests.ingest.makers import (
    HEIGHT,
    LIMITS,
    WIDTH,
    image_entry,
    jpeg,
    jpeg_pdf,
    marks,
    pdf_page,
    picture,
    write,
)
from tests.ingest.test_decode import near

OVER_ALL = b"q 240 0 0 320 0 0 cm /Im0 Do Q"


def probed(path: Path, limits: Limits = LIMITS) -> Probed:
    return look(path, PDF, file=path.name, limits=limits)


def kind(path: Path) -> str:
    (frame,) = probed(path).frames
    return frame.kind


def decoded(path: Path, frame: int = 0, limits: Limits = LIMITS) -> Decoded:
    return decode(path, media_type=PDF, frame=frame, limits=limits, assumed_dpi=None)


def test_a_plain_scan_hands_over_its_code_stream_untouched(tmp_path: Path) -> None:
    stream = jpeg()
    path = write(tmp_path / "scan.pdf", jpeg_pdf(stream))
    assert kind(path) == "scan"
    seen = decoded(path)
    assert seen.code_stream is not None
    assert seen.code_stream.data == stream
    assert near(seen.pixels, picture())
    assert (seen.dpi, seen.dpi_origin) == (72.0, "file")


def test_the_density_follows_the_placement_and_the_user_unit(tmp_path: Path) -> None:
    pdf = jpeg_pdf(jpeg(), MediaBox=Array([0, 0, 57.6, 76.8]))
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"q 57.6 0 0 76.8 0 0 cm /Im0 Do Q")
    assert decoded(write(tmp_path / "a.pdf", pdf)).dpi == 300.0
    pdf.pages[0].obj["/UserUnit"] = 2
    assert decoded(write(tmp_path / "b.pdf", pdf)).dpi == 150.0


@pytest.mark.parametrize("rotate", [90, 180, 270, 360, -90])
def test_the_page_turn_is_taken_out(tmp_path: Path, rotate: int) -> None:
    path = write(tmp_path / "scan.pdf", jpeg_pdf(jpeg(), Rotate=rotate))
    assert kind(path) == "scan"
    seen = decoded(path)
    assert near(seen.pixels, np.rot90(picture(), -rotate // 90))
    assert (seen.code_stream is None) == bool(rotate % 360)


@pytest.mark.parametrize(
    "matrix",
    [
        "240 0 0 320 0 0",
        "-240 0 0 320 240 0",
        "240 0 0 -320 0 320",
        "-240 0 0 -320 240 320",
        "0 320 240 0 0 0",
        "0 -320 240 0 0 320",
        "0 320 -240 0 240 0",
        "0 -320 -240 0 240 320",
    ],
)
def test_a_turned_or_mirrored_placement_looks_as_a_viewer_shows_it(
    tmp_path: Path, matrix: str
) -> None:
    content = f"q {matrix} cm /Im0 Do Q".encode()
    entry = image_entry(ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)
    path = write(tmp_path / "scan.pdf", pdf_page(entry, jpeg(), content=content))
    assert kind(path) == "scan"
    seen = decoded(path)
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    shown = document[0].render(scale=seen.dpi / 72, rev_byteorder=True).to_numpy()[..., :3].copy()
    document.close()
    assert near(seen.pixels, shown, within=4)


def _ccitt() -> tuple[pikepdf.Dictionary, bytes]:
    import io

    out = io.BytesIO()
    image = Image.fromarray(marks()).convert("1", dither=Image.Dither.NONE)
    image.save(out, "TIFF", compression="group4", tiffinfo={278: HEIGHT})
    with Image.open(out) as tiff:
        start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
        white_is_zero = tiff.tag_v2[262] == 0  # type: ignore[attr-defined]
    parms = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT, BlackIs1=not white_is_zero)
    entry = image_entry(
        ColorSpace=Name.DeviceGray,
        Filter=Name.CCITTFaxDecode,
        DecodeParms=parms,
        BitsPerComponent=1,
    )
    return entry, out.getvalue()[start : start + length]


def test_a_fax_coded_page_stays_black_and_white(tmp_path: Path) -> None:
    entry, stream = _ccitt()
    path = write(tmp_path / "scan.pdf", pdf_page(entry, stream))
    assert kind(path) == "scan"
    seen = decoded(path)
    assert seen.bilevel
    assert np.array_equal(seen.pixels, marks())


def test_an_inverting_decode_array_is_honoured(tmp_path: Path) -> None:
    entry, stream = _ccitt()
    entry["/Decode"] = Array([1, 0])
    seen = decoded(write(tmp_path / "scan.pdf", pdf_page(entry, stream)))
    assert np.array_equal(seen.pixels, 255 - marks())
    inverted = image_entry(
        ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode, Decode=Array([1, 0, 1, 0, 1, 0])
    )
    seen = decoded(write(tmp_path / "colour.pdf", pdf_page(inverted, jpeg())))
    assert near(seen.pixels, 255 - picture())
    assert seen.code_stream is None


@pytest.mark.parametrize("channels", [1, 3])
def test_a_losslessly_packed_page_is_read(tmp_path: Path, channels: int) -> None:
    space = Name.DeviceGray if channels == 1 else Name.DeviceRGB
    entry = image_entry(ColorSpace=space, Filter=Name.FlateDecode)
    packed = zlib.compress(picture(channels).tobytes())
    path = write(tmp_path / "scan.pdf", pdf_page(entry, packed))
    assert kind(path) == "scan"
    assert np.array_equal(decoded(path).pixels, picture(channels))


def test_a_jpeg_2000_page_is_read(tmp_path: Path) -> None:
    import io

    out = io.BytesIO()
    Image.fromarray(picture()).save(out, "JPEG2000")
    path = write(
        tmp_path / "scan.pdf", pdf_page(image_entry(Filter=Name.JPXDecode), out.getvalue())
    )
    assert kind(path) == "scan"
    assert near(decoded(path).pixels, picture())


def test_a_black_stencil_over_the_page_is_a_scan(tmp_path: Path) -> None:
    entry = image_entry(ImageMask=True, BitsPerComponent=1)
    bits = np.packbits(marks() > 0, axis=1).tobytes()
    path = write(tmp_path / "scan.pdf", pdf_page(entry, bits))
    assert kind(path) == "scan"
    assert np.array_equal(decoded(path).pixels, marks())


@pytest.mark.parametrize(
    "content",
    [
        b"1 1 1 rg 0 0 240 320 re f " + OVER_ALL,
        b"q 0 0 240 320 re W n 240 0 0 320 0 0 cm /Im0 Do Q",
        b"q 238 0 0 318 1 1 cm /Im0 Do Q",
        b"/Artifact BMC q 240 0 0 320 0 0 cm /Im0 Do Q EMC",
        b"q 0.24 0 0 0.32 0 0 cm q 1000 0 0 1000 0 0 cm /Im0 Do Q Q",
    ],
)
def test_a_clip_a_white_ground_or_a_hairline_margin_leave_a_scan_plain(
    tmp_path: Path, content: bytes
) -> None:
    entry = image_entry(ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)
    assert kind(write(tmp_path / "scan.pdf", pdf_page(entry, jpeg(), content=content))) == "scan"


@pytest.mark.parametrize(
    "content",
    [
        OVER_ALL + b" BT /F1 12 Tf 3 Tr (hidden) Tj ET",
        OVER_ALL + b" 1 0 0 rg 10 10 50 50 re f",
        OVER_ALL + b" 1 1 1 rg 10 10 50 50 re f",
        OVER_ALL + b" 0 0 m 100 100 l S",
        OVER_ALL + b" " + OVER_ALL,
        b"q 120 0 0 160 0 0 cm /Im0 Do Q",
        b"q 480 0 0 640 0 0 cm /Im0 Do Q",
        b"q 230 60 -60 310 0 0 cm /Im0 Do Q",
        b"q 0 0 100 100 re W n 240 0 0 320 0 0 cm /Im0 Do Q",
        b"/OC /Layer BDC q 240 0 0 320 0 0 cm /Im0 Do Q EMC",
        b"q 240 0 0 320 0 0 cm /Missing Do Q",
        b"q 240 0 0 cm /Im0 Do Q",
        b"",
        b"Q " * 3 + OVER_ALL,
        OVER_ALL + b" " * 20_000,
    ],
)
def test_anything_beside_the_one_image_makes_a_page_mixed(tmp_path: Path, content: bytes) -> None:
    entry = image_entry(ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)
    path = write(tmp_path / "scan.pdf", pdf_page(entry, jpeg(), content=content))
    assert kind(path) == "mixed"
    assert decoded(path).pixels.size


def test_annotations_and_see_through_images_make_a_page_mixed(tmp_path: Path) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([0, 0, 9, 9]))
    assert kind(write(tmp_path / "a.pdf", jpeg_pdf(jpeg(), Annots=Array([note])))) == "mixed"
    pdf = jpeg_pdf(jpeg())
    mask = pikepdf.Stream(pdf, bytes(WIDTH * HEIGHT))
    mask.stream_dict = image_entry(ColorSpace=Name.DeviceGray)
    pdf.pages[0].obj["/Resources"]["/XObject"]["/Im0"]["/SMask"] = pdf.make_indirect(mask)
    assert kind(write(tmp_path / "b.pdf", pdf)) == "mixed"


def test_a_mixed_page_is_drawn_upright_at_a_useful_density(tmp_path: Path) -> None:
    content = b"1 0 0 rg 0 160 120 160 re f"
    path = write(tmp_path / "mixed.pdf", pdf_page(None, content=content, page={"/Rotate": 90}))
    seen = decoded(path)
    assert seen.dpi == 300.0
    assert abs(seen.pixels.shape[0] - 1000) <= 1
    assert abs(seen.pixels.shape[1] - 1333) <= 1
    assert seen.pixels[100, 1200].tolist() == [255, 0, 0]


def test_a_drawn_page_keeps_the_pixel_limit(tmp_path: Path) -> None:
    huge = pdf_page(
        None, content=b"1 0 0 rg 0 0 9 9 re f", page={"/MediaBox": Array([0, 0, 14_000, 14_000])}
    )
    seen = decoded(write(tmp_path / "huge.pdf", huge), limits=Limits(max_pixels=1_000_000))
    assert seen.pixels.shape[0] * seen.pixels.shape[1] <= 1_000_000


def test_an_image_beyond_the_pixel_limit_is_rejected_undecoded(tmp_path: Path) -> None:
    path = write(tmp_path / "scan.pdf", jpeg_pdf(jpeg()))
    with pytest.raises(InputRejected, match="240 by 320 pixels, more than the limit"):
        decoded(path, limits=Limits(max_pixels=1000))


def test_a_jpeg_that_lies_about_its_size_is_drawn_as_a_viewer_shows_it(tmp_path: Path) -> None:
    stream = jpeg(np.zeros((2000, 2000, 3), np.uint8))
    path = write(tmp_path / "scan.pdf", jpeg_pdf(stream))
    seen = decoded(path, limits=Limits(max_pixels=100_000))
    assert seen.pixels.shape[:2] == (HEIGHT, WIDTH)
    assert seen.code_stream is None


def test_half_a_jpeg_in_a_pdf_is_rejected(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    stream = jpeg(noise)
    path = write(tmp_path / "scan.pdf", jpeg_pdf(stream[: len(stream) // 2]))
    with pytest.raises(InputRejected, match="ends early"):
        decoded(path)


def test_half_a_packed_page_is_rejected(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    packed = zlib.compress(noise.tobytes())
    entry = image_entry(ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode)
    path = write(tmp_path / "scan.pdf", pdf_page(entry, packed[: len(packed) // 2]))
    with pytest.raises(InputRejected) as told:
        decoded(path)
    assert told.value.todo


def test_half_a_fax_coded_page_is_told(tmp_path: Path) -> None:
    entry, stream = _ccitt()
    whole = decoded(write(tmp_path / "whole.pdf", pdf_page(entry, stream)))
    assert whole.flaws == ()
    half = decoded(write(tmp_path / "half.pdf", pdf_page(entry, stream[: len(stream) // 2])))
    assert half.flaws


def test_a_locked_pdf_is_turned_away_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    jpeg_pdf(jpeg()).save(path, encryption=pikepdf.Encryption(user="secret", owner="owner"))
    with pytest.raises(InputRejected, match="locked with a password") as told:
        probed(path)
    assert "without one" in told.value.todo


def test_a_pdf_locked_only_against_changes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "owner.pdf"
    jpeg_pdf(jpeg()).save(path, encryption=pikepdf.Encryption(user="", owner="owner"))
    seen = probed(path)
    assert seen.repaired
    assert near(decoded(path).pixels, picture())


def test_a_signed_pdf_is_taken_and_marked(tmp_path: Path) -> None:
    pdf = jpeg_pdf(jpeg())
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=pikepdf.String("s"), V=Dictionary()))
    pdf.Root["/AcroForm"] = Dictionary(SigFlags=3, Fields=Array([field]))
    assert probed(write(tmp_path / "signed.pdf", pdf)).signed
    assert not probed(write(tmp_path / "plain.pdf", jpeg_pdf(jpeg()))).signed


def test_a_damaged_table_of_objects_is_repaired_and_told(tmp_path: Path) -> None:
    path = write(tmp_path / "scan.pdf", jpeg_pdf(jpeg()))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n")
    seen = probed(path)
    assert seen.repaired
    assert [frame.kind for frame in seen.frames] == ["scan"]


def test_a_pdf_without_pages_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="has no pages"):
        probed(write(tmp_path / "none.pdf", pikepdf.new()))


def test_a_pdf_with_too_many_pages_is_rejected(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    for _ in range(12):
        pdf.add_blank_page()
    with pytest.raises(InputRejected, match="more pages than the limit of 10"):
        probed(write(tmp_path / "many.pdf", pdf), Limits(max_frames=10))


def test_a_page_beyond_the_last_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputRejected):
        decoded(write(tmp_path / "scan.pdf", jpeg_pdf(jpeg())), frame=3)
