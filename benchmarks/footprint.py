"""What our program costs at rest and in bulk: start-up, one page, a file of many pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import ABHILEKH, last_line, run_ours
from benchmarks.measure import Cost, error_file, measured
from benchmarks.page_sets import page_as_file
from benchmarks.scans import encode
from benchmarks.scans.maker import Kind, PageOptions, make_page
from errors import AbhilekhError

WORKER = "workers.child"
SMALL_DPI = 150
DIFFERENT_PAGES = 20


@dataclass(frozen=True, slots=True)
class StartUp:
    """Processor time of the smallest jobs, and one page's worker memory."""

    help_cpu_s: float
    one_page_cpu_s: float
    one_page_wall_s: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Peak memory of the worker on a short and on a long file of the same small pages."""

    few_pages: int
    few_bytes: int
    many_pages: int
    many_bytes: int
    many_cpu_s: float


@dataclass(frozen=True, slots=True)
class Scaling:
    """Pages a second of wall time with one worker thread and with two, start-up left out."""

    one_thread: float
    two_threads: float

    @property
    def times(self) -> float:
        """How much faster two are."""
        return self.two_threads / self.one_thread


def scaling(sets: Mapping[str, Path], folder: Path, *, repeats: int = 3) -> Scaling:
    """The faster of some runs with one and with two pages at a time, in turn.

    Args:
        sets: folders of scans by name; all are read in one run.
        folder: an empty folder to work in.
    """
    scans = folder / "scans"
    scans.mkdir()
    for name, scanned in sets.items():
        for scan in scanned.iterdir():
            (scans / f"{name}-{scan.name}").hardlink_to(scan)
    fastest = {1: 0.0, 2: 0.0}
    for number in range(repeats):
        for threads in fastest:
            home = folder / f"home-{threads}-{number}"
            report = folder / f"{threads}-{number}.json"
            _run(scans, home, report, "--threads", str(threads), memory=False)
            fastest[threads] = max(fastest[threads], _pages_a_second(home, threads))
    return Scaling(fastest[1], fastest[2])


def _pages_a_second(home: Path, threads: int) -> float:
    """From when every thread had read its first page to the last, by the ledger's own times."""
    with closing(sqlite3.connect(home / "abhilekh.sqlite3")) as database:
        asked = "SELECT at FROM records_ledgerevent WHERE type = 'recognition' ORDER BY at"
        times = [datetime.fromisoformat(at) for (at,) in database.execute(asked)]
    return (len(times) - threads) / (times[-1] - times[threads - 1]).total_seconds()


def start_up(folder: Path, *, seed: int, repeats: int = 3) -> StartUp:
    """The median of some runs; every run of the page begins with a new home."""
    helps = [
        measured([ABHILEKH, "--help"], output=folder / "help.txt").cpu_s for _ in range(repeats)
    ]
    scans = page_as_file(folder / "page", seed=seed)
    runs = [
        _run(scans, folder / f"home-{number}", folder / f"page-{number}.json")
        for number in range(repeats)
    ]
    return StartUp(
        median(helps), median(run.cpu_s for run in runs), median(run.wall_s for run in runs)
    )


def growth(folder: Path, *, seed: int, few: int = 10, many: int = 1_000) -> Growth:
    """One PDF of ``few`` small scans and one of ``many``, each read with two threads."""
    costs = []
    for pages in (few, many):
        source = folder / f"{pages} pages.pdf"
        encode.write_pages(_small_pages(seed, pages), source, Kind.PDF, SMALL_DPI)
        home, report = folder / f"home of {pages}", folder / f"{pages}.json"
        costs.append(_run(source, home, report, "--threads", "2"))
    return Growth(few, costs[0].peak_of(WORKER), many, costs[1].peak_of(WORKER), costs[1].cpu_s)


def _run(source: Path, home: Path, report: Path, *options: str, memory: bool = True) -> Cost:
    cost = run_ours(source, home, report, *options, memory=memory)
    if cost.exit_code != 0:
        raise AbhilekhError(
            "The run on {source} ended with code {code}: {said}.",
            kept="Its home is left as it was.",
            todo="Run it by hand: abhilekh run SOURCE",
            source=source.name,
            code=cost.exit_code,
            said=last_line(error_file(report)),
        )
    return cost


def _small_pages(seed: int, pages: int) -> Iterator[NDArray[np.uint8]]:
    """A6 scans with a few words; some are made and come again and again."""
    options = PageOptions(small=True, dpi=SMALL_DPI)
    made = [
        make_page("letter", seed + number, options=options).image
        for number in range(min(pages, DIFFERENT_PAGES))
    ]
    return islice(cycle(made), pages)
