"""One recognition of a page in one pose at one scale, and which of several is the best.

The engine never sees the scan itself. It gets the page turned, levelled and scaled in one
interpolation, with its paper made white: uneven light, tint, pale print from the back and the
dark lid are gone, which loses fewer lines and costs less than the plain scan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import Matrix, Pose, lines_placed, scaling, shifting, warped
from ocr.ink import Look
from ocr.page import Box, GrayImage, Line
from ocr.reduction import reduce_by

# Darkness of ink that is strong and that is weak; shares of it: what is paler becomes paper,
# what is darker becomes black.
_STRONG, _WEAK = 0.36, 0.24
_PALEST, _DARKEST = 0.2, 2.6
_PALEST_WEAK, _DARKEST_WEAK = 0.1, 1.1
_NOISE = 0.07  # ink is never taken to be paler than this


@dataclass(frozen=True)
class Attempt:
    """One recognition that was tried, and what came of it.

    Attributes:
        rotated_cw_deg: quarter turn of the scan.
        scale: size of the image that was read, share of the full resolution.
        segmentation: how the engine was told to cut the page.
        letters: characters in all words.
        confidence: 0..1, mean word confidence weighted by letters.
        coverage: 0..1, share of text-like ink inside word boxes; 1 when there is no such ink.
        won: its words were kept.
        region: the part of the page that was read; all of it when ``None``.
    """

    rotated_cw_deg: int
    scale: float
    segmentation: Segmentation
    letters: int
    confidence: float
    coverage: float
    won: bool = False
    region: Box | None = None

    @property
    def score(self) -> float:
        """The rule by which the better of two attempts wins: letters × confidence² × coverage.

        A wrong turn gives as many letters as the right one, but at a third of the confidence;
        a lost column costs letters and coverage at full confidence.
        """
        return self.letters * self.confidence**2 * self.coverage


@dataclass(frozen=True)
class Scan:
    """What every attempt starts from: the grey page, its look, its resolution."""

    grey: GrayImage
    look: Look
    dpi: float

    def reduced(self, step: int) -> GrayImage:
        """The page at 1/step of its size, 1, 2 or 4; made once for all that is read of it."""
        if step == 1:
            return self.grey
        return self._halved if step == 2 else self._quartered

    @cached_property
    def _halved(self) -> GrayImage:
        return reduce_by(self.grey, 2)

    @cached_property
    def _quartered(self) -> GrayImage:
        return reduce_by(self._halved, 2)


@dataclass(frozen=True)
class Ask:
    """What the engine is to read, and how.

    Attributes:
        scale: size of the image to read, share of the full resolution.
        region: part of the shown page, pixels; all of it when ``None``.
        segmentation: how the engine is to cut it.
    """

    scale: float
    region: Box | None = None
    segmentation: Segmentation = Segmentation.AUTO


def read_once(scan: Scan, pose: Pose, ask: Ask, *, engine: OcrEngine) -> tuple[Line, ...]:
    """The words of one recognition, boxes in pixels of the shown page."""
    region = ask.region or Box(0, 0, pose.width, pose.height)
    image = image_to_read(scan, pose, region=region, scale=ask.scale)
    lines = engine.recognise(image, dpi=scan.dpi * ask.scale, segmentation=ask.segmentation)
    height, width = image.shape
    return lines_placed(
        lines,
        (region.width / width, region.height / height),
        at=(region.x0, region.y0),
        size=(pose.width, pose.height),
    )


def letters_and_confidence(lines: tuple[Line, ...]) -> tuple[int, float]:
    """Number of characters, and the mean confidence of their words weighted by characters."""
    letters = sum(len(word.text) for line in lines for word in line.words)
    weighed = sum(word.confidence * len(word.text) for line in lines for word in line.words)
    return letters, weighed / letters if letters else 0.0


def image_to_read(scan: Scan, pose: Pose, *, region: Box, scale: float) -> GrayImage:
    """A region of the page, upright and level, at ``scale``, with white paper and no lid."""
    look = scan.look
    size = (max(1, round(region.width * scale)), max(1, round(region.height * scale)))
    to_read = scaling(size[0] / region.width, size[1] / region.height)
    from_scan = to_read @ shifting(-region.x0, -region.y0) @ pose.shown_from_scan()
    if pose.as_scanned and scale < 1:
        part = scan.grey[region.y0 : region.y1, region.x0 : region.x1]
        page: GrayImage = cv2.resize(part, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    else:
        # Warping looks at four pixels only: what shrinks by more is averaged first.
        step = 4 if scale <= 0.25 else 2 if scale <= 0.5 else 1
        page = warped(scan.reduced(step), from_scan @ scaling(step, step), size, outside=255)
    even: GrayImage = cv2.divide(page, _like(look.paper, from_scan, look, size), scale=255)  # type: ignore[assignment]
    if cv2.countNonZero(look.lid):
        lid = _like(look.lid, from_scan, look, size)
        even = cv2.max(even, cv2.threshold(lid, 127, 255, cv2.THRESH_BINARY)[1])  # type: ignore[assignment]
    return cv2.LUT(even, _contrast_table(look.strength))  # type: ignore[return-value]


def _like(seen: GrayImage, from_scan: Matrix, look: Look, size: tuple[int, int]) -> GrayImage:
    """Something of the look in the frame of an image of ``size`` that came from the scan.

    It is smooth: turned at its own scale and then enlarged, it costs a fifth.
    """
    from_look = from_scan @ scaling(look.factor, look.factor)
    larger = max(1.0, math.sqrt(abs(float(np.linalg.det(from_look[:2, :2])))))
    small = (max(1, round(size[0] / larger)), max(1, round(size[1] / larger)))
    to_small = scaling(small[0] / size[0], small[1] / size[1])
    turned = warped(seen, to_small @ from_look, small, outside=None)
    return cv2.resize(turned, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _contrast_table(strength: float) -> GrayImage:
    """Grey levels stretched so that the page's own ink is dark and the rest is white.

    Strong ink is left as dark as it is: making it black costs accuracy where strokes are thin.
    Weak ink (carbon copies, worn ribbons, pencil) is made black, or whole pages are lost.

    Source: ``benchmarks.preparing``; the figures are in docs/accuracy.md.
    """
    weak = min(max((_STRONG - strength) / (_STRONG - _WEAK), 0.0), 1.0)
    ink = max(strength, _NOISE)
    white = 1 - ink * (_PALEST + weak * (_PALEST_WEAK - _PALEST))
    black = max(0.0, 1 - ink * (_DARKEST + weak * (_DARKEST_WEAK - _DARKEST))) if weak else 0.0
    levels = (np.arange(256) / 255 - black) / (white - black)
    return (np.clip(levels, 0, 1) * 255).round().astype(np.uint8)
