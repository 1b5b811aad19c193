"""A line to a real server that breaks as it is told to."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Fault: TypeAlias = Callable[["Line"], None]
"""Handles one request in place of the server."""


@dataclass
class Rule:
    """Which requests meet a fault.

    Attributes:
        method: such as ``PUT``.
        part: what the path with its query must contain.
        fault: what happens to them.
        times: how often; then the line is sound again.
        met: how often it has happened.
    """

    method: str
    part: str
    fault: Fault
    times: int = 1_000_000
    met: int = 0


@dataclass
class Proxy:
    """Where to connect to, the rules in force, and the requests that came by.

    Attributes:
        trouble: what writes meet after ``sound_writes`` of them; None for nothing.
    """

    endpoint: str
    upstream: str
    rules: list[Rule] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    trouble: Fault | None = None
    sound_writes: int = 0

    @property
    def writes(self) -> int:
        """How many requests came by that change something."""
        return sum(not seen.startswith(("GET", "HEAD")) for seen in self.seen)

    def fail_from(self, write: int, fault: Fault) -> None:
        """Every write from this one on meets the fault, counted from 1."""
        self.seen.clear()
        self.trouble, self.sound_writes = fault, write - 1

    def fail(self, method: str, part: str, fault: Fault, times: int = 1_000_000) -> Rule:
        rule = Rule(method, part, fault, times)
        self.rules.append(rule)
        return rule


class Line(BaseHTTPRequestHandler):
    """One connection of a client, passed on request by request."""

    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def do_ANY(self) -> None:
        self.proxy.seen.append(f"{self.command} {self.path}")
        changes = self.command not in ("GET", "HEAD")
        if changes and self.proxy.trouble and self.proxy.writes > self.proxy.sound_writes:
            self.proxy.trouble(self)
            return
        for rule in self.proxy.rules:
            if rule.met < rule.times and rule.method == self.command and rule.part in self.path:
                rule.met += 1
                rule.fault(self)
                return
        self.relay(*self.forward(self.body()))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_ANY  # noqa: N815

    def body(self, most: int | None = None) -> bytes:
        announced = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(announced if most is None else min(most, announced))

    def forward(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        line = http.client.HTTPConnection(self.proxy.upstream, timeout=30)
        line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, text in self.headers.items():
            line.putheader(name, text)
        line.endheaders(body or None)
        answer = line.getresponse()
        content = answer.read()
        line.close()
        return answer, content

    def relay(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, text)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)

    def break_off(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def answers(status: int, code: str) -> Fault:
    """The server says no, with this status and code."""

    def fault(line: Line) -> None:
        line.body()
        said = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>"
        body = b"" if line.command == "HEAD" else said.encode()
        line.send_response_only(status)
        line.send_header("Content-Type", "application/xml")
        line.send_header("Content-Length", str(len(body)))
        line.end_headers()
        line.wfile.write(body)

    return fault


def stalls(seconds: float) -> Fault:
    """The server takes its time."""

    def fault(line: Line) -> None:
        body = line.body()
        time.sleep(seconds)
        line.relay(*line.forward(body))

    return fault


def hangs(seconds: float) -> Fault:
    """The server takes its time and then does nothing."""

    def fault(line: Line) -> None:
        line.body()
        time.sleep(seconds)
        line.break_off()

    return fault


def cuts_after(size_bytes: int) -> Fault:
    """The line breaks after so many bytes of the upload."""

    def fault(line: Line) -> None:
        line.body(size_bytes)
        line.break_off()

    return fault


def loses_the_answer(line: Line) -> None:
    """The server does it, and the line breaks before it can say so."""
    line.forward(line.body())
    line.break_off()


def flips_a_byte(line: Line) -> None:
    """One byte of the upload arrives as another."""
    body = bytearray(line.body())
    if not body:
        line.break_off()
        return
    body[len(body) // 2] ^= 0x20
    line.relay(*line.forward(bytes(body)))


def pretends(line: Line) -> None:
    """The server says yes and does nothing."""
    line.body()
    line.send_response_only(204 if line.command == "DELETE" else 200)
    line.send_header("Content-Length", "0")
    line.end_headers()


@contextmanager
def proxy_to(upstream: str) -> Iterator[Proxy]:
    """A sound line to ``upstream``, until rules say otherwise."""
    handler = type("Handler", (Line,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    proxy = Proxy(f"127.0.0.1:{server.server_port}", upstream)
    handler.proxy = proxy  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
