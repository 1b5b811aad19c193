"""What it costs to import a whole register, at any size, as CSV or XLSX, on SQLite or PostgreSQL.

``python -m benchmarks.importing --rows 150000 --form xlsx`` makes the table and imports it twice,
each time in a process of its own: into an empty register, and again with nothing changed. CPU is
that of the process and of the child that unpacks a workbook; memory is the highest of each. With
``--postgres`` a throw-away server takes the rows; its own CPU is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import numpy as np

from benchmarks.registers import Row, made_rows, write_table, write_workbook

SEED = 20261125
DISTINCT = 20_000
"""So many rows are drawn; more than that repeat them under numbers of their own."""


def rows_without_end(seed: int) -> Iterator[Row]:
    """Rows of a register, drawn first, then again with other numbers and computer numbers."""
    drawn: list[Row] = []
    for row in made_rows(np.random.default_rng(seed), DISTINCT):
        drawn.append(row)
        yield row
    for round_ in count(1):
        for row in drawn:
            number = (
                f"{round_}-{row.number}" if row.number[0].isdigit() else f"{row.number}-{round_}"
            )
            computer = str(round_ * 10_000_000 + int(row.computer_number))
            yield replace(row, computer_number=computer, number=number)


def write(path: Path, rows: int, form: str) -> None:
    """A register of so many rows."""
    made = islice(rows_without_end(SEED), rows)
    (write_workbook if form == "xlsx" else write_table)(made, path)


def imported(home: Path, table: Path, database_url: str | None) -> dict[str, float]:
    """Import ``table`` in this process; what it cost and what came of it."""
    from benchmarks.linking import opened_app

    app = opened_app(home, database_url)
    from pipeline import register

    began = time.process_time()
    done = register.run(app, table)["import"]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "cpu_s": round(time.process_time() - began, 1),
        "child_cpu_s": round(children.ru_utime + children.ru_stime, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "child_peak_mb": children.ru_maxrss // 1024,
        **{name: done[name] for name in ("rows", "added", "changed", "unchanged", "skipped")},
    }


def main() -> None:
    """Make the table, import it twice, print a line of JSON each time."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=150_000)
    options.add_argument("--form", choices=["csv", "xlsx"], default="csv")
    options.add_argument("--postgres", action="store_true")
    options.add_argument("--once", action="store_true", help="do not import it again")
    options.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        home, table, url = chosen.child
        sys.stdout.write(json.dumps(imported(Path(home), Path(table), url or None)) + "\n")
        return
    from benchmarks.servers.postgres import running_postgres

    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres() if chosen.postgres else nullcontext() as server,
    ):
        table = Path(folder) / f"register.{chosen.form}"
        write(table, chosen.rows, chosen.form)
        url = server.create("register") if server else ""
        size_mb = table.stat().st_size >> 20
        sys.stdout.write(f"{chosen.rows:,} rows, {size_mb} MB {chosen.form}\n")
        command = [sys.executable, "-m", "benchmarks.importing"]
        for _ in range(1 if chosen.once else 2):
            arguments = ["--child", f"{folder}/home", str(table), url]
            subprocess.run([*command, *arguments], check=True)
        taken = sum(path.stat().st_size for path in Path(folder).glob("home/*sqlite3*"))
        sys.stdout.write(f"database {taken >> 20} MB\n")


if __name__ == "__main__":
    main()
