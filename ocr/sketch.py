"""What is kept of a page to know its sheet again: its ink and its words, and the last judgement.

Ink at 75 dpi tells another hand or another line; ``ocr.letterwise`` at 100 dpi tells another
letter from the same letter scanned otherwise. Words that were read differently in one place count
where the ink there is doubtful, too: neither a 3 in small print nor its reading is sure by
itself. What stands on one of the scans and not at all on the other was added to the sheet, or
came off it, between the two.
"""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from ocr.fingerprint import DRAWING_DPI, FINE_DPI, PLAN_SHAPE, Fingerprint, plans_agree
from ocr.geometry import scaling
from ocr.letterwise import Pieces, pieces_of
from ocr.likeness import Comparison, compared
from ocr.page import Box, GrayImage, PageText, Word

# Bounds of the work for a page: whose plans are looked at, and which are laid over it.
MOST_LOOKED_AT, MOST_COMPARED = 32, 8
_FINER = FINE_DPI / DRAWING_DPI
_LEVELS = 15  # ink is kept in so many shades above paper
# Share of the joint area from which two readings mean one place: of a number, of a word. A
# longer name in the place of a short one leaves less than half.
_OVERLAP, _WORD_OVERLAP = 0.5, 0.3
# Confidences: below the first a reading of digits says nothing, nor of two numbers that are not
# equally long below the second, nor of words below the third.
_READ, _READ_WHOLE, _READ_WORD = 0.35, 0.75, 0.6
# Least correlation of a letter where a twentieth of the pieces stay below the third value, and
# where hardly any do: in 158 pairs of scans of one sheet the least was 0.45, in 250 pairs that
# differ in a word or a few digits at most 0.14, 0.37 to 0.47 for a single digit or initial of
# clean print. Above the last, ink outweighs any reading.
_ANOTHER_LETTER, _ANOTHER_CLEAN, _WORN, _CLEAN = 0.3, 0.42, 0.5, 0.75
_DOUBTFUL_LETTER = 0.6
# A piece is on one scan alone when the other has less than this share of its ink; that much in
# all, in mm² of full ink, was added: a tick has 3, a signature 20.
_ONE_SIDED, _ADDED_MM2 = 0.25, 2.0
# Per cent of the letters that two readings of one word share at least: short, long words.
_SPELT_ALIKE, _LONG_SPELT_ALIKE, _LONG = 50.0, 72.0, 6
_LEGIBLE, _RULE_PX = 0.5, 40  # what counts as a page's own; a ruling line is longer
_FEWEST_WORDS, _FEWEST_DIGITS, _LEAST_HAND_MM2 = 40, 3, 40.0
_FEWEST_LEFT = 2  # digits that are left of a number; 5 and 15 are two

Where = TypeVar("Where")


class Kinship(StrEnum):
    """What two pages are to each other."""

    SAME = "same"  # two scans of one sheet
    CHANGED = "changed"  # one sheet, but something stands on one of the scans alone
    OTHER = "other"  # two sheets, or not sure


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
        """20 to 90 KB, 55 on average; ``from_bytes`` gives back an equal sketch."""
        drawing, fine = self.fingerprint.drawing, self.fingerprint.fine
        fine = np.zeros((0, 0), np.uint8) if fine is None else fine
        words = [[word.text, word.alternative, *word.box, word.confidence] for word in self.words]
        head = json.dumps([*drawing.shape, *fine.shape, words], ensure_ascii=False).encode()
        content = self.plan.tobytes() + len(head).to_bytes(4, "big") + head
        return zlib.compress(content + _packed(drawing) + _packed(fine), 1)

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
    drawing = _in_levels(fingerprint.drawing)
    fine = None if fingerprint.fine is None else _in_levels(fingerprint.fine)
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
    return Sketch(Fingerprint(drawing, fine), words)


def _in_levels(ink: GrayImage) -> GrayImage:
    step = 255 // _LEVELS
    return np.asarray(ink // step * step, np.uint8)


def _packed(ink: GrayImage) -> bytes:
    """Two pixels a byte."""
    shades = ink // (255 // _LEVELS)
    flat = np.append(shades.ravel(), np.zeros(shades.size % 2, np.uint8))
    return (flat[::2] << 4 | flat[1::2]).tobytes()


def _unpacked(content: bytes, start: int, shape: tuple[int, int]) -> GrayImage:
    size = shape[0] * shape[1]
    packed = np.frombuffer(content, np.uint8, (size + 1) // 2, start)
    shades = np.column_stack([packed >> 4, packed & 15]).ravel()[:size]
    return (shades * (255 // _LEVELS)).astype(np.uint8).reshape(shape)


def from_bytes(kept: bytes) -> Sketch:
    """What ``Sketch.as_bytes`` made, without ``fine`` before letters were compared.

    Raises:
        ValueError, zlib.error: these are no such bytes.
    """
    content = zlib.decompress(kept)[PLAN_SHAPE[0] * PLAN_SHAPE[1] :]
    start = 4 + int.from_bytes(content[:4], "big")
    height, width, *finer, words = json.loads(content[4:start])
    drawing = _unpacked(content, start, (height, width))
    start += (height * width + 1) // 2
    fine = _unpacked(content, start, (finer[0], finer[1])) if any(finer) else None
    return Sketch(
        Fingerprint(drawing, fine),
        tuple(
            Word(text, Box(*box), confidence, alternative)
            for text, alternative, *box, confidence in words
        ),
    )


def closest(sketch: Sketch, kept: Iterable[tuple[Where, bytes]]) -> list[Where]:
    """The few pages worth comparing: those whose plans agree best, best first.

    Only the plans are unpacked, which stand first: a hundredth of a comparison. The number is
    bounded, so that a page costs the same in a batch of any size; of 162 sheets scanned twice
    the other scan always came first.

    Args:
        sketch: the page.
        kept: other pages and what ``Sketch.as_bytes`` made of them.
    """
    mine = sketch.plan.astype(np.float32)
    found: list[tuple[float, int, Where]] = []
    for order, (where, content) in enumerate(kept):
        plan = zlib.decompressobj().decompress(content, PLAN_SHAPE[0] * PLAN_SHAPE[1])
        other = np.frombuffer(plan, np.int8).reshape(PLAN_SHAPE).astype(np.float32)
        agreement = plans_agree(mine, other)
        if agreement > 0:
            found.append((-agreement, order, where))
    found.sort(key=lambda row: row[:2])
    return [where for _, _, where in found[:MOST_COMPARED]]


def same_sheet(one: Sketch, other: Sketch) -> bool:
    """Whether both are scans of one sheet of paper as it is; False when that is not sure."""
    return kinship(one, other) is Kinship.SAME


def kinship(one: Sketch, other: Sketch) -> Kinship:
    """What two pages are to each other.

    Args:
        one: the page that comes first in the batch; the answer is the same each time the two
            are given in this order.
        other: the later page.
    """
    if not (one.has_its_own and other.has_its_own):
        return Kinship.OTHER
    laid = compared(one.fingerprint.drawing, other.fingerprint.drawing)
    if laid.likeness <= 0.5:
        return Kinship.OTHER
    pieces = _letter_by_letter(one.fingerprint, other.fingerprint, laid)
    if _another_letter(pieces) or any(
        _contradict(mine, theirs, pieces) for mine, theirs in _pairs(one, other, laid)
    ):
        return Kinship.OTHER
    return Kinship.CHANGED if _added_mm2(pieces) >= _ADDED_MM2 else Kinship.SAME


def _letter_by_letter(one: Fingerprint, other: Fingerprint, laid: Comparison) -> Pieces:
    """The ink of both at 100 dpi, as the drawings lie on each other."""
    if one.fine is None or other.fine is None:
        return pieces_of(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8))
    finer = scaling(_FINER, _FINER)
    onto = finer @ np.vstack([laid.onto, [0, 0, 1]]) @ np.linalg.inv(finer)
    fine = np.ascontiguousarray(other.fine[::-1, ::-1]) if laid.turned else other.fine
    over = cv2.warpAffine(fine, onto[:2], one.fine.shape[::-1])
    return pieces_of(one.fine, np.asarray(over, np.uint8))


def _another_letter(pieces: Pieces) -> bool:
    """Whether some letter is another one, by how well the worst pieces of the two agree at all."""
    if not len(pieces.agreement):
        return False
    usual = float(np.quantile(pieces.agreement, 0.05))
    limit = np.interp(usual, (_WORN, _CLEAN), (_ANOTHER_LETTER, _ANOTHER_CLEAN))
    return bool(pieces.agreement.min() < limit)


def _added_mm2(pieces: Pieces) -> float:
    """Ink of the pieces that one of the scans lacks."""
    more, less = pieces.ink.max(axis=1, initial=0), pieces.ink.min(axis=1, initial=255)
    added = float(pieces.dark.max(axis=1, initial=0)[less < _ONE_SIDED * more].sum())
    return added / (FINE_DPI / 25.4) ** 2


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


def _contradict(mine: Word, theirs: Word, pieces: Pieces) -> bool:
    """Whether two readings of one place show that these are two sheets."""
    x0, y0, x1, y1 = (edge * _FINER for edge in mine.box)
    here = pieces.agreement[pieces.within((x0, y0, x1, y1))]
    if here.min(initial=1.0) >= _DOUBTFUL_LETTER:
        return False
    sure = min(mine.confidence, theirs.confidence)
    if not (_digits(mine.text) or _digits(theirs.text)):
        words = _letters(mine.text), _letters(theirs.text)
        enough = _LONG_SPELT_ALIKE if min(map(len, words)) >= _LONG else _SPELT_ALIKE
        return sure >= _READ_WORD and ratio(*words) < enough
    ours = {_digits(text) for text in (mine.text, mine.alternative) if text}
    others = {_digits(text) for text in (theirs.text, theirs.alternative) if text}
    if any(_may_be_one(number, another) for number in ours for another in others):
        return False
    whole = len(_digits(mine.text)) == len(_digits(theirs.text))
    return sure >= (_READ if whole else _READ_WHOLE)


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
