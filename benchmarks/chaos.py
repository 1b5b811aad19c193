"""``python -m benchmarks.chaos``: kill -9 at many moments of a run, then nothing may be amiss.

A box is run once without disturbance and once more in another home, where the worker, its
supervisor or both are killed again and again and the same command is typed again each time.
Both homes must then hold the same.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.box_to_break import make_box_to_break
from benchmarks.sameness import held_in, problems
from benchmarks.striking import Blow, Plan, Run, Who, plan_blows, strike, strike_blindly
from benchmarks.telling import telling
from errors import AbhilekhError

SEED = 30
FEWEST_PAGES = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """How a box is to be broken.

    Attributes:
        kills: how often something is killed.
        pages: scans in the box.
        seed: contents of the box, moments and victims.
        small: small pages that are quickly read.
        who: whom to kill; None draws for each blow.
    """

    kills: int = 30
    pages: int = 30
    seed: int = SEED
    small: bool = False
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Endured:
    """What came of it."""

    blows: tuple[Blow, ...]
    runs: int
    problems: tuple[str, ...]


def endure(asked: Asked, folder: Path, told: Callable[[str], None] = print) -> Endured:
    """Make the box below ``folder``, run it in peace, run it under blows, compare.

    Raises:
        subprocess.TimeoutExpired: a run does not come to its end.
    """
    told(f"making {asked.pages} scans")
    source = make_box_to_break(
        folder / "box", pages=asked.pages, seed=asked.seed, small=asked.small
    )
    told("an undisturbed run")
    in_peace = Run(source, folder / "undisturbed", folder / "undisturbed.log")
    struck = Run(source, folder / "killed", folder / "killed.log")
    try:
        code_in_peace = in_peace.finish()
        undisturbed = held_in(in_peace.home)
        blows = _beat(struck, plan_blows(asked.kills, seed=asked.seed, who=asked.who), told)
        told("a last run to the end")
        struck.finish()
        code = struck.finish_again()
        found = problems(held_in(struck.home), undisturbed)
    finally:
        in_peace.end()
        struck.end()
    found += [f"undisturbed: {problem}" for problem in problems(undisturbed, undisturbed)]
    if code != code_in_peace:
        found.append(f"the last run ended with code {code}, the undisturbed with {code_in_peace}")
    if len(blows) != asked.kills:
        found.append(f"only {len(blows)} of {asked.kills} kills were struck")
    return Endured(tuple(blows), struck.started, tuple(found))


def _beat(run: Run, plans: Sequence[Plan], told: Callable[[str], None]) -> list[Blow]:
    waiting, blows = list(plans), []
    while waiting:
        blow = strike(run, waiting)
        if blow is None:  # the run was over before: kill one on the settled box
            blow = strike_blindly(run, waiting[0])
            waiting = waiting[1:] if blow else waiting
        if blow:
            told(f"killed {blow.who} at {blow.moment} (wanted {blow.wanted}), {blow.left} to do")
            blows.append(blow)
    return blows


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when both homes hold the same, 1 with what is amiss, else the error's own code."""
    given = _parser().parse_args(arguments)
    who = None if given.what == "mixed" else Who(given.what)
    asked = Asked(given.kills, max(FEWEST_PAGES, given.pages), given.seed, given.small, who)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="abhilekh-chaos-"))
    try:
        with telling(asked.kills + 3) as told:
            endured = endure(asked, folder, told.begin)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    code = _report(endured, folder)
    if code == 0 and given.keep is None:
        shutil.rmtree(folder)
    return code


def _report(endured: Endured, folder: Path) -> int:
    for name, count in (
        ("victims", Counter(str(blow.who) for blow in endured.blows)),
        ("moments", Counter(str(blow.moment) for blow in endured.blows)),
    ):
        print(f"{name}: " + ", ".join(f"{what} {times}" for what, times in count.most_common()))
    print(f"{len(endured.blows)} kills in {endured.runs} runs")
    if not endured.problems:
        print("Both homes hold the same; the ledger balances; nothing is left behind.")
        return 0
    print(f"AMISS ({len(endured.problems)}):")
    for problem in endured.problems:
        print(f"  {problem}")
    print(f"Both homes and their logs are kept in {folder}")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos",
        description="Kill runs at many moments; afterwards nothing may be lost, twice or changed.",
        epilog="Example: python -m benchmarks.chaos --kills 30 --pages 30 --seed 4",
    )
    parser.add_argument("--kills", type=int, default=30, help="how often (default 30)")
    parser.add_argument("--pages", type=int, default=30, help="scans in the box (default 30)")
    parser.add_argument("--seed", type=int, default=SEED, help="box, moments and victims")
    parser.add_argument("--small", action="store_true", help="small pages, quickly read")
    parser.add_argument(
        "--what", choices=["mixed", *Who], default="mixed", help="whom to kill (default mixed)"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work there, and leave it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
