"""Health and figures over HTTP: ``/healthz``, ``/readyz``, ``/metrics`` of one command.

A command opens it once around its work::

    with open_endpoint(settings, parts(settings), backlog=True) as endpoint:
        while working:
            endpoint.beat()

Nothing is asked of database or store while a request waits: each part is looked at in a thread
of its own, and a request is answered with what was last seen.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.metrics import exposition, shared_figures
from config.settings import Settings
from config.watched import Watched
from errors import WrongUsage

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

SILENT_AFTER_S = 120.0
BACKLOG_EVERY_S = 15.0


class Endpoint:
    """What a command tells about itself; safe to share between threads.

    Args:
        parts: what the work needs, by name; each is called again and again and raises when the
            part cannot be used.
        pulse: the part whose answers are this process's pulse, where no loop of ours goes round.
        clock_s: a clock that only goes forward, in seconds.
    """

    def __init__(
        self,
        parts: Mapping[str, Callable[[], object]],
        *,
        pulse: str = "",
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pulse = pulse
        self._clock_s = clock_s
        self._beaten_s = clock_s()
        self.parts = {name: Watched(look, clock_s=clock_s) for name, look in parts.items()}
        self.backlog: Watched | None = None

    def beat(self) -> None:
        """Say that the command's main loop goes round; at least every two minutes."""
        self._beaten_s = self._clock_s()

    def health(self) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of ``/healthz``: does this process still go round?"""
        if self._pulse and self.parts[self._pulse].state() == "ok":
            self.beat()
        silent_s = self._clock_s() - self._beaten_s
        alive = silent_s < SILENT_AFTER_S
        return (200 if alive else 503), {"alive": alive, "silent_s": round(silent_s, 1)}

    def readiness(self) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of ``/readyz``: can work be done now, and what is in the way?"""
        parts = {name: part.state() for name, part in self.parts.items()}
        ready = all(state == "ok" for state in parts.values())
        return (200 if ready else 503), {"ready": ready, "parts": parts}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Figures of the moment, for Prometheus."""
        from prometheus_client.core import GaugeMetricFamily

        up = GaugeMetricFamily(
            "abhilekh_part_up", "Can it be used (1) or not (0).", labels=["part"]
        )
        took = GaugeMetricFamily(
            "abhilekh_part_seconds", "Time of the last look at it.", labels=["part"]
        )
        for name, part in self.parts.items():
            up.add_metric([name], float(part.state() == "ok"))
            took.add_metric([name], part.took_s)
        yield up
        yield took
        seen = self.backlog.seen if self.backlog and self.backlog.state() == "ok" else None
        for name, value in (seen or {}).items():
            yield GaugeMetricFamily(f"abhilekh_backlog_{name}", _meaning(name), value=value)


@contextmanager
def open_endpoint(
    settings: Settings,
    parts: Mapping[str, Callable[[], object]],
    *,
    pulse: str = "",
    backlog: bool = False,
) -> Iterator[Endpoint]:
    """Serve at ``ABHILEKH_METRICS_ADDRESS`` while the block runs; without it nothing is opened.

    Enter it after Django is set up and before other processes or the App are made: they keep
    their figures where this one finds them.

    Args:
        settings: the address.
        parts: see ``Endpoint``; ``config.watched.usual_parts`` gives database and store.
        pulse: see ``Endpoint``.
        backlog: tell also what waits in the whole database; for the dispatcher.

    Raises:
        WrongUsage: the address cannot be used.
    """
    endpoint = Endpoint(parts, pulse=pulse)
    if not settings.metrics_address:
        yield endpoint
        return
    host, port = _address(settings.metrics_address)
    with ExitStack() as stack:
        folder = stack.enter_context(shared_figures(settings))
        if backlog:
            endpoint.backlog = Watched(_backlog, every_s=BACKLOG_EVERY_S)
        watched = [*endpoint.parts.values(), *filter(None, [endpoint.backlog])]
        stack.enter_context(_served(endpoint, folder, (host, port)))
        for part in watched:
            stack.enter_context(part.watching())
        yield endpoint


@contextmanager
def _served(endpoint: Endpoint, folder: Path, address: tuple[str, int]) -> Iterator[None]:
    handler = type("Handler", (_Handler,), {"endpoint": endpoint, "folder": folder})
    try:
        server = ThreadingHTTPServer(address, handler)
    except OSError as error:
        raise _unusable(f"{address[0]}:{address[1]}", error.strerror or str(error)) from error
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="endpoint", daemon=True
    )
    thread.start()
    opener = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == opener:  # a child that was forked inside has no such thread to wait for
            server.shutdown()
            thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    endpoint: Endpoint
    folder: Path
    server_version = "abhilekh"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Answer one of the three paths."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._say(200, *exposition(self.folder, [self.endpoint]))
        elif path in ("/healthz", "/readyz"):
            told = self.endpoint.health() if path == "/healthz" else self.endpoint.readiness()
            body = json.dumps(told[1], ensure_ascii=False).encode()
            self._say(told[0], "application/json; charset=utf-8", body)
        else:
            self._say(404, "text/plain; charset=utf-8", b"/metrics /healthz /readyz\n")

    def _say(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Requests every few seconds are no event."""


def _backlog() -> dict[str, float]:
    from django.db import connection
    from django.utils import timezone

    from records.backlog import backlog
    from records.outage import told_plainly

    with told_plainly():
        try:
            return asdict(backlog(timezone.now()))
        finally:
            connection.close()


def _meaning(name: str) -> str:
    return f"What waits in the whole database: {name.replace('_', ' ')}."


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise _unusable(text, "it is not HOST:PORT")
    return host.strip("[]"), int(port)


def _unusable(address: str, why: str) -> WrongUsage:
    return WrongUsage(
        "Health and figures cannot be served at {address}: {why}.",
        kept="Nothing was begun.",
        todo="Set ABHILEKH_METRICS_ADDRESS to a free HOST:PORT of this machine.",
        address=address,
        why=why,
    )
