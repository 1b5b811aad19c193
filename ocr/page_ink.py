"""Letters on a drawn page that no word accounts for, and whether a copy lost any."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.levels import levels_at
from ocr.page import Box, GrayImage, PageText

SIGHT_DPI = 100.0  # of the small drawings that are looked at here

_MARGIN_PX = 2  # matras and descenders reach out of a word's box,
_MARGIN_PARTS = (0.7, 0.3)  # by so much of its height; Tesseract's layers end a letter early
_LETTER_PX = (4, 45)  # height of letters and joined words at SIGHT_DPI: 1 .. 11 mm
_INK = 0.7  # of the paper's brightness: what is darker is ink
_NOTICEABLE = 60  # grey levels that a copy is lighter by
_SPECK_PX = 8  # fewer different pixels than this are the renderer's rounding


def has_ink(picture: GrayImage) -> bool:
    """Whether anything at all is drawn on the page."""
    return int(np.count_nonzero(_ink(picture))) >= _SPECK_PX


def uncovered_letters(picture: GrayImage, text: PageText) -> int:
    """How many letter-sized shapes of the page lie outside all words.

    Args:
        picture: the page at ``SIGHT_DPI``.
        text: words, boxes at any resolution.
    """
    ink = _ink(picture)
    scale = SIGHT_DPI / text.dpi
    for word in text.words:
        _clear(ink, word.box, scale)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights, widths = stats[1:count, cv2.CC_STAT_HEIGHT], stats[1:count, cv2.CC_STAT_WIDTH]
    areas = stats[1:count, cv2.CC_STAT_AREA]
    least, most = _LETTER_PX
    letterlike = (heights >= least) & (heights <= most) & (widths <= 15 * heights) & (widths >= 2)
    solid = areas > 0.85 * heights * widths
    return int(np.count_nonzero(letterlike & ~(solid & (areas > 60))))


def _ink(picture: GrayImage) -> GrayImage:
    paper = levels_at(picture[::4, ::4], 80)[0]
    return (picture < _INK * paper).astype(np.uint8)


def _clear(ink: GrayImage, box: Box, scale: float) -> None:
    """Take a word away, generously: this is about lost lines, not about lost endings."""
    aside, above = (_MARGIN_PX + part * box.height * scale for part in _MARGIN_PARTS)
    x0, y0 = int(box.x0 * scale - aside), int(box.y0 * scale - above)
    x1, y1 = int(box.x1 * scale + aside) + 1, int(box.y1 * scale + above) + 1
    ink[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 0


def shows_all_of(copy: GrayImage, original: GrayImage) -> bool:
    """Whether everything that a drawing shows is in another drawing of the page too.

    Both have the same size. The anti-aliasing of edges may differ; a missing tick in a box may
    not. What the copy shows on top (fields that the renderer leaves out) is no loss.
    """
    lighter = cv2.subtract(cv2.blur(copy, (3, 3)), cv2.blur(original, (3, 3)))
    return int(np.count_nonzero(lighter > _NOTICEABLE)) < _SPECK_PX
