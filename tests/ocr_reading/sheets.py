"""Sheets for these tests: made scans, empty ones, pale ones, and engines that read to order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans.options import Ageing, PageOptions
from benchmarks.scans.pages import MadePage, make_page
from ocr.engine import Segmentation
from ocr.page import Box, GrayImage, Line, Word

DPI = 150
Pixels = NDArray[np.uint8]
TURNS = (0, 90, 180, 270)


@cache
def made(
    kind: str,
    seed: int,
    *,
    turn: int = 0,
    skew: float = 0.0,
    language: str = "hi",
    dpi: int = DPI,
    ageing: Ageing = Ageing.OFFICE,
) -> MadePage:
    """A scan of the given kind, turn and skew."""
    options = PageOptions(
        dpi=dpi,
        language=language,
        ageing=ageing,
        rotated_cw_deg=turn,
        skew_ccw_deg=skew,
        typefaces=("lohit",),
    )
    return make_page(kind, seed, options=options)


def grey(page: MadePage) -> GrayImage:
    return np.asarray(cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def sheet(shade: int = 235, *, noise: float = 3.0, size: tuple[int, int] = (1754, 1240)) -> Pixels:
    """An empty sheet with the noise of a scanner."""
    grain = np.random.default_rng(7).normal(shade, noise, size)
    return np.clip(grain, 0, 255).astype(np.uint8)


def inked(page: Pixels, text: str, at: tuple[int, int], *, darkness: int, height: float) -> Pixels:
    """Latin text drawn onto ``page`` with sharp edges, ``height`` times 22 pixels tall."""
    mask = np.zeros_like(page)
    cv2.putText(mask, text, at, cv2.FONT_HERSHEY_SIMPLEX, height, 255, 2, cv2.LINE_AA)
    ink = (mask.astype(np.uint16) * darkness // 255).astype(np.uint8)
    return np.asarray(cv2.subtract(page, ink), dtype=np.uint8)


def word_recall(truth: str, read: str) -> float:
    """Share of the words of ``truth`` that stand in ``read``."""
    wanted, found = truth.split(), read.split()
    hits = 0
    for word in wanted:
        if word in found:
            found.remove(word)
            hits += 1
    return hits / len(wanted)


def line(text: str, box: Box, *, confidence: float = 0.9, block: int = 0) -> Line:
    return Line((Word(text, box, confidence),), box, block)


class ToldEngine:
    """Answers each reading with what ``answer`` makes of the image; remembers the images."""

    name = "told"
    version = "told 1"

    def __init__(self, answer: Callable[[GrayImage], tuple[Line, ...]]) -> None:
        self.answer = answer
        self.asked: list[tuple[GrayImage, float, Segmentation]] = []

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        self.asked.append((image, dpi, segmentation))
        return self.answer(image)

    def close(self) -> None:
        pass
