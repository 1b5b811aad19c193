"""Backs of thin paper: the print of the front is all there is, and it reads from behind.

Print that shines through strongly has nearly the edges of a carbon copy; no measure of a stroke
tells the two apart. But it stands mirrored. A pale page that gives few words as it lies and many
times as many sure ones once it is flipped is a back, unless something on it is sharper or darker
than those words: a tick, a number or a stamp that somebody put there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.attempts import Scan
from ocr.dust import disk, painted_over
from ocr.ink import PENCIL, Look, look_at
from ocr.marks import marks_on
from ocr.page import GrayImage, Line, Mask, Word
from ocr.reader import PageReader, Trial
from ocr.reduction import reduce_by
from ocr.softness import detail_of
from ocr.traces import ink_left
from ocr.turn import lie_of

_SURE, _LETTERS = 0.8, 3  # a word that is certainly one
_FEWEST_WORDS, _MOST_OWN, _TIMES = 8, 12, 8
_LEAST_PALE_MM2, _DARK = 25.0, 0.45
# Darker print of the other side hides a faded pencil; at 200 dpi and less, where its line is two
# or three pixels wide and as much paler, sooner.
_DARKEST_BACK, _DARKEST_COARSE, _COARSE_PX_PER_MM = 0.26, 0.18, 8.0
# Ink of this side: so much sharper or darker than the words of the other side, and that large.
_SHARPER, _SHARPER_MM2, _DARKER, _LONG_MM = 1.6, 0.6, 1.4, 2.0
_SPECK, _SPECK_MM, _AROUND_SPECK_MM = 1.25, 1.6, 0.9
_MOST_PX_PER_MM, _BLUR_MM, _LEAST_BLUR_PX = 12.5, 0.06, 0.3
_DUST, _DUST_MM, _AROUND_DUST_MM = 0.22, 1.6, 0.5
_BESIDE_LID_MM = 1.5
_TYPICAL, _DARKEST = 99, 99.5  # percentiles of what the words of the other side reach


@dataclass(frozen=True)
class Back:
    """What was found on a page that may be the back of a printed sheet.

    Attributes:
        empty: nothing but print of the other side.
        words: how many words of the other side were read.
    """

    empty: bool
    words: int


def sure_words(lines: Iterable[Line]) -> list[Word]:
    """The words that are words beyond doubt: garbage has two or three a page."""
    words = (word for line in lines for word in line.words)
    return [
        word
        for word in words
        if word.confidence >= _SURE and sum(map(str.isalpha, word.text)) >= _LETTERS
    ]


def may_be_a_back(look: Look, lines: tuple[Line, ...]) -> bool:
    """True for pale ink in plenty that gave few words: worth reading from behind.

    Args:
        look: the page at reduced scale.
        lines: what was read on it as it lies.
    """
    if len(sure_words(lines)) > _MOST_OWN:
        return False
    left, _ = ink_left(look, PENCIL)
    if left.ink < _LEAST_PALE_MM2 * look.px_per_mm**2:
        return False
    dark, _ = ink_left(look, _DARK)
    return not (dark.long > _LONG_MM * look.px_per_mm).any()


def read_from_behind(reader: PageReader, lines: tuple[Line, ...]) -> Back:
    """Whether the page holds nothing but print of the other side; costs a recognition or two.

    Args:
        reader: who read the page as it lies.
        lines: what came of it.

    Raises:
        errors.InputRejected: the engine passed its time limit.
        errors.ToolMissing: the engine lost its program or model.
    """
    scan, options = reader.scan, reader.options
    flipped = np.asarray(cv2.flip(without_dust(scan.grey, scan.look), 1), np.uint8)
    behind = Scan(flipped, look_at(flipped, dpi=scan.dpi), scan.dpi)
    lie = lie_of(behind.look, limit_deg=options.limit_skew_deg, grey=flipped)
    trials = PageReader(behind, lie, reader.engine, options).tried()
    best = max(trials, key=lambda trial: trial.attempt.score)
    words = sure_words(best.lines)
    if len(words) < max(_FEWEST_WORDS, _TIMES * len(sure_words(lines))):
        return Back(empty=False, words=len(words))
    places = cv2.flip(_places(words, best, behind.look), 1)
    return Back(empty=not _has_own_ink(scan, np.asarray(places, np.uint8)), words=len(words))


def without_dust(grey: GrayImage, look: Look) -> GrayImage:
    """The scan with paper where dark specks were: they would hide how pale the print is."""
    marks, labels = marks_on(look.contrast, _DUST)
    specks = marks.where(marks.long < _DUST_MM * look.px_per_mm)
    return painted_over(grey, look, (specks, labels), around_mm=_AROUND_DUST_MM)


def _places(words: list[Word], trial: Trial, look: Look) -> Mask:
    """255 inside the boxes of the words, on the look of the page that was read."""
    to_scan = np.linalg.inv(trial.pose.shown_from_scan())
    places = np.zeros(look.contrast.shape, np.uint8)
    for word in words:
        x0, y0, x1, y1 = word.box
        corners = to_scan @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]])
        cv2.fillConvexPoly(places, np.rint(corners[:2].T / look.factor).astype(np.int32), 255)
    return places


def _has_own_ink(scan: Scan, words: Mask) -> bool:
    """True when something is darker or sharper than the words that shine through.

    Args:
        scan: the page as it came.
        words: 255 where words of the other side are, size of the look.
    """
    look = scan.look
    mm = look.px_per_mm
    _, left = ink_left(look, PENCIL)
    left[cv2.dilate(look.lid, disk(_BESIDE_LID_MM * mm)) > 0] = 0
    inked = cv2.bitwise_and(left, words) > 0
    if not inked.any():
        return True
    specks = _specks_unless_strokes(scan, left, inked)
    if specks is None:
        return True
    details = detail_of(scan.grey, look.paper, px_per_mm=mm).around(px_per_mm=mm)
    typical = float(np.percentile(details[inked], _TYPICAL))
    sharp = (details > _SHARPER * typical) & (left > 0) & (specks == 0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(sharp.astype(np.uint8), connectivity=8)
    return bool((stats[1:, cv2.CC_STAT_AREA] > _SHARPER_MM2 * mm**2).any())


def _specks_unless_strokes(scan: Scan, left: Mask, inked: NDArray[np.bool_]) -> Mask | None:
    """255 around specks that are darker than print of the other side; None if there are strokes.

    Seen at the scale of the scan: there a thin pencil is twice as dark as on the look, and a
    speck on a letter is no longer than one beside it.

    Args:
        scan: the page as it came.
        left: 255 where neither handling nor the scanner explain the ink, size of the look.
        inked: the ink of words of the other side, size of the look.
    """
    look, grey = scan.look, scan.grey
    mm = look.px_per_mm * grey.shape[1] / left.shape[1]
    while mm > _MOST_PX_PER_MM:
        grey, mm = reduce_by(grey, 2), mm / 2
    contrast = _contrast(grey, look.paper, sigma_px=max(_LEAST_BLUR_PX, _BLUR_MM * mm))
    size = (grey.shape[1], grey.shape[0])
    wide = np.asarray(cv2.resize(left, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    print_ = cv2.resize(inked.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    darkness = float(np.percentile(contrast[print_ > 0], _DARKEST)) / 255
    if darkness > (_DARKEST_COARSE if mm < _COARSE_PX_PER_MM else _DARKEST_BACK):
        return None
    dark, _ = marks_on(_within(contrast, wide), _DARKER * darkness)
    if (np.hypot(dark.width, dark.height) > _LONG_MM * mm).any():
        return None
    specks, labels = marks_on(_within(contrast, wide), _SPECK * darkness)
    specks = specks.where(specks.long < _SPECK_MM * mm)
    seen = np.isin(labels, specks.label).astype(np.uint8) * 255
    small = cv2.resize(seen, left.shape[::-1], interpolation=cv2.INTER_AREA)
    around = (small > 0).astype(np.uint8) * 255
    return np.asarray(cv2.dilate(around, disk(_AROUND_SPECK_MM * look.px_per_mm)), np.uint8)


def _contrast(grey: GrayImage, paper: GrayImage, *, sigma_px: float) -> GrayImage:
    """Darkness against the paper, 0..255, single noisy pixels taken out."""
    level = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    calm = cv2.GaussianBlur(grey, (0, 0), sigma_px)
    return np.asarray(cv2.divide(cv2.subtract(level, calm), level, scale=255), np.uint8)


def _within(contrast: GrayImage, mask: Mask) -> GrayImage:
    return np.asarray(cv2.bitwise_and(contrast, mask), np.uint8)
