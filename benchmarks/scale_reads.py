"""How long the questions take that people and the dispatcher ask, and how they are answered."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from dramatiq import Message

from config.app import build_app
from config.settings import Settings
from records import claims, due, offices, reads, review_reads
from records.models import Batch
from workers.dispatcher import Dispatcher

LIMIT_S = 0.150


@dataclass(frozen=True)
class Timed:
    """One question.

    Attributes:
        name: what is asked.
        seconds: of every time it was asked, sorted.
        cpu_s: processor time of this process and of the database's a time; the rest is waiting.
        plans: how the database answered each of its statements, the slowest first.
        statements: how many there are.
    """

    name: str
    seconds: tuple[float, ...]
    cpu_s: float
    plans: tuple[str, ...]
    statements: int

    @property
    def p95_s(self) -> float:
        """95 of 100 answers came within this time."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * 0.95))]


class Nowhere:
    """A broker that takes everything and keeps nothing."""

    loses = False
    full = False

    def waiting(self, queue: str) -> int:
        return 200 if self.full else 0

    def room(self, queue: str) -> int:
        return 200

    def send(self, message: Message[None]) -> None:
        return None


def timed_reads(settings: Settings, *, times: int, seed: int = 4) -> list[Timed]:
    """Ask everything ``times`` times, of batches drawn at random."""
    chance = random.Random(seed)
    ids = list(Batch.objects.order_by("pk").values_list("pk", flat=True))
    shown = [chance.choice(ids) for _ in range(times)]
    names = [f"office-{chance.randrange(50)}" for _ in range(times)]
    nowhere = Nowhere()
    dispatcher = Dispatcher(build_app(settings, holder="bench"), nowhere)

    def report(turn: int) -> None:
        reads.batch_report(Batch.objects.get(pk=shown[turn]))

    def round_of_dispatcher(_turn: int) -> None:
        nowhere.full = False
        dispatcher.publish_due()

    def idle_round(_turn: int) -> None:
        nowhere.full = True
        dispatcher.publish_due()

    def forget() -> None:
        for queue in ("urgent", "bulk"):
            claims.forget_published(due.open_batches(queue))

    asked: Sequence[tuple[str, Callable[[int], Any], Callable[[], None]]] = (
        ("batch list", lambda _: reads.batches(), lambda: None),
        ("batch show", report, lambda: None),
        ("batch progress", lambda turn: reads.progress(shown[turn]), lambda: None),
        ("progress of every office", lambda _: offices.progress(), lambda: None),
        ("review queue, first page", lambda _: review_reads.queue(limit=50), lambda: None),
        (
            "review queue of one office",
            lambda turn: review_reads.queue(office=names[turn], limit=50),
            lambda: None,
        ),
        ("dispatcher round, 400 messages", round_of_dispatcher, forget),
        ("dispatcher round, queues full", idle_round, lambda: None),
    )
    return [_timed(name, ask, after, times) for name, ask, after in asked]


def _timed(name: str, ask: Callable[[int], Any], after: Callable[[], None], times: int) -> Timed:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    ask(0)  # the first one warms the caches of everybody
    after()
    seconds, cpu_s = [], 0.0
    for turn in range(times):
        began, cpu_began = time.perf_counter(), _cpu_s(backend)
        ask(turn)
        seconds.append(time.perf_counter() - began)
        cpu_s += _cpu_s(backend) - cpu_began
        after()
    with CaptureQueriesContext(connection) as seen:
        ask(0)
    statements = sorted(seen.captured_queries, key=lambda query: -float(query["time"]))
    plans = tuple(_plan(query["sql"]) for query in statements[:3])
    after()
    return Timed(name, tuple(sorted(seconds)), cpu_s / times, plans, len(statements))


def _cpu_s(backend: int) -> float:
    """Processor time of this process and of the database's process that serves it."""
    words = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _plan(statement: str) -> str:
    if not statement.lstrip().upper().startswith(("SELECT", "UPDATE")):
        return statement[:200]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        lines = "\n".join(line[:160] for (line,) in cursor.fetchall())
    return f"{statement[:300]}\n{lines}"
