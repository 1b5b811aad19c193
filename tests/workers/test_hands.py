"""Forked hands: what they raise arrives, they work side by side, and die with their worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_S = 20.0


def test_errors_come_back_with_their_class_their_words_and_their_facts(tmp_path: Path) -> None:
    away, unreadable = _told(tmp_path, "store:भोपाल", "unreadable:p1")
    assert away == {
        "class": "ServiceUnreachable",
        "what": "The store भोपाल is away.",
        "kept": "अभिलेख",
        "todo": "रुकें",
        "facts": {"place": "भोपाल"},
    }
    assert (unreadable["class"], unreadable["what"]) == (
        "InputRejected",
        "The page p1 is no picture.",
    )


def test_what_nobody_foresaw_comes_back_as_its_class_and_the_hand_works_on(tmp_path: Path) -> None:
    told = _told(tmp_path, "unforeseen:x", "unforeseen:y", "note:done")
    assert told == [{"class": "StepFailed", "what": "ZeroDivisionError"}] * 2 + [{}]
    assert (tmp_path / "done").exists()


def test_two_pieces_of_work_are_done_at_a_time_each_in_a_process_of_its_own(
    tmp_path: Path,
) -> None:
    assert _told(tmp_path, "meet:meet-first", "meet:meet-second") == [{}]
    hands = {_who(tmp_path / row) for row in ("meet-first", "meet-second")}
    assert len(hands) == 2


def test_hands_leave_when_the_worker_has_no_more_for_them(tmp_path: Path) -> None:
    _told(tmp_path, "note:one")
    assert not _alive(_who(tmp_path / "one"))


@pytest.mark.parametrize(("step", "code"), [("crash", -signal.SIGSEGV), ("leave", 70)])
def test_a_hand_that_dies_takes_worker_and_other_hands_with_it(
    tmp_path: Path, step: str, code: int
) -> None:
    worker = _worker(tmp_path, "hang:busy", f"{step}:now")
    assert _code(worker) == code
    _until(lambda: not _alive(_who(tmp_path / "busy")))


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_a_hand_that_hangs_does_not_outlive_its_worker(tmp_path: Path, sign: int) -> None:
    worker = _worker(tmp_path, "hang:one", "hang:two", "note:never")
    _until(lambda: all((tmp_path / row).exists() for row in ("one", "two")))
    worker.send_signal(sign)
    assert _code(worker) == -sign
    _until(lambda: not _alive(_who(tmp_path / "one")) and not _alive(_who(tmp_path / "two")))


NO_SECOND_FORK = """
import errno, os, sys
fork, forks = os.fork, []
def once():
    forks.append(1)
    if len(forks) > 1:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
    return fork()
os.fork = once
from workers.hands import forked
with forked({}, 2):
    pass
"""


def test_a_machine_that_lets_us_have_no_more_processes_is_told_of_and_nothing_hangs() -> None:
    command = [sys.executable, "-c", NO_SECOND_FORK]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.django_settings"},
    )
    assert "ServiceUnreachable" in ended.stderr
    assert "--threads 1" in ended.stderr


ALL_LOADED = """
import os, sys
from pathlib import Path
import cv2
from config.app import build_app, set_up_django
from config.settings import read_settings
settings = read_settings(home=Path(sys.argv[1]))
set_up_django(settings)
cv2.setNumThreads(1)
build_app(settings, holder="x").load()
files = {os.path.realpath(f"/proc/self/fd/{f}") for f in os.listdir("/proc/self/fd")}
print(len(os.listdir("/proc/self/task")), [name for name in files if ".db" in name])
"""


def test_what_is_loaded_before_the_fork_starts_no_thread_and_opens_no_database(
    tmp_path: Path,
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ALL_LOADED, tmp_path / "home"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "HOME": str(tmp_path)},
        check=True,
    )
    assert ended.stdout.split(maxsplit=1) == ["1", "[]\n"]
    assert not (tmp_path / ".cache").exists(), "nothing is kept for anybody else"


def _told(folder: Path, *orders: str) -> list[dict[str, Any]]:
    out, _ = _worker(folder, *orders).communicate(timeout=LONG_S)
    told: list[dict[str, Any]] = json.loads(out)
    return told


def _worker(folder: Path, *orders: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.workers.worker_with_hands", folder, *orders],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _code(worker: subprocess.Popen[bytes]) -> int:
    """How it ended; only then are all gone that hold its standard output."""
    worker.communicate(timeout=LONG_S)
    return worker.returncode


def _who(note: Path) -> int:
    """The hand that wrote a note."""
    return int(note.read_text() or 0)


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
