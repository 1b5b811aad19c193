"""Runs that are killed: who is killed, at which moment, and what that moment was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import cycle, islice
from pathlib import Path

from benchmarks import processes
from benchmarks.contenders import ABHILEKH
from benchmarks.footprint import WORKER
from benchmarks.home_seen import Moment, look

LOOK_EVERY_S = 0.005
SEARCH_EVERY_S = 0.05
# Of the work that is left, divided by the kills that are left, so much may be done before the
# next one: work goes on while a blow is under way, and some must remain for the last.
PACE = 0.4
LONGEST_RUN_S = 900.0
# A row that has been tried so often is set aside when its worker dies once more. That is the
# program's own rule and has its own tests; here such a row is let through.
LAST_TRY = 3
# How long after the moment has come the blow falls, at most.
SPAN_S = {
    Moment.ADMISSION: 2.0,
    Moment.BETWEEN: 1.0,
    Moment.READING: 0.5,
    Moment.ASSEMBLY: 0.2,
    Moment.DEPOSIT: 0.03,
    Moment.MANIFEST: 0.01,
    Moment.COMMIT: 0.02,
    Moment.SWEEP: 0.005,
}
RARE = (Moment.DEPOSIT, Moment.MANIFEST, Moment.COMMIT, Moment.SWEEP)
_WANTED = (
    Moment.READING,
    Moment.ASSEMBLY,
    Moment.COMMIT,
    Moment.ADMISSION,
    Moment.READING,
    Moment.MANIFEST,
    Moment.DEPOSIT,
    Moment.READING,
    Moment.ASSEMBLY,
    Moment.SWEEP,
)


class Who(StrEnum):
    """Which processes a blow ends."""

    HAND = "hand"
    CHILD = "child"
    SUPERVISOR = "supervisor"
    ALL = "all"


SETTLED_S = 0.4  # a run on a settled box takes longer, on any machine
BELOW = (Who.HAND, Who.CHILD)  # the supervisor lives on and sees to it


@dataclass(frozen=True, slots=True)
class Plan:
    """One blow to come: at whom, at which moment if it comes, after what delay (0..1)."""

    who: Who
    moment: Moment
    delay: float


@dataclass(frozen=True, slots=True)
class Blow:
    """One blow as it fell."""

    who: Who
    wanted: Moment
    moment: Moment
    left: int


def plan_blows(kills: int, *, seed: int, who: Who | None) -> list[Plan]:
    """So many blows over all moments of a run, in an order drawn by ``seed``."""
    draw = random.Random(seed)
    moments = list(islice(cycle(_WANTED), kills))
    draw.shuffle(moments)
    return [_plan(who or draw.choice(list(Who)), moment, draw.random()) for moment in moments]


def _plan(who: Who, moment: Moment, delay: float) -> Plan:
    """There is no child yet during admission: then its own start is meant."""
    if who in BELOW and moment is Moment.ADMISSION:
        moment = Moment.BETWEEN
    return Plan(who, moment, delay)


@dataclass(slots=True)
class Run:
    """``abhilekh run`` on one source and home, started again after every death."""

    source: Path
    home: Path
    log: Path
    started: int = 0
    _now: subprocess.Popen[bytes] | None = None
    _workers: list[int] = field(default_factory=list)
    _searched: float = 0.0

    def ensure(self) -> None:
        """Start the program unless it runs."""
        if self._now is not None and self._now.poll() is None:
            return
        self.started += 1
        with self.log.open("ab") as log:
            self._now = subprocess.Popen(
                [ABHILEKH, "run", self.source, "--threads", "2"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                start_new_session=True,
            )

    def environment(self) -> dict[str, str]:
        """The variables of every process of this run; ``ABHILEKH_HOME`` tells them apart."""
        return {**os.environ, "ABHILEKH_HOME": str(self.home), "ABHILEKH_LANG": "en"}

    @property
    def pid(self) -> int:
        """The supervisor; only while it was ``ensure``\\ d."""
        if self._now is None:
            raise ValueError("no run was started")
        return self._now.pid

    @property
    def ended(self) -> bool:
        """Whether the program has come to its end."""
        return self._now is None or self._now.poll() is not None

    def finish(self) -> int:
        """Let it run to its end undisturbed; its exit code. TimeoutExpired if it hangs."""
        self.ensure()
        return self._now.wait(LONGEST_RUN_S) if self._now is not None else 0

    def finish_again(self) -> int:
        """Run once more from the beginning on what is settled; its exit code."""
        self._now = None
        return self.finish()

    def workers(self) -> list[int]:
        """Its worker processes; none while it is taking in."""
        alive = [pid for pid in self._workers if WORKER in processes.command_line(pid)]
        if not alive and time.monotonic() - self._searched > SEARCH_EVERY_S:
            family = processes.family(self.pid)
            alive = [pid for pid in family if WORKER in processes.command_line(pid)]
            self._searched = time.monotonic()
        self._workers = alive
        return alive

    def bury(self) -> None:
        """Wait for a supervisor that was killed to be gone."""
        if self._now is not None:
            self._now.wait()

    def end(self) -> None:
        """Leave nothing of it behind."""
        for pid in processes.with_environment("ABHILEKH_HOME", str(self.home)):
            _send(pid, signal.SIGKILL)
        self.bury()


def strike(run: Run, waiting: list[Plan]) -> Blow | None:
    """Wait for the next plan's moment, a rare moment of any plan, or this blow's share of work.

    Args:
        run: started if need be.
        waiting: the plans to come; the one that is carried out is taken from it.

    Returns:
        The blow as it fell; None if the run came to its end before.
    """
    run.ensure()
    until = time.monotonic() + LONGEST_RUN_S
    before = -1
    while not run.ended and time.monotonic() < until:
        seen = look(run.home, has_worker=bool(run.workers()))
        before = max(before, seen.left)
        share = PACE * before / len(waiting)
        plan = _due(waiting, seen.moment, used_up=before - seen.left >= share > 0)
        if plan is not None:
            time.sleep(plan.delay * SPAN_S.get(seen.moment, 0.5))
            blow = _blow(run, plan)
            if blow is not None:
                waiting.remove(plan)
                return blow
        time.sleep(LOOK_EVERY_S)
    return None


def _due(waiting: Sequence[Plan], moment: Moment, *, used_up: bool) -> Plan | None:
    """The plan to carry out now; rare moments are kept for when they come."""
    fitting = [plan for plan in waiting if plan.moment is moment]
    if fitting and (moment in RARE or waiting[0].moment is moment):
        return fitting[0]
    if not used_up:
        return None
    return next((plan for plan in waiting if plan.moment not in RARE), waiting[0])


def strike_blindly(run: Run, plan: Plan) -> Blow | None:
    """Kill a while after the start, whatever is being done then; for a box that is settled."""
    run.ensure()
    time.sleep(plan.delay * SETTLED_S)
    who = Who.SUPERVISOR if plan.who in BELOW else plan.who  # a settled box needs no child
    return _blow(run, replace(plan, who=who))


def _blow(run: Run, plan: Plan) -> Blow | None:
    """Hold everything still, look what is being done, kill; None if it may not be now."""
    if run.ended:
        return None
    members = processes.family(run.pid)
    for pid in members:
        _send(pid, signal.SIGSTOP)
    workers = [pid for pid in members if WORKER in processes.command_line(pid)]
    seen = look(run.home, has_worker=bool(workers))
    targets = {
        Who.HAND: workers[1:][-1:],  # the worker itself is the first
        Who.CHILD: workers,
        Who.SUPERVISOR: [run.pid],
        Who.ALL: processes.family(run.pid),
    }
    if seen.most_tries >= LAST_TRY or not targets[plan.who]:
        _let_go(members)
        return None
    for pid in targets[plan.who]:
        _send(pid, signal.SIGKILL)
    _let_go(members)
    if plan.who not in BELOW:  # a dead child is its supervisor's to see
        run.bury()
    return Blow(plan.who, plan.moment, seen.moment, seen.left)


def _let_go(members: Sequence[int]) -> None:
    for pid in members:
        _send(pid, signal.SIGCONT)


def _send(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)
