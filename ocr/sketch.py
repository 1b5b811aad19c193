"""What is kept of a page to know its sheet again: its ink and its words, and the last judgement.

Ink at 75 dpi tells another name or another hand, but not a 3 from an 8. So words that stand in
the same place must agree in their digits as well; a digit that is read differently counts when
both readings are sure of it, or when the ink there disagrees, too.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fingerprint import PLAN_SHAPE, Fingerprint, may_be_alike
from ocr.likeness import Comparison, compared
from ocr.page import Box, GrayImage, PageText, Word

_LEVELS = 15  # ink is kept in so many shades above paper
_OVERLAP = 0.5  # of the joint area: the two readings mean the same word
_READ, _SURE = 0.5, 0.9  # confidence: below the first a reading says nothing
_ALIKE = 0.8  # least correlation of the ink of one and the same word
_FEWEST_WORDS, _FEWEST_DIGITS, _LEAST_HAND_MM2 = 40, 3, 40.0


@dataclass(frozen=True)
class Sketch:
    """The ink and the words of one upright, level page.

    Attributes:
        fingerprint: its ink.
        words: what was read, boxes in pixels of the drawing.
    """

    fingerprint: Fingerprint
    words: tuple[Word, ...]

    @cached_property
    def sought_keys(self) -> frozenset[int]:
        """The codes under which another scan of the sheet may be kept."""
        return frozenset((*self.fingerprint.keys, *self.fingerprint.turned_keys))

    def as_bytes(self) -> bytes:
        """10 to 25 KB; ``from_bytes`` gives back an equal sketch."""
        shades = self.fingerprint.drawing // (255 // _LEVELS)
        height, width = shades.shape
        flat = np.append(shades.ravel(), np.zeros(shades.size % 2, np.uint8))
        words = [[word.text, word.alternative, *word.box, word.confidence] for word in self.words]
        head = json.dumps([height, width, words], ensure_ascii=False).encode()
        packed = (flat[::2] << 4 | flat[1::2]).tobytes()
        content = self.plan.tobytes() + len(head).to_bytes(4, "big") + head + packed
        return zlib.compress(content, 1)

    @cached_property
    def plan(self) -> NDArray[np.int8]:
        """The plan of the ink in steps of an eighth: enough to rule most pages out."""
        return np.clip(np.round(self.fingerprint.plan * 8), -127, 127).astype(np.int8)

    @property
    def has_its_own(self) -> bool:
        """True when something on the page tells it from other copies of its form.

        Two empty copies of one printed form cannot be told from two scans of one copy.
        """
        digits = sum(sign.isdigit() for word in self.words for sign in word.text)
        if digits >= _FEWEST_DIGITS or len(self.words) >= _FEWEST_WORDS:
            return True
        return _ink_outside_mm2(self.fingerprint.drawing, self.words) >= _LEAST_HAND_MM2


def sketched(fingerprint: Fingerprint, text: PageText) -> Sketch:
    """What is kept of a page.

    Args:
        fingerprint: of the page as it is shown.
        text: its words, boxes in pixels of the page as it is shown.
    """
    step = 255 // _LEVELS
    drawing = np.asarray(fingerprint.drawing // step * step, np.uint8)
    scale = drawing.shape[1] / text.width_px
    words = tuple(
        Word(
            word.text,
            Box(*(round(edge * scale) for edge in word.box)),
            round(word.confidence, 3),
            word.alternative,
        )
        for word in text.words
    )
    return Sketch(Fingerprint(drawing), words)


def from_bytes(kept: bytes) -> Sketch:
    """What ``Sketch.as_bytes`` made.

    Raises:
        ValueError, zlib.error: these are no such bytes.
    """
    content = zlib.decompress(kept)[PLAN_SHAPE[0] * PLAN_SHAPE[1] :]
    start = 4 + int.from_bytes(content[:4], "big")
    height, width, words = json.loads(content[4:start])
    packed = np.frombuffer(content, np.uint8, offset=start)
    shades = np.column_stack([packed >> 4, packed & 15]).ravel()[: height * width]
    drawing = (shades * (255 // _LEVELS)).astype(np.uint8).reshape(height, width)
    return Sketch(
        Fingerprint(drawing),
        tuple(
            Word(text, Box(*box), confidence, alternative)
            for text, alternative, *box, confidence in words
        ),
    )


def worth_comparing(sketch: Sketch, kept: bytes) -> bool:
    """Whether what was kept of another page may be of the same sheet; a tenth of a comparison.

    Only the plan is unpacked, which stands first.
    """
    plan = zlib.decompressobj().decompress(kept, PLAN_SHAPE[0] * PLAN_SHAPE[1])
    other = np.frombuffer(plan, np.int8).reshape(PLAN_SHAPE)
    return may_be_alike(sketch.plan.astype(np.float32), other.astype(np.float32))


def same_sheet(one: Sketch, other: Sketch) -> bool:
    """Whether both are scans of one sheet of paper; False when that is not sure.

    Args:
        one: the page that comes first in the batch; the answer is the same each time the two
            are given in this order.
        other: the later page.
    """
    if not one.has_its_own:
        return False
    laid = compared(one.fingerprint.drawing, other.fingerprint.drawing)
    return laid.likeness > 0.5 and not any(
        _contradict(mine, theirs, laid) for mine, theirs in _pairs(one, other, laid)
    )


def _pairs(one: Sketch, other: Sketch, laid: Comparison) -> list[tuple[Word, Word]]:
    """Words of both that stand in one place and have digits."""
    height, width = other.fingerprint.drawing.shape
    theirs = [(word, _laid_over(word.box, laid, (width, height))) for word in other.words]
    return [
        (mine, word)
        for mine in one.words
        for word, box in theirs
        if (_digits(mine.text) or _digits(word.text)) and _overlap(mine.box, box) >= _OVERLAP
    ]


def _laid_over(box: Box, laid: Comparison, size: tuple[int, int]) -> Box:
    """A box of the second page in pixels of the first."""
    x0, y0, x1, y1 = box
    if laid.turned:
        x0, y0, x1, y1 = size[0] - x1, size[1] - y1, size[0] - x0, size[1] - y0
    corners = laid.onto @ np.array([[x0, x1], [y0, y1], [1, 1]], np.float64)
    return Box(*(round(float(edge)) for edge in corners.T.ravel()))


def _overlap(one: Box, other: Box) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0.0
    joint = one.width * one.height + other.width * other.height - width * height
    return width * height / joint


def _contradict(mine: Word, theirs: Word, laid: Comparison) -> bool:
    """Whether two readings of one place show that these are two sheets."""
    ours = {_digits(text) for text in (mine.text, mine.alternative) if text}
    others = {_digits(text) for text in (theirs.text, theirs.alternative) if text}
    sure = min(mine.confidence, theirs.confidence)
    if ours & others or sure < _READ:
        return False
    x0, y0, x1, y1 = mine.box
    place = laid.agreement[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1]
    alike = float(place.min()) if place.size else 1.0
    return alike < _ALIKE or (sure >= _SURE and len(ours) == len(others) == 1)


def _digits(text: str) -> str:
    """The digits of a word in ASCII, whatever the script."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _ink_outside_mm2(drawing: GrayImage, words: tuple[Word, ...]) -> float:
    """Area of the ink in no word's box: handwriting, signatures, seals."""
    left = np.asarray(drawing > 255 // 4, np.uint8)
    for word in words:
        x0, y0, x1, y1 = word.box
        left[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
    return cv2.countNonZero(left) / (75.0 / 25.4) ** 2
