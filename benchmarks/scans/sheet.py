"""A blank sheet to set type on, which remembers each line that was set."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.scans.truth import Box, LineTruth
from benchmarks.scans.typefaces import Piece, Typeface, pieces

Colour = tuple[int, int, int]
A4_MM, A6_MM = (210.0, 297.0), (105.0, 148.5)
BLACK_INK: Colour = (38, 35, 40)


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: face, size in points, weight, ink, line pitch in em."""

    face: Typeface
    size_pt: float = 12.5
    bold: bool = False
    ink: Colour = BLACK_INK
    pitch: float = 1.55
    underline: bool = False
    justify: bool = False

    def but(self, **changes: object) -> Style:
        """The same style with some changes."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the line to set text in: left and right edge in pixels, alignment."""

    x0: int
    x1: int
    align: str = "left"  # left | right | centre


class Sheet:
    """White paper with ink on it; a cursor that moves down; the lines in reading order."""

    def __init__(self, dpi: int, *, size_mm: tuple[float, float] = A4_MM, left_mm: float = 25.0):
        self.dpi = dpi
        self.width, self.height = (round(side / 25.4 * dpi) for side in size_mm)
        self.image = Image.new("RGB", (self.width, self.height), (255, 255, 255))
        self.draw = ImageDraw.Draw(self.image)
        self.left, self.right = self.px(left_mm), self.width - self.px(min(18.0, left_mm))
        self.y = self.px(min(18.0, left_mm))
        self.lines: list[LineTruth] = []
        self.marks: list[LineTruth] = []
        self.handwriting: list[Box] = []
        self.overwrite: dict[int, dict[str, str]] = {}  # number of the line → other words in it

    def px(self, mm: float) -> int:
        """Millimetres in pixels."""
        return round(mm / 25.4 * self.dpi)

    @property
    def body(self) -> Span:
        """The text column between the margins."""
        return Span(self.left, self.right)

    @property
    def room_mm(self) -> float:
        """What is left above the lower margin."""
        return (self.height - self.px(15.0) - self.y) * 25.4 / self.dpi

    def pixels(self) -> NDArray[np.uint8]:
        """The sheet as (height, width, 3) RGB."""
        return np.asarray(self.image, dtype=np.uint8)

    def skip(self, mm: float) -> None:
        """Move the cursor down."""
        self.y += self.px(mm)

    def line(self, text: str, style: Style, align: str = "left") -> None:
        """Set one line in the text column."""
        self.row([(text, replace(self.body, align=align))], style)

    def pair(self, left: str, right: str, style: Style) -> None:
        """Set one line with a part at each margin."""
        self.row([(left, self.body), (right, replace(self.body, align="right"))], style)

    def row(self, cells: list[tuple[str, Span]], style: Style) -> None:
        """Set several pieces of text on one baseline; they count as one line."""
        size = self._size(style)
        baseline = self.y + round(size * 1.08)
        if other := self.overwrite.get(len(self.lines)):
            cells = [
                (" ".join(other.get(word, word) for word in words(text)), span)
                for text, span in cells
            ]
        boxes = [
            self._set(words(text), style, baseline, span) for text, span in cells if text.strip()
        ]
        if boxes:
            joined = " ".join(" ".join(words(text)) for text, _ in cells if text.strip())
            self.lines.append(LineTruth(joined, union(boxes)))
        self.y += round(size * style.pitch)

    def paragraph(self, text: str, style: Style, *, indent_mm: float = 0.0) -> None:
        """Set text in as many lines as it needs, the first one indented."""
        queue = words(text)
        start = self.left + self.px(indent_mm)
        while queue:
            taken = self._fit(queue, style, self.right - start)
            rest = queue[taken:]
            span = Span(start, self.right, "justify" if style.justify and rest else "left")
            self.row([(" ".join(queue[:taken]), span)], style)
            queue, start = rest, self.left

    def hanging(self, label: str, text: str, style: Style, *, inset_mm: float) -> None:
        """Set a label at the margin and text beside it, its further lines inset too."""
        queue, start = words(text), self.left + self.px(inset_mm)
        while queue:
            taken = self._fit(queue, style, self.right - start)
            span = Span(start, self.right)
            self.row([(label, self.body), (" ".join(queue[:taken]), span)], style)
            queue, label = queue[taken:], ""

    def grid(self, edges_x: list[int], edges_y: list[int]) -> None:
        """Rule a table."""
        pen = max(1, self.px(0.25))
        for x in edges_x:
            self.draw.line((x, edges_y[0], x, edges_y[-1]), BLACK_INK, pen)
        for y in edges_y:
            self.draw.line((edges_x[0], y, edges_x[-1], y), BLACK_INK, pen)

    def _fit(self, queue: list[str], style: Style, width: int) -> int:
        used = 0.0
        for count, word in enumerate(queue):
            used += self._width(word, style) + (self._gap(style) if count else 0)
            if used > width and count:
                return count
        return len(queue)

    def _set(self, row: list[str], style: Style, baseline: int, span: Span) -> Box:
        gap = self._gap(style)
        total = sum(self._width(word, style) for word in row) + gap * (len(row) - 1)
        free = span.x1 - span.x0 - total
        if span.align == "justify" and len(row) > 1:
            gap += free / (len(row) - 1)
        lead = {"right": free, "centre": free / 2}.get(span.align, 0.0)
        x = span.x0 + lead
        boxes = []
        for word in row:
            boxes.append(self._word(self._pieces(word, style), style, (x, baseline)))
            x += self._width(word, style) + gap
        box = union(boxes)
        if style.underline:
            y = baseline + self._size(style) // 4
            self.draw.line((box.x0, y, box.x1, y), style.ink, max(1, self._size(style) // 18))
        return box

    def _word(self, runs: tuple[Piece, ...], style: Style, at: tuple[float, int]) -> Box:
        x, baseline = at
        for run in runs:
            self.draw.text(
                (round(x), baseline), run.text, style.ink, run.font, "ls", stroke_width=run.stroke
            )
            x += run.width
        top = baseline + min(run.top for run in runs)
        return Box(round(at[0]), top, round(x), baseline + max(run.bottom for run in runs))

    def _pieces(self, word: str, style: Style) -> tuple[Piece, ...]:
        return pieces(word, style.face, self._size(style), style.bold)

    def _width(self, word: str, style: Style) -> float:
        return sum(run.width for run in self._pieces(word, style))

    def _size(self, style: Style) -> int:
        return round(style.size_pt * self.dpi / 72)

    def _gap(self, style: Style) -> float:
        return self._size(style) * (0.27 + style.face.tracking)


def words(text: str) -> list[str]:
    """The words of ``text`` in NFC, as they are set and as the truth has them."""
    return unicodedata.normalize("NFC", text).split()


def union(boxes: list[Box]) -> Box:
    """The smallest box around all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))
