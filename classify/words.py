"""What this room needs to know of a page of words, wherever the words come from.

The protocols are structural: ``ocr.page.Word``, ``Line`` and ``PageText`` satisfy them
without either room importing the other. Boxes are in pixels of the image that is shown
(upright and level), origin at the top left, right and bottom edges exclusive;
confidences are 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class BoxLike(Protocol):
    """A rectangle in pixels: left, top inclusive; right, bottom exclusive."""

    @property
    def x0(self) -> int:
        """Left edge."""

    @property
    def y0(self) -> int:
        """Top edge."""

    @property
    def x1(self) -> int:
        """Right edge, exclusive."""

    @property
    def y1(self) -> int:
        """Bottom edge, exclusive."""


class WordLike(Protocol):
    """One recognised word."""

    @property
    def text(self) -> str:
        """NFC text without spaces."""

    @property
    def box(self) -> BoxLike:
        """Where it stands."""

    @property
    def confidence(self) -> float:
        """How sure the reader is, 0..1."""

    @property
    def alternative(self) -> str | None:
        """What another reading made of it, where two readings differ."""


class LineLike(Protocol):
    """Words of one text line, in reading order."""

    @property
    def words(self) -> Sequence[WordLike]:
        """The words."""

    @property
    def text(self) -> str:
        """The words with single spaces between."""

    @property
    def box(self) -> BoxLike:
        """Where the line stands."""

    @property
    def block(self) -> int:
        """Number of the text block, from 0."""


class AppearanceLike(Protocol):
    """What a page looks like apart from its words; ``ocr.page.Appearance`` says it in full."""

    @property
    def paper(self) -> tuple[int, int, int]:
        """Colour of its bare paper, red, green, blue, 0..255."""

    @property
    def coloured(self) -> bool:
        """Whether the scan has colours."""

    @property
    def margin(self) -> float:
        """Share of the height along which a rule stands near the left edge."""

    @property
    def further(self) -> float:
        """The same for the longest upright rule elsewhere."""

    @property
    def level_rules(self) -> int:
        """Number of level rules over most of the width."""

    @property
    def hand_share(self) -> float:
        """Share of the writing's ink that is by hand."""

    @property
    def by_hand(self) -> bool:
        """Whether most of the writing is by hand: its text is not to be relied on."""


class PageLike(Protocol):
    """All lines of a page, in reading order."""

    @property
    def lines(self) -> Sequence[LineLike]:
        """The lines."""

    @property
    def width_px(self) -> int:
        """Width of the image the boxes belong to."""

    @property
    def height_px(self) -> int:
        """Height of the image the boxes belong to."""

    @property
    def dpi(self) -> float:
        """Resolution of that image."""

    @property
    def appearance(self) -> AppearanceLike | None:
        """What it looks like; None where nobody looked at its picture."""
