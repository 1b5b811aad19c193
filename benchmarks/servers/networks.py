"""A machine with a network of its own, which can be cut off and joined again.

The machine is a network namespace; the servers are reached through a relay on this side of its
cable. Pulled, the cable swallows what is sent without a word, as a dead switch does: both sides
find out by their own timeouts.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from errors import ToolMissing

GIVES_UP_AFTER_MS = 25_000  # as the servers' own connections do, see config.django_conf
PIECE_BYTES = 1 << 16


@dataclass(frozen=True)
class Apart:
    """One machine.

    Attributes:
        name: of its namespace.
        cable: this side's end of its cable.
        host: this side's address, where the relays listen.
    """

    name: str
    cable: str
    host: str

    def words(self, settings: Mapping[str, str]) -> tuple[str, ...]:
        """Words before a program that is to run there with ``settings`` of its own."""
        own = [f"{name}={value}" for name, value in settings.items()]
        return ("ip", "netns", "exec", self.name, "env", *own)

    def url(self, url: str, port: int) -> str:
        """``url`` of a server here, as that machine reaches it."""
        return url.replace(f"127.0.0.1:{port}", f"{self.host}:{port}")

    def cut(self) -> None:
        """Pull the cable."""
        _ip("link", "set", self.cable, "down")

    def join(self) -> None:
        """Put it in again."""
        _ip("link", "set", self.cable, "up")


@contextmanager
def machine_apart(ports: Sequence[int]) -> Iterator[Apart]:
    """A machine that reaches ``ports`` of this one.

    Raises:
        ToolMissing: this machine does not allow namespaces.
    """
    number = os.getpid() % 200 + 20
    apart = Apart(f"abhilekh-{os.getpid()}", f"abh{os.getpid()}", f"10.77.{number}.1")
    inner = f"{apart.cable}i"
    if shutil.which("ip") is None or os.geteuid() != 0:
        raise _not_allowed("ip netns needs iproute2 and the superuser")
    try:
        _ip("netns", "add", apart.name)
    except subprocess.CalledProcessError as error:
        raise _not_allowed(error.stderr.decode(errors="replace").strip()) from error
    stop = threading.Event()
    try:
        _ip("link", "add", apart.cable, "type", "veth", "peer", "name", inner)
        _ip("link", "set", inner, "netns", apart.name)
        _ip("addr", "add", f"{apart.host}/24", "dev", apart.cable)
        _ip("link", "set", apart.cable, "up")
        _ip("-n", apart.name, "addr", "add", f"10.77.{number}.2/24", "dev", inner)
        _ip("-n", apart.name, "link", "set", inner, "up")
        _ip("-n", apart.name, "link", "set", "lo", "up")
        for port in ports:
            _listen(apart.host, port, stop)
        yield apart
    finally:
        stop.set()
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", apart.cable)
        _ip("netns", "del", apart.name)


def _listen(host: str, port: int, stop: threading.Event) -> None:
    door = socket.create_server((host, port))
    door.settimeout(0.5)

    def serve() -> None:
        with door:
            while not stop.is_set():
                with suppress(TimeoutError):
                    caller, _ = door.accept()
                    threading.Thread(target=_relay, args=(caller, port), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def _relay(caller: socket.socket, port: int) -> None:
    """Carry bytes both ways until either side is gone."""
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        caller.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVES_UP_AFTER_MS)
    try:
        server = socket.create_connection(("127.0.0.1", port), timeout=10)
    except OSError:
        caller.close()
        return
    server.settimeout(None)
    caller.settimeout(None)
    there = threading.Thread(target=_carry, args=(caller, server), daemon=True)
    there.start()
    _carry(server, caller)
    there.join()
    caller.close()
    server.close()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(PIECE_BYTES):
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def _not_allowed(why: str) -> ToolMissing:
    return ToolMissing(
        "This machine allows no network of its own: {why}.",
        kept="Nothing was begun.",
        todo="Run it as root where namespaces are allowed, or leave out --apart.",
        why=why,
    )
