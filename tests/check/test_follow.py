"""Following a folder while a scanner fills it, slowly and in bursts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.scans import defects
from pipeline import follow
from pipeline.check import CheckListener, CheckOptions, CheckOutcome
from pipeline.check_sheets import Checked
from tests.check.sheets import made, written

LONG_S = 60.0


class Watch:
    """A watch in a thread of its own, with everything that it told."""

    def __init__(self, source: Path) -> None:
        self.told: list[tuple[str, str, str]] = []  # what, name, verdict
        self.stop = threading.Event()
        self.outcome: CheckOutcome | None = None
        self._source = source
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        listener = CheckListener(
            on_sheet=lambda one: self._tell("told", one),
            on_withdrawn=lambda one: self._tell("withdrawn", one),
            stop=self.stop,
        )
        options = CheckOptions(threads=1)
        self.outcome = follow.run(self._source, options=options, listener=listener, every_s=0.1)

    def _tell(self, what: str, one: Checked) -> None:
        self.told.append((what, one.sheet.source, one.verdict))

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(LONG_S)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to be told."""
        end = time.monotonic() + LONG_S
        while not true():
            assert time.monotonic() < end, self.told
            assert self._thread.is_alive()
            time.sleep(0.02)


@pytest.fixture(autouse=True)
def _settles_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "SETTLED_S", 0.3)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    (tmp_path / "scans").mkdir()
    with Watch(tmp_path / "scans") as started:
        yield started


def test_a_file_that_grows_slowly_is_judged_once_and_whole(tmp_path: Path, watch: Watch) -> None:
    whole = written(made().image, tmp_path / "elsewhere.jpg").read_bytes()
    with (tmp_path / "scans" / "1.jpg").open("wb") as slow:
        for start in range(0, len(whole), len(whole) // 6):
            slow.write(whole[start : start + len(whole) // 6])
            slow.flush()
            time.sleep(0.12)
    watch.until(lambda: bool(watch.told))
    time.sleep(0.6)
    assert watch.told == [("told", "1.jpg", "good")]


def test_a_copy_that_pauses_half_way_is_not_called_damaged(tmp_path: Path, watch: Watch) -> None:
    whole = written(made().image, tmp_path / "elsewhere.jpg").read_bytes()
    target = tmp_path / "scans" / "1.jpg"
    target.write_bytes(whole[: len(whole) // 2])
    time.sleep(1.2)
    assert watch.told == []
    target.write_bytes(whole)
    watch.until(lambda: bool(watch.told))
    assert watch.told == [("told", "1.jpg", "good")]


def test_a_file_that_stays_broken_is_told_in_the_end(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "PATIENCE_S", 0.8)
    (tmp_path / "scans" / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    watch.until(lambda: bool(watch.told))
    assert watch.told == [("told", "1.jpg", "again")]


def test_a_rescan_under_the_same_name_withdraws_the_verdict(tmp_path: Path, watch: Watch) -> None:
    path = tmp_path / "scans" / "नई नस्ती" / "1.png"
    written(defects.defocused(made(), 0.35), path)
    watch.until(lambda: len(watch.told) == 1)
    written(made().image, path)
    watch.until(lambda: len(watch.told) == 3)
    name = "नई नस्ती/1.png"
    assert watch.told == [
        ("told", name, "again"),
        ("withdrawn", name, "again"),
        ("told", name, "good"),
    ]


def test_a_missing_number_is_withdrawn_when_its_sheet_comes(tmp_path: Path, watch: Watch) -> None:
    scans = tmp_path / "scans"
    for number in (1, 3):
        written(made(seed=30 + number).image, scans / f"{number}.png")
    watch.until(lambda: ("told", "3.png", "again") in watch.told)
    written(made(seed=32).image, scans / "2.png")
    watch.until(lambda: ("told", "3.png", "good") in watch.told)
    assert ("withdrawn", "3.png", "again") in watch.told


def test_the_end_of_a_watch_is_the_state_of_the_table(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    written(made().image, scans / "1.png")
    with Watch(scans) as watch:
        watch.until(lambda: bool(watch.told))
        (scans / "1.png").unlink()
        watch.until(lambda: ("withdrawn", "1.png", "good") in watch.told)
        written(defects.underexposed(made(), 0.2), scans / "2.png")
        watch.until(lambda: ("told", "2.png", "again") in watch.told)
    assert watch.outcome is not None
    assert [one.sheet.source for one in watch.outcome.checked] == ["2.png"]
    assert watch.outcome.summary["again"] == 1
