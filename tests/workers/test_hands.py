"""Forked hands: what they raise arrives, they work side by side, and die with their worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from errors import InputRejected, ServiceUnreachable
from workers.hands import StepFailed, forked

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_S = 20.0


def _store_away(row: str) -> None:
    raise ServiceUnreachable("The store {place} is away.", kept="अभिलेख", todo="रुकें", place=row)


def _unreadable(row: str) -> None:
    raise InputRejected("The page {row} is no picture.", row=row)


def _unforeseen(row: str) -> None:
    raise ZeroDivisionError(row)


def test_errors_come_back_with_their_class_their_words_and_their_facts() -> None:
    with forked({"store": _store_away, "page": _unreadable}, 1) as hands:
        with pytest.raises(ServiceUnreachable) as told:
            hands.work("store", "भोपाल")
        assert told.value.what == "The store भोपाल is away."
        assert (told.value.kept, told.value.todo) == ("अभिलेख", "रुकें")
        assert told.value.facts == {"place": "भोपाल"}
        with pytest.raises(InputRejected, match="p1"):
            hands.work("page", "p1")


def test_what_nobody_foresaw_comes_back_as_its_class_and_the_hand_works_on() -> None:
    with forked({"bad": _unforeseen, "good": lambda row: None}, 1) as hands:
        with pytest.raises(StepFailed, match="ZeroDivisionError"):
            hands.work("bad", "x")
        hands.work("good", "x")


def test_two_pieces_of_work_are_done_at_a_time_each_in_a_process_of_its_own(
    tmp_path: Path,
) -> None:
    def meet(row: str) -> None:
        (tmp_path / row).write_text(str(os.getpid()))
        _until(lambda: len(list(tmp_path.iterdir())) == 2)

    with forked({"page": meet}, 2) as hands, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda row: hands.work("page", row), ("one", "two")))
    who = {path.read_text() for path in tmp_path.iterdir()}
    assert len(who) == 2
    assert str(os.getpid()) not in who


def test_hands_leave_when_the_worker_has_no_more_for_them(tmp_path: Path) -> None:
    def note(row: str) -> None:
        (tmp_path / row).write_text(str(os.getpid()))

    with forked({"page": note}, 2) as hands:
        hands.work("page", "one")
    assert not _alive(int((tmp_path / "one").read_text()))


@pytest.mark.parametrize(("step", "code"), [("crash", -signal.SIGSEGV), ("leave", 70)])
def test_a_hand_that_dies_takes_worker_and_other_hands_with_it(
    tmp_path: Path, step: str, code: int
) -> None:
    worker = _worker(tmp_path, step)
    assert worker.wait(LONG_S) == code
    _until(lambda: not _alive(_hanging(tmp_path)))


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_a_hand_that_hangs_does_not_outlive_its_worker(tmp_path: Path, sign: int) -> None:
    worker = _worker(tmp_path, "hang")
    _until(lambda: (tmp_path / "seen").exists() and _hanging(tmp_path) > 0)
    worker.send_signal(sign)
    assert worker.wait(LONG_S) == -sign
    _until(lambda: not _alive(_hanging(tmp_path)))


def _worker(folder: Path, step: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.workers.worker_with_hands", step, folder / "seen"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )


def _hanging(folder: Path) -> int:
    """The hand that was first to hang."""
    return int((folder / "seen").read_text().split("\n")[0] or 0)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
