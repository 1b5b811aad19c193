"""Words written by hand: the bones of real letters, bent, sheared and drawn again with a pen.

A typeface's word is thinned to its bones, the bones are bent by a slow field of displacements,
leaned and drawn with a pen of its own width and pressure. So there are letters in it, of
uneven size and pitch, some run together, some without their headline; and every hand is another.
No real hand went into it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.scans.marks import PENS
from benchmarks.scans.sheet import Colour, Sheet
from benchmarks.scans.truth import Box
from benchmarks.scans.typefaces import Typeface, pieces

Pixels = NDArray[np.uint8]
_BONES_PX = 96  # em size at which a word is thinned
_PALE = 0.55  # least pressure of a pen


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes.

    Attributes:
        face: whose letters the bones are.
        pen: colour of the ink.
        pen_mm: width of the stroke.
        size_mm: height of an em.
        lean: shear of the letters, to the right positive.
        bend: displacement of the bones, share of an em.
        restless: how far words leave the line, share of an em.
        stretch: width against the typeface's own.
        headline: whether the letters hang from a line.
        gap: distance between words, em.
    """

    face: Typeface
    pen: Colour
    pen_mm: float
    size_mm: float
    lean: float
    bend: float
    restless: float
    stretch: float
    headline: bool
    gap: float


def draw_hand(rng: np.random.Generator, face: Typeface) -> Hand:
    """Somebody's hand; ``face`` lends the bones."""
    return Hand(
        face=face,
        pen=PENS[int(rng.integers(len(PENS)))],
        pen_mm=float(rng.uniform(0.3, 0.65)),
        size_mm=float(rng.uniform(4.6, 7.5)),
        lean=float(rng.uniform(-0.12, 0.4)),
        bend=float(rng.uniform(0.05, 0.12)),
        restless=float(rng.uniform(0.03, 0.12)),
        stretch=float(rng.uniform(0.75, 1.2)),
        headline=bool(rng.random() < 0.65),
        gap=float(rng.uniform(0.25, 0.6)),
    )


def write_by_hand(
    sheet: Sheet, hand: Hand, text: str, rng: np.random.Generator, *, inset_mm: float = 0.0
) -> None:
    """Set ``text`` below the cursor in as many lines as it needs, each a box of handwriting.

    Args:
        sheet: where to; its text column bounds the lines.
        hand: whose.
        text: words.
        rng: what makes no two words of a hand the same.
        inset_mm: how far the first line begins from the margin.
    """
    queue, start = text.split(), sheet.left + sheet.px(inset_mm)
    em = sheet.px(hand.size_mm)
    while queue and sheet.y + 2 * em < sheet.height:
        slope = float(rng.normal(0, 0.008))
        end = sheet.right - sheet.px(float(rng.uniform(0, 12)))
        x, top, bottom = start, sheet.height, 0
        while queue:
            word = _word(queue[0], hand, em, sheet.px(hand.pen_mm), rng)
            if x + word.shape[1] > end and x > start:
                break
            y = sheet.y + round(em * float(rng.normal(0, hand.restless)) - slope * (x - start))
            _ink(sheet, word, (x, y), hand.pen, rng)
            top, bottom = min(top, y), max(bottom, y + word.shape[0])
            x += word.shape[1] + round(em * hand.gap * float(rng.uniform(0.7, 1.4)))
            queue.pop(0)
        sheet.handwriting.append(Box(start, max(0, top), min(x, sheet.width), bottom))
        sheet.y += round(em * float(rng.uniform(1.35, 1.6)))
        start = sheet.left + sheet.px(float(rng.uniform(0, 3)))


def scribble(
    sheet: Sheet, hand: Hand, text: str, at: tuple[int, int], rng: np.random.Generator
) -> None:
    """Few words in a free place, such as a margin; ``at`` is left and top, pixels."""
    x, y = at
    em = sheet.px(hand.size_mm * 0.8)
    start = x
    for word in text.split():
        drawn = _word(word, hand, em, sheet.px(hand.pen_mm), rng)
        _ink(sheet, drawn, (x, y), hand.pen, rng)
        x += drawn.shape[1] + round(em * hand.gap)
    sheet.handwriting.append(Box(start, y, min(x, sheet.width), y + round(1.5 * em)))


def _word(text: str, hand: Hand, em: int, pen_px: int, rng: np.random.Generator) -> Pixels:
    """The word as a mask of ink, (height, width)."""
    bones = _bent(_bones(text, hand), hand, rng)
    scale = em / _BONES_PX * float(rng.uniform(0.9, 1.12))
    wide = scale * hand.stretch * float(rng.uniform(0.88, 1.14))
    size = (max(3, round(bones.shape[1] * wide)), max(3, round(bones.shape[0] * scale)))
    small = cv2.resize(bones, size, interpolation=cv2.INTER_AREA)
    thin = (small > min(60, max(8, small.max() // 3))).astype(np.uint8) * 255
    nib = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(2, pen_px),) * 2)
    drawn = np.asarray(cv2.dilate(thin, nib), dtype=np.uint8)
    inked = np.flatnonzero(drawn.any(axis=0))
    return drawn[:, inked[0] : inked[-1] + 1] if len(inked) else drawn


def _bones(text: str, hand: Hand) -> Pixels:
    """The middle lines of the word's strokes, with room around them for bending."""
    runs = pieces(text, hand.face, _BONES_PX, False)
    room = _BONES_PX // 2
    width = round(sum(run.width for run in runs)) + 2 * room
    mask = Image.new("L", (max(1, width), 2 * _BONES_PX), 0)
    draw, x = ImageDraw.Draw(mask), float(room)
    for run in runs:
        draw.text((round(x), round(1.35 * _BONES_PX)), run.text, 255, run.font, "ls")
        x += run.width
    inked = (np.asarray(mask) > 127).astype(np.uint8) * 255
    bones = _thinned(inked)
    if not hand.headline:
        rows = bones.sum(axis=1, dtype=np.int64)
        peak = int(rows.argmax())
        if rows[peak] > 255 * 0.5 * (width - 2 * room):
            bones[max(0, peak - 3) : peak + 4] = 0
    return bones


def _thinned(inked: Pixels) -> Pixels:
    """What stays of the strokes when they are eaten away from both sides."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    bones = np.zeros_like(inked)
    while cv2.countNonZero(inked):
        eaten = cv2.erode(inked, cross)
        cv2.bitwise_or(bones, cv2.subtract(inked, cv2.dilate(eaten, cross)), dst=bones)
        inked = np.asarray(eaten, dtype=np.uint8)
    return bones


def _bent(bones: Pixels, hand: Hand, rng: np.random.Generator) -> Pixels:
    height, width = bones.shape
    knots = (max(3, height // 48), max(3, width // 48))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = hand.bend * _BONES_PX
    for grid in (x, y):
        field = rng.normal(0, reach, knots).astype(np.float32)
        grid += cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    lean = hand.lean + float(rng.normal(0, 0.04))
    x += lean * (y - height * 0.67)
    return np.asarray(cv2.remap(bones, x, y, cv2.INTER_LINEAR), dtype=np.uint8)


def _ink(
    sheet: Sheet, word: Pixels, at: tuple[int, int], pen: Colour, rng: np.random.Generator
) -> None:
    """Lay the word down with a pressure that changes along it."""
    height, width = word.shape
    pressure = rng.uniform(_PALE, 1.0, (2, max(2, width // 60))).astype(np.float32)
    weight = cv2.resize(pressure, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = Image.fromarray((word * weight).astype(np.uint8))
    sheet.image.paste(Image.new("RGB", (width, height), pen), at, mask)
