"""Where words lie that were read on a page after it was turned and levelled."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr import mixed_reading
from ocr.mixed_reading import merged, read_under
from ocr.page import Box, GrayImage, Line, PageText, Word
from ocr.pdf_sight import glyphs, opened
from ocr.text_page import well_spaced, write_text_page
from tests.engines import ScriptedEngine

WIDTH, HEIGHT, DPI = 600, 900, 100.0


class _Told:
    """What ``read_page`` would say of a page that lies in a certain way."""

    def __init__(self, text: PageText, turn: int, skew: float) -> None:
        self.text, self.rotated_cw_deg, self.skew_ccw_deg = text, turn, skew


def _line(text: str, box: Box) -> Line:
    return Line((Word(text, box, 0.9),), box)


def _before_levelling(box: Box, size: tuple[int, int], skew: float) -> tuple[float, float]:
    """Where cv2 says the middle of a box of the levelled page was before it was levelled."""
    where = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), -1).astype(np.float32)
    matrix = cv2.getRotationMatrix2D(((size[0] - 1) / 2, (size[1] - 1) / 2), -skew, 1.0)
    levelled = cv2.warpAffine(where, matrix, size)
    x, y = levelled[(box.y0 + box.y1) // 2, (box.x0 + box.x1) // 2]
    return float(x), float(y)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 3.0])
def test_a_layer_lies_on_the_writing_of_the_page_as_it_is_to_be_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, turn: int, skew: float
) -> None:
    size = (HEIGHT, WIDTH) if turn % 180 else (WIDTH, HEIGHT)
    box = Box(100, 200, 240, 230)
    told = _Told(PageText((_line("दिनांक", box),), *size, DPI), turn, skew)
    monkeypatch.setattr(mixed_reading, "read_page", lambda *_, **__: told)
    picture: GrayImage = np.zeros((HEIGHT, WIDTH), np.uint8)
    read = read_under(picture, PageText((), WIDTH, HEIGHT, DPI), engine=ScriptedEngine(), dpi=DPI)
    assert read.shown_turn_cw_deg == turn
    assert (read.text.width_px, read.text.height_px) == size
    if not skew:
        assert read.text.words[0].box == box

    write_text_page(read.layer, read.lie, tmp_path / "layer.pdf")
    with opened(tmp_path / "layer.pdf", 0) as page:
        assert page.get_size() == pytest.approx((size[0] * 0.72, size[1] * 0.72), abs=0.1)
        found = [glyph for glyph in glyphs(page) if glyph.char.strip()]
    x = (min(g.left for g in found) + max(g.right for g in found)) / 2 / 0.72
    y = size[1] - (min(g.bottom for g in found) + max(g.top for g in found)) / 2 / 0.72
    assert (x, y) == pytest.approx(_before_levelling(box, size, skew), abs=4)


def test_a_page_with_text_of_its_own_keeps_its_turn_and_the_layer_is_turned_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = _Told(PageText((_line("read", Box(100, 200, 240, 230)),), HEIGHT, WIDTH, DPI), 90, 0.0)
    monkeypatch.setattr(mixed_reading, "read_page", lambda *_, **__: told)
    visible = PageText((_line("Stamped", Box(400, 800, 500, 830)),), WIDTH, HEIGHT, DPI)
    picture: GrayImage = np.zeros((HEIGHT, WIDTH), np.uint8)
    read = read_under(picture, visible, engine=ScriptedEngine(), dpi=DPI)
    assert (read.shown_turn_cw_deg, read.lie.turned_cw_deg) == (0, 90)
    assert read.text.words[0].box == Box(200, HEIGHT - 240, 230, HEIGHT - 100)


def test_words_that_the_page_says_already_are_not_said_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, new = Box(100, 100, 200, 130), Box(100, 300, 200, 330)
    lines = (_line("Stamped", said), _line("scanned", new))
    told = _Told(PageText(lines, WIDTH, HEIGHT, DPI), 0, 0.0)
    monkeypatch.setattr(mixed_reading, "read_page", lambda *_, **__: told)
    visible = PageText((_line("Stamped", Box(95, 98, 205, 132)),), WIDTH, HEIGHT, DPI)
    picture: GrayImage = np.zeros((HEIGHT, WIDTH), np.uint8)
    read = read_under(picture, visible, engine=ScriptedEngine(), dpi=DPI)
    assert [word.text for word in read.layer.words] == ["scanned"]
    assert [word.text for word in read.text.words] == ["Stamped", "scanned"]


def test_lines_read_come_in_between_lines_kept_by_their_height() -> None:
    kept = [_line("head", Box(0, 0, 9, 9)), _line("foot", Box(0, 800, 9, 809))]
    read = [_line("late", Box(0, 850, 9, 859)), _line("middle", Box(0, 400, 9, 409))]
    assert [line.text for line in merged(kept, read)] == ["head", "middle", "foot", "late"]


def test_a_leaning_letter_does_not_tie_two_words_together() -> None:
    words = (Word("of", Box(0, 0, 48, 40), 1.0), Word("the", Box(50, 0, 100, 40), 1.0))
    line = Line(words, Box(0, 0, 100, 40))
    spaced = well_spaced(PageText((line,), 200, 200, 100.0)).lines[0].words
    assert spaced[1].box.x0 - spaced[0].box.x1 >= 8
    assert math.isclose(spaced[0].box.x0, 0)
