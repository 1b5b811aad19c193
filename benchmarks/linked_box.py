"""Scanned pages to e-files, end to end: a made box is read and linked against look-alikes.

``python -m benchmarks.linked_box --files 24`` makes a box of aged scans in the typeface that
nothing was fitted on, a register that has nine in ten of its files, each among numbers that differ
by a sign, imports it, runs the program on the box as an operator does, and counts what was linked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.linking import wilson_low
from benchmarks.registers import Row, look_alike, made_rows, write_table
from benchmarks.scans.maker import make_box
from benchmarks.scans.numbers import LATIN_DIGITS
from benchmarks.scans.options import JUDGING_FACES, BoxOptions, PageOptions
from benchmarks.scans.truth import FileTruth

JUDGING_SEED = 20261125
ABSENT_EVERY = 10
LOOK_ALIKES = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A made box and its register.

    Attributes:
        scans: SOURCE.
        table: the register as CSV.
        truth: folder of the file → its computer number, None for what the register has not.
    """

    scans: Path
    table: Path
    truth: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of one file: ``right``, ``wrong``, ``shown`` (to review with the right one
    among the candidates), ``not shown``, or ``left`` (rightly linked to nothing)."""

    folder: str
    match: str
    outcome: str


def make(
    target: Path, *, seed: int, files: int, pages: tuple[int, int] = (2, 4), rows: int = 5_000
) -> Box:
    """A box in ``target`` and a register of ``rows`` rows with most of its files among them."""
    options = BoxOptions(page=PageOptions(typefaces=JUDGING_FACES), turned=0.03)
    truth = make_box(target, seed=seed, files=files, pages_per_file=pages, options=options)
    rng = np.random.default_rng((seed, 7))
    known: dict[str, str | None] = {}
    register: list[Row] = []
    others = made_rows(rng, rows)
    numbers = {file.file_number.translate(LATIN_DIGITS) for file in truth.files}
    for place, file in enumerate(truth.files):
        number = file.file_number.translate(LATIN_DIGITS)
        absent = place % ABSENT_EVERY == ABSENT_EVERY - 1
        known[file.folder] = None if absent else str(700_000 + place)
        if not absent:
            register.append(_row(file, number, str(700_000 + place)))
        for other in islice(others, LOOK_ALIKES):
            like = look_alike(rng, number)
            if like not in numbers:
                numbers.add(like)
                register.append(Row(f"8{len(register):06d}", like, *_matter(other)))
    register += [row for row in others if row.number not in numbers]
    order = rng.permutation(len(register))
    write_table([register[at] for at in order], target / "register.csv")
    return Box(truth.scans, target / "register.csv", known)


def outcomes(box: Box, report: Mapping[str, Any]) -> list[Linked]:
    """What ``batch show --json`` says of each file, against the truth."""
    return [
        Linked(file["source"], file["efile"]["match"], _outcome(box.truth[file["source"]], file))
        for file in report["files"]
    ]


def _outcome(truth: str | None, file: Mapping[str, Any]) -> str:
    efile = file["efile"]
    if efile["computer_number"]:
        return "right" if efile["computer_number"] == truth else "wrong"
    if truth is None:
        return "left"
    shown = [one["computer_number"] for one in efile["candidates"]]
    return "shown" if truth in shown else "not shown"


def _row(file: FileTruth, number: str, computer_number: str) -> Row:
    opened = date.fromisoformat(file.date)
    return Row(computer_number, number, file.subject, file.department, opened)


def _matter(row: Row) -> tuple[str, str, date]:
    return row.subject, row.department, row.opened


def program(home: Path, *words: str) -> dict[str, Any]:
    """Run the program to its end; its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words, "--json"],
        env={**os.environ, "ABHILEKH_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=False,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    """Make, import, run, count, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=24)
    options.add_argument("--seed", type=int, default=JUDGING_SEED, help="default: never tuned on")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        box = make(Path(folder) / "box", seed=chosen.seed, files=chosen.files)
        home = Path(folder) / "home"
        program(home, "register", "import", str(box.table))
        report = program(home, "run", str(box.scans))
        found = outcomes(box, report)
        pages = report["ledger"]["received"]
        sys.stdout.write(f"{len(found)} files, {pages} pages, seed {chosen.seed}\n")
        for outcome in ("right", "wrong", "shown", "not shown", "left"):
            of = [one.match for one in found if one.outcome == outcome]
            sys.stdout.write(f"{outcome:9} {len(of):4}  {', '.join(sorted(set(of)))}\n")
        right, wrong = (sum(one.outcome == name for one in found) for name in ("right", "wrong"))
        there = sum(truth is not None for truth in box.truth.values())
        low = wilson_low(right, right + wrong)
        sys.stdout.write(
            f"precision {right / max(right + wrong, 1):.1%} (95 % sure: above {low:.1%}), "
            f"recall {right / max(there, 1):.1%}\n"
        )


if __name__ == "__main__":
    main()
