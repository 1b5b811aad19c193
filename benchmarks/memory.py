"""``python -m benchmarks.memory``: the most memory that a worker ever has, and what it is made of.

The same colour scans are read with one worker thread and with two. What the second thread adds is
what a thread needs; the rest is the program with its models.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders import last_line, run_ours
from benchmarks.footprint import WORKER
from benchmarks.measure import error_file
from benchmarks.page_sets import make_page_sets

SEED = 20_261
MOST_MB = 350


def peak_mb(scans: Path, folder: Path, *, threads: int) -> float:
    """Highest resident memory of the worker on a run over ``scans``, millions of bytes."""
    report = folder / f"{threads}.json"
    cost = run_ours(scans, folder / f"home-{threads}", report, "--threads", str(threads))
    if cost.exit_code:
        print(last_line(error_file(report)), file=sys.stderr)
    return cost.peak_of(WORKER) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when two threads need more than they may."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory", description=(__doc__ or "").partition("\n\n")[2]
    )
    parser.add_argument("--quick", action="store_true", help="few pages")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="abhilekh-memory-") as name:
        folder = Path(name)
        scans = make_page_sets(folder / "pages", seed=asked.seed, quick=asked.quick)[0].folder
        one, two = (peak_mb(scans, folder, threads=threads) for threads in (1, 2))
    print(f"one thread {one:.0f} MB, two {two:.0f} MB (at most {MOST_MB} wanted)")
    print(f"program and models {2 * one - two:.0f} MB, a thread {two - one:.0f} MB")
    return int(two > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
