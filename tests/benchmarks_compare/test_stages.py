"""Every stage is really there, and its time is its own."""

from __future__ import annotations

import importlib
import json

import pytest

from benchmarks.components.__main__ import KEPT
from benchmarks.components.comparing import as_lines, compared
from benchmarks.stages import TIMED, Clock


@pytest.mark.parametrize(("stage", "module", "function"), TIMED)
def test_every_timed_stage_is_a_function_of_the_product(stage, module, function) -> None:
    found = importlib.import_module(module)
    for name in function.split("."):
        found = getattr(found, name)
    assert callable(found), stage


def test_a_stage_is_counted_without_the_stages_inside_it(monkeypatch) -> None:
    moments = iter([0.0, 2.0, 8.0, 9.0])  # outer begins, inner begins, inner ends, outer ends
    monkeypatch.setattr("benchmarks.stages._cpu_s", lambda: next(moments))
    clock = Clock()
    with clock.stage("outer"):
        assert clock.timed("inner", str.upper)("a") == "A"
    assert clock.spent_s == {"outer": 3.0, "inner": 6.0}


def test_a_slower_stage_is_marked_and_noise_is_not() -> None:
    kept = {"a": 1.0, "b": 1.0, "tiny": 0.001, "gone": 0.5}
    rows = {row.name: row for row in compared(kept, {"a": 1.4, "b": 1.2, "tiny": 0.01, "new": 2})}
    assert [name for name, row in rows.items() if row.slower] == ["a"]
    assert rows["tiny"].ratio is None
    assert ["a", "1.000", "1.400", "1.40×", "SLOWER"] in as_lines(list(rows.values()))
    assert ["gone", "0.500", "–", "", ""] in as_lines(list(rows.values()))


def test_the_kept_costs_are_of_stages_that_exist() -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["costs"]
    stages = {name.partition(": ")[2] for name in kept}
    others = {"recognise, first", "recognise, again", "hash and store", "Recognize() alone"}
    assert stages - others <= {stage for stage, _, _ in TIMED}
    assert {"colour: decode", "bilevel: fax coding", "grey: foreground"} <= set(kept)
