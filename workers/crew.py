"""The workers of one machine: child processes that take work from the broker until told to stop."""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.metrics import measures
from config.settings import Settings
from errors import ServiceUnreachable
from pipeline import recover
from records import due
from records.models import new_id as new_holder
from records.outage import told_plainly
from workers import children, leavings

log = logging.getLogger("abhilekh.workers")

LOOK_EVERY_S = 0.25
OVERDUE_EVERY_S = 2.0
GRACE_S = 25.0
BORN_WELL_S = 10.0
MOST_EARLY_DEATHS = 5


@dataclass
class Member:
    """One child: its process, the name on its leases, and when it was started."""

    holder: str
    process: subprocess.Popen[bytes]
    kills: str = field(default_factory=children.out_of_memory_kills)
    born_s: float = field(default_factory=time.monotonic)
    ended_by_us: bool = False


@dataclass
class Crew:
    """Keeps ``processes`` children at work on ``queues``.

    Attributes:
        clock: the time that leases are judged by.
        owed: leases of dead children that the database could not be told of yet.
    """

    settings: Settings
    queues: Sequence[str]
    processes: int
    clock: Callable[[], datetime]
    members: list[Member] = field(default_factory=list)
    owed: list[tuple[str, bool]] = field(default_factory=list)
    early_deaths: int = 0

    def work(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        """Until ``stop`` is set; then children finish what they hold, or it is handed back.

        Args:
            stop: ends it.
            beat: called with every look, to say that this process goes round.

        Raises:
            ToolMissing, WrongUsage: no child can work here.
            ServiceUnreachable: children end again and again as soon as they are born.
        """
        look_again_s = 0.0
        try:
            while not stop.wait(LOOK_EVERY_S):
                beat()
                while len(self.members) < self.processes:
                    self.members.append(self._born())
                for member in [one for one in self.members if one.process.poll() is not None]:
                    self.members.remove(member)
                    self._bury(member)
                if time.monotonic() >= look_again_s:
                    look_again_s = time.monotonic() + OVERDUE_EVERY_S
                    self._look_at_leases()
        finally:
            self._dismiss()

    def _born(self) -> Member:
        holder = new_holder()
        leavings.note_birth(self.settings, holder)
        order = {"queues": list(self.queues), "holder": holder}
        return Member(holder, children.start(self.settings, order))

    def _bury(self, member: Member) -> None:
        """End the leases of a dead child; raise what it said, if no child can do better."""
        ended = children.ended(member.process, by_us=member.ended_by_us)
        self.owed.append((member.holder, ended.by_its_work(member.kills)))
        self._pay()
        log.warning("worker ended", extra={"facts": {"code": ended.code, "holder": member.holder}})
        if ended.told.get("outcome") == "failed":
            raise children.as_error(ended.told)
        early = time.monotonic() - member.born_s < BORN_WELL_S and ended.code > 0
        self.early_deaths = self.early_deaths + 1 if early else 0
        if self.early_deaths >= MOST_EARLY_DEATHS:
            raise children.cannot_live(self.settings, ended.code, MOST_EARLY_DEATHS)

    def _look_at_leases(self) -> None:
        """End children that hold a lease beyond its end; they hang."""
        self._pay()
        try:
            with told_plainly():
                late = due.overdue_holders(self.clock())
        except ServiceUnreachable:
            return  # the next look will tell
        for member in self.members:
            if member.holder in late:
                member.ended_by_us = True
                member.process.kill()

    def _pay(self) -> None:
        """Tell the database of the dead, as soon as it is there to be told."""
        while self.owed:
            holder, by_its_work = self.owed[0]
            try:
                with told_plainly():
                    freed = recover.after_worker_death([holder], by_its_work=by_its_work)
            except ServiceUnreachable:
                return
            for _ in range(freed):
                measures().failed("any", "worker ended", counted=by_its_work)
            leavings.clear(self.settings, holder)
            self.owed.pop(0)

    def _dismiss(self) -> None:
        """Ask all to finish; whoever takes too long is ended and its work handed back."""
        for member in self.members:
            member.process.send_signal(signal.SIGTERM)
        end_s = time.monotonic() + GRACE_S
        for member in self.members:
            try:
                member.process.wait(max(0.1, end_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.process.kill()
            children.ended(member.process, by_us=True)
            self.owed.append((member.holder, False))
        self.members.clear()
        self._pay()
