"""``python -m benchmarks.web_load``: many reviewers at once on a database of many pages.

A made database on a throw-away PostgreSQL, ``abhilekh serve`` as a site runs it, and one thread a
reviewer, each with a session of their own, who looks at the queue, opens a file and reads its
pages, with pauses in which a person reads. What is measured is how long each page takes to come.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.scale import KEPT
from benchmarks.scale_fill import PAGES_A_FILE, Fill, fill
from benchmarks.servers.places import free_port
from benchmarks.servers.postgres import kept_postgres, running_postgres
from benchmarks.web_reviewers import Asked, Crowd, drive
from config.settings import Settings, read_settings

LIMIT_S = 0.400
DEPARTMENTS = 40
READY_WITHIN_S = 60.0
NOBODY_WORKS = "redis://127.0.0.1:1/0"  # pages ask no broker; without one, serve would work too


def run(files: int, crowd: Crowd, report: Path, kept: Path | None = None) -> int:
    """Fill unless it is, serve, drive, write the report; 1 if views take too long.

    Args:
        files: of the made database.
        crowd: who comes; nobody: only fill.
        report: the file to write.
        kept: a folder whose database is used again, and filled the first time; None: a new one.
    """
    with kept_postgres(kept, KEPT) if kept else running_postgres(KEPT) as server:
        settings = read_settings(
            database_url=server.url("web"), home=server.folder / "home", broker_url=NOBODY_WORKS
        )
        full = server.folder / "full"
        if not full.exists():
            server.create("web")
        _set_up(settings)
        if not full.exists():
            _fill(settings, Fill(files, open_batches=files // 1000))
            full.touch()
        if not crowd.reviewers:
            return 0
        cookies = _sessions(crowd.reviewers)
        with _served(settings) as (port, process):
            found = drive(port, cookies, crowd)
            spent = _cpu_s(process.pid)
    told = [*_lines(found, files * PAGES_A_FILE, crowd), "", f"Server: {spent:.1f} CPU-s."]
    print("\n".join(told), flush=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(told) + "\n", encoding="utf-8")
    return int(any(one.failed or one.share(0.95) >= LIMIT_S for one in found))


def _set_up(settings: Settings) -> None:
    """The tables as this program has them."""
    from config.web_conf import session_secret, set_up_web

    settings.resolved_home.mkdir(parents=True, exist_ok=True)
    set_up_web(settings, secret=session_secret(settings))
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _fill(settings: Settings, asked: Fill) -> None:
    """Rows with departments and history; pages that wait for review have text and a picture."""
    began = time.monotonic()
    from benchmarks.web_fill import dress

    url = settings.resolved_database_url
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        fill(connection, asked)
        dress(connection, settings, departments=DEPARTMENTS)
        connection.execute("VACUUM ANALYZE")
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


def _sessions(count: int) -> list[str]:
    """Reviewers, each for a quarter of the departments, signed in: their cookies."""
    from benchmarks.web_fill import signed_in

    return signed_in(count, departments=DEPARTMENTS)


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """``abhilekh serve`` on that database, ready; ended with the block."""
    port = free_port()
    environment = {
        **os.environ,
        "ABHILEKH_HOME": str(settings.resolved_home),
        "ABHILEKH_DATABASE_URL": settings.resolved_database_url,
        "ABHILEKH_BROKER_URL": NOBODY_WORKS,
    }
    log = (settings.resolved_home / "serve.log").open("wb")
    words = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    import http.client

    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.3)
        finally:
            line.close()
    raise TimeoutError("the pages never answered; see serve.log")


def _cpu_s(pid: int) -> float:
    """User and system seconds of the process and its children. Source: proc(5), stat."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for one in [pid, *_children(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _lines(found: Sequence[Asked], pages: int, crowd: Crowd) -> list[str]:
    told = [
        f"# {crowd.reviewers} reviewers on {pages:,} pages, a look every {crowd.think_s:g} s each",
        "",
        "| page | asked | p50 ms | p95 ms | longest ms | failed | p95 within bounds |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        shown = [one.share(0.5), one.share(0.95), one.share(1.0)]
        cells = " | ".join(f"{1000 * seconds:.0f}" for seconds in shown)
        good = "yes" if one.share(0.95) < LIMIT_S and not one.failed else "NO"
        told.append(f"| {one.name} | {len(one.seconds)} | {cells} | {one.failed} | {good} |")
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything is within its bounds, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web_load", description=__doc__)
    parser.add_argument("--files", type=int, default=25_000, help="files of 40 pages")
    parser.add_argument("--reviewers", type=int, default=200, help="people at once; 0: only fill")
    parser.add_argument("--think", type=float, default=10.0, help="seconds between two looks")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they work")
    parser.add_argument("--kept", type=Path, help="folder of a database to fill once and keep")
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the report")
    parser.add_argument("--text-only", action="store_true", help="fetch no pictures of pages")
    given = parser.parse_args(arguments)
    crowd = Crowd(given.reviewers, given.think, given.seconds, not given.text_only)
    return run(given.files, crowd, given.out / "web-load.md", given.kept)


if __name__ == "__main__":
    sys.exit(main())
