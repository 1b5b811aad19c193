"""What the endurance test takes for a loss."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import sameness
from benchmarks.sameness import Held, problems


def _object(role: str, name: str, digest: str) -> dict[str, Any]:
    return {"key": f"main/F/v1/{name}", "role": role, "sha256": digest}


REPORT: dict[str, Any] = {
    "ledger": {
        "received": 2,
        "deposited": 1,
        "in_review": 0,
        "pending": 0,
        "unexplained": 0,
        "excluded": [{"source": "a", "frame": 1, "reason": "blank"}],
    },
    "files": [
        {
            "id": "F",
            "source": "a",
            "state": "deposited",
            "metadata": {},
            "pages": [
                {"source": "a", "frame": 0, "state": "recognised"},
                {"source": "a", "frame": 1, "state": "blank"},
            ],
            "deposit": {
                "version": 1,
                "objects": [_object("access", "access.pdf", "11"), _object("manifest", "m", "99")],
            },
        }
    ],
}


@pytest.fixture
def held(tmp_path: Path) -> Callable[[], Held]:
    (tmp_path / "store/main/F/v1").mkdir(parents=True)
    (tmp_path / "work").mkdir()

    def make() -> Held:
        fixity = {"checked": 2, "damaged": 0, "findings": []}
        return Held(tmp_path, [{"id": "B"}], copy.deepcopy(REPORT), fixity)

    return make


def test_two_homes_that_hold_the_same_have_no_problems(held: Callable[[], Held]) -> None:
    other = held()
    other.report["files"][0]["deposit"]["objects"][1]["sha256"] = "when and by whom differs"
    assert problems(other, held()) == []


def test_another_hash_is_one_object_missing_and_one_too_many(held: Callable[[], Held]) -> None:
    other = held()
    other.report["files"][0]["deposit"]["objects"][0]["sha256"] = "22"
    found = problems(other, held())
    assert [problem.split(":")[0] for problem in found] == [
        "object missing 1 ×",
        "object too many 1 ×",
    ]


def test_a_page_that_stands_twice_is_seen(held: Callable[[], Held]) -> None:
    other = held()
    other.report["files"][0]["pages"] *= 2
    assert sum("page too many" in problem for problem in problems(other, held())) == 2


def test_a_ledger_out_of_balance_is_seen(held: Callable[[], Held]) -> None:
    other = held()
    other.report["ledger"]["received"] = 3
    assert any("does not balance" in problem for problem in problems(other, held()))


def test_a_second_version_is_seen(held: Callable[[], Held]) -> None:
    other = held()
    (other.home / "store/main/F/v2").mkdir()
    assert any("versions ['v1', 'v2']" in problem for problem in problems(other, held()))


def test_a_second_batch_is_seen(held: Callable[[], Held]) -> None:
    other = held()
    other.batches.append({"id": "C"})
    assert any("2 batches" in problem for problem in problems(other, held()))


@pytest.mark.parametrize(
    "place", ["work/tmp1/left.pdf", "store/work/B/P/alto", "store/.incoming/1"]
)
def test_what_is_left_behind_is_seen(held: Callable[[], Held], place: str) -> None:
    path = held().home / place
    path.parent.mkdir(parents=True)
    path.touch()
    assert len(problems(held(), held())) == 1


def test_a_left_over_process_is_seen(
    held: Callable[[], Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sameness, "TIME_TO_GO_S", 0.0)
    environment = {**os.environ, "ABHILEKH_HOME": str(held().home)}
    waiting = [sys.executable, "-c", "input()"]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, env=environment) as left:
        found = problems(held(), held())
        left.communicate(b"\n")
    assert any("processes are left over" in problem for problem in found)
