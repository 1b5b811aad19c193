"""A throw-away Redis."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers.places import free_port, listens, own_folder, program, wait_until

PASSWORD = "of-the-test"


@dataclass
class Redis:
    """One server that keeps everything in memory: killed, it has forgotten everything."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """What ``ABHILEKH_BROKER_URL`` takes."""
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [program("redis-server", "redis-server"), "--port", str(self.port)]
        words = ["--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *words, "no", "--requirepass", PASSWORD],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: listens(self.port), "Redis")

    def kill(self) -> None:
        """End it as a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def wipe(self) -> None:
        """Forget every message, and go on."""
        import redis

        client = redis.Redis.from_url(self.url)
        client.flushall()
        client.close()

    def freeze(self) -> None:
        """Keep every connection and answer nothing."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on where it was frozen."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def running_redis() -> Iterator[Redis]:
    """A new server for the time of the block.

    Raises:
        ToolMissing: Redis is not installed.
    """
    with own_folder("redis") as folder:
        server = Redis(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.kill()
