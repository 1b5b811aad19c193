"""Whether the product knows how right it is: the figures, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.quality.findings import Findings
from ocr.reliability import Figures, Review, calibration_error, review_of_worst
from pipeline import evaluation_charts as charts

CALIBRATION, RISK = "accuracy-calibration.png", "accuracy-risk.png"


@dataclass(frozen=True, slots=True)
class Knowing:
    """Confidence of many pages against what came true.

    Attributes:
        name: which pages.
        page_sure, page_error: a figure a page.
        word_sure, word_right: a figure a word.
    """

    name: str
    page_sure: Figures
    page_error: Figures
    word_sure: Figures
    word_right: Figures

    @property
    def word_ece(self) -> float:
        """Expected calibration error of the words."""
        return calibration_error(self.word_sure, self.word_right)

    @property
    def page_ece(self) -> float:
        """Expected calibration error of the pages."""
        return calibration_error(self.page_sure, 1 - self.page_error)

    @property
    def review(self) -> Review:
        """What a look at the tenth of the pages with the lowest confidence finds."""
        return review_of_worst(self.page_sure, self.page_error)


def knowing(found: Findings) -> list[Knowing]:
    """Made pages that are not empty, and real pages with a text, each by themselves."""
    made = [page for page in found.pages if not page.blank]
    groups = [
        Knowing(
            "made scans",
            np.array([page.confidence for page in made]),
            np.array([page.error for page in made]),
            np.array([sure for page in made for sure in page.word_sure]),
            np.array([float(ok) for page in made for ok in page.word_right]),
        )
    ]
    if found.real:
        real = [mark for mark in found.real.marks if mark.ours]
        groups.append(
            Knowing(
                "real scans",
                np.array([mark.confidence for mark in real]),
                np.array([min(1.0, mark.ours.any_order.rate) for mark in real if mark.ours]),
                np.array([sure for mark in real for sure in mark.word_sure]),
                np.array([float(ok) for mark in real for ok in mark.word_right]),
            )
        )
    return groups


def draw(groups: Sequence[Knowing], folder: Path) -> list[Path]:
    """Write the reliability diagram and the risk-coverage curve; returns their paths."""
    reliability, risk = charts.empty(9.0), charts.empty(5.5)
    words, pages = reliability.subplots(1, 2)
    axes = risk.subplots()
    for one in groups:
        charts.reliability(words, one.word_sure, one.word_right, one.name)
        charts.reliability(pages, one.page_sure, 1 - one.page_error, one.name)
        charts.risk(axes, one.page_sure, one.page_error, one.name)
    charts.label(words, "words", ("confidence", "share of words right"))
    charts.label(pages, "pages", ("confidence", "share of characters right"))
    charts.label(axes, "", ("share of pages that nobody looks at", "mean CER among them, %"))
    return [
        charts.saved(reliability, folder / CALIBRATION),
        charts.saved(risk, folder / RISK),
    ]
