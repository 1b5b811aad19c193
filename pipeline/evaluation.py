"""What an evaluation found: every page against its truth, and how the figures add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errors import InputRejected
from ingest.truth import TrueSet
from ocr.engine import OcrEngine
from ocr.page_score import TextCount
from ocr.profile import Profile
from ocr.reader import AS_MEASURED, ReadingOptions
from ocr.reliability import Review, calibration_error, review_of_worst

Figures = NDArray[np.float64]
AS_RECEIVED = "scan"  # stands where a profile is named: the page as it came, in no profile


@dataclass(frozen=True)
class Reader:
    """One engine, and which image of a page it gets.

    Attributes:
        called: what it is called in reports.
        engine: the engine; the evaluation closes it, and those that read again.
        profile: it reads the page as the finished PDF of this profile shows it; the scan as it
            came when None.
    """

    called: str
    engine: OcrEngine
    profile: Profile | None = None
    reading: ReadingOptions = AS_MEASURED

    @property
    def name(self) -> str:
        """Engine and profile as a heading."""
        return self.called if self.profile is None else f"{self.called}, {self.profile}"


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page against its truth.

    Attributes:
        name: as in the truth.
        count: its errors.
        confidence: the page's own, 0..1.
        word_confidence, word_right: a figure for each word that was read.
        verdicts: what was noticed, as codes.
        stored_bytes: size of its image layers; None for the scan as it came.
    """

    name: str
    count: TextCount
    confidence: float
    word_confidence: tuple[float, ...]
    word_right: tuple[bool, ...]
    verdicts: tuple[str, ...]
    stored_bytes: int | None

    @property
    def error(self) -> float:
        """Character error rate in any order, 0..1; more than all wrong is all wrong."""
        return min(1.0, self.count.any_order.rate)


@dataclass(frozen=True)
class RunResult:
    """All pages as one reader read them.

    Attributes:
        reader: which.
        version: the engine's own name with its version and model.
        pages: in the order of the truth.
        rejected: pages that could not be opened or read, and why.
        cpu_s: processor time of opening and reading them all, with the engine's own programs.
    """

    reader: Reader
    version: str
    pages: tuple[PageResult, ...]
    rejected: tuple[tuple[str, InputRejected], ...]
    cpu_s: float

    @property
    def total(self) -> TextCount:
        """The errors of all pages together."""
        return sum((page.count for page in self.pages), TextCount())

    @property
    def cpu_s_a_page(self) -> float:
        """Processor seconds a page."""
        return self.cpu_s / max(1, len(self.pages) + len(self.rejected))

    @property
    def catastrophes(self) -> int:
        """Pages that are too wrong to be searched."""
        return sum(page.count.is_catastrophic for page in self.pages)

    @property
    def page_confidence(self) -> Figures:
        """(pages,) 0..1."""
        return np.array([page.confidence for page in self.pages])

    @property
    def page_errors(self) -> Figures:
        """(pages,) 0..1."""
        return np.array([page.error for page in self.pages])

    @property
    def word_confidence(self) -> Figures:
        """(words,) 0..1."""
        return np.array([sure for page in self.pages for sure in page.word_confidence])

    @property
    def word_right(self) -> Figures:
        """(words,) 1 for each word that is right."""
        return np.array([float(ok) for page in self.pages for ok in page.word_right])

    @property
    def word_calibration_error(self) -> float:
        """Expected calibration error of word confidence, 0..1."""
        return calibration_error(self.word_confidence, self.word_right)

    @property
    def page_calibration_error(self) -> float:
        """Expected calibration error of page confidence against the share of right characters."""
        return calibration_error(self.page_confidence, 1 - self.page_errors)

    @property
    def review(self) -> Review:
        """What a look at the tenth of the pages with the lowest confidence finds."""
        return review_of_worst(self.page_confidence, self.page_errors)


@dataclass(frozen=True)
class Evaluation:
    """Every reader on the same pages."""

    truth: TrueSet
    runs: tuple[RunResult, ...]

    @property
    def complete(self) -> bool:
        """Whether every page with a truth could be opened and read by every reader."""
        return not self.truth.rejected and not any(run.rejected for run in self.runs)
