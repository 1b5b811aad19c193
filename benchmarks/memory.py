"""``python -m benchmarks.memory``: the most memory that a worker ever has.

The same colour scans are read one page at a time and two. Every page that is read at the same time
has a process of its own, which shares models and libraries with the others.
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


def peaks_mb(scans: Path, folder: Path, *, threads: int) -> tuple[float, float]:
    """Of a run over ``scans``, millions of bytes: the largest worker process, and all together."""
    report = folder / f"{threads}.json"
    cost = run_ours(scans, folder / f"home-{threads}", report, "--threads", str(threads))
    if cost.exit_code:
        print(last_line(error_file(report)), file=sys.stderr)
    return cost.peak_of(WORKER) / 1e6, cost.tree_bytes / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when a worker process needs more than it may."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory", description=(__doc__ or "").partition("\n\n")[2]
    )
    parser.add_argument("--quick", action="store_true", help="few pages")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    largest_mb = 0.0
    with tempfile.TemporaryDirectory(prefix="abhilekh-memory-") as name:
        folder = Path(name)
        scans = make_page_sets(folder / "pages", seed=asked.seed, quick=asked.quick)[0].folder
        for threads in (1, 2):
            worker, whole = peaks_mb(scans, folder, threads=threads)
            print(f"{threads} at a time: largest {worker:.0f} MB, all processes {whole:.0f} MB")
            largest_mb = max(largest_mb, worker)
    print(f"at most {MOST_MB} MB wanted of a worker process")
    return int(largest_mb > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
