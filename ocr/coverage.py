"""Lines of ink that no word covers, found without recognition, and read once more.

Whole lines can be missing from a recognition that is sure of all the rest. The ink knows: a
mark of the size of letters that lies in no word box was lost. What was lost is cut out, with
everything that was read painted over, and read again as a block of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Pose, scaling, warped
from ocr.ink import Look
from ocr.page import Box, Line, Mask, Word
from ocr.pieces import pieces_of
from ocr.tsv import around

_REACH_MM = 0.7  # dots and matras that stick out of a word's box are still covered
_TALLEST = 3.2  # of the body height: taller marks are signatures, seals, pictures
_MOST_REGIONS = 8
_SURE = 0.6  # words read with this confidence are there, whatever the ink says
_LEAST_INK = 0.04  # of a word's box; a word in thin type fills a tenth


@dataclass(frozen=True)
class TextInk:
    """Text-like ink of the page as shown, at the scale of the look.

    Attributes:
        mask: 255 where text-like ink is.
        own: 255 where any ink of this side of the sheet is.
        scale_x, scale_y: look pixels a pixel of the shown page.
        body_px: height of small letters, look pixels.
        marks: boxes of the connected pieces of the mask, (pieces, 4): x0, y0, x1, y1, look pixels.
        reach_px: how far outside a word's box ink still belongs to it, look pixels.
    """

    mask: Mask
    own: Mask
    scale_x: float
    scale_y: float
    body_px: float
    reach_px: int
    marks: NDArray[np.int32]

    def covered_by(self, lines: tuple[Line, ...]) -> Mask:
        """255 inside the boxes of the words and a little around them."""
        height, width = self.mask.shape
        covered = np.zeros((height, width), np.uint8)
        for line in lines:
            for word in line.words:
                x0, y0 = int(word.box.x0 * self.scale_x), int(word.box.y0 * self.scale_y)
                x1, y1 = word.box.x1 * self.scale_x, word.box.y1 * self.scale_y
                covered[
                    max(y0 - self.reach_px, 0) : round(y1) + self.reach_px,
                    max(x0 - self.reach_px, 0) : round(x1) + self.reach_px,
                ] = 255
        return covered

    def with_ink(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """``lines`` without unsure words that are no writing of this side.

        Print that shines through from the back is read, too: mirrored, as garbage.
        """
        sums = np.asarray(cv2.integral(self.own), dtype=np.int32)
        kept = []
        for line in lines:
            words = tuple(word for word in line.words if self._is_ours(word, sums))
            if words:
                kept.append(Line(words, around(word.box for word in words), line.block))
        return tuple(kept)

    def _is_ours(self, word: Word, sums: NDArray[np.int32]) -> bool:
        if word.confidence >= _SURE:
            return True
        if word.box.height * self.scale_y > _TALLEST * self.body_px:
            return False  # a frame or a seal; its box would hide what was lost inside
        height, width = self.own.shape
        x0, y0 = int(word.box.x0 * self.scale_x), int(word.box.y0 * self.scale_y)
        x1 = min(max(round(word.box.x1 * self.scale_x), x0 + 1), width)
        y1 = min(max(round(word.box.y1 * self.scale_y), y0 + 1), height)
        ink = int(sums[y1, x1]) - int(sums[y0, x1]) - int(sums[y1, x0]) + int(sums[y0, x0])
        return bool(ink >= 255 * _LEAST_INK * (x1 - x0) * (y1 - y0))

    def coverage(self, lines: tuple[Line, ...]) -> float:
        """Share of the ink inside word boxes, 0..1; 1 when there is no ink."""
        total = cv2.countNonZero(self.mask)
        if not total:
            return 1.0
        return cv2.countNonZero(cv2.bitwise_and(self.mask, self.covered_by(lines))) / total


def text_ink(look: Look, pose: Pose, *, body_px: float) -> TextInk:
    """The ink of the page in the given pose that is of the size of letters.

    Args:
        look: the page at reduced scale.
        pose: how it is shown.
        body_px: height of the small letters in pixels of the look.
    """
    size = (max(1, pose.width // look.factor), max(1, pose.height // look.factor))
    scale_x, scale_y = size[0] / pose.width, size[1] / pose.height
    matrix = scaling(scale_x, scale_y) @ pose.shown_from_scan()
    matrix = matrix @ scaling(look.factor, look.factor)
    mask = warped(look.letters, matrix, size, outside=0)
    own = cv2.max(mask, warped(look.drawings, matrix, size, outside=0))
    _, mask = cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)  # type: ignore[assignment]
    mask, marks = _without_tall(mask, _TALLEST * body_px)
    reach_px = max(1, round(_REACH_MM * look.px_per_mm))
    return TextInk(mask, own, scale_x, scale_y, body_px, reach_px, marks)  # type: ignore[arg-type]


def lost_regions(ink: TextInk, lines: tuple[Line, ...], *, size: tuple[int, int]) -> list[Box]:
    """Where text-like ink was not read: boxes on the shown page, the richest first.

    Args:
        ink: the text-like ink.
        lines: what was read.
        size: width and height of the shown page, pixels.
    """
    lost = cv2.bitwise_and(ink.mask, cv2.bitwise_not(ink.covered_by(lines)))
    if not cv2.countNonZero(lost):
        return []
    body = ink.body_px
    # Words of a line and lines of a paragraph grow together.
    kernel = np.ones((_odd(1.4 * body), _odd(2.5 * body)), np.uint8)
    labels, boxes = pieces_of(cv2.dilate(lost, kernel))  # type: ignore[arg-type]
    inks = np.bincount(labels.ravel()[np.flatnonzero(lost)], minlength=len(boxes))
    # Two letters' worth; single specks and dots are not worth a reading.
    rich = [k for k in range(1, len(boxes)) if inks[k] >= 0.8 * body * body]
    rich.sort(key=lambda k: (-int(inks[k]), k))
    return [_on_page(boxes[k], ink, size) for k in rich[:_MOST_REGIONS]]


def _on_page(found: NDArray[np.int32], ink: TextInk, size: tuple[int, int]) -> Box:
    x, y, width, height = (int(value) for value in found[:4])
    return Box(
        max(0, int(x / ink.scale_x)),
        max(0, int(y / ink.scale_y)),
        min(size[0], round((x + width) / ink.scale_x)),
        min(size[1], round((y + height) / ink.scale_y)),
    )


def _without_tall(mask: Mask, limit_px: float) -> tuple[Mask, NDArray[np.int32]]:
    """The pieces that are not taller than the limit, and their boxes."""
    labels, boxes = pieces_of(mask)
    chosen = boxes[:, cv2.CC_STAT_HEIGHT] <= limit_px
    chosen[0] = False
    keep = np.where(chosen, 255, 0).astype(np.uint8)
    x, y, width, height = boxes[chosen, :4].T
    return np.take(keep, labels), np.stack([x, y, x + width, y + height], 1)


def _odd(length: float) -> int:
    return max(1, round(length)) | 1
