"""What a page is, once it has been seen: pixels, boxes, words, lines.

Boxes are in pixels of the image that is shown (upright and level), origin at the top left,
x to the right, y down, the right and bottom edges exclusive. Confidences are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

GrayImage: TypeAlias = NDArray[np.uint8]  # (height, width), 0 black .. 255 white
ColourImage: TypeAlias = NDArray[np.uint8]  # (height, width, 3), RGB
PageImage: TypeAlias = NDArray[np.uint8]  # either of the two
MOSTLY_BY_HAND = 0.4  # share of ink; of pages all by hand it comes out as 0.4 to 0.95
Mask: TypeAlias = NDArray[np.uint8]  # (height, width), 255 where it holds, else 0


class Box(NamedTuple):
    """A rectangle in pixels: left, top inclusive; right, bottom exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Extent in x, pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Extent in y, pixels."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word.

    Attributes:
        text: NFC, without spaces.
        box: where it stands.
        confidence: 0..1.
        alternative: what another reading made of it, where it was read twice and they differ.
    """

    text: str
    box: Box
    confidence: float
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one text line in reading order; ``block`` numbers the text block, from 0."""

    words: tuple[Word, ...]
    box: Box
    block: int = 0

    @property
    def text(self) -> str:
        """The words with single spaces between."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean word confidence, weighted by length; 0 for a line without words."""
        weight = sum(len(word.text) for word in self.words)
        if not weight:
            return 0.0
        return sum(word.confidence * len(word.text) for word in self.words) / weight


class UnreadReason(StrEnum):
    """Why a place with writing on it has no text."""

    HANDWRITING = "handwriting"  # strokes of a pen: a note, a signature
    FAINT = "faint"
    SMALL = "small"
    UNLIKE_PRINT = "unlike_print"  # read once more, and still nothing that could be relied on


@dataclass(frozen=True, slots=True)
class Unread:
    """A place with writing on it that was not read."""

    box: Box
    reason: UnreadReason


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a page looks like apart from its words.

    Attributes:
        paper: the colour of its bare paper, red, green, blue, 0..255; of a scan without colours
            three times its grey.
        coloured: whether the scan has colours.
        margin: share of its height along which a rule stands near the left edge, 0..1.
        margin_at: where that rule stands, share of the width; 0 if there is none.
        further: the same share for the longest upright rule elsewhere.
        level_rules: number of level rules over most of its width.
        hand_share: share of the writing's ink that is by hand, 0..1.
    """

    paper: tuple[int, int, int]
    coloured: bool
    margin: float
    margin_at: float
    further: float
    level_rules: int
    hand_share: float

    @property
    def by_hand(self) -> bool:
        """Whether most of the writing is by hand: its text is not to be relied on."""
        return self.hand_share > MOSTLY_BY_HAND


@dataclass(frozen=True, slots=True)
class PageText:
    """All that was read on one page, in reading order, on an image of the given size.

    Attributes:
        lines: what was read.
        width_px, height_px, dpi: of the page as it is shown.
        unread: where there is writing that was not read, from the top.
        appearance: what the page looks like; None where nobody looked at its picture.
    """

    lines: tuple[Line, ...]
    width_px: int
    height_px: int
    dpi: float
    unread: tuple[Unread, ...] = ()
    appearance: Appearance | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word, in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """One text line a line."""
        return "\n".join(line.text for line in self.lines)
