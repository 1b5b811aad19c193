"""A throw-away RabbitMQ with everything of its own: node, ports, data, and its port mapper."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers.places import free_port, listens, own_folder, program, wait_until

BIN = "/usr/lib/rabbitmq/bin"
SMALL = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none +P 20000"


@dataclass
class Rabbit:
    """One node.

    Attributes:
        folder: data, configuration, log and the cookie of Erlang.
        port: of AMQP; stays the same when it is started again.
        inner_ports: of Erlang's distribution and of its port mapper.
    """

    folder: Path
    port: int
    inner_ports: tuple[int, int]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """What ``ABHILEKH_BROKER_URL`` takes."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it speaks AMQP."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program("rabbitmq-server", "rabbitmq-server", BIN)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._speaks, "RabbitMQ", within_s=180)

    def kill(self) -> None:
        """End it as a crash does, with everything that it started itself."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        self._end_leftovers()

    def wipe(self) -> None:
        """Delete every queue with its messages, and go on."""
        import pika

        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        channel = connection.channel()
        for queue in ("urgent", "bulk"):
            for name in (queue, f"{queue}.DQ", f"{queue}.XQ"):
                channel.queue_delete(name)
        connection.close()

    def freeze(self) -> None:
        """Keep every connection and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on where it was frozen."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, what)

    def _speaks(self) -> bool:
        import pika

        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError((self.folder / "server.log").read_text(errors="replace")[-2000:])
        if not listens(self.port):
            return False
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def _environment(self) -> dict[str, str]:
        distribution, mapper = self.inner_ports
        own = {
            "HOME": self.folder,
            "RABBITMQ_NODENAME": f"t{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": distribution,
            "ERL_EPMD_PORT": mapper,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": self.folder / "mnesia",
            "RABBITMQ_LOG_BASE": self.folder / "log",
            "RABBITMQ_PID_FILE": self.folder / "pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "RABBITMQ_CONFIG_FILE": self.folder / "rabbitmq",
            "RABBITMQ_CONF_ENV_FILE": self.folder / "no-such-file",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": SMALL,
        }
        kept = {name: value for name, value in os.environ.items() if name != "RABBITMQ_BASE"}
        return {**kept, **{name: str(value) for name, value in own.items()}}

    def _end_leftovers(self) -> None:
        """End what outlives the node: the port mapper daemon, known by the port it was given."""
        wanted = f"ERL_EPMD_PORT={self.inner_ports[1]}".encode()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ProcessLookupError):
                if wanted in (place / "environ").read_bytes().split(b"\0"):
                    os.kill(int(place.name), signal.SIGKILL)
        time.sleep(0.1)


@contextmanager
def running_rabbit() -> Iterator[Rabbit]:
    """A new node for the time of the block.

    Raises:
        ToolMissing: RabbitMQ is not installed.
    """
    program("rabbitmq-server", "rabbitmq-server", BIN)
    with own_folder("mq") as folder:
        (folder / "plugins").write_text("[].\n", encoding="ascii")
        (folder / "rabbitmq.conf").write_text("vm_memory_high_watermark.relative = 0.2\n")
        server = Rabbit(folder, free_port(), (free_port(), free_port()))
        try:
            server.start()
            yield server
        finally:
            server.kill()
