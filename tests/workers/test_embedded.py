"""The embedded run as an operator meets it: real processes, real kills."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import poison_scan, written_scan
from tests.engines import TEXT

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_S = 90.0


class Place:
    """One throw-away home and SOURCE, and the program run on them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.source = folder / "scans"
        self.limit_s = LONG_S
        self.environment: dict[str, str] = {"ABHILEKH_OCR_ENGINE": "tests.engines:ScriptedEngine"}

    def start(self, *words: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "ABHILEKH_HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=self.limit_s)
        finally:
            process.kill()
        return process.returncode, out, err

    def run_source(self) -> tuple[int, dict[str, Any], str]:
        code, out, err = self.run("run", str(self.source), "--json")
        return code, json.loads(out) if out else {}, err


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    if request.param == "postgres":
        place.environment["ABHILEKH_DATABASE_URL"] = request.getfixturevalue("postgres_database")()
    for file in ("a", "b"):
        for page in range(1, 4):
            written_scan(place.source / file / f"{page}.png", mark=page + 10 * ord(file))
    yield place
    assert not list(_children_of(place.home)), "no process is left behind"


def _children_of(home: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes()
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"ABHILEKH_HOME={home}".encode() in told and b"workers.child" in words:
            yield int(process.name)


def _states(report: Mapping[str, Any]) -> dict[str, str]:
    return {page["source"]: page["state"] for file in report["files"] for page in file["pages"]}


def test_a_run_deposits_everything_and_says_so_in_one_json_document(place: Place) -> None:
    code, report, err = place.run_source()
    assert code == 0, err
    assert report["ledger"]["received"] == 6
    assert report["ledger"]["unexplained"] == 0
    assert report["ledger"]["pending"] == 0
    assert all(file["deposit"] for file in report["files"])


def test_a_page_that_kills_the_process_is_set_aside_after_three_tries(place: Place) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:PoisonedEngine"
    poison_scan(place.source / "b" / "2x.png")
    code, report, err = place.run_source()
    assert code == 3, err
    states = _states(report)
    assert states.pop("b/2x.png") == "quarantined"
    assert set(states.values()) == {"recognised"}, "its neighbours are unharmed"
    assert report["ledger"]["unexplained"] == 0
    assert all(file["deposit"] for file in report["files"])


def test_a_page_that_hangs_is_ended_at_its_time_limit(place: Place) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:HangingEngine"
    place.environment["ABHILEKH_PAGE_TIME_LIMIT_S"] = "2"
    place.environment["ABHILEKH_MAX_TRIES"] = "1"
    poison_scan(place.source / "a" / "2x.png")
    code, report, err = place.run_source()
    assert code == 3, err
    assert _states(report)["a/2x.png"] == "quarantined"
    assert report["ledger"]["unexplained"] == 0


def test_the_child_does_not_outlive_a_killed_supervisor_and_the_next_run_goes_on(
    place: Place,
) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:HangingEngine"
    poison_scan(place.source / "a" / "0.png")
    first = place.start("run", str(place.source))
    _until(lambda: bool(list(_children_of(place.home))))
    first.kill()
    first.communicate()
    _until(lambda: not list(_children_of(place.home)))
    (place.source / "a" / "0.png").unlink()
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    code, report, err = place.run_source()
    assert code == 0, err
    assert report["ledger"]["received"] == 7, "what came in stays, though SOURCE lost it"
    assert len(json.loads(place.run("batch", "list", "--json")[1])["batches"]) == 1


def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(place: Place) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:SlowEngine"
    first = place.start("run", str(place.source))
    _until(lambda: bool(list(_children_of(place.home))))
    time.sleep(1.0)
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=LONG_S)
    assert first.returncode == 130, err
    assert "Traceback" not in out + err
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    code, report, _ = place.run_source()
    assert code == 0
    assert report["ledger"]["received"] == 6
    assert {file["deposit"]["version"] for file in report["files"]} == {1}


def _tidied(place: Place) -> int:
    """How many batches have nothing left to be tidied."""
    return _counted(place, "records_batch WHERE leavings = '' AND state = 'done'")


def _counted(place: Place, rows: str) -> int:
    """How many of these rows the database has."""
    url = place.environment.get("ABHILEKH_DATABASE_URL")
    opened = psycopg.connect(url) if url else sqlite3.connect(place.home / "abhilekh.sqlite3")
    with closing(opened) as database, closing(database.cursor()) as cursor:
        cursor.execute(f"SELECT count(*) FROM {rows}")
        found = cursor.fetchone()
    assert found is not None
    return int(found[0])


def test_a_run_that_is_stopped_leaves_the_tidying_of_others_to_the_next(place: Place) -> None:
    assert place.run_source()[0] == 0
    place.environment["ABHILEKH_SKETCH_DAYS"] = "0"  # what was kept of the first goes at once
    place.source = place.home.parent / "others"
    for page in range(1, 4):
        written_scan(place.source / "c" / f"{page}.png", mark=page + 3)
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:SlowEngine"
    stopped = place.start("run", str(place.source))
    _until(lambda: bool(list(_children_of(place.home))))
    stopped.send_signal(signal.SIGINT)
    _, err = stopped.communicate(timeout=LONG_S)
    assert (stopped.returncode, _tidied(place)) == (130, 0), err
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    assert place.run_source()[0] == 0
    assert _tidied(place) >= 1


def test_a_hand_killed_from_outside_costs_no_try(place: Place) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:SlowEngine"
    place.environment["ABHILEKH_MAX_TRIES"] = "1"
    run = place.start("run", str(place.source), "--json", "--threads", "2")
    _until(lambda: len(_hands_of(place.home)) == 2)
    _until(lambda: _counted(place, "records_page WHERE lease_holder <> ''") > 0)
    os.kill(_hands_of(place.home)[0], signal.SIGKILL)
    out, err = run.communicate(timeout=LONG_S)
    assert run.returncode == 0, err
    assert set(_states(json.loads(out)).values()) == {"recognised"}
    assert json.loads(out)["ledger"]["unexplained"] == 0


def _hands_of(home: Path) -> list[int]:
    """The processes whose parent is a worker."""
    workers = set(_children_of(home))
    return [pid for pid in workers if _parent_of(pid) in workers]


def _parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return 0


def test_a_second_run_on_the_same_home_is_refused_and_harms_nothing(place: Place) -> None:
    place.environment["ABHILEKH_OCR_ENGINE"] = "tests.engines:SlowEngine"
    first = place.start("run", str(place.source))
    _until(lambda: (place.home / "run.lock").exists())
    time.sleep(0.5)
    code, _, err = place.run("run", str(place.source))
    assert code == 5
    assert "What was kept" in err
    out, _ = first.communicate(timeout=LONG_S)
    assert first.returncode == 0, out


def test_a_read_only_home_is_said_in_three_parts(place: Place, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    place.home = blocked / "home"
    code, _, err = place.run("run", str(place.source))
    assert code == 5
    for part in ("What happened", "What was kept", "What to do"):
        assert part in err
    assert "Traceback" not in err


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 600 KB, mounted outside the folders that the test runner tidies up."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    disk = Path(tempfile.mkdtemp(prefix="abhilekh-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)
    disk.rmdir()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # whose database fills the disk
def test_a_full_disk_stops_the_run_and_more_room_lets_it_go_on(
    place: Place, small_disk: Path
) -> None:
    place.home = small_disk / "home"
    code, _, err = place.run("run", str(place.source))
    assert code == 5, err
    assert "What was kept" in err
    assert "Traceback" not in err
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    code, report, err = place.run_source()
    assert code == 0, err
    assert report["ledger"]["unexplained"] == 0


def _until(holds: Any, limit_s: float = 20.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def test_the_logs_follow_every_page_and_hold_no_word_of_it(place: Place) -> None:
    for broken in ("store", "sound"):
        if broken == "store":  # errors are logged too, and must not quote either
            (place.home / "store").mkdir(parents=True)
            (place.home / "store" / "main").write_bytes(b"in the way of every deposit")
        else:
            (place.home / "store" / "main").unlink()
        code, _, err = place.run_source()
        assert (code == 0) == (broken == "sound"), err
    written = "".join(path.read_text(encoding="utf-8") for path in (place.home / "logs").iterdir())
    for word in {word for line in TEXT for word in line.split()}:
        assert word not in written
    told = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    read = [
        line for line in told if line["event"] == "recognise" and line["outcome"] == "recognised"
    ]
    assert len({line["page"] for line in read}) == 6
    assert all(line["batch"] and line["file"] and line["seconds"] >= 0 for line in read)
    assert {line["outcome"] for line in told if line["event"] == "deposit"} <= {
        *("in_review", "deposited", "ServiceUnreachable"),
    }
    assert any(line["level"] == "error" for line in told)
