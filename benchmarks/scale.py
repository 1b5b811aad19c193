"""``python -m benchmarks.scale``: what pages cost beside imaging, and a database after years."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from benchmarks.scale_fill import PAGES_A_FILE, Fill, fill
from benchmarks.scale_overhead import LIMIT_MS, lines, spend
from benchmarks.servers.postgres import running_postgres
from config.app import set_up_django
from config.settings import Settings, read_settings

KEPT = (  # a server as a small site would run it, but for what guards against power failure
    "fsync=off", "full_page_writes=off", "shared_buffers=1GB", "work_mem=32MB",
    "maintenance_work_mem=512MB", "max_wal_size=8GB", "synchronous_commit=off", "jit=off",
)  # fmt: skip


def overhead(pages: Sequence[int], report: Path, *, s3: bool) -> int:
    """Take so many pages through a site; 1 if one costs more than its bound beside imaging."""
    found = [spend(number, s3=s3) for number in pages]
    print("\n".join(lines(found)), flush=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
    return int(any(one.overhead_ms > LIMIT_MS for one in found))


def reads(asked: Fill, times: int, report: Path) -> int:
    """Fill a database, ask it, write the report; 1 if anything takes too long."""
    with running_postgres(KEPT) as server:
        url = server.create("scale")
        settings = read_settings(database_url=url, home=server.folder / "home")
        set_up_django(settings)
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        began = time.monotonic()
        with psycopg.connect(
            url, autocommit=True, cursor_factory=psycopg.ClientCursor
        ) as connection:
            fill(connection, asked)
            connection.execute("VACUUM ANALYZE")
        print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
        return _ask(settings, asked, times, report)


def _ask(settings: Settings, asked: Fill, times: int, report: Path) -> int:
    from benchmarks.scale_reads import LIMIT_S, timed_reads

    found = timed_reads(settings, times=times)
    pages = asked.files * PAGES_A_FILE
    told = [
        f"# {pages:,} pages in {asked.files:,} files, {asked.batches:,} batches, "
        f"{asked.open_batches} of them open",
        "",
        "| question | p50 ms | p95 ms | CPU ms | statements | p95 within bounds |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        middle = one.seconds[len(one.seconds) // 2]
        told.append(
            f"| {one.name} | {middle * 1000:.0f} | {one.p95_s * 1000:.0f} |"
            f" {one.cpu_s * 1000:.0f} | {one.statements} |"
            f" {'yes' if one.p95_s < LIMIT_S else 'NO'} |"
        )
    print("\n".join(told), flush=True)
    for one in found:
        told += ["", f"## {one.name}", ""]
        told += [f"```\n{plan}\n```" for plan in one.plans]
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(told) + "\n", encoding="utf-8")
    return int(any(one.p95_s >= LIMIT_S for one in found))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything is within its bounds, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--files", type=int, default=150_000, help="files of 40 pages")
    parser.add_argument("--open", type=int, default=60, help="batches under way")
    parser.add_argument("--times", type=int, default=60, help="how often each question is asked")
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the report")
    parser.add_argument(
        "--pages",
        type=int,
        nargs="*",
        default=[2_000, 10_000],
        help="runs for the overhead",
    )
    parser.add_argument("--s3", action="store_true", help="their store is an S3 server")
    parser.add_argument("--only", choices=["reads", "overhead"], help="one half of it")
    given = parser.parse_args(arguments)
    codes = []
    if given.only != "reads":
        codes.append(overhead(given.pages, given.out / "scale-overhead.md", s3=given.s3))
    if given.only != "overhead":
        asked = Fill(given.files, given.open)
        codes.append(reads(asked, given.times, given.out / "scale-reads.md"))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
