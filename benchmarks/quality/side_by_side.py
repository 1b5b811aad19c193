"""``abhilekh eval`` run from outside on the same pages with several engines and profiles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders import ABHILEKH, last_line
from benchmarks.measure import error_file, measured
from errors import AbhilekhError

ENGINES = ("tesserocr", "pytesseract", "own", "own+tesseract")
_ENDED_WELL = (0, 3)  # 3: some page could not be read, the rest is done


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The runs of one evaluation, as ``report.json`` has them."""

    name: str
    runs: tuple[dict[str, Any], ...]


def evaluated(name: str, truth: Path, folder: Path, profiles: Sequence[str]) -> SideBySide:
    """Every engine and profile on the pages of ``truth``.

    Args:
        name: what these pages are called in the report.
        truth: pages with their text, or a made box.
        folder: where the figures go for the time being.
        profiles: ``scan``, ``compact``, ``faithful``.

    Raises:
        errors.AbhilekhError: the evaluation did not end well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "evaluation.json"
    words = [word for engine in ENGINES for word in ("--engine", engine)]
    words += [word for profile in profiles for word in ("--profile", profile)]
    cost = measured(
        [ABHILEKH, "eval", truth, "--json", *words],
        output=output,
        environment={"ABHILEKH_LANG": "en"},
    )
    if cost.exit_code not in _ENDED_WELL:
        raise AbhilekhError(
            "The evaluation of {name} ended with code {code}: {said}.",
            kept="Nothing of the report was written.",
            todo="Run it by hand: abhilekh eval TRUTH_DIR",
            name=name,
            code=cost.exit_code,
            said=last_line(error_file(output)),
        )
    return SideBySide(name, tuple(json.loads(output.read_text(encoding="utf-8"))["runs"]))
