"""Lines and columns are seen in the ink alone, on all kinds of pages, whatever is on them."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from benchmarks.line_finding import found_on
from ocr import line_finder
from ocr.coverage import TextInk, text_ink
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.layout import Layout, layout_of
from ocr.line_finder import line_crop
from ocr.turn import lie_of
from tests.ocr_reading.sheets import DPI, Pixels, grey, inked, made, sheet

SIZE = (1240, 1754)
PROSE = "the quick brown fox jumps over a lazy dog again and no one knows where it went "


def seen(page: Pixels) -> Layout:
    return layout_of(ink_of(page))


def ink_of(page: Pixels) -> TextInk:
    look = look_at(page, dpi=DPI)
    body = lie_of(look, limit_deg=5.0).body_height_px or 7.0
    height, width = page.shape
    return text_ink(look, Pose(width, height, width, height, 0, 0.0), body_px=body)


def columns(page: Pixels, lefts: Iterable[int], letters: int, *, rows: range) -> Pixels:
    """Lines of running text, every one another, ``letters`` long."""
    for number, (y, x) in enumerate((y, x) for y in rows for x in lefts):
        begin = 7 * number % len(PROSE)
        text = (PROSE[begin:] + PROSE + PROSE)[:letters]
        page = inked(page, text, (x, y), darkness=210, height=0.62)
    return page


def same(page: Pixels, lefts: Iterable[int], text: str, *, rows: range) -> Pixels:
    for y in rows:
        for x in lefts:
            page = inked(page, text, (x, y), darkness=210, height=0.62)
    return page


@pytest.mark.parametrize(
    ("kind", "seed", "language"),
    [
        ("letter", 41, "hi"),
        ("note_sheet", 42, "hi"),
        ("annexure", 43, "hi"),
        ("bill", 44, "en"),
        ("cover", 45, "hi"),
        ("endorsement", 46, "en"),
    ],
)
def test_every_line_of_a_made_page_is_seen(kind: str, seed: int, language: str) -> None:
    page = made(kind, seed, language=language)
    found = found_on(grey(page), page.truth)
    assert found.lines >= 5
    assert found.found >= found.lines - 1
    assert found.merged == 0


def test_lines_that_touch_are_seen_apart() -> None:
    page = sheet()
    rows = range(300, 900, 34)
    for y in rows:
        page = inked(page, "Ägypten fließt gjpqy BDFHKL " * 2, (120, y), darkness=210, height=0.9)
    # Strokes from one line to the next, as descenders meet ascenders.
    for number, y in enumerate(rows):
        page[y - 15 : y + 25, 200 + 40 * (number % 9)] = 40
    lines = [line for line in seen(page).lines if line.box.width > 400]
    middles = sorted({round((line.top_px + line.baseline_px) / 2 / 34) for line in lines})
    assert len(middles) >= len(rows) - 1


def test_a_line_has_its_place_and_its_height() -> None:
    page = inked(sheet(), "naxos", (300, 500), darkness=220, height=1.5)
    page = columns(page, (120,), 47, rows=range(700, 1300, 50))
    (line,) = [line for line in seen(page).lines if line.box.y1 < 600]
    assert abs(line.baseline_px - 500) <= 6
    assert 290 <= line.box.x0 <= 306
    crop = line_crop(page, line, height_px=24)
    assert crop.shape[0] > 24
    assert crop.min() < 100


def test_white_between_columns_of_prose_is_a_gutter() -> None:
    page = columns(sheet(), (100, 500), 38, rows=range(300, 1300, 40))
    (gutter,) = seen(page).gutters
    assert 440 < gutter.x < 500
    assert gutter.box.y0 < 320
    assert gutter.box.y1 > 1200


def test_what_both_columns_flow_around_does_not_end_their_gutter() -> None:
    page = sheet()
    page = columns(page, (60, 470), 38, rows=range(200, 600, 40))
    page = columns(page, (60, 560), 30, rows=range(600, 840, 40))
    page = same(page, (395,), "a caption", rows=range(640, 800, 40))
    page = columns(page, (60, 470), 38, rows=range(880, 1300, 40))
    gutters = seen(page).gutters
    assert gutters
    assert gutters[0].box.height > 900


def test_tables_and_labels_have_no_gutters() -> None:
    table = same(sheet(), (120, 420, 800), "12,500", rows=range(300, 1300, 40))
    for y in range(270, 1310, 40):
        table[y : y + 2, 100:1000] = 60
    labels = same(sheet(), (100,), "Subject :", rows=range(300, 1300, 160))
    labels = columns(labels, (420,), 47, rows=range(300, 1300, 40))
    assert seen(table).gutters == ()
    assert seen(labels).gutters == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (64, 64)])
def test_odd_sheets_have_no_lines(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 255, shape, dtype=np.uint8)
    assert seen(np.full(shape, 240, np.uint8)) == Layout((), ())
    assert all(line.box.width > 0 for line in seen(noise).lines)


def test_a_page_full_of_ink_is_seen_in_no_time() -> None:
    page = np.random.default_rng(5).integers(0, 255, (1754, 1240), dtype=np.uint8)
    page = np.asarray(cv2.medianBlur(page, 5), dtype=np.uint8)
    assert len(seen(page).lines) < 5000


def _boxes(rng: np.random.Generator, count: int, side: int, largest: int) -> np.ndarray:
    at = rng.integers(0, side, (count, 2))
    return np.hstack([at, at + rng.integers(1, largest, (count, 2))]).astype(np.int32)


def _widened_by_all(marks: np.ndarray, cores: np.ndarray, body_px: float) -> np.ndarray:
    """Mark by mark, in words: the nearest core above, below or around it, if one is near."""
    boxes = cores.copy()
    for x0, y0, x1, y1 in marks[marks[:, 3] - marks[:, 1] <= line_finder._TALLEST_MARK * body_px]:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        away = np.maximum(np.maximum(cores[:, 1] - y, y - cores[:, 3]), 0)
        away[(x < cores[:, 0] - 1) | (x > cores[:, 2] + 1)] = np.inf
        nearest = int(away.argmin())
        if away[nearest] <= line_finder._REACH * body_px:
            boxes[nearest, :2] = np.minimum(boxes[nearest, :2], (x0, y0))
            boxes[nearest, 2:] = np.maximum(boxes[nearest, 2:], (x1, y1))
    return boxes


@pytest.mark.parametrize("seed", range(4))
def test_marks_widen_the_nearest_core_however_many_there_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks, cores = _boxes(rng, 2500, 900, 14), _boxes(rng, 120, 900, 60)
    found = line_finder._with_marks(marks, cores, 8.0)
    assert np.array_equal(found, _widened_by_all(marks, cores, 8.0))


def test_a_page_of_noise_takes_no_memory_for_every_pair_of_marks() -> None:
    rng = np.random.default_rng(1)
    marks, cores = _boxes(rng, 300_000, 3500, 6), _boxes(rng, 10_000, 3500, 40)
    assert line_finder._with_marks(marks, cores, 8.0).shape == (10_000, 4)  # in pairs: 24 GB
