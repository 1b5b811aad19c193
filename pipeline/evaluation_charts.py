"""The two pictures of an evaluation: is confidence true, and what goes wrong unseen.

Their few words are English in either language: the typeface that the drawing library brings has
no Devanagari, and signs that it lacks would become boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.reliability import REVIEWED, bins_of, risk_by_coverage
from pipeline.evaluation import Evaluation, Figures, RunResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CALIBRATION, RISK = "calibration.png", "risk-coverage.png"
_DPI = 80
_COLOURS = 48
_WRONG_SIGN = "?"


def draw(found: Evaluation, folder: Path) -> list[Path]:
    """Write both charts into ``folder``; returns their paths.

    Raises:
        OSError: the folder cannot be written to.
    """
    return [
        saved(calibration_figure(found.runs), folder / CALIBRATION),
        saved(risk_figure(found.runs), folder / RISK),
    ]


def calibration_figure(runs: Sequence[RunResult]) -> Figure:
    """Said against true, words on the left, pages on the right."""
    figure = empty(9.0)
    words, pages = figure.subplots(1, 2)
    for run in runs:
        reliability(words, run.word_confidence, run.word_right, _shown(run))
        reliability(pages, run.page_confidence, 1 - run.page_errors, _shown(run))
    label(words, "words", ("confidence", "share of words right"))
    label(pages, "pages", ("confidence", "share of characters right"))
    return figure


def risk_figure(runs: Sequence[RunResult]) -> Figure:
    """Errors that remain when the least confident pages are looked at by people."""
    figure = empty(5.5)
    axes = figure.subplots()
    for run in runs:
        risk(axes, run.page_confidence, run.page_errors, _shown(run))
    label(axes, "", ("share of pages that nobody looks at", "mean CER among them, %"))
    return figure


def reliability(axes: Axes, sure: Figures, right: Figures, name: str) -> None:
    """One curve of a reliability diagram; the larger the dot, the more is behind it."""
    bins = bins_of(sure, right)
    at = [step.confidence for step in bins]
    axes.plot([0, 1], [0, 1], color="0.8", linewidth=1, zorder=0)
    (line,) = axes.plot(at, [step.right for step in bins], linewidth=1, label=name)
    share = np.array([step.count for step in bins]) / max(1, len(sure))
    axes.scatter(at, [step.right for step in bins], s=10 + 120 * share, color=line.get_color())
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)


def risk(axes: Axes, sure: Figures, error: Figures, name: str) -> None:
    """One risk-coverage curve; the upright line is where a tenth of the pages is looked at."""
    coverage, left = risk_by_coverage(sure, error)
    axes.axvline(1 - REVIEWED, color="0.8", linewidth=1, zorder=0)
    axes.plot(coverage, 100 * left, linewidth=1, label=name)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)


def label(axes: Axes, title: str, names: tuple[str, str]) -> None:
    """Title, names of both axes, and which curve is which."""
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(names[0], fontsize=9)
    axes.set_ylabel(names[1], fontsize=9)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8, loc="best")


def _shown(run: RunResult) -> str:
    """The reader's name in signs that the typeface has."""
    return run.reader.name.encode("ascii", "replace").decode().replace("$", _WRONG_SIGN)


def empty(width_in: float) -> Figure:
    """A drawing area of 4 inches in height."""
    # Neither pyplot nor a display: a figure of its own draws with Agg and leaves no state behind.
    from matplotlib.figure import Figure

    return Figure(figsize=(width_in, 4.0), dpi=_DPI, layout="constrained")


def saved(figure: Figure, path: Path) -> Path:
    """Write the figure as a PNG of few colours; the same figure gives the same bytes."""
    from PIL import Image

    with BytesIO() as full:
        figure.savefig(full, format="rgba")
        width, height = (round(inches * _DPI) for inches in figure.get_size_inches())
        pixels = np.frombuffer(full.getvalue(), np.uint8).reshape(height, width, 4)[:, :, :3]
    few = Image.fromarray(np.ascontiguousarray(pixels)).quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(path, format="PNG", optimize=True)
    return path
