"""Made pages as the product reads them: the signs of every word, and whether it is right."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.fitting.pages import MadeScan
from ocr.calibration import Calibrated
from ocr.engine import OcrEngine
from ocr.page import Line
from ocr.page_score import TextCount, count_text
from ocr.reading import read_page
from ocr.right_words import right_words
from ocr.signs import Figures, Surroundings, word_signs
from ocr.tesserocr_engine import TesserocrEngine


class EngineMaker(Protocol):
    """Makes an engine for a model; pickled by name, so a function of a module."""

    def __call__(self, model: str) -> OcrEngine: ...


@dataclass(frozen=True)
class Sighting:
    """One page as it was read.

    Attributes:
        kind: what was made.
        engine: version of the engine that read it.
        signs: (words, signs) as ``ocr.signs.word_signs`` gives them.
        right: (words,) bool.
        raw: (words,) the engine's own confidence.
        lines: the words, with the engine's own confidence.
        coverage: share of text-like ink inside word boxes.
        count: the errors of the page.
    """

    kind: str
    engine: str
    signs: Figures
    right: NDArray[np.bool_]
    raw: Figures
    lines: tuple[Line, ...]
    coverage: float
    count: TextCount

    @property
    def share_right(self) -> float:
        """1 - CER in any order, at least 0."""
        return max(0.0, 1.0 - self.count.any_order.rate)


@dataclass
class _Recorder:
    """Stands in the calibrator's place and keeps what it is given."""

    lines: tuple[Line, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        self.lines, self.around = lines, around
        return Calibrated(lines, 0.5)


def tesserocr(model: str) -> OcrEngine:
    """The first engine with the given model."""
    return TesserocrEngine(language=model)


def pytesseract(model: str) -> OcrEngine:
    """The second engine with the given model."""
    made: OcrEngine = import_module("ocr.pytesseract_engine").PytesseractEngine(language=model)
    return made


def seen(
    scans: Sequence[MadeScan],
    engine: EngineMaker,
    model: str,
    *,
    at_once: int,
    told: Callable[[], None],
) -> list[Sighting]:
    """Every page read once; blank sheets, on which nothing is read, are left out.

    Args:
        scans: the pages.
        engine: what makes the engine, in each process anew.
        model: its model.
        at_once: processes.
        told: called after each page.
    """
    found = []
    with ProcessPoolExecutor(at_once, initializer=_begin, initargs=(engine, model)) as pool:
        for sighting in pool.map(_sighted, scans):
            told()
            if sighting is not None:
                found.append(sighting)
    return found


_engine: list[OcrEngine] = []


def _begin(make: EngineMaker, model: str) -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    _engine[:] = [make(model)]


def _sighted(scan: MadeScan) -> Sighting | None:
    image = cv2.cvtColor(cv2.imread(str(scan.path)), cv2.COLOR_BGR2RGB).astype(np.uint8)
    kept = _Recorder()
    reading = read_page(image, dpi=scan.dpi, engine=_engine[0], calibrator=kept)
    if reading.blank:
        return None
    read = [[word.text for word in line.words] for line in kept.lines]
    right = right_words(scan.lines, read, optional=scan.marks)
    shown = [line.text for line in kept.lines]
    return Sighting(
        kind=scan.plan.kind + (f" {scan.plan.spoilt}" if scan.plan.spoilt else ""),
        engine=_engine[0].version,
        signs=word_signs(kept.lines, kept.around),
        right=np.array([ok for line in right for ok in line], bool),
        raw=np.array([word.confidence for line in kept.lines for word in line.words]),
        lines=kept.lines,
        coverage=kept.around.coverage,
        count=count_text(scan.lines, shown, optional=scan.marks),
    )
