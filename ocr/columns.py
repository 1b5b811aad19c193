"""Gutters: the white between two columns of running text, as the ink shows it.

A gap between words moves from line to line; the white between columns stays. What tells columns
of prose from the cells of a table or from labels with their values is how the lines fill them:
prose fills its column line by line, on both sides of the gutter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ocr.coverage import TextInk
from ocr.line_finder import InkLine
from ocr.page import Box, Mask
from ocr.white import NARROWEST, strips_of

# In heights of small letters:
_GAP = 3.0  # between stretches of one line of a column
_LEAST_WIDTH = 12.0  # of a full line
_NEAR = 3.0  # a line of a column begins this near to the strip beside it
_LEAST_GAP = 1.1
_NARROW = 1.6  # gaps between words make up a strip as wide as this now and then …
_FEWEST_LINES, _FEWEST_AT_NARROW = 4, 9  # … over a few lines
# Shares of the width of a column:
_FULL = 0.75  # a full line
_WIDEST = 0.45  # a gutter
# Shares of the lines of a column:
_FULL_LINES = 0.4


@dataclass(frozen=True, slots=True)
class Gutter:
    """White between two columns, in pixels of the shown page.

    Attributes:
        box: from where the columns begin to where they end.
        interrupted: from which y to which y something stands in its way that both columns flow
            around, such as the words under a picture.
    """

    box: Box
    interrupted: tuple[tuple[int, int], ...] = ()

    @property
    def x(self) -> float:
        """Its middle."""
        return (self.box.x0 + self.box.x1) / 2

    def is_open_at(self, y: float) -> bool:
        """True where nothing stands in its way."""
        return not any(top <= y < bottom for top, bottom in self.interrupted)


def find_gutters(ink: TextInk, white: Mask, lines: tuple[InkLine, ...]) -> tuple[Gutter, ...]:
    """The gutters between columns of running text, the tallest first.

    Args:
        ink: the ink of the page as shown.
        white: its strips without ink, see ``ocr.white``.
        lines: the lines of that ink.
    """
    if len(lines) < 2 * _FEWEST_LINES:
        return ()
    strips = [_on_page(strip, ink) for strip in strips_of(white)]
    body_px = ink.body_px / ink.scale_y
    strips = [strip for strip in strips if strip.width > _LEAST_GAP * body_px]
    found = [Gutter(strip) for strip in strips if _parts_prose(strip, strips, lines, body_px)]
    joined = _joined(found, [line.box for line in lines], body_px)
    return tuple(sorted(joined, key=lambda gutter: (-gutter.box.height, gutter.box.x0)))


def _joined(found: list[Gutter], lines: list[Box], body_px: float) -> list[Gutter]:
    """Gutters that go on below what their columns flow around as one."""
    joined: list[Gutter] = []
    for lower in sorted(found, key=lambda gutter: gutter.box.y0):
        upper = next((one for one in joined if _goes_on(one, lower, lines, body_px)), None)
        if upper is None:
            joined.append(lower)
            continue
        a, b = upper.box, lower.box
        box = Box(max(a.x0, b.x0), a.y0, min(a.x1, b.x1), b.y1)
        gaps = (*upper.interrupted, (a.y1, b.y0), *lower.interrupted)
        joined[joined.index(upper)] = Gutter(box, gaps)
    return joined


def _goes_on(upper: Gutter, lower: Gutter, lines: list[Box], body_px: float) -> bool:
    top, bottom = upper.box.y1, lower.box.y0
    if abs(upper.x - lower.x) > body_px or bottom <= top:
        return False
    between = [box for box in lines if top <= (box.y0 + box.y1) / 2 < bottom]
    across = [box for box in between if box.x0 < upper.x < box.x1]
    beside = [
        any(_on_one_level(box, other) and other.x1 <= box.x0 for other in between)
        and any(_on_one_level(box, other) and other.x0 >= box.x1 for other in between)
        for box in across
    ]
    return 2 * sum(beside) >= len(across)


def _on_page(strip: Box, ink: TextInk) -> Box:
    """The strip in page pixels, as wide as the white is."""
    edge = NARROWEST * ink.body_px / 2
    return Box(
        int((strip.x0 - edge) / ink.scale_x),
        int(strip.y0 / ink.scale_y),
        round((strip.x1 + edge) / ink.scale_x),
        round(strip.y1 / ink.scale_y),
    )


def _parts_prose(strip: Box, strips: list[Box], lines: tuple[InkLine, ...], body_px: float) -> bool:
    """True when lines fill a column on both sides of the strip."""
    beside = [
        line.box for line in lines if strip.y0 <= (line.top_px + line.baseline_px) / 2 < strip.y1
    ]
    sides = (
        (list(map(_mirrored, beside)), list(map(_mirrored, strips)), _mirrored(strip)),
        (beside, strips, strip),
    )
    fewest = _FEWEST_LINES if strip.width > _NARROW * body_px else _FEWEST_AT_NARROW
    for boxes, ends, edge in sides:
        middle = (edge.x0 + edge.x1) / 2
        rows = _rows([box for box in boxes if box.x0 >= middle - body_px], ends, body_px)
        near = [row for row in rows if row.x0 <= edge.x1 + _NEAR * body_px]
        full, width = _column(near, body_px)
        if full < fewest or strip.width > _WIDEST * width:
            return False
    return True


def _column(rows: list[Box], body_px: float) -> tuple[int, float]:
    """How many rows fill the column, and its width, pixels; no row if it is no running text."""
    if not rows:
        return 0, 0.0
    widths = np.array([row.width for row in rows])
    width = float(np.percentile(widths, 90))
    full = int(np.count_nonzero(widths >= _FULL * width))
    if width < _LEAST_WIDTH * body_px or full < _FULL_LINES * len(rows):
        return 0, width
    return full, width


def _mirrored(box: Box) -> Box:
    return Box(-box.x1, box.y0, -box.x0, box.y1)


def _rows(boxes: Iterable[Box], strips: list[Box], body_px: float) -> list[Box]:
    """The leftmost row of each level; what follows a row closely, with no strip between, is
    part of it, the rest stands in further columns.
    """
    rows: list[Box] = []
    for box in sorted(boxes):
        level = [number for number, row in enumerate(rows) if _on_one_level(box, row)]
        if not level:
            rows.append(box)
        for number in level:
            row = rows[number]
            near = box.x0 - row.x1 < _GAP * body_px
            if near and not any(_parts(strip, row, box) for strip in strips):
                rows[number] = Box(row.x0, row.y0, max(row.x1, box.x1), row.y1)
    return rows


def _parts(strip: Box, one: Box, other: Box) -> bool:
    across = one.x1 <= (strip.x0 + strip.x1) / 2 <= other.x0
    return across and strip.y0 <= (one.y0 + one.y1) / 2 < strip.y1


def _on_one_level(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * min(one.height, other.height)
