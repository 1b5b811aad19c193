"""``python -m benchmarks.compare``: our run and OCRmyPDF side by side on the same pages."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import contenders, footprint, report, stages
from benchmarks.contenders import DOCUMENTED, EXPERT, OURS, Contender, Outcome
from benchmarks.findings import Findings, Row, as_json
from benchmarks.footprint import Growth, Scaling, StartUp
from benchmarks.judging import judge
from benchmarks.page_sets import PageSet, make_page_sets
from benchmarks.telling import Telling, telling
from errors import AbhilekhError

SEED = 20_261
# Ours runs between the others, so that a busy moment of the machine meets all of them.
IN_TURN: tuple[Contender, ...] = (OURS, EXPERT, OURS, DOCUMENTED, OURS)
IN_TURN_QUICK: tuple[Contender, ...] = (OURS, EXPERT, DOCUMENTED)
SHOWN: tuple[Contender, ...] = (OURS, DOCUMENTED, EXPERT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write ``bench.json`` and ``bench.md``; 0 whatever they say."""
    asked = _parser().parse_args(arguments)
    try:
        contenders.check_tools()
        with tempfile.TemporaryDirectory(prefix="abhilekh-bench-") as folder:
            found = _measure(asked, Path(folder))
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    asked.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
    (asked.out / "bench.json").write_text(text + "\n", encoding="utf-8")
    (asked.out / "bench.md").write_text(report.as_markdown(found), encoding="utf-8")
    console = Console()
    report.print_tables(found, console if console.is_terminal else Console(width=160))
    print(f"Written: {asked.out / 'bench.json'}, {asked.out / 'bench.md'}")
    return 0


def _measure(asked: argparse.Namespace, folder: Path) -> Findings:
    turns = IN_TURN_QUICK if asked.quick else IN_TURN
    groups = 0 if asked.memory_only else 3
    steps = groups * (1 + len(turns)) + 2 * bool(groups) + 1 + (asked.memory or asked.memory_only)
    conditions = _conditions(asked)
    with telling(steps) as told:
        rows: list[Row] = []
        by_stage: dict[str, stages.Stages] = {}
        scaling = None
        if groups:
            sets = make_page_sets(
                folder / "pages", seed=asked.seed, quick=asked.quick, told=told.begin
            )
            for pages in sets:
                rows += _compared(pages, turns, folder / "runs", told)
            told.begin("our stages, one by one")
            by_stage = stages.measured_sets({pages.name: pages.folder for pages in sets})
            scaling = _scaling(sets, folder, told)
        start_up, growth = _footprint(asked, folder, told)
    conditions["load_at_the_end"] = contenders.machine()["load_1_5_15_min"]
    return Findings(tuple(rows), start_up, growth, conditions, by_stage, scaling)


def _scaling(sets: Sequence[PageSet], folder: Path, told: Telling) -> Scaling | None:
    told.begin("one worker thread and two")
    (folder / "threads").mkdir()
    try:
        return footprint.scaling({one.name: one.folder for one in sets}, folder / "threads")
    except AbhilekhError as error:
        told.note(str(error))
        return None


def _footprint(
    asked: argparse.Namespace, folder: Path, told: Telling
) -> tuple[StartUp | None, Growth | None]:
    """The small and the large; a run that fails is told and loses nothing else."""
    start_up = growth = None
    try:
        told.begin("our start-up, and a run on one page")
        (folder / "start-up").mkdir()
        start_up = footprint.start_up(folder / "start-up", seed=asked.seed)
        if asked.memory or asked.memory_only:
            told.begin(f"our memory on 10 and on {asked.memory_pages:,} pages")
            (folder / "growth").mkdir()
            growth = footprint.growth(folder / "growth", seed=asked.seed, many=asked.memory_pages)
    except AbhilekhError as error:
        told.note(str(error))
    return start_up, growth


def _compared(pages: PageSet, turns: Sequence[Contender], folder: Path, told: Telling) -> list[Row]:
    """Every program on one set of pages; each run in a folder of its own."""
    outcomes: dict[str, list[Outcome]] = {}
    worths = {}
    for contender in turns:
        told.begin(f"{contender.name} on {pages.pages} {pages.name} pages")
        run_folder = folder / pages.name
        run_folder.mkdir(parents=True)
        outcome = contender.run(pages, run_folder)
        outcomes.setdefault(contender.name, []).append(outcome)
        worths[contender.name] = judge(outcome, pages.truths)
        shutil.rmtree(run_folder)
    return [
        Row(
            group=pages.name,
            program=contender.name,
            pages=pages.pages,
            costs=tuple(outcome.cost for outcome in outcomes[contender.name]),
            worth=worths[contender.name],
            problem=outcomes[contender.name][-1].problem,
        )
        for contender in SHOWN
    ]


def _conditions(asked: argparse.Namespace) -> dict[str, Any]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": asked.seed,
        "quick": asked.quick,
        "machine": contenders.machine(),
        "versions": contenders.versions(),
        "commands": {contender.name: contender.shown_as for contender in SHOWN},
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare",
        description="Our run and OCRmyPDF side by side on the same made pages.",
        epilog="Example: python -m benchmarks.compare --out reports --quick",
    )
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the report")
    parser.add_argument("--quick", action="store_true", help="few pages, one run each")
    parser.add_argument("--seed", type=int, default=SEED, help="what the pages say")
    parser.add_argument(
        "--memory", action="store_true", help="also our memory on a file of many pages"
    )
    parser.add_argument(
        "--memory-only", action="store_true", help="start-up and memory alone, no comparison"
    )
    parser.add_argument(
        "--memory-pages", type=int, default=1_000, metavar="N", help="pages of the long file"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
