"""Sources that kill, hang or bloat the program that looks into them harm only themselves."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from errors import InputRejected, ToolMissing
from ingest import confined
from ingest.guard import GuardedProbe, guarded
from ingest.limits import Limits
from ingest.manifest import Frame
from ingest.media import JPEG, PDF, TIFF
from ingest.scan import scan
from tests.ingest.makers import LIMITS, encoded, jpeg, jpeg_pdf, picture, write

# The child looks into sources by this module's code; these stand in for native code gone wrong.
WRONG = """
import sys; sys.path.insert(0, sys.argv[1])
import ctypes, os, time
import ingest.child as child
sound = child.look
def look(path, media_type, *, file, limits):
    if "kill" in path.name: ctypes.string_at(0)
    if "hang" in path.name: time.sleep(60)
    if "spin" in path.name:
        while True: pass
    if "bloat" in path.name: hog = bytearray(3 << 30)
    if "chatter" in path.name: os.write(1, b"noise on stdout\\n")
    return sound(path, media_type, file=file, limits=limits)
child.look = look
child.main(sys.argv[3])
"""


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardedProbe]:
    monkeypatch.setattr(confined, "_CHILD", WRONG)
    with guarded(Limits(probe_time_s=1.0)) as probe:
        yield probe


def tiff(tmp_path: Path, name: str) -> Path:
    return write(tmp_path / name, encoded(picture(1), "TIFF"))


def test_pages_are_counted_in_one_child_for_many_sources(tmp_path: Path) -> None:
    with guarded(LIMITS) as probe:
        first = probe(tiff(tmp_path, "a.tif"), TIFF, file="a.tif")
        child = probe.child.process
        second = probe(write(tmp_path / "b.pdf", jpeg_pdf(jpeg())), PDF, file="b.pdf")
        assert probe.child.process is child
    assert first.frames == (Frame(0, "image"),)
    assert second.frames == (Frame(0, "scan"),)
    assert child is not None
    assert child.poll() is not None  # nothing is left running


def test_a_batch_of_jpegs_needs_no_child(tmp_path: Path) -> None:
    with guarded(LIMITS) as probe:
        probe(write(tmp_path / "a.jpg", jpeg()), JPEG, file="a.jpg")
        assert probe.child.process is None


def test_a_rejection_comes_back_word_for_word(tmp_path: Path) -> None:
    path = write(tmp_path / "एक\n.pdf", b"%PDF-1.4\n")
    with (
        guarded(LIMITS) as probe,
        pytest.raises(InputRejected, match=r"The PDF एक is damaged") as told,
    ):
        probe(path, PDF, file="एक")
    assert told.value.kept
    assert told.value.todo


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kill.tif", "broke down"),
        ("hang.tif", "within 1 seconds"),
        ("bloat.tif", "damaged"),
    ],
)
def test_the_source_that_breaks_the_child_is_rejected_and_the_next_is_read(
    tmp_path: Path, wrong: GuardedProbe, name: str, said: str
) -> None:
    with pytest.raises(InputRejected, match=said) as told:
        wrong(tiff(tmp_path, name), TIFF, file=name)
    assert told.value.todo
    assert wrong(tiff(tmp_path, "good.tif"), TIFF, file="good.tif").frames


def test_a_source_that_burns_cpu_is_ended_by_the_kernel_even_without_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "_CHILD", WRONG)
    monkeypatch.setattr(confined, "_exchange", _patient(confined._exchange))
    with (
        guarded(Limits(probe_time_s=0.5)) as probe,
        pytest.raises(InputRejected, match="broke down"),
    ):
        probe(tiff(tmp_path, "spin.tif"), TIFF, file="spin.tif")


def _patient(exchange: object) -> object:
    return lambda child, asked, _within_s: exchange(child, asked, 30.0)  # type: ignore[operator]


def test_what_a_codec_prints_is_no_answer(tmp_path: Path, wrong: GuardedProbe) -> None:
    assert wrong(tiff(tmp_path, "chatter.tif"), TIFF, file="chatter.tif").frames


def test_a_child_killed_between_two_sources_is_replaced(tmp_path: Path) -> None:
    with guarded(LIMITS) as probe:
        probe(tiff(tmp_path, "a.tif"), TIFF, file="a.tif")
        assert probe.child.process is not None
        os.kill(probe.child.process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, probe.child.process.pid, os.WEXITED | os.WNOWAIT)
        assert probe(tiff(tmp_path, "b.tif"), TIFF, file="b.tif").frames


def test_a_child_that_cannot_start_is_the_machine_s_fault_not_the_scan_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "_CHILD", "raise SystemExit(1)")
    with guarded(LIMITS) as probe, pytest.raises(ToolMissing):
        probe(tiff(tmp_path, "a.tif"), TIFF, file="a.tif")


def test_modules_in_the_working_folder_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "json.py", b"raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with guarded(LIMITS) as probe:
        assert probe(tiff(tmp_path, "a.tif"), TIFF, file="a.tif").frames


def test_scan_guards_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_CHILD", WRONG)
    for name in ("1.tif", "kill.tif", "2.tif"):
        tiff(tmp_path / "box", name)
    manifest = scan(tmp_path / "box", limits=LIMITS)
    rejected = {one.relative: one.rejected is not None for one in manifest.scans}
    assert rejected == {"1.tif": False, "2.tif": False, "kill.tif": True}
