"""What can go wrong at a site, done on purpose to a running one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from benchmarks.servers.networks import Apart
from benchmarks.servers.postgres import Postgres
from benchmarks.servers.rabbit import Rabbit
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site
from benchmarks.servers.weed import Weed
from errors import ServiceUnreachable

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"  # an id that no page has


@dataclass
class Running:
    """A site at work: two machines with workers, two dispatchers, and what they lean on.

    Attributes:
        away_s: how long servers stay away or frozen, at most.
        long_s: how long broker and database stay away once each; none: not at all.
        store: the S3 server, where there is one.
        apart: the network of the second machine, where it has one of its own.
        cut_s: how long that one stays cut off.
    """

    site: Site
    database: Postgres
    broker: Rabbit | Redis
    url: str
    chance: random.Random
    away_s: float = 4.0
    long_s: tuple[float, float] | None = None
    store: Weed | None = None
    apart: Apart | None = None
    cut_s: float = 45.0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self) -> None:
        """Start both dispatchers and both machines."""
        for name in ("d1", "d2", "w1", "w2"):
            self._start(name)

    def _start(self, name: str) -> None:
        words = ("dispatch",) if name.startswith("d") else ("worker", "--processes", "1")
        before = self._apart_words() if name == "w2" else ()
        self.processes[name] = self.site.start(name, *words, before=before)

    def _apart_words(self) -> tuple[str, ...]:
        if self.apart is None:
            return ()
        own = {
            "ABHILEKH_DATABASE_URL": self.apart.url(self.url, self.database.port),
            "ABHILEKH_BROKER_URL": self.apart.url(self.broker.url, self.broker.port),
        }
        return self.apart.words(own)

    def tend(self) -> None:
        """Start again what has ended by itself, as a service manager does."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                with suppress(ValueError):
                    self.site.started.remove(process)
                self._start(name)

    def kill_worker_process(self) -> None:
        """``kill -9`` of a child that works, wherever it stands."""
        found = [pid for name in ("w1", "w2") for pid in self.site.children_of(name)]
        if found:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(found), signal.SIGKILL)

    def kill_machine(self) -> None:
        """``kill -9`` of a worker with its supervisor; started again, as after a reboot."""
        self._kill_and_start(self.chance.choice(("w1", "w2")))

    def kill_dispatcher(self) -> None:
        """``kill -9`` of a dispatcher, started again."""
        self._kill_and_start(self.chance.choice(("d1", "d2")))

    def stop_machine(self) -> None:
        """A worker asked to stop in good order, in the middle of its work."""
        name = self.chance.choice(("w1", "w2"))
        with suppress(ValueError):  # it may have ended by itself
            self.site.stop(self.processes[name])
        self._start(name)

    def _kill_and_start(self, name: str) -> None:
        with suppress(ValueError):
            self.site.kill(self.processes[name])
        self._start(name)

    def kill_broker(self) -> None:
        """The broker crashes and comes back (Redis: without its messages)."""
        self.broker.kill()
        self._wait()
        self.broker.start()

    def wipe_broker(self) -> None:
        """Every message and queue is gone."""
        self.broker.wipe()

    def freeze_broker(self) -> None:
        """The broker keeps its connections and answers nothing."""
        self.broker.freeze()
        self._wait()
        self.broker.thaw()

    def kill_store(self) -> None:
        """The S3 server crashes in mid-upload and comes back."""
        if self.store is not None:
            self.store.kill()
            self._wait()
            self.store.start()

    def freeze_store(self) -> None:
        """The S3 server keeps its connections and answers nothing."""
        if self.store is not None:
            self.store.freeze()
            self._wait()
            self.store.thaw()

    def restart_database(self) -> None:
        """The database crashes in mid-transaction and comes back at once."""
        self.database.stop("immediate")
        self.database.start()

    def lose_database(self) -> None:
        """The database is away for a while."""
        self.database.stop("immediate")
        self._wait()
        self.database.start()

    def lose_broker_long(self) -> None:
        """The broker is away as long as a reboot takes."""
        self.broker.kill()
        time.sleep(self.long_s[0] if self.long_s else 0)
        self.broker.start()

    def lose_database_long(self) -> None:
        """The database is away as long as a failover takes."""
        self.database.stop("immediate")
        time.sleep(self.long_s[1] if self.long_s else 0)
        self.database.start()

    def cut_machine_off(self) -> None:
        """The second machine works on and reaches nobody; then it is back."""
        if self.apart is not None:
            self.apart.cut()
            time.sleep(self.cut_s)
            self.apart.join()

    def stray_messages(self) -> None:
        """Messages a second time, out of order, and for a page that does not exist."""
        from workers.broker import broker_told_plainly, open_broker
        from workers.messages import message

        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT id FROM records_page").fetchall()
        ids = [*(self.chance.choice(rows)[0] for _ in range(20)), NOBODY]
        with suppress(ServiceUnreachable), broker_told_plainly(self.broker.url):
            broker = open_broker(self.broker.url, [])
            for row_id in ids:
                broker.enqueue(message("bulk", "page", row_id, alone=False))
            broker.enqueue(message("bulk", "assembled", NOBODY, alone=True))
            broker.close()

    def _wait(self) -> None:
        time.sleep(self.chance.uniform(0.5, 1.0) * self.away_s)


def kinds(running: Running) -> Mapping[str, tuple[Callable[[], None], int]]:
    """Every fault by its name, with how often it is drawn beside the others."""
    found: dict[str, tuple[Callable[[], None], int]] = {
        "worker process killed": (running.kill_worker_process, 8),
        "machine killed": (running.kill_machine, 3),
        "machine stopped in good order": (running.stop_machine, 2),
        "dispatcher killed": (running.kill_dispatcher, 3),
        "broker killed": (running.kill_broker, 1),
        "broker wiped": (running.wipe_broker, 3),
        "broker frozen": (running.freeze_broker, 2),
        "database restarted": (running.restart_database, 2),
        "database away": (running.lose_database, 1),
        "stray messages": (running.stray_messages, 3),
    }
    if running.store is not None:
        found["store killed"] = (running.kill_store, 2)
        found["store frozen"] = (running.freeze_store, 1)
    if running.apart is not None:
        found["machine cut off"] = (running.cut_machine_off, 1)
    if running.long_s is not None:
        found["broker away for long"] = (running.lose_broker_long, 0)
        found["database away for long"] = (running.lose_database_long, 0)
    return found
