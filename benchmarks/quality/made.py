"""Made boxes: which ones, and the product's run on each, judged page by page."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.deposited import DepositedFile, run_product
from benchmarks.quality.file_marks import FileMark, mark_file
from benchmarks.quality.page_marks import PageMark, mark_page
from benchmarks.scans.maker import (
    Ageing,
    BoxOptions,
    BoxTruth,
    FileTruth,
    PageOptions,
    make_box,
)


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """A box to be made: its name in the report, and what the scan maker is asked for."""

    name: str
    seed: int
    files: int
    pages_per_file: tuple[int, int]
    ageing: Ageing
    typefaces: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class MadeBox:
    """One box after the run."""

    plan: BoxPlan
    pages: tuple[PageMark, ...]
    files: tuple[FileMark, ...]
    unexplained: int


def make_boxes(plans: Sequence[BoxPlan], folder: Path) -> list[BoxTruth]:
    """Make every box below ``folder``, two at a time."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_make, plans, [folder / plan.name for plan in plans]))


def read_box(plan: BoxPlan, truth: BoxTruth, folder: Path) -> MadeBox:
    """Run the product on one box and judge what it deposited.

    Raises:
        errors.AbhilekhError: the run did not end well.
    """
    run = run_product(truth.scans, folder)
    by_source = {file.facts["source"]: file for file in run.files}
    pages: list[PageMark] = []
    files: list[FileMark] = []
    for number, file in enumerate(truth.files, start=1):
        found = by_source[file.folder]
        name = f"{plan.name} {number}"
        files.append(mark_file(name, file, found))
        pages += _pages(name, file, found)
    return MadeBox(plan, tuple(pages), tuple(files), run.ledger["unexplained"])


def _pages(name: str, truth: FileTruth, file: DepositedFile) -> list[PageMark]:
    by_source = {page.facts["source"]: page for page in file.pages}
    return [
        mark_page(f"{name}/{page.sequence}", page, by_source[page.source]) for page in truth.pages
    ]


def _make(plan: BoxPlan, target: Path) -> BoxTruth:
    page = PageOptions(
        dpi=150 if plan.small else 300,
        small=plan.small,
        typefaces=plan.typefaces,
        ageing=plan.ageing,
        max_skew_deg=5.0,
    )
    # More empty backs, repeated and turned sheets than an ordinary box holds: each is a
    # question of its own, and a handful of them is no answer.
    options = BoxOptions(
        page=page,
        blank_backs=0.18,
        near_blanks=0.1,
        duplicates=0.06,
        turned=0.2,
    )
    return make_box(
        target,
        seed=plan.seed,
        files=plan.files,
        pages_per_file=plan.pages_per_file,
        options=options,
    )
