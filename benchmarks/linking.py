"""How surely, and how fast, files find their e-file in a register of look-alike numbers.

``python -m benchmarks.linking`` makes a register of 100,000 rows in which most numbers have
look-alikes (a digit off, two swapped, another year, department or case head), reads 4,000 files
off it with the slips that readers make, one in ten of them a file that the register does not
have although it has its look-alikes, and counts what is linked.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.registers import Reading, Row, made_rows, readings, write_table
from config.app import build_app, migrate, prepare_home, set_up_django
from config.settings import read_settings

if TYPE_CHECKING:
    from classify.efile import Matched
    from pipeline.app import App

TUNING_SEED, JUDGING_SEED = 11, 20261125
ASKED = (
    "शासकीय भूमि पिपरिया",
    "अतिकमण",
    "11-20/",
    "राजस्व विभाग",
    "pension",
    "एफ १२-३४/१९९८",
    "200123",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the e-file it was linked to, and whether the right one is shown."""

    kind: str
    truth: str | None
    linked: str | None
    shown: bool

    @property
    def right(self) -> bool:
        """Linked, and to the right one."""
        return self.linked is not None and self.linked == self.truth


def outcome(read: Reading, found: Matched) -> Outcome:
    """The match compared with the truth."""
    linked = found.efile.computer_number if found.efile else None
    shown = read.truth in [one.efile.computer_number for one in found.ranked]
    return Outcome(read.kind, read.truth, linked, shown)


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes in Markdown, by what was wrong with the reading."""
    lines = [
        "| read with | files | linked right | linked wrong | review, right one shown | review |",
        "|---|---|---|---|---|---|",
    ]
    for kind in [*sorted({one.kind for one in outcomes}), "all"]:
        some = [one for one in outcomes if kind in (one.kind, "all")]
        linked = [one for one in some if one.linked]
        right = sum(one.right for one in linked)
        review = [one for one in some if not one.linked]
        shown = sum(one.shown for one in review)
        counts = (len(some), right, len(linked) - right, shown, len(review) - shown)
        lines.append(f"| {kind} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Precision with the lower end of its interval, and recall."""
    linked = [one for one in outcomes if one.linked]
    right = sum(one.right for one in linked)
    there = sum(one.truth is not None for one in outcomes)
    low = wilson_low(right, len(linked))
    precision, recall = right / max(len(linked), 1), right / max(there, 1)
    return f"Precision {precision:.2%} (95 % sure: above {low:.2%}), recall {recall:.2%}."


def wilson_low(right: int, of: int, z: float = 1.96) -> float:
    """Lower end of the 95 % interval of a share. Source: Wilson 1927."""
    if not of:
        return 0.0
    share = right / of
    middle = share + z * z / (2 * of)
    spread = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    return (middle - spread) / (1 + z * z / of)


def opened_app(home: Path, database_url: str | None = None) -> App:
    """An app on a home of its own, and on a database elsewhere if that is given."""
    settings = read_settings(home=home, database_url=database_url)
    prepare_home(settings)
    set_up_django(settings)
    if database_url:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    else:
        migrate()
    return build_app(settings, holder="benchmark")


def imported(app: App, rows: Sequence[Row], home: Path) -> str:
    """Import the register, unless the home has it; says what it cost."""
    from pipeline import register

    write_table(rows, home / "register.csv")
    began = time.process_time()
    done = register.run(app, home / "register.csv")["import"]
    cpu_s = time.process_time() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{done['added']:,} rows imported in {cpu_s:.0f} s CPU; peak {peak_mb} MB with the maker."
    )


def copy_rows(copies: int) -> None:
    """Let every row of the register stand ``copies`` times, each time under another number.

    For times alone: it is much quicker than making and importing that many rows.
    """
    from django.db import connection, transaction
    from django.db.models import F, Max

    from records.register import RegisterEntry, RegisterImport, RegisterWord

    same = (
        "file_number, subject, department, department_code, section, opened_on, closed_on, status,"
        " location, retention_class, imported_id"
    )
    last = RegisterEntry.objects.aggregate(last=Max("pk"))["last"]
    with transaction.atomic(), connection.cursor() as cursor:
        for copy in range(1, copies):
            cursor.execute(
                f"INSERT INTO records_registerentry (id, computer_number, number_key, {same})"
                f" SELECT id + %s, '9' || %s || computer_number, substr(number_key, 1, 1) || %s ||"
                f" substr(number_key, 2), {same} FROM records_registerentry WHERE id <= %s",
                [copy * last, str(copy), str(copy), last],
            )
            cursor.execute(
                "INSERT INTO records_registerposting (word_id, entry_id)"
                " SELECT word_id, entry_id + %s FROM records_registerposting WHERE entry_id <= %s",
                [copy * last, last],
            )
        RegisterWord.objects.update(rows=F("rows") * copies)
        RegisterImport.objects.update(added=F("added") * copies)


def found_in_ms(app: App) -> str:
    """CPU of the slowest and the mean question to ``register find``."""
    from pipeline import search

    search.run(app, "x")
    times_ms = [_cpu_ms(lambda text=text: search.run(app, text)) for text in ASKED]
    return f"register find: {np.mean(times_ms):.0f} ms CPU on average, {max(times_ms):.0f} at most."


def _cpu_ms(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return (time.process_time() - began) * 1e3


def main() -> None:
    """Make, import, read, link, count, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--files", type=int, default=4_000)
    options.add_argument("--seed", type=int, default=JUDGING_SEED, help="default: never tuned on")
    options.add_argument("--home", type=Path, help="keep the register here and use it again")
    options.add_argument("--copies", type=int, default=1, help="each row so often, for times alone")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder) / "home"
        app = opened_app(home)
        from pipeline import link
        from records import register_reads

        rng = np.random.default_rng(chosen.seed)
        every = list(made_rows(rng, chosen.rows + chosen.rows // 10))
        held_back = set(rng.permutation(len(every))[: chosen.rows // 10].tolist())
        rows = [row for at, row in enumerate(every) if at not in held_back]
        missing = [every[at] for at in sorted(held_back)]
        if not register_reads.size():
            sys.stdout.write(imported(app, rows, home) + "\n")
            copy_rows(chosen.copies)
        files = list(islice(readings(rows, missing, rng, app.rules), chosen.files))
        outcomes, times_ms = [], []
        for read in files:
            began = time.process_time()
            found = link.look_up(app.rules, read.metadata, {})
            times_ms.append((time.process_time() - began) * 1e3)
            if found is not None:
                outcomes.append(outcome(read, found))
        sys.stdout.write(
            f"{register_reads.size():,} rows, {len(files):,} files, seed {chosen.seed}\n\n"
        )
        sys.stdout.write(f"{table(outcomes)}\n\n{summary(outcomes)}\n")
        slow_ms = float(np.percentile(times_ms, 95))
        sys.stdout.write(f"{np.mean(times_ms):.1f} ms CPU a file; 95 % below {slow_ms:.1f} ms.\n")
        sys.stdout.write(found_in_ms(app) + "\n")


if __name__ == "__main__":
    main()
