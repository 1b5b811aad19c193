"""``python -m benchmarks.scale``: what pages cost beside imaging, and a database after years."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from benchmarks.scale_fill import PAGES_A_FILE, Fill, fill
from benchmarks.scale_overhead import LEAST_PAGES, LIMIT_MS, Load, lines, spend
from benchmarks.servers.postgres import Postgres, kept_postgres, running_postgres
from config.app import set_up_django
from config.settings import Settings, read_settings

KEPT = (  # a server as a small site would run it, but for what guards against power failure
    "fsync=off", "full_page_writes=off", "shared_buffers=1GB", "work_mem=32MB",
    "maintenance_work_mem=512MB", "max_wal_size=2GB", "synchronous_commit=off", "jit=off",
    "wal_level=minimal", "max_wal_senders=0",
)  # fmt: skip


def overhead(loads: Sequence[Load], report: Path) -> int:
    """Take pages through a site each time; 1 if one costs more than its bound beside imaging."""
    found = [spend(load) for load in loads]
    print("\n".join(lines(found)), flush=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
    return int(any(one.overhead_ms > LIMIT_MS for one in found))


def reads(asked: Fill, times: int, report: Path, keep: Path | None) -> int:
    """Fill a database, ask it, write the report; 1 if anything takes too long.

    Args:
        asked: how much is filled in; nothing where ``keep`` holds it already.
        times: how often each question is asked.
        report: the file to write.
        keep: where the filled database stays for the next time; None: it is thrown away.
    """
    with kept_postgres(keep, KEPT) if keep else running_postgres(KEPT) as server:
        url = server.url("scale")
        settings = read_settings(database_url=url, home=server.folder / "home")
        set_up_django(settings)
        _filled(server, asked)
        return _ask(settings, asked, times, report)


def _filled(server: Postgres, asked: Fill) -> None:
    """Have the database ``scale`` filled, and its tables as the code knows them."""
    from django.core.management import call_command

    filled = server.has("scale")
    if not filled:
        server.create("scale")
    call_command("migrate", verbosity=0, interactive=False)
    if filled:
        return
    began = time.monotonic()
    with psycopg.connect(
        server.url("scale"), autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        fill(connection, asked)
        connection.execute("VACUUM ANALYZE")
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


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
        type=_pages,
        nargs="*",
        default=[2_000, 10_000],
        help=f"runs for the overhead: so many each, files of {PAGES_A_FILE}, from {LEAST_PAGES}",
    )
    parser.add_argument("--s3", action="store_true", help="their store is an S3 server")
    parser.add_argument("--only", choices=["reads", "overhead"], help="one half of it")
    parser.add_argument(
        "--earlier", type=int, nargs="*", default=[0], help="pages that the database holds before"
    )
    parser.add_argument("--keep", type=Path, help="folder where the filled database stays")
    given = parser.parse_args(arguments)
    codes = []
    if given.only != "reads":
        codes.append(overhead(_loads(given), given.out / "scale-overhead.md"))
    if given.only != "overhead":
        asked = Fill(given.files, given.open)
        codes.append(reads(asked, given.times, given.out / "scale-reads.md", given.keep))
    return max(codes)


def _pages(text: str) -> int:
    if (pages := int(text)) < LEAST_PAGES or pages % PAGES_A_FILE:
        raise argparse.ArgumentTypeError(
            f"{text}: whole files of {PAGES_A_FILE} pages, {LEAST_PAGES} pages or more"
        )
    return pages


def _loads(given: argparse.Namespace) -> list[Load]:
    """Each number of pages on each database, the kept one last, side by side in one run."""
    kept = given.keep if given.only == "overhead" else None
    return [
        load
        for pages in given.pages
        for load in (
            *(Load(pages, given.s3, _earlier(number)) for number in given.earlier),
            *([Load(pages, given.s3, keep=kept)] if kept else []),
        )
    ]


def _earlier(pages: int) -> Fill | None:
    return Fill(pages // PAGES_A_FILE, 0) if pages else None


if __name__ == "__main__":
    sys.exit(main())
