"""Lines as the reader of lines is given them: their letters measured where little tells of them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scans.typefaces import font_file
from ocr.line_finder import InkLine
from ocr.line_ink import _as_beside, lines_of
from ocr.own_engine import OwnEngine
from ocr.page import Box, GrayImage

BODY_PX = 17.0


def line(x0: int, x1: int, *, top: float, body: float) -> InkLine:
    box = Box(x0, round(top - 8), x1, round(top + body + 6))
    return InkLine(box, top, top + body, 500)


def test_a_piece_of_odd_height_in_a_cell_takes_the_letters_of_its_row() -> None:
    row = line(400, 560, top=100, body=16)
    for odd in (line(10, 40, top=104, body=6), line(10, 40, top=95, body=24)):
        told = _as_beside([odd, row, line(300, 900, top=200, body=16)])
        assert told[0].body_px == 16
        assert told[0].top_px == 100


def test_a_piece_of_odd_height_that_stands_alone_stays() -> None:
    alone = line(10, 40, top=300, body=6)
    assert _as_beside([alone, line(400, 900, top=100, body=16)])[0] == alone


def test_a_title_in_larger_type_keeps_its_own_letters() -> None:
    title = line(100, 700, top=40, body=30)
    assert _as_beside([title, line(10, 900, top=100, body=16)])[0] == title


@pytest.fixture(scope="module")
def table() -> GrayImage:
    """A table with rules around every cell; its first column holds numbers only."""
    image = Image.new("L", (900, 620), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(
        font_file("NotoSansDevanagari-Regular.ttf", "fonts-noto-core"),
        26,
        layout_engine=ImageFont.Layout.RAQM,
    )
    places = ("पिपरिया", "महगवां", "खितौली", "इमलिया", "निवार", "घुघरी", "देवरी", "कन्हवारा", "उमरिया")
    for number, place in enumerate(places, start=1):
        y = 20 + 60 * number
        draw.line((30, y - 16, 860, y - 20), 90, 2)
        draw.text((44, y), f"{number}.", 0, font)
        draw.text((250, y), place, 0, font)
        draw.text((600, y), f"{100 + 37 * number}/{number}", 0, font)
    for x in (30, 236, 590, 860):
        draw.line((x, 60, x + 6, 610), 90, 2)
    return np.asarray(image, np.uint8)


def test_the_numbers_of_a_table_s_rows_are_read(table: GrayImage) -> None:
    bodies = [line.body_px for line in lines_of(table, body_px=BODY_PX) if line.box.x1 < 230]
    assert len([body for body in bodies if 12 <= body <= 22]) >= 8
    read = " ".join(line.text for line in OwnEngine().recognise(table, dpi=110)).split()
    assert {f"{number}." for number in range(1, 10)} <= set(read)
