"""The learning curve as a picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def draw(points: list[dict[str, float]], path: Path) -> None:
    """Error rates over lines seen, one line for each set that is judged by."""
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for name in points[-1]:
        if name not in ("lines", "seconds", "loss"):
            seen = [(p["lines"] / 1000, 100 * p[name]) for p in points if name in p]
            axes.plot(*zip(*seen, strict=True), marker=".", label=name)
    axes.set(xlabel="lines seen, thousands", ylabel="character error rate, %", yscale="log")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
