"""What the comparison found: rows, targets, and the two files that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks.contenders import DOCUMENTED, EXPERT, OURS
from benchmarks.footprint import WORKER, Growth, Scaling, StartUp
from benchmarks.judging import FLAVOURS, Worth
from benchmarks.measure import Cost
from benchmarks.stages import LAYERS, Stages

MEGABYTE = 1_000_000
MOST_OF_THEIR_ERRORS = {"any_order": 0.7, "in_order": 1.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One program on one set of pages; costs are medians over its runs."""

    group: str
    program: str
    pages: int
    costs: tuple[Cost, ...]
    worth: Worth | None
    problem: str = ""

    @property
    def cpu_s_a_page(self) -> float:
        """Processor seconds a scan, start-up included."""
        return median(cost.cpu_s for cost in self.costs) / self.pages

    @property
    def wall_s(self) -> float:
        """Seconds for the whole set."""
        return median(cost.wall_s for cost in self.costs)

    @property
    def largest_bytes(self) -> int:
        """The largest process, at its worst."""
        return max(cost.largest_bytes for cost in self.costs)

    @property
    def tree_bytes(self) -> int:
        """All processes together, at their worst."""
        return max(cost.tree_bytes for cost in self.costs)

    @property
    def worker_bytes(self) -> int:
        """Our worker process, at its worst; 0 for other programs."""
        return max(cost.peak_of(WORKER) for cost in self.costs)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is to be reached."""

    name: str
    value: float
    limit: float
    at_least: bool
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one comparison found; parts that were not asked for are None."""

    rows: tuple[Row, ...]
    start_up: StartUp | None
    growth: Growth | None
    conditions: Mapping[str, Any]  # versions, machine, seed, commands
    stages: Mapping[str, Stages] = field(default_factory=dict)  # by set of pages
    scaling: Scaling | None = None

    def row(self, group: str, program: str) -> Row | None:
        """The row of a program on a set of pages, if it made a PDF."""
        for row in self.rows:
            if (row.group, row.program) == (group, program) and row.worth is not None:
                return row
        return None

    def ratio(self, group: str, program: str) -> float | None:
        """How many times our processor time the program takes a page."""
        ours, other = self.row(group, OURS.name), self.row(group, program)
        return other.cpu_s_a_page / ours.cpu_s_a_page if ours and other else None


def targets(found: Findings) -> list[Target]:
    """The targets that can be judged by what was measured."""
    reached = [
        Target(f"{group}: CPU of {program} / ours", ratio, limit, True, "×")
        for group, program, limit in (
            ("colour", DOCUMENTED.name, 14.0),
            ("colour", EXPERT.name, 7.0),
            ("grey", EXPERT.name, 4.0),
            ("bilevel", EXPERT.name, 4.0),
        )
        if (ratio := found.ratio(group, program)) is not None
    ]
    return [
        *reached,
        *_worth_targets(found),
        *_stage_targets(found),
        *_footprint_targets(found),
    ]


def _worth_targets(found: Findings) -> list[Target]:
    reached = []
    ours, expert = found.row("colour", OURS.name), found.row("colour", EXPERT.name)
    if ours and ours.worth:
        reached.append(Target("colour: KB a page", ours.worth.kilobytes_a_page, 85.0, False, " KB"))
        worker = ours.worker_bytes / MEGABYTE
        reached.append(Target("colour: peak memory of a worker", worker, 350.0, False, " MB"))
        if expert and expert.worth:
            for name in ("any_order", "in_order"):
                mine, theirs = (getattr(row.worth, name).rate * 100 for row in (ours, expert))
                share = MOST_OF_THEIR_ERRORS[name]
                title = f"colour: CER {name.replace('_', ' ')}, of {EXPERT.name}'s at most {share}"
                reached.append(Target(title, mine, share * theirs, False, " %"))
    own = [row for row in found.rows if row.program == OURS.name]
    valid = sum(1 for row in own if row.worth and row.worth.pdfa in FLAVOURS)
    if own:
        reached.append(Target("our PDFs that are valid PDF/A", valid, len(own), True))
    return reached


def _stage_targets(found: Findings) -> list[Target]:
    reached = []
    for group, stages in found.stages.items():
        whole = stages.total_s
        ours = found.row(group, OURS.name)
        if ours is not None:
            whole = ours.cpu_s_a_page
        title = f"{group}: whole pipeline / Recognize() alone"
        reached.append(Target(title, whole / stages.recognize_s, 1.5, False, "×"))
    if "colour" in found.stages:
        stages = found.stages["colour"]
        title = "colour: foreground, background and levelling"
        reached.append(Target(title, stages.of(*LAYERS), 0.12, False, " CPU-s"))
        text = stages.of("text layer", "assemble", "finished check")
        reached.append(Target("colour: text layer, PDF and its check", text, 0.02, False, " CPU-s"))
    if found.scaling:
        title = "two worker threads / one"
        reached.append(Target(title, found.scaling.times, 1.85, True, "×"))
    return reached


def _footprint_targets(found: Findings) -> list[Target]:
    reached = []
    if found.start_up:
        reached.append(Target("abhilekh --help", found.start_up.help_cpu_s, 0.5, False, " CPU-s"))
        reached.append(
            Target("run on one page", found.start_up.one_page_cpu_s, 4.0, False, " CPU-s")
        )
    if found.growth:
        more = abs(found.growth.many_bytes - found.growth.few_bytes) / MEGABYTE
        title = f"worker memory, {found.growth.many_pages:,} against {found.growth.few_pages} pages"
        reached.append(Target(title, more, 100.0, False, " MB apart"))
    return reached


def as_json(found: Findings) -> dict[str, Any]:
    """The whole of it for programs."""
    return {
        **found.conditions,
        "rows": [_row_as_json(found, row) for row in found.rows],
        "start_up": asdict(found.start_up) if found.start_up else None,
        "growth": asdict(found.growth) if found.growth else None,
        "stages": {group: asdict(stages) for group, stages in found.stages.items()},
        "scaling": asdict(found.scaling) if found.scaling else None,
        "targets": [{**asdict(target), "met": target.met} for target in targets(found)],
    }


def _row_as_json(found: Findings, row: Row) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "group": row.group,
        "program": row.program,
        "pages": row.pages,
        "runs": len(row.costs),
        "cpu_s_a_page": round(row.cpu_s_a_page, 3),
        "cpu_times_ours": _rounded(found.ratio(row.group, row.program)),
        "wall_s": round(row.wall_s, 2),
        "largest_process_bytes": row.largest_bytes,
        "all_processes_bytes": row.tree_bytes,
        "worker_bytes": row.worker_bytes,
        "problem": row.problem,
        "cpu_s_of_each_run": [round(cost.cpu_s, 2) for cost in row.costs],
    }
    if row.worth is None:
        return figures
    return {
        **figures,
        "cer_any_order": round(row.worth.any_order.rate, 5),
        "cer_in_order": round(row.worth.in_order.rate, 5),
        "word_recall_poppler": round(row.worth.recall_poppler.rate, 5),
        "word_recall_pdfium": round(row.worth.recall_pdfium.rate, 5),
        "pages_in_pdf": row.worth.pages,
        "kilobytes_a_page": round(row.worth.kilobytes_a_page, 1),
        "pdfa": row.worth.pdfa,
    }


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 2)
