"""Where the text lines are, told from the ink alone, before and without any recognition.

Summed up along the writing, ink is dense in a line's body (in Devanagari from headline to
baseline, in Latin from x-line to baseline) and thin where only matras, ascenders and descenders
stand, also where the lines themselves touch. What is dense against its own surroundings is a
core; cores that are joined are a piece of a line; the marks around a core belong to it.

Pieces end at wide gaps: the cells of a table, the date at the other margin, the other column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.page import Box, GrayImage, Mask

# In heights of small letters (``body``):
_SUM_WIDTH = 3.0  # ink is summed along the line over this width; wider gaps end a piece
_SURROUNDINGS = 2.4  # densities are compared over this height, less than the pitch of set lines
_REACH = 0.75  # marks this far above or below a core belong to it
_TALLEST_MARK = 2.6  # a taller mark joins lines or is no letter: it widens no line
_NARROWEST = 0.45
_SLIVER = 0.45  # cores lower than this that lie in another line are tops of its letters
_MARKS_AT_ONCE = 1024  # how many are compared with the cores beside them
# Shares:
_SAME_BODY = 0.75  # letters measured smaller than this against what was told: look once more
_DENSE = 0.30  # of the densest row nearby
_THINNEST = 0.05  # of full ink
_BODY = 0.5  # rows with this share of what the middling row of a core holds are its body


@dataclass(frozen=True, slots=True)
class InkLine:
    """A stretch of one text line, as the ink shows it, in pixels of the shown page.

    Attributes:
        box: around all marks of the stretch, matras and descenders too.
        top_px: y of the headline (Devanagari) or x-line (Latin).
        baseline_px: y where the small letters end.
        ink: pixels of ink in its body, at the scale of the look.
    """

    box: Box
    top_px: float
    baseline_px: float
    ink: int

    @property
    def body_px(self) -> float:
        """Height of its small letters."""
        return self.baseline_px - self.top_px


def find_lines(ink: TextInk, white: Mask) -> tuple[InkLine, ...]:
    """The stretches of text lines on an upright, level page, from the top, then from the left.

    Args:
        ink: the text-like ink of the page in the pose in which it is shown.
        white: its strips without ink, see ``ocr.white``; no line runs across one.
    """
    body_px = ink.body_px
    found = _found(ink, white, body_px)
    measured = _middling_body(found) * ink.scale_y
    if found and not _SAME_BODY < measured / body_px < 1 / _SAME_BODY:
        found = _found(ink, white, measured)
    return tuple(sorted(found, key=lambda line: (line.box.y0, line.box.x0)))


def line_crop(page: GrayImage, line: InkLine, *, height_px: int, margin: float = 0.6) -> GrayImage:
    """The line cut out of the page, its body ``height_px`` tall.

    Args:
        page: (height, width) the page as it is shown.
        line: where to cut.
        height_px: what the height of the small letters is to become.
        margin: paper left on every side, in heights of the small letters.
    """
    edge = round(margin * line.body_px)
    height, width = page.shape
    box = line.box
    part = page[
        max(0, box.y0 - edge) : min(height, box.y1 + edge),
        max(0, box.x0 - edge) : min(width, box.x1 + edge),
    ]
    scale = height_px / max(line.body_px, 1.0)
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(part, size, interpolation=how)  # type: ignore[return-value]


def _found(ink: TextInk, white: Mask, body_px: float) -> list[InkLine]:
    cores = _core_boxes(cv2.subtract(_cores(ink.mask, body_px), white))
    if not len(cores):
        return []
    boxes = _with_marks(ink.marks, cores, body_px)
    kept = _no_slivers(cores, boxes, body_px)
    lines = (_line(ink, cores[number], boxes[number]) for number in kept)
    return [line for line in lines if line is not None]


def _core_boxes(cores: NDArray[Any]) -> NDArray[np.int32]:
    """(cores, 4): x0, y0, x1, y1."""
    outlines, _ = cv2.findContours(cores, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in outlines], np.int32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _middling_body(lines: list[InkLine]) -> float:
    """Height of small letters of the middling line, by ink, pixels of the page."""
    if not lines:
        return 0.0
    ordered = sorted(lines, key=lambda line: line.body_px)
    ink = np.cumsum([line.ink for line in ordered])
    return ordered[int(np.searchsorted(ink, 0.5 * ink[-1]))].body_px


def _no_slivers(cores: NDArray[np.int32], boxes: NDArray[np.int32], body_px: float) -> list[int]:
    """Numbers of the cores that are lines: wide enough, no tops of letters above a line."""
    x0, y0, x1, y1 = boxes.T
    low = cores[:, 3] - cores[:, 1] < _SLIVER * body_px
    kept = []
    for number in np.flatnonzero(x1 - x0 >= _NARROWEST * body_px):
        if low[number]:
            middle = (y0[number] + y1[number]) / 2
            within = (y0 - 1 <= middle) & (middle <= y1 + 1) & (x0 < x1[number]) & (x1 > x0[number])
            if np.any(within & ~low & (x1 - x0 > x1[number] - x0[number])):
                continue
        kept.append(int(number))
    return kept


def _cores(mask: Mask, body_px: float) -> Mask:
    """255 where ink is dense along the line against what is above and below."""
    width = round(_SUM_WIDTH * body_px) | 1
    density = cv2.blur(mask, (width, max(1, round(0.25 * body_px)) | 1))
    around = np.ones((round(_SURROUNDINGS * body_px) | 1, 1), np.uint8)
    densest = cv2.dilate(density, around)
    least = cv2.convertScaleAbs(densest, alpha=_DENSE)
    core = cv2.compare(density, cv2.max(least, np.full_like(least, 255 * _THINNEST)), cv2.CMP_GT)
    # The sum reaches half its width past the ends of the line, where nothing is written.
    reach = np.ones((1, round(0.5 * _SUM_WIDTH * body_px) | 1), np.uint8)
    return cv2.morphologyEx(core, cv2.MORPH_ERODE, reach)  # type: ignore[return-value]


def _with_marks(
    marks: NDArray[np.int32], cores: NDArray[np.int32], body_px: float
) -> NDArray[np.int32]:
    """Boxes (x0, y0, x1, y1) of the cores with the marks that belong to them."""
    marks = marks[marks[:, 3] - marks[:, 1] <= _TALLEST_MARK * body_px]
    boxes = cores.copy()
    if not len(marks):
        return boxes
    marks = marks[np.argsort(marks[:, 1] + marks[:, 3], kind="stable")]
    for some in np.array_split(marks, -(-len(marks) // _MARKS_AT_ONCE)):
        own, owner = _owned(some, cores, _REACH * body_px)
        for edge, widen in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
            widen.at(boxes[:, edge], owner, own[:, edge])
    return boxes


def _owned(
    marks: NDArray[np.int32], cores: NDArray[np.int32], reach_px: float
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """The marks that belong to a core, and the number of the nearest one for each.

    Args:
        marks: boxes that lie near each other from top to bottom: a page of noise has hundreds of
            thousands, and only the cores beside them are looked at.
        cores: boxes of all cores.
        reach_px: how far above or below a core a mark may be.
    """
    x, y = (marks[:, :2] + marks[:, 2:]).T[:, :, None] / 2
    beside = np.flatnonzero(
        (cores[:, 1] <= y.max() + reach_px) & (cores[:, 3] >= y.min() - reach_px)
    )
    if not len(beside):
        return marks[:0], beside
    x0, y0, x1, y1 = cores[beside].T
    away = np.maximum(np.maximum(y0 - y, y - y1), 0)
    away[(x < x0 - 1) | (x > x1 + 1)] = np.inf
    nearest = away.argmin(axis=1)
    chosen = away[np.arange(len(marks)), nearest] <= reach_px
    return marks[chosen], beside[nearest[chosen]]


def _line(ink: TextInk, core: NDArray[np.int32], box: NDArray[np.int32]) -> InkLine | None:
    x0, y0, x1, y1 = (int(edge) for edge in box)
    top, bottom = int(core[1]), int(core[3])
    part = ink.mask[top:bottom, x0:x1]
    rows = cv2.reduce(part, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel() // 255
    written = rows[rows > 0]
    if not len(written):
        return None
    body = np.flatnonzero(rows >= _BODY * np.median(written))
    return InkLine(
        Box(
            int(x0 / ink.scale_x),
            int(y0 / ink.scale_y),
            round(x1 / ink.scale_x),
            round(y1 / ink.scale_y),
        ),
        top_px=(top + int(body[0])) / ink.scale_y,
        baseline_px=(top + int(body[-1]) + 1) / ink.scale_y,
        ink=int(rows.sum()),
    )
