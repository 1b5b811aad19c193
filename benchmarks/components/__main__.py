"""``python -m benchmarks.components``: what every stage costs now, beside what was kept.

Costs are multiples of a reference operation on the same machine at the same moment. With
``--keep`` they replace the kept ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2

from benchmarks import stages
from benchmarks.components.comparing import as_lines, compared, reference_s
from benchmarks.contenders import machine
from benchmarks.scans import encode
from benchmarks.scans.maker import Kind, PageOptions, make_page

KEPT = Path(__file__).resolve().parent / "kept.json"
SEED = 90_210
PAGES = {
    "colour": (Kind.COLOUR_JPEG, ("letter", "note_sheet")),
    "grey": (Kind.GREY_TIFF, ("order",)),
    "bilevel": (Kind.BILEVEL_TIFF, ("circular",)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 whatever it says."""
    asked = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    now = _costs(asked.repeats)
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["costs"] if KEPT.exists() else {}
    rows = compared(kept, now)
    for cells in [["stage", "kept", "now", "ratio", ""], *as_lines(rows)]:
        print(f"{cells[0]:50} {cells[1]:>8} {cells[2]:>8} {cells[3]:>7} {cells[4]}")
    slower = sum(row.slower for row in rows)
    print(f"{slower} of {len(rows)} stages cost more than 1.3 times what was kept.")
    if asked.keep:
        told = {"machine": machine()["processor"], "costs": dict(sorted(now.items()))}
        KEPT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        print(f"Kept: {KEPT}")
    return 0


def _costs(repeats: int) -> dict[str, float]:
    """The least of some repeats of every stage, each against the reference beside it."""
    least: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="abhilekh-components-") as folder:
        sets = _made(Path(folder))
        for _ in range(repeats):
            reference = reference_s()
            for group, found in stages.measured_sets(sets).items():
                costs = {**found.stages_s, "Recognize() alone": found.recognize_s}
                for stage, spent_s in costs.items():
                    name = f"{group}: {stage}"
                    cost = round(spent_s / reference, 4)
                    least[name] = min(least.get(name, cost), cost)
    return least


def _made(folder: Path) -> dict[str, Path]:
    sets = {}
    for number, (group, (kind, documents)) in enumerate(PAGES.items()):
        sets[group] = folder / group
        sets[group].mkdir()
        for place, document in enumerate(documents):
            options = PageOptions(skew_ccw_deg=1.3)
            made = make_page(document, SEED + 10 * number + place, options=options)
            path = sets[group] / f"{place + 1:04d}{encode.SUFFIX[kind]}"
            encode.write_page(made.image, path, kind, 300)
    return sets


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.components",
        description="What every stage of a page costs now, beside what was kept.",
        epilog="Example: python -m benchmarks.components --keep",
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs; the least counts")
    parser.add_argument("--keep", action="store_true", help="keep these costs to compare with")
    return parser


if __name__ == "__main__":
    sys.exit(main())
