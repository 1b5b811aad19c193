"""Faults at a site of real processes and servers: nothing lost, nothing twice, and it goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from benchmarks.chaos_servers import Asked, endure
from benchmarks.servers.networks import Apart, machine_apart
from benchmarks.servers.places import wait_until
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site
from errors import ToolMissing
from tests.conftest import poison_scan, written_scan

LONG_S = 200.0


def _asked(site: Site, words: str) -> object:
    with psycopg.connect(site.settings["ABHILEKH_DATABASE_URL"]) as connection:
        row = connection.execute(words).fetchone()
    return row[0] if row else None


def _states(report: dict[str, object]) -> dict[str, str]:
    return {
        page["source"]: page["state"]
        for file in report["files"]  # type: ignore[attr-defined]
        for page in file["pages"]
    }


@pytest.mark.timeout(600)
def test_a_site_under_every_kind_of_fault_deposits_every_page_once(tmp_path: Path) -> None:
    told: list[str] = []
    asked = Asked(faults=10, pages=16, seed=5, broker="redis", pause_s=0.5)
    endured = endure(asked, tmp_path, told.append)
    assert endured.problems == (), told
    assert endured.longest_s < 60, told


def test_a_page_that_kills_the_process_each_time_is_set_aside_and_harms_no_other(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    poison_scan(box / "b" / "2x.png")
    site = make_site(redis_server, ABHILEKH_OCR_ENGINE="tests.engines:PoisonedEngine")
    batch = site.submit(box)
    site.start("office", "dispatch")
    site.start("w1", "worker")
    report = site.settled(batch, within_s=LONG_S)
    states = _states(report)
    assert states.pop("b/2x.png") == "quarantined"
    assert set(states.values()) == {"recognised"}
    told = [code for file in report["files"] for code in file["reason_codes"]]
    assert "page_quarantined" in told, "dead work stays listed until a person has looked"


def test_work_of_a_killed_machine_is_taken_up_when_its_leases_run_out(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    settings = {
        "ABHILEKH_OCR_ENGINE": "tests.engines:HangingEngine",
        "ABHILEKH_PAGE_TIME_LIMIT_S": "6",
    }
    poison_scan(box / "a" / "0.png")
    site = make_site(redis_server, **settings)
    batch = site.submit(box)
    site.start("office", "dispatch")
    lost = site.start("w1", "worker")
    held = "SELECT count(*) FROM records_page WHERE lease_holder <> '' AND source = 'a/0.png'"
    wait_until(lambda: _asked(site, held) == 1, "the page that hangs", LONG_S)
    site.kill(lost)
    wait_until(lambda: not site.children_of("w1"), "its worker processes", LONG_S)
    site.settings["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    site.start("w2", "worker")
    report = site.settled(batch, within_s=LONG_S)
    assert set(_states(report).values()) == {"recognised"}
    words = "SELECT count(*) FROM records_ledgerevent WHERE facts->>'failure' = 'lease ran out'"
    assert int(str(_asked(site, words))) >= 1


@pytest.mark.timeout(600)
def test_a_machine_cut_off_in_mid_work_is_done_without_and_works_again_when_it_is_back(
    make_site: Callable[..., Site], redis_server: Redis, box: Path, tmp_path: Path
) -> None:
    settings = {"ABHILEKH_THREADS": "1", "ABHILEKH_PAGE_TIME_LIMIT_S": "15"}
    site = make_site(redis_server, ABHILEKH_OCR_ENGINE="tests.engines:SlowEngine", **settings)
    database = site.settings["ABHILEKH_DATABASE_URL"]
    port = urlsplit(database).port or 0
    batch = site.submit(box)
    with _machine_apart((port, redis_server.port)) as machine:
        site.start("office", "dispatch")
        own = {
            "ABHILEKH_DATABASE_URL": machine.url(database, port),
            "ABHILEKH_BROKER_URL": machine.url(redis_server.url, redis_server.port),
        }
        site.start("far", "worker", before=machine.words(own))
        held = "SELECT count(*) FROM records_page WHERE lease_holder <> ''"
        wait_until(lambda: _asked(site, held) != 0, "a page in work there", LONG_S)
        machine.cut()
        site.settings["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
        near = site.start("near", "worker")
        report = site.settled(batch, within_s=LONG_S)
        assert set(_states(report).values()) == {"recognised"}
        machine.join()
        site.stop(near)
        written_scan(tmp_path / "later" / "1.png", mark=77)
        later = site.settled(site.submit(tmp_path / "later"), within_s=LONG_S)
        assert set(_states(later).values()) == {"recognised"}
    read_once = "SELECT max(n) FROM (SELECT count(*) n FROM records_ledgerevent"
    read_once += " WHERE type = 'recognition' GROUP BY page_id) counted"
    assert _asked(site, read_once) == 1, "what it brought too late was void"


@contextmanager
def _machine_apart(ports: Sequence[int]) -> Iterator[Apart]:
    with ExitStack() as stack:
        try:
            machine = stack.enter_context(machine_apart(ports))
        except ToolMissing as missing:
            pytest.skip(str(missing))
        yield machine


def test_a_worker_asked_to_stop_finishes_what_it_holds_and_burns_no_try(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    site = make_site(redis_server, ABHILEKH_OCR_ENGINE="tests.engines:SlowEngine")
    batch = site.submit(box)
    site.start("office", "dispatch")
    worker = site.start("w1", "worker")
    held = "SELECT count(*) FROM records_page WHERE lease_holder <> ''"
    wait_until(lambda: _asked(site, held) != 0, "a page in work", LONG_S)
    assert site.stop(worker) == 0
    assert _asked(site, held) == 0
    assert _asked(site, "SELECT max(tries) FROM records_page") == 0
    assert _asked(site, "SELECT count(*) FROM records_ledgerevent WHERE type = 'try failed'") == 0
    site.settings["ABHILEKH_OCR_ENGINE"] = "tests.engines:ScriptedEngine"
    site.start("w2", "worker")
    assert site.settled(batch, within_s=LONG_S)["ledger"]["unexplained"] == 0


def test_a_worker_whose_clock_is_ten_minutes_off_takes_no_lease_from_another(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    site = make_site(redis_server, ABHILEKH_THREADS="1")
    batch = site.submit(box)
    site.start("office", "dispatch")
    for name, engine in (
        ("w1", "SlowEngine"),
        ("w2", "ten_minutes_fast"),
        ("w3", "ten_minutes_slow"),
    ):
        site.settings["ABHILEKH_OCR_ENGINE"] = f"tests.engines:{engine}"
        site.start(name, "worker")
    report = site.settled(batch, within_s=LONG_S)
    assert set(_states(report).values()) == {"recognised"}
    failed = "SELECT string_agg(facts::text, ' ') FROM records_ledgerevent"
    failed += " WHERE type = 'try failed'"
    assert _asked(site, failed) is None
    read_once = "SELECT max(n) FROM (SELECT count(*) n FROM records_ledgerevent"
    read_once += " WHERE type = 'recognition' GROUP BY page_id) counted"
    assert _asked(site, read_once) == 1
    apart = "SELECT extract(epoch FROM max(at) - min(at)) FROM records_ledgerevent"
    assert float(str(_asked(site, apart))) < 500, "events bear the database's time"


def test_urgent_work_overtakes_bulk_work_that_is_queued_already(
    make_site: Callable[..., Site], redis_server: Redis, tmp_path: Path
) -> None:
    for page in range(30):
        written_scan(tmp_path / "bulk" / f"{page:02}.png", mark=page)
    written_scan(tmp_path / "court" / "1.png", mark=99)
    settings = {"ABHILEKH_OCR_ENGINE": "tests.engines:SlowEngine", "ABHILEKH_THREADS": "1"}
    site = make_site(redis_server, **settings)
    slow = site.submit(tmp_path / "bulk")
    site.start("office", "dispatch")
    site.start("w1", "worker")
    read = "SELECT count(*) FROM records_page WHERE state <> 'received'"
    wait_until(lambda: _asked(site, read) != 0, "the first page", LONG_S)
    hurried = site.submit(tmp_path / "court", "--urgent")
    site.settled(hurried, within_s=LONG_S)
    assert site.report(slow)["ledger"]["pending"] > 10


def test_a_database_that_goes_away_in_mid_work_burns_no_try(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    site = make_site(redis_server, ABHILEKH_OCR_ENGINE="tests.engines:SlowEngine")
    batch = site.submit(box)
    site.start("office", "dispatch")
    worker = site.start("w1", "worker")
    held = "SELECT count(*) FROM records_page WHERE lease_holder <> ''"
    wait_until(lambda: _asked(site, held) != 0, "a page in work", LONG_S)
    name = site.settings["ABHILEKH_DATABASE_URL"].rpartition("/")[2]
    admin = site.settings["ABHILEKH_DATABASE_URL"].replace(name, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(ended, (name,))
        time.sleep(5)
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    began_s = time.monotonic()
    report = site.settled(batch, within_s=LONG_S)
    assert time.monotonic() - began_s < 60
    assert set(_states(report).values()) == {"recognised"}
    assert worker.poll() is None, "the worker waited for the database and was not ended"
    os.kill(worker.pid, signal.SIGTERM)
