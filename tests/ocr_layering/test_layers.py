"""What a reader of the finished page sees: ink, paper, pictures, colours, size."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray

from ocr.foreground import find_foreground
from ocr.layers import ReceivedStream, layer_page
from ocr.profile import Profile
from tests.ocr_layering import papers

READERS = [papers.shown_by_pdfium, papers.shown_by_poppler]


def compact(image: NDArray[np.uint8], **how: object) -> bytes:
    return layer_page(image, dpi=300, profile=Profile.COMPACT, **how)  # type: ignore[arg-type]


def shown(pdf: bytes, like: NDArray[np.uint8], reader=papers.shown_by_pdfium) -> NDArray[np.int16]:
    page = reader(pdf, 300)
    height, width = like.shape[:2]
    assert abs(page.shape[0] - height) <= 1 and abs(page.shape[1] - width) <= 1
    return page[:height, :width].astype(np.int16)


def median_colour(page: NDArray[np.int16], where: NDArray[np.bool_]) -> NDArray[np.floating]:
    return np.median(page[: where.shape[0], : where.shape[1]][where], axis=0)


def drawn(of: object) -> NDArray[np.bool_]:
    """Where a drawing function puts its strokes."""
    blank = np.zeros((1200, 900, 3), np.uint8)
    of(blank)  # type: ignore[operator]
    inside = cv2.erode(blank.max(axis=2), np.ones((3, 3), np.uint8))
    return inside > 0


@pytest.mark.parametrize("reader", READERS)
def test_a_compact_page_looks_like_the_scan(reader) -> None:
    page = papers.letter()
    seen = shown(compact(page), page, reader)
    assert np.abs(seen - page).mean() < 6
    type_ = drawn(papers.write)
    assert median_colour(seen, type_).max() < 70, "type must be dark: the mask's polarity"
    assert np.abs(median_colour(seen, ~type_) - median_colour(page, ~type_)).max() < 6


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("paper", "of"), [(papers.CREAM, papers.stamp), (papers.GREEN, papers.sign)]
)
def test_coloured_ink_and_paper_keep_their_colours(reader, paper, of) -> None:
    page = papers.sheet(paper)
    papers.write(page)
    of(page)
    seen = shown(compact(page), page, reader)
    strokes = drawn(of)
    assert np.abs(median_colour(seen, strokes) - median_colour(page, strokes)).max() < 25
    outside = ~cv2.dilate(strokes.astype(np.uint8), np.ones((9, 9))).astype(bool)
    assert np.abs(median_colour(seen, outside) - median_colour(page, outside)).max() < 6


def test_type_is_as_sharp_as_in_the_scan() -> None:
    page = papers.letter()
    seen = shown(compact(page), page)
    type_ = (page.max(axis=2) < 120).astype(np.uint8)
    dark = (seen.max(axis=2) < 120).astype(np.uint8)
    assert (dark[type_ > 0]).mean() > 0.95
    assert cv2.dilate(type_, np.ones((3, 3)))[dark > 0].mean() > 0.97


def test_no_ghost_of_the_type_is_left_in_the_background() -> None:
    page = papers.sheet()
    papers.write(page)
    background = papers.images_of(compact(page))[0]
    jpeg = np.frombuffer(background["code"], np.uint8)  # type: ignore[call-overload]
    small = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    smooth = cv2.blur(small, (31, 31))
    assert np.abs(small - smooth)[20:-20, 20:-20].max() < 12


def test_show_through_stays_faint_and_out_of_the_mask() -> None:
    page = papers.sheet()
    behind = papers.sheet()
    papers.write(behind, papers.BLACK, range(90, 1000, 60))
    faint = page - (papers.sheet().astype(np.int16) - behind[:, ::-1]).clip(0) * 0.27
    page = faint.clip(0, 255).astype(np.uint8)
    papers.write(page, papers.BLACK, range(120, 300, 60))
    seen = shown(compact(page), page)
    assert seen[400:].min() > 110
    ink = find_foreground(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), 300).ink
    assert ink[:300].any() and not ink[320:].any()


@pytest.mark.parametrize("grey", [False, True])
def test_a_photograph_is_not_turned_into_blots(grey: bool) -> None:
    page = papers.sheet(papers.WHITE)
    papers.write(page, rows=range(120, 400, 60))
    page[600:1100, 200:650] = papers.photograph(500, 450)
    scan = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY) if grey else page
    seen = shown(compact(scan), page)
    page = np.dstack([scan] * 3) if grey else page
    inside = np.s_[630:1070, 230:620]
    soft = [cv2.blur(p[inside].astype(np.float32), (9, 9)) for p in (seen, page)]
    assert np.abs(soft[0] - soft[1]).mean() < 8


def test_the_scanners_dark_lid_is_no_ink() -> None:
    page = papers.letter()
    page[:, -40:] = 18
    page[:30] = 18
    seen = shown(compact(page), page)
    assert np.median(seen[:, -20:]) < 30
    ink = find_foreground(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), 300).ink
    assert not ink[:, -36:].any() and not ink[:26].any()
    assert ink[150:700].any()


def test_pencil_beside_print_stays_pale() -> None:
    page = papers.sheet(papers.WHITE)
    papers.write(page, rows=range(120, 500, 60))
    papers.write(page, (150, 150, 152), range(700, 1000, 60))
    seen = shown(compact(page), page)
    pencil = drawn(lambda blank: papers.write(blank, (255, 255, 255), range(700, 1000, 60)))
    print_ = drawn(lambda blank: papers.write(blank, (255, 255, 255), range(120, 500, 60)))
    assert 110 < median_colour(seen, pencil).mean() < 190
    assert median_colour(seen, print_).mean() < 70


def test_a_grey_page_stays_grey() -> None:
    page = papers.gray_letter()
    pdf = compact(page)
    kinds = {str(image.get("/ColorSpace", "mask")) for image in papers.images_of(pdf)}
    assert kinds <= {"/DeviceGray", "mask", "None"}
    seen = shown(pdf, page)
    assert np.abs(seen.mean(axis=2) - page).mean() < 6


@pytest.mark.parametrize("profile", list(Profile))
def test_a_black_and_white_page_is_one_lossless_image(profile) -> None:
    page = papers.bilevel_letter()
    pdf = layer_page(page, dpi=300, profile=profile, bilevel=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (image,) = document.pages[0].get_images().values()
        kept = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("L"))
    assert np.array_equal(kept, page)


def test_the_received_jpeg_is_embedded_byte_for_byte() -> None:
    page = papers.letter()
    jpeg = cv2.imencode(".jpg", page[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    received = ReceivedStream(jpeg, 900, 1200, 3)
    pdf = layer_page(page, dpi=300, profile=Profile.FAITHFUL, received=received)
    assert [image["code"] for image in papers.images_of(pdf)] == [jpeg]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda jpeg: jpeg.replace(b"\xff\xc0", b"\xff\xc9", 1), "arithmetic coding"),
        (lambda jpeg: jpeg[:40], "cut off"),
        (lambda jpeg: b"", "empty"),
        (lambda jpeg: b"\xff\xd8" + b"\xff" * 500, "nothing but padding"),
        (lambda jpeg: b"\xff\xd8" + b"\xff\xe0\0\0" * 50, "segments without length"),
    ],
)
def test_a_stream_that_a_reader_may_not_show_is_encoded_again(spoil, why) -> None:
    page = papers.letter()
    jpeg = cv2.imencode(".jpg", page[:, :, ::-1])[1].tobytes()
    received = ReceivedStream(spoil(jpeg), 900, 1200, 3)
    pdf = layer_page(page, dpi=300, profile=Profile.FAITHFUL, received=received)
    (code,) = (image["code"] for image in papers.images_of(pdf))
    assert code != spoil(jpeg), why
    assert np.abs(shown(pdf, page) - page).mean() < 4, why


def test_a_stream_of_another_size_or_kind_is_encoded_again() -> None:
    page = papers.letter()
    jpeg = cv2.imencode(".jpg", page[:, :, ::-1])[1].tobytes()
    for wrong in (ReceivedStream(jpeg, 1200, 900, 3), ReceivedStream(jpeg, 900, 1200, 4)):
        pdf = layer_page(page, dpi=300, profile=Profile.FAITHFUL, received=wrong)
        assert papers.images_of(pdf)[0]["code"] != jpeg


def test_the_page_has_the_sheets_size() -> None:
    with pikepdf.open(io.BytesIO(compact(papers.letter()))) as document:
        assert [float(edge) for edge in document.pages[0].mediabox] == [0, 0, 216, 288]


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (700, 2), (3, 5, 3), (2, 1000, 3), (40, 40)])
@pytest.mark.parametrize("dpi", [72, 100, 300, 1200])
def test_no_size_is_too_odd(shape, dpi) -> None:
    page = np.full(shape, 200, np.uint8)
    page[0, 0] = 0
    for profile in Profile:
        assert layer_page(page, dpi=dpi, profile=profile).startswith(b"%PDF")


def test_tiny_scans_of_noise_do_no_harm() -> None:
    rng = np.random.default_rng(1)
    for number in range(120):
        height, width = rng.integers(1, 40, 2)
        shape = (height, width) if number % 2 else (height, width, 3)
        noise = rng.integers(0, 256, shape).astype(np.uint8)
        for dpi in (72, 300, 1200):
            made = layer_page(noise, dpi=dpi, profile=Profile.COMPACT)
            assert made.startswith(b"%PDF")


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_of_one_colour_stays_that_colour(level) -> None:
    page = np.full((600, 500, 3), level, np.uint8)
    assert np.abs(shown(compact(page), page) - level).max() <= 3


def test_the_same_page_gives_the_same_bytes_in_every_thread() -> None:
    pages = [papers.letter(), papers.gray_letter()] * 3
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(compact, pages))
    assert made == [compact(page) for page in pages]
