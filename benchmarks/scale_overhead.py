"""What a page costs beside imaging: every process of a site, with the servers it leans on."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psycopg
from PIL import Image

from benchmarks.scale_fill import PAGES_A_FILE, Fill, fill
from benchmarks.servers.counted import FOLDER, counted_s
from benchmarks.servers.places import wait_until
from benchmarks.servers.postgres import Postgres, kept_postgres, running_postgres
from benchmarks.servers.rabbit import Rabbit, running_rabbit
from benchmarks.servers.site import Site
from benchmarks.servers.weed import Weed, running_weed
from benchmarks.telling import Telling, telling
from config.app import set_up_django
from config.settings import read_settings

PAGES_A_BATCH = 10_000
LEAST_PAGES = 1_000  # of fewer the first look sees too many done
LOOKS = 10  # in the course of a run; a cost that grows would show
LIMIT_MS = 15.0

DATABASE = ("synchronous_commit=on", "jit=off", "shared_buffers=512MB")


@dataclass(frozen=True)
class Load:
    """What a site is given to do.

    Attributes:
        pages: that come in; a multiple of ``PAGES_A_FILE``, from ``LEAST_PAGES``.
        s3: its store is an S3 server, not a folder.
        earlier: what its database holds already; None: nothing.
        keep: the folder of a filled database; its own open batches are closed for the time.
    """

    pages: int
    s3: bool = False
    earlier: Fill | None = None
    keep: Path | None = None


@dataclass(frozen=True)
class Spent:
    """Processor seconds of one run, by who spent them.

    Attributes:
        pages: that were settled between the two looks.
        imaging_s: PDF, checks and description, which is no overhead.
        store_s: of the S3 server; a store of its own machine, told apart from the overhead.
        earlier: pages that the database held before.
        admission_s: taking in all pages, before the first look.
    """

    pages: int
    workers_s: float
    dispatcher_s: float
    database_s: float
    broker_s: float
    imaging_s: float
    wall_s: float
    store_s: float = 0.0
    earlier: int = 0
    admission_s: float = 0.0

    @property
    def overhead_ms(self) -> float:
        """Of one page: all processes but the S3 server, without imaging."""
        everybody = self.workers_s + self.dispatcher_s + self.database_s + self.broker_s
        return 1000 * (everybody - self.imaging_s) / self.pages


def spend(load: Load) -> Spent:
    """Take scripted pages through PostgreSQL, RabbitMQ and a folder or an S3 store."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="abh-scale-")))
        database, url = _database(stack, load)
        broker = stack.enter_context(running_rabbit())
        weed = _weed(stack, folder) if load.s3 else None
        counts = folder / "counts"
        counts.mkdir()
        store = weed.url("site") if weed else f"file:{folder / 'store'}"
        site = Site(folder / "site", _settings(url, broker.url, store, counts))
        stack.callback(site.end)
        site.say("manage", "migrate")
        earlier = _earlier(url, load)
        stack.enter_context(_others_closed(url))
        told = stack.enter_context(telling(_batches(load.pages) + LOOKS + 1))
        before_s = _children_s()
        ids = _taken_in(site, folder / "box", load.pages, told)
        admission_s = _children_s() - before_s
        told.begin("starting dispatcher and worker")
        roots = {
            "dispatcher": site.start("d1", "dispatch").pid,
            "workers": site.start("w1", "worker", "--processes", "2").pid,
            **_servers(database, broker, weed),
        }
        wait_until(lambda: _settled_files(url, ids) > 0, "the first file", 600)
        _analyse(url)
        watch = _Watch(url, ids, roots, counts)
        spent = _looked_at(watch, load.pages, told)
        return replace(spent, earlier=earlier, admission_s=admission_s)


class _Watch:
    """What a site spends from now on."""

    def __init__(
        self, url: str, batches: Sequence[str], roots: Mapping[str, int], counts: Path
    ) -> None:
        self._url, self._batches, self._roots, self._counts = url, batches, roots, counts
        self._began, self.first = time.monotonic(), self.settled()
        self._before, self._imaging_s = self._spent(), counted_s(counts)

    def settled(self) -> int:
        """Files that are done."""
        return _settled_files(self._url, self._batches)

    def found(self) -> Spent:
        """Until now."""
        settled = self.settled()  # takes half a second: before the clocks are read
        times = {f"{name}_s": now - self._before[name] for name, now in self._spent().items()}
        return Spent(
            pages=(settled - self.first) * PAGES_A_FILE,
            **times,
            imaging_s=counted_s(self._counts) - self._imaging_s,
            wall_s=time.monotonic() - self._began,
        )

    def _spent(self) -> dict[str, float]:
        return {name: _tree_s(root) for name, root in self._roots.items()}


def _looked_at(watch: _Watch, pages: int, told: Telling) -> Spent:
    """What was spent in the end; tells it on the way, for a cost that grows would show."""
    files = pages // PAGES_A_FILE
    for look in range(1, LOOKS + 1):
        told.begin(f"{pages * look // LOOKS:,} of {pages:,} pages")
        aim = min(max(files * look // LOOKS, watch.first + 1), files)
        wait_until(lambda aim=aim: watch.settled() >= aim, "the files", 36_000)
        found = watch.found()
        told.note(f"  {found.overhead_ms:.1f} ms a page beside imaging until now")
    return found


def _batches(pages: int) -> int:
    return -(-pages // PAGES_A_BATCH)


def _taken_in(site: Site, box: Path, pages: int, told: Telling) -> list[str]:
    """The ids of the batches; the scans themselves lie in the store from then on."""
    dots = np.random.default_rng(9)
    ids = []
    for first in range(0, pages, PAGES_A_BATCH):
        told.begin(f"taking in {first:,} of {pages:,} pages")
        part = make_box(box / f"{first:06}", min(PAGES_A_BATCH, pages - first), dots)
        ids.append(site.submit(part))
        shutil.rmtree(part)
    return ids


def _settings(database: str, broker: str, store: str, counts: Path) -> dict[str, str]:
    return {
        "ABHILEKH_DATABASE_URL": database,
        "ABHILEKH_BROKER_URL": broker,
        "ABHILEKH_STORE_URL": store,
        "ABHILEKH_OCR_ENGINE": "benchmarks.servers.counted:imaging_apart",
        "ABHILEKH_THREADS": "2",
        FOLDER: str(counts),
    }


def _earlier(url: str, load: Load) -> int:
    """Fill in what came before; says how many pages the database holds."""
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        if load.earlier is not None:
            set_up_django(read_settings(database_url=url))
            fill(connection, load.earlier)
            connection.execute("VACUUM ANALYZE")
        if load.keep:  # else the dispatcher tidies up after thousands of batches meanwhile
            connection.execute("UPDATE records_batch SET leavings = '' WHERE leavings <> ''")
        row = connection.execute("SELECT count(*) FROM records_page").fetchone()
    return int(str(row[0])) if row else 0


@contextmanager
def _others_closed(url: str) -> Iterator[None]:
    """No batch is open that the database brought along: its scans are nowhere."""
    words = "UPDATE records_batch SET state = %s WHERE id = ANY(%s)"
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id FROM records_batch WHERE state = 'open'").fetchall()
        ids = [row[0] for row in rows]
        connection.execute(words, ("done", ids))
    try:
        yield
    finally:
        with psycopg.connect(url) as connection:
            connection.execute(words, ("open", ids))


def _database(stack: ExitStack, load: Load) -> tuple[Postgres, str]:
    """The server, kept or new, and the URL of the site's database on it."""
    if load.keep:
        server = stack.enter_context(kept_postgres(load.keep, DATABASE))
        return server, server.url("scale")
    server = stack.enter_context(running_postgres(DATABASE))
    return server, server.create("site")


def _servers(database: Postgres, broker: Rabbit, weed: Weed | None) -> dict[str, int]:
    """The first process of each server."""
    postmaster = (database.folder / "data" / "postmaster.pid").read_text().split()[0]
    found = {"database": int(postmaster), "broker": broker.process.pid if broker.process else 0}
    return {**found, "store": weed.pid} if weed else found


def _weed(stack: ExitStack, folder: Path) -> Weed:
    (folder / "weed").mkdir()
    return stack.enter_context(running_weed(folder / "weed"))


def make_box(folder: Path, pages: int, dots: np.random.Generator) -> Path:
    """Files of 40 small pages, no two alike."""
    for number in range(pages):
        place = folder / f"{number // PAGES_A_FILE:06}" / f"{number % PAGES_A_FILE:02}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        page = np.full((584, 413), 245, np.uint8)
        for top in range(60, 520, 26):
            for left, right in dots.integers(40, 340, (5, 2)):
                page[top : top + 9, min(left, right) : max(left, right)] = 20
        Image.fromarray(page).save(place, dpi=(100, 100))
    return folder


def lines(found: Iterable[Spent]) -> list[str]:
    """The table of the report."""
    made = [
        "| earlier pages | pages | overhead ms a page | workers | dispatcher | database | broker"
        " | imaging, apart | S3 server, apart | taking in | pages a second |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        parts = (
            one.workers_s - one.imaging_s, one.dispatcher_s, one.database_s, one.broker_s,
            one.imaging_s, one.store_s,
        )  # fmt: skip
        each = " | ".join(f"{1000 * part / one.pages:.1f}" for part in parts)
        made.append(
            f"| {one.earlier:,} | {one.pages:,} | {one.overhead_ms:.1f} | {each} |"
            f" {1000 * one.admission_s / one.pages:.1f} | {one.pages / one.wall_s:.0f} |"
        )
    return made


def _settled_files(url: str, batches: Sequence[str]) -> int:
    time.sleep(0.5)
    with psycopg.connect(url) as connection:
        words = "SELECT count(*) FROM records_physicalfile WHERE batch_id = ANY(%s) AND version > 0"
        row = connection.execute(words, [list(batches)]).fetchone()
    return int(row[0]) if row else 0


def _analyse(url: str) -> None:
    """What the server does by itself within a new database's first minutes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _children_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _tree_s(root: int) -> float:
    """Processor time of a process, of all below it, and of those among them that have ended."""
    parents: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            text = (place / "stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        words = text.rpartition(")")[2].split()
        parents.setdefault(int(words[1]), []).append(int(place.name))
        ticks[int(place.name)] = sum(map(int, words[11:15]))
    waiting, total = [root], 0
    while waiting:
        pid = waiting.pop()
        total += ticks.get(pid, 0)
        waiting += parents.get(pid, [])
    return total / os.sysconf("SC_CLK_TCK")
