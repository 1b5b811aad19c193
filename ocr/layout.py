"""How the ink of a page is laid out: its lines and its columns, seen without recognition."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.columns import Gutter, find_gutters
from ocr.coverage import TextInk
from ocr.line_finder import InkLine, find_lines
from ocr.white import white_strips


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines and columns, in pixels of the shown page.

    Attributes:
        lines: stretches of text lines, from the top.
        gutters: white between columns of running text, the tallest first.
    """

    lines: tuple[InkLine, ...]
    gutters: tuple[Gutter, ...]


def layout_of(ink: TextInk) -> Layout:
    """The layout of an upright, level page; costs a few milliseconds.

    Args:
        ink: its text-like ink.
    """
    white = white_strips(ink)
    lines = find_lines(ink, white)
    return Layout(lines, find_gutters(ink, white, lines))
