"""Pieces of a page stacked in a column, so that one recognition reads them all."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.page import Box, GrayImage, Line, Word

_GAP_PX = 24  # white between pieces: two rows are never taken for one line


@dataclass(frozen=True)
class Piece:
    """A part of the page and its pixels.

    Attributes:
        place: where it stands on the page, pixels of the page.
        image: (height, width), at any scale.
    """

    place: Box
    image: GrayImage

    def on_page(self, box: Box) -> Box:
        """A box in pixels of the piece as one in pixels of the page, edges rounded outwards."""
        height, width = self.image.shape
        scale_x, scale_y = self.place.width / width, self.place.height / height
        x0 = self.place.x0 + math.floor(min(max(box.x0, 0), width - 1) * scale_x)
        y0 = self.place.y0 + math.floor(min(max(box.y0, 0), height - 1) * scale_y)
        x1 = self.place.x0 + math.ceil(min(box.x1, width) * scale_x)
        y1 = self.place.y0 + math.ceil(min(box.y1, height) * scale_y)
        return Box(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))


@dataclass(frozen=True)
class Montage:
    """Pieces one under the other on white.

    Attributes:
        image: what is to be read.
        pieces: from the top.
        tops: row of each piece's upper edge.
    """

    image: GrayImage
    pieces: tuple[Piece, ...]
    tops: tuple[int, ...]

    def words_by_piece(self, lines: Sequence[Line]) -> list[list[Word]]:
        """What was read of each piece, from left to right, boxes in pixels of the page.

        Args:
            lines: what was read off ``image``.
        """
        found: list[list[Word]] = [[] for _ in self.pieces]
        words = [word for line in lines for word in line.words]
        for word in sorted(words, key=lambda each: each.box.x0):
            middle = (word.box.y0 + word.box.y1) // 2
            # Half of the white above a piece still belongs to it.
            number = max(0, bisect_right(self.tops, middle + _GAP_PX // 2) - 1)
            piece, top = self.pieces[number], self.tops[number]
            x0, y0, x1, y1 = word.box
            inside = Box(x0 - _GAP_PX, y0 - top, x1 - _GAP_PX, y1 - top)
            found[number].append(replace(word, box=piece.on_page(inside)))
        return found


def stacked(pieces: Sequence[Piece]) -> Montage:
    """The pieces, none of them empty, as one image; at least one is needed."""
    width = max(piece.image.shape[1] for piece in pieces) + 2 * _GAP_PX
    height = sum(piece.image.shape[0] + _GAP_PX for piece in pieces) + _GAP_PX
    image = np.full((height, width), 255, np.uint8)
    tops = []
    top = _GAP_PX
    for piece in pieces:
        rows, columns = piece.image.shape
        image[top : top + rows, _GAP_PX : _GAP_PX + columns] = piece.image
        tops.append(top)
        top += rows + _GAP_PX
    return Montage(image, tuple(pieces), tuple(tops))
