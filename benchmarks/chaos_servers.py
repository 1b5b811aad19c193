"""``python -m benchmarks.chaos_servers``: a whole site under faults, then nothing may be amiss.

Two machines with workers and two dispatchers work on real servers while processes are killed,
the broker is killed, wiped and frozen, the database restarted and taken away, and messages are
sent twice and at random. In the end every page must be deposited exactly once.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.box_to_break import make_box_to_break
from benchmarks.servers.faults import Running, kinds
from benchmarks.servers.networks import machine_apart
from benchmarks.servers.places import wait_until
from benchmarks.servers.postgres import running_postgres
from benchmarks.servers.rabbit import running_rabbit
from benchmarks.servers.redis import running_redis
from benchmarks.servers.site import Site
from benchmarks.servers.weed import Weed, running_weed
from storage.keys import PROBE, WORK
from storage.open import open_store
from storage.store import ObjectStore

RESUMED_WITHIN_S = 60.0
SETTLED_WITHIN_S = 1200.0


@dataclass(frozen=True)
class Asked:
    """How a site is to be tried.

    Attributes:
        faults: how many; every kind once, the rest drawn.
        pages: scans in the box.
        broker: ``rabbitmq`` or ``redis``.
        store: ``folder``, or ``s3``: a server, which is killed and frozen too.
        pause_s: longest pause between two faults.
        engine: ``scripted``, or ``real``: pages are read as they are at a site.
        apart: the second machine has a network of its own, which is cut.
        long_s: once each, broker and database are away for so long.
    """

    faults: int = 100
    pages: int = 300
    seed: int = 30
    broker: str = "rabbitmq"
    store: str = "folder"
    pause_s: float = 4.0
    engine: str = "scripted"
    apart: bool = False
    long_s: tuple[float, float] | None = None


@dataclass(frozen=True)
class Endured:
    """What came of it: faults by name, the longest time until work went on, what is amiss."""

    faults: Counter[str]
    longest_s: float
    problems: tuple[str, ...]


def endure(asked: Asked, folder: Path, told: Callable[[str], None] = print) -> Endured:
    """Run a site on a box below ``folder`` through all faults, then look at what it deposited."""
    source = make_box_to_break(folder / "box", pages=asked.pages, seed=asked.seed, small=True)
    brokers = {"rabbitmq": running_rabbit, "redis": running_redis}
    with ExitStack() as stack:
        database = stack.enter_context(running_postgres())
        broker = stack.enter_context(brokers[asked.broker]())
        url = database.create("site")
        weed = _weed(stack, folder) if asked.store == "s3" else None
        store_url = weed.url("site") if weed else f"file:{folder / 'store'}"
        site = Site(folder, _settings(asked, url, broker.url, store_url))
        stack.callback(site.end)
        running = Running(site, database, broker, url, random.Random(asked.seed), store=weed)
        running.long_s = asked.long_s
        if asked.apart:
            ports = (database.port, broker.port)
            running.apart = stack.enter_context(machine_apart(ports))
        code, _, err = site.say("manage", "migrate")
        if code:
            raise RuntimeError(err)
        batch = site.submit(source)
        running.begin()
        faults, longest_s = _strike(running, asked, told)
        told("waiting until all is settled")
        wait_until(lambda: _settled(running), "the batch", SETTLED_WITHIN_S)
        time.sleep(2)  # the dispatcher sweeps what is left
        return Endured(faults, longest_s, tuple(_problems(site, batch, open_store(store_url))))


def _weed(stack: ExitStack, folder: Path) -> Weed:
    (folder / "weed").mkdir(parents=True)
    return stack.enter_context(running_weed(folder / "weed"))


def _settings(asked: Asked, database: str, broker: str, store: str) -> dict[str, str]:
    scripted = {"ABHILEKH_OCR_ENGINE": "benchmarks.servers.scripted:Scripted"}
    return {
        "ABHILEKH_DATABASE_URL": database,
        "ABHILEKH_BROKER_URL": broker,
        "ABHILEKH_STORE_URL": store,
        "ABHILEKH_THREADS": "2",
        "ABHILEKH_PAGE_TIME_LIMIT_S": "60",
        **(scripted if asked.engine == "scripted" else {}),
    }


def _strike(
    running: Running, asked: Asked, told: Callable[[str], None]
) -> tuple[Counter[str], float]:
    """Strike again and again while work remains, and see each time that it goes on."""
    known = kinds(running)
    order = [*known, *running.chance.choices(
        list(known), [weight for _, weight in known.values()], k=max(0, asked.faults - len(known))
    )]  # fmt: skip
    running.chance.shuffle(order)
    struck: Counter[str] = Counter()
    longest_s = 0.0
    for name in order[: asked.faults]:
        if _settled(running):
            told("all is settled before the last fault")
            break
        known[name][0]()
        struck[name] += 1
        ended_s, before = time.monotonic(), _events(running)
        wait_until(lambda: _goes_on(running, before), f"work after: {name}", SETTLED_WITHIN_S)  # noqa: B023
        took_s = time.monotonic() - ended_s
        longest_s = max(longest_s, took_s)
        told(f"{sum(struck.values())}: {name}, went on after {took_s:.1f} s")
        time.sleep(running.chance.uniform(0, asked.pause_s))
    return struck, longest_s


def _goes_on(running: Running, before: int) -> bool:
    running.tend()
    return _events(running) > before or _settled(running)


def _events(running: Running) -> int:
    """How much was finished so far: pages read, PDFs made, files deposited."""
    with psycopg.connect(running.url) as connection:
        words = "SELECT count(*) FROM records_ledgerevent WHERE type = ANY(%s)"
        kept = ["recognition", "creation", "accession"]
        row = connection.execute(words, (kept,)).fetchone()
    return int(row[0]) if row else 0


def _settled(running: Running) -> bool:
    running.tend()
    with psycopg.connect(running.url) as connection:
        words = "SELECT count(*) FROM records_batch WHERE state = 'open'"
        row = connection.execute(words).fetchone()
    return row == (0,)


def _problems(site: Site, batch: str, store: ObjectStore) -> list[str]:
    """Everything that is not as an undisturbed run leaves it."""
    report = site.report(batch)
    ledger = report["ledger"]
    found = []
    if ledger["pending"] or ledger["unexplained"]:
        found.append(f"the ledger does not balance: {ledger}")
    for left in ledger["excluded"]:
        if left["reason"] not in ("blank", "separator"):
            found.append(f"left out: {left}")
    for file in report["files"]:
        if not file["deposit"] or file["deposit"]["version"] != 1:
            found.append(f"{file['source']}: {file['state']}, {file['deposit']}")
    found += _masters_amiss(store, report)
    code, out, err = site.say("store", "verify", "--json")
    if code:
        found.append(f"store verify ended with {code}: {err or out[:2000]}")
    work = [left.key for left in store.list(WORK) if not left.key.startswith(PROBE)]
    if work:
        found.append(f"{len(work)} work objects are left, such as {work[0]}")
    return found


def _masters_amiss(store: ObjectStore, report: dict[str, object]) -> list[str]:
    """Every scan that came in stands once among the masters, and in one version only."""
    found = []
    wanted = Counter(
        page["source_sha256"]
        for file in report["files"]  # type: ignore[attr-defined]
        for page in {page["source"]: page for page in file["pages"]}.values()
    )
    held: Counter[str] = Counter()
    for key in [one.key for one in store.list() if one.key.endswith("/manifest.json")]:
        manifest = json.loads(store.read_bytes(key))
        objects = manifest["objects"]
        held.update(one["sha256"] for one in objects if one["role"] == "master")
        if not key.endswith("/v1/manifest.json"):
            found.append(f"a second version: {key}")
    if held != wanted:
        found.append(f"masters: {sum((held - wanted).values())} too many, "
                     f"{sum((wanted - held).values())} missing")  # fmt: skip
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing is amiss and work always went on in time, else 1."""
    given = _parser().parse_args(arguments)
    long_s = (60.0, 30.0) if given.long else None
    asked = Asked(
        given.faults, given.pages, given.seed, given.broker, given.store, given.pause_s,
        given.engine, given.apart, long_s,
    )  # fmt: skip
    folder = given.keep or Path(tempfile.mkdtemp(prefix="abhilekh-chaos-"))
    endured = endure(asked, folder, lambda words: print(words, flush=True))
    for name, count in endured.faults.most_common():
        print(f"{count:4} {name}")
    print(f"{sum(endured.faults.values())} faults; work went on within {endured.longest_s:.1f} s")
    for problem in endured.problems:
        print(f"AMISS: {problem}")
    if not endured.problems:
        print("Every page is deposited exactly once, every manifest is whole, the ledger balances.")
    return int(bool(endured.problems) or endured.longest_s > RESUMED_WITHIN_S)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos_servers",
        description="A site on real servers under faults; afterwards nothing may be amiss.",
    )
    parser.add_argument("--faults", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--pages", type=int, default=300, help="scans in the box (default 300)")
    parser.add_argument("--seed", type=int, default=30, help="box, faults and moments")
    parser.add_argument("--broker", choices=["rabbitmq", "redis"], default="rabbitmq")
    parser.add_argument("--store", choices=["folder", "s3"], default="folder")
    parser.add_argument("--pause-s", type=float, default=4.0, help="longest pause between faults")
    parser.add_argument("--engine", choices=["scripted", "real"], default="scripted")
    parser.add_argument("--apart", action="store_true", help="cut the second machine's network")
    parser.add_argument(
        "--long", action="store_true", help="broker away for 60 s and database for 30 s, once each"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work there, and leave it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
