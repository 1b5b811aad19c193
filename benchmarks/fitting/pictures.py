"""The judged table as pictures: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.fitting.fit import Judgement
from pipeline import evaluation_charts as charts


def draw(judgements: Mapping[str, Judgement], folder: Path) -> list[Path]:
    """Write both pictures into ``folder``; returns their paths."""
    reliability = charts.empty(9.0)
    words, pages = reliability.subplots(1, 2)
    risk = charts.empty(5.5)
    axes = risk.subplots()
    for name, one in judgements.items():
        charts.reliability(words, one.raw_confidence, one.raw_right, f"{name}, its own")
        charts.reliability(words, one.word_confidence, one.word_right, f"{name}, calibrated")
        charts.reliability(pages, one.page_confidence, 1 - one.page_error, name)
        charts.risk(axes, one.page_confidence, one.page_error, name)
    charts.label(words, "words", ("confidence", "share of words right"))
    charts.label(pages, "pages", ("confidence", "share of characters right"))
    charts.label(axes, "", ("share of pages that nobody looks at", "mean CER among them, %"))
    return [
        charts.saved(reliability, folder / "calibration-table.png"),
        charts.saved(risk, folder / "calibration-risk.png"),
    ]
