from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ocr.pdf_cell import CellDied, CellLimits, cell, end_cells

LIMITS = CellLimits(timeout_s=5, max_memory_bytes=500_000_000)


def order(tmp_path: Path, **changes: object) -> dict[str, object]:
    told = {"source": str(tmp_path / "none.pdf"), "page": 0, "workdir": str(tmp_path),
            "max_pixels": 1000, "dpi": 72.0, "draw": ""}  # fmt: skip
    return told | changes


def test_what_breaks_inside_a_cell_is_told_outside(tmp_path: Path) -> None:
    with (
        pytest.raises(CellDied, match=r"none\.pdf"),
        cell(tmp_path, LIMITS) as line,
    ):
        line.say(order(tmp_path))
        line.hear()


def test_a_cell_that_nobody_asks_anything_ends_when_we_hang_up(tmp_path: Path) -> None:
    with cell(tmp_path, LIMITS):
        before = _forks()
        assert before
    deadline = time.monotonic() + 5
    while _forks() & before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _forks() & before


def test_a_mother_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with cell(tmp_path, LIMITS):
        mothers = _mothers()
    for pid in mothers:
        os.kill(pid, signal.SIGKILL)
    while _mothers() & mothers:
        time.sleep(0.02)
    with pytest.raises(CellDied), cell(tmp_path, LIMITS) as line:
        line.say(order(tmp_path))
        line.hear()
    assert _mothers() and not _mothers() & mothers


def test_no_process_stays_behind_after_the_end(tmp_path: Path) -> None:
    with cell(tmp_path, LIMITS):
        assert _mothers()
    end_cells()
    assert not _mothers()


def _mothers() -> set[int]:
    return _children(os.getpid())


def _forks() -> set[int]:
    return {pid for mother in _mothers() for pid in _children(mother)}


def _children(parent: int) -> set[int]:
    """Running children whose command is the cells' module."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "stat").read_text().rpartition(")")[2].split()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue  # ended meanwhile
        if int(status[1]) == parent and b"ocr.pdf_cell_inside" in command:
            found.add(int(process.name))
    return found
