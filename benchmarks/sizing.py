"""``python -m benchmarks.sizing --store URL``: what a page costs a site, for docs/operations.md.

A made box is run into an S3 store through a relay that counts the bytes of the network; then the
database file and the bucket are weighed. The bucket must be empty; it is left filled.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.scans import maker
from storage.keys import RECEIVED, WORK
from storage.open import open_store

ROOT = Path(__file__).resolve().parent.parent
PIECE_BYTES = 1 << 16


@dataclass
class Relay:
    """A line to the store whose bytes are counted.

    Attributes:
        upstream: host and port of the store.
        endpoint: where to connect to instead.
        moved: bytes ``to`` and ``from`` the store.
    """

    upstream: tuple[str, int]
    endpoint: str = ""
    moved: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Takes connections while the block runs."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.endpoint = f"127.0.0.1:{door.getsockname()[1]}"
            threading.Thread(target=self._take, args=[door], daemon=True).start()
            yield

    def _take(self, door: socket.socket) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                client, _ = door.accept()
                store = socket.create_connection(self.upstream)
                for ends in ((client, store, "to"), (store, client, "from")):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE_BYTES):
                self.moved[way] += len(piece)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)


def measure(url: str, folder: Path, files: int) -> dict[str, float]:
    """Figures a page, by name with their units.

    Args:
        url: of the store, as in ``ABHILEKH_STORE_URL``.
        folder: empty; box and home are made there.
        files: physical files in the box.

    Raises:
        subprocess.CalledProcessError: the run did not end well.
    """
    truth = maker.make_box(folder / "box", seed=41, files=files)
    pages = sum(len(file.pages) for file in truth.files)
    parts = urlsplit(url)
    relay = Relay((parts.hostname or "", parts.port or 80))
    with relay.running():
        through = parts.netloc.rpartition("@")[0] + "@" + relay.endpoint
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "cli", "run", str(folder / "box" / "scans"), "--json"],
            cwd=ROOT,
            env={
                **os.environ,
                "ABHILEKH_HOME": str(folder / "home"),
                "ABHILEKH_STORE_URL": parts._replace(netloc=through).geturl(),
            },
            stdout=subprocess.DEVNULL,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    held = _held(url)
    sources = sum(path.stat().st_size for path in (folder / "box" / "scans").rglob("*.*"))
    database = sum(path.stat().st_size for path in (folder / "home").glob("abhilekh.sqlite3*"))
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "pages": pages,
        "cpu_s_a_page": cpu_s / pages,
        "scan_kb_a_page": sources / pages / 1000,
        "to_store_kb_a_page": relay.moved["to"] / pages / 1000,
        "from_store_kb_a_page": relay.moved["from"] / pages / 1000,
        "received_kb_a_page": held[RECEIVED] / pages / 1000,
        "deposited_kb_a_page": held["deposits"] / pages / 1000,
        "left_work_kb_a_page": held[WORK] / pages / 1000,
        "database_kb_a_page": database / pages / 1000,
    }


def _held(url: str) -> Counter[str]:
    """Bytes in the bucket, by what they are."""
    held: Counter[str] = Counter()
    for found in open_store(url).list():
        top = found.key.partition("/")[0] + "/"
        held[top if top in (RECEIVED, WORK) else "deposits"] += found.size_bytes
    return held


def main(arguments: list[str] | None = None) -> int:
    """Print the figures as JSON; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description=__doc__)
    parser.add_argument("--store", required=True, metavar="URL", help="an empty S3 bucket")
    parser.add_argument("--files", type=int, default=6, metavar="N", help="physical files")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.store, Path(folder), asked.files)
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
