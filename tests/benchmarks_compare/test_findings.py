"""The report says what was measured, and which targets that meets."""

from __future__ import annotations

import json
from dataclasses import replace

from rich.console import Console

from benchmarks.findings import Findings, Row, as_json, targets
from benchmarks.footprint import Growth, Scaling, StartUp
from benchmarks.judging import Worth
from benchmarks.measure import Cost
from benchmarks.report import as_markdown, print_tables, stage_lines
from benchmarks.stages import Stages
from ocr.scoring import Errors, Recall

WORTH = Worth(Errors(2, 100), Errors(3, 100), Recall(99, 100), Recall(98, 100), 11, 76.4, "2b")
COST = Cost(24.0, 15.0, 500_000_000, 700_000_000, {"python -m workers.child": 430_000_000}, 0)


def _row(program: str, cpu_s: float, group: str = "colour") -> Row:
    return Row(group, program, 12, (replace(COST, cpu_s=cpu_s),), WORTH)


def _found(*rows: Row) -> Findings:
    start_up = StartUp(0.31, 3.2, 2.5)
    growth = Growth(10, 200_000_000, 1000, 280_000_000, 240.0)
    return Findings(rows, start_up, growth, {"seed": 4, "versions": {"abhilekh": "Abhilekh 0"}})


FOUND = _found(_row("abhilekh", 12.0), _row("ocrmypdf", 180.0), _row("ocrmypdf-expert", 48.0))
STAGES = Stages(12, {"decode": 0.02, "recognise, first": 0.5, "foreground": 0.08}, 0.5, 40_000)


def _verdicts(found: Findings) -> dict[str, bool]:
    return {target.name: target.met for target in targets(found)}


def test_a_ratio_says_how_many_times_our_time_the_other_program_takes() -> None:
    assert FOUND.ratio("colour", "ocrmypdf") == 15.0
    assert FOUND.ratio("grey", "ocrmypdf") is None


def test_targets_are_judged_one_by_one() -> None:
    verdicts = _verdicts(FOUND)
    assert verdicts["colour: CPU of ocrmypdf / ours"]
    assert not verdicts["colour: CPU of ocrmypdf-expert / ours"]
    assert verdicts["colour: KB a page"]
    assert verdicts["abhilekh --help"]
    assert verdicts["worker memory, 1,000 against 10 pages"]


def test_errors_not_far_enough_below_the_experts_form_miss_the_target() -> None:
    worse = _row("abhilekh", 12.0)  # as many errors as theirs; 0.7 times as many are wanted
    verdicts = _verdicts(_found(worse, _row("ocrmypdf-expert", 48.0)))
    assert not verdicts["colour: CER any order, of ocrmypdf-expert's at most 0.7"]
    assert verdicts["colour: CER in order, of ocrmypdf-expert's at most 1.0"]


def test_the_median_of_several_runs_counts_and_the_worst_memory() -> None:
    costs = tuple(replace(COST, cpu_s=cpu_s, largest_bytes=int(cpu_s)) for cpu_s in (12, 36, 24))
    row = replace(_row("abhilekh", 0), costs=costs)
    assert row.cpu_s_a_page == 2.0
    assert row.largest_bytes == 36


def test_a_program_that_made_no_pdf_is_reported_with_its_problem() -> None:
    failed = replace(_row("ocrmypdf", 120.0), worth=None, problem="it | said no")
    found = _found(_row("abhilekh", 12.0), failed)
    assert found.ratio("colour", "ocrmypdf") is None
    assert "no PDF: it \\| said no" in as_markdown(found)
    assert as_json(found)["rows"][1]["problem"] == "it | said no"


def test_the_json_holds_every_figure_of_the_table() -> None:
    row = json.loads(json.dumps(as_json(FOUND)))["rows"][0]
    assert row["cpu_s_a_page"] == 1.0
    assert row["cer_any_order"] == 0.02
    assert row["cer_in_order"] == 0.03
    assert row["word_recall_pdfium"] == 0.98
    assert row["worker_bytes"] == 430_000_000
    assert row["pdfa"] == "2b"


def test_the_page_and_the_terminal_show_the_same_figures() -> None:
    console = Console(width=220, record=True, file=None, quiet=False)
    with console.capture() as captured:
        print_tables(FOUND, console)
    shown, page = captured.get(), as_markdown(FOUND)
    for figure in ("15.0", "2.00%", "99.00%", "76", "MISSED", "Abhilekh 0"):
        assert figure in page
    for figure in ("15.0", "2.00%", "99.00%", "76", "MISSED"):
        assert figure in shown


def test_the_whole_run_is_set_beside_recognition_alone() -> None:
    found = replace(FOUND, stages={"colour": STAGES}, scaling=Scaling(1.0, 1.9))
    verdicts = _verdicts(found)
    assert not verdicts["colour: whole pipeline / Recognize() alone"]  # 1.0 against 0.5
    assert verdicts["colour: foreground, background and levelling"]
    assert verdicts["two worker threads / one"]
    lines = stage_lines(found)
    assert [line[0] for line in lines][:1] == ["recognise, first"]
    assert ["start-up, database and the rest", "colour", "0.4000", "40.0%"] in lines
    assert as_json(found)["stages"]["colour"]["recognize_s"] == 0.5


def test_parts_that_were_not_measured_are_no_targets() -> None:
    names = _verdicts(Findings((_row("abhilekh", 12.0),), None, None, {}))
    assert not any("memory," in name or "CPU of" in name or "--help" in name for name in names)
