"""Made pages as the product reads them: the signs of every word, and whether it is right."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.fitting.hearing import Heard, heard, judged
from benchmarks.fitting.pages import MadeScan
from config.app import make_engine
from config.reading import reading_options
from config.settings import read_settings
from ocr.calibration import Calibrated
from ocr.page import Line
from ocr.page_score import TextCount, count_text
from ocr.reader import ReadingOptions
from ocr.reading import read_page
from ocr.right_words import right_words
from ocr.signs import Figures, Surroundings, word_signs


@dataclass(frozen=True)
class Sighting:
    """One page as it was read.

    Attributes:
        engine: version of the engine that read it.
        signs: (words, signs) as ``ocr.signs.word_signs`` gives them.
        right: (words,) bool.
        raw: (words,) the engine's own confidence.
        lines: the words, with the engine's own confidence.
        around: what else was known of the page, without its ink.
        scan: the page with its truth.
        heard: by reader, how sure it was of each word and whether the page holds it.
    """

    engine: str
    signs: Figures
    right: NDArray[np.bool_]
    raw: Figures
    lines: tuple[Line, ...]
    around: Surroundings
    scan: MadeScan
    heard: Mapping[str, Sequence[tuple[float, bool]]] = field(default_factory=dict)

    def count(self, lines: tuple[Line, ...]) -> TextCount:
        """The errors of the page, if ``lines`` are taken for its text."""
        read = [line.text for line in lines]
        return count_text(self.scan.lines, read, optional=self.scan.marks)


@dataclass
class _Recorder:
    """Stands in the calibrator's place and keeps what it is given."""

    lines: tuple[Line, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)

    def __call__(self, lines: tuple[Line, ...], around: Surroundings) -> Calibrated:
        self.lines, self.around = lines, around
        return Calibrated(lines, 0.5, low=False)


def seen(
    scans: Sequence[MadeScan], engine: str, *, at_once: int, told: Callable[[], None]
) -> list[Sighting]:
    """Every page read once; blank sheets, on which nothing is read, are left out.

    Args:
        scans: the pages.
        engine: its name, as ``ABHILEKH_OCR_ENGINE`` takes it; made in each process anew.
        at_once: processes.
        told: called after each page.
    """
    found = []
    # A child that is forked from a process with native threads may wait for them for ever.
    fresh = get_context("spawn")
    with ProcessPoolExecutor(at_once, fresh, initializer=_begin, initargs=(engine,)) as pool:
        for sighting in pool.map(_sighted, scans):
            told()
            if sighting is not None:
                found.append(sighting)
    return found


_at_work: list[tuple[Heard, ReadingOptions, list[Heard]]] = []


def _begin(name: str) -> None:
    """Engine and second readers as the program itself has them."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    settings = read_settings(ocr_engine=name)
    engine = Heard(make_engine(settings))
    options = reading_options(settings, engine)
    told, ears = heard(options.second)
    _at_work[:] = [(engine, replace(options, second=told), [engine, *ears])]


def _sighted(scan: MadeScan) -> Sighting | None:
    with Image.open(scan.path) as opened:
        image = np.asarray(opened.convert("RGB"))
    kept = _Recorder()
    engine, options, ears = _at_work[0]
    for ear in ears:
        ear.said.clear()
    reading = read_page(image, dpi=scan.dpi, engine=engine, options=options, calibrator=kept)
    if reading.blank:
        return None
    read = [[word.text for word in line.words] for line in kept.lines]
    right = right_words(scan.lines, read, optional=scan.marks)
    return Sighting(
        engine=engine.version,
        signs=word_signs(kept.lines, kept.around),
        right=np.array([ok for line in right for ok in line], bool),
        raw=np.array([word.confidence for line in kept.lines for word in line.words]),
        lines=kept.lines,
        around=replace(kept.around, ink=None, agreed=dict(kept.around.agreed)),
        scan=scan,
        heard=judged(ears, [*scan.lines, *scan.marks]),
    )
