"""What is kept of a page to know its sheet again: its ink and its words, and the last judgement.

Ink at 75 dpi tells another hand or another line, but neither a 3 from an 8 nor, on a full page,
one name from another. So words that stand in the same place must agree as well. Digits that are
read differently count when both readings are sure of them, or when the ink there disagrees, too;
a digit more at one end is a reading that lost one. Other words count when hardly a letter of
them agrees and neither does the ink.
"""

from __future__ import annotations

import json
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from ocr.fingerprint import PLAN_SHAPE, Fingerprint, may_be_alike
from ocr.likeness import Comparison, compared
from ocr.page import Box, GrayImage, PageText, Word

_LEVELS = 15  # ink is kept in so many shades above paper
# Share of the joint area from which two readings mean one place: of a number, of a word. A
# longer name in the place of a short one leaves less than half.
_OVERLAP, _WORD_OVERLAP = 0.5, 0.3
# Confidences: below the first a reading of digits says nothing, nor of two numbers that are not
# equally long below the second, nor of words below the third; above the last it needs no ink.
_READ, _READ_WHOLE, _READ_WORD, _SURE = 0.35, 0.75, 0.6, 0.9
_ALIKE, _WORD_ALIKE = 0.8, 0.65  # least correlation of the ink of one and the same word
# Per cent of the letters that two readings of one word share at least: short, long words.
_SPELT_ALIKE, _LONG_SPELT_ALIKE, _LONG = 50.0, 72.0, 6
_LEGIBLE, _RULE_PX = 0.5, 40  # what counts as a page's own; a ruling line is longer
_FEWEST_WORDS, _FEWEST_DIGITS, _LEAST_HAND_MM2 = 40, 3, 40.0
_FEWEST_LEFT = 2  # digits that are left of a number; 5 and 15 are two


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
        return self.fingerprint.sought_keys

    def as_bytes(self) -> bytes:
        """7 to 40 KB, 25 on average; ``from_bytes`` gives back an equal sketch."""
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
        read = [word for word in self.words if word.confidence >= _LEGIBLE]
        digits = sum(sign.isdigit() for word in read for sign in word.text)
        if digits >= _FEWEST_DIGITS or len(read) >= _FEWEST_WORDS:
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
    """Words of both that stand in one place and are not read alike."""
    if not one.words or not other.words:
        return []
    height, width = other.fingerprint.drawing.shape
    theirs = [_laid_over(word.box, laid, (width, height)) for word in other.words]
    overlap = _overlaps(np.array([word.box for word in one.words]), np.array(theirs))
    pairs = []
    for i, j in np.argwhere(overlap >= _WORD_OVERLAP):
        mine, word = one.words[i], other.words[j]
        numbers = _digits(mine.text) or _digits(word.text)
        if mine.text != word.text and (not numbers or overlap[i, j] >= _OVERLAP):
            pairs.append((mine, word))
    return pairs


def _laid_over(box: Box, laid: Comparison, size: tuple[int, int]) -> Box:
    """A box of the second page in pixels of the first."""
    x0, y0, x1, y1 = box
    if laid.turned:
        x0, y0, x1, y1 = size[0] - x1, size[1] - y1, size[0] - x0, size[1] - y0
    corners = laid.onto @ np.array([[x0, x1], [y0, y1], [1, 1]], np.float64)
    return Box(*(round(float(edge)) for edge in corners.T.ravel()))


def _overlaps(ours: NDArray[np.int_], theirs: NDArray[np.int_]) -> NDArray[np.float64]:
    """(n, m) shares of the joint area that n and m boxes have in common."""
    one, other = ours[:, None].astype(np.float64), theirs[None].astype(np.float64)
    lapped = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    common = np.clip(lapped, 0, None).prod(axis=2)
    areas = [(box[..., 2:] - box[..., :2]).prod(axis=2) for box in (one, other)]
    return np.asarray(common / np.maximum(areas[0] + areas[1] - common, 1), np.float64)


def _contradict(mine: Word, theirs: Word, laid: Comparison) -> bool:
    """Whether two readings of one place show that these are two sheets."""
    sure = min(mine.confidence, theirs.confidence)
    x0, y0, x1, y1 = mine.box
    place = laid.agreement[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1]
    alike = float(place.min()) if place.size else 1.0
    if not (_digits(mine.text) or _digits(theirs.text)):
        words = _letters(mine.text), _letters(theirs.text)
        enough = _LONG_SPELT_ALIKE if min(map(len, words)) >= _LONG else _SPELT_ALIKE
        return sure >= _READ_WORD and alike < _WORD_ALIKE and ratio(*words) < enough
    ours = {_digits(text) for text in (mine.text, mine.alternative) if text}
    others = {_digits(text) for text in (theirs.text, theirs.alternative) if text}
    if any(_may_be_one(number, another) for number in ours for another in others):
        return False
    whole = len(_digits(mine.text)) == len(_digits(theirs.text))
    if sure >= _SURE and whole and len(ours) == len(others) == 1:
        return True
    return sure >= (_READ if whole else _READ_WHOLE) and alike < _ALIKE


def _may_be_one(number: str, another: str) -> bool:
    """Whether both are one number of which a reading lost digits at one end."""
    short, long = sorted((number, another), key=len)
    return number == another or (
        len(short) >= _FEWEST_LEFT and (long.startswith(short) or long.endswith(short))
    )


def _letters(text: str) -> str:
    """The word without the signs around it."""
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith(("P", "S")))


def _digits(text: str) -> str:
    """The digits of a word in ASCII, whatever the script; a danda after them may be a 1."""
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    return digits + "1" if digits and text.endswith("।") else digits


def _ink_outside_mm2(drawing: GrayImage, words: tuple[Word, ...]) -> float:
    """Area of the ink in no word's box and no ruling: handwriting, signatures, seals."""
    left = np.asarray(drawing > 255 // 4, np.uint8)
    for shape in ((1, _RULE_PX), (_RULE_PX, 1)):
        # A line that is not quite level lies in two rows and is broken where it changes rows.
        whole = cv2.dilate(left, np.ones((3, 3), np.uint8))
        rules = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        left[rules > 0] = 0
    for word in words:
        x0, y0, x1, y1 = word.box
        left[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
    return cv2.countNonZero(left) / (75.0 / 25.4) ** 2
