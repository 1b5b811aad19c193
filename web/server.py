"""The program that serves the pages: gunicorn around Django, put together from Settings."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from django.db import connections
from gunicorn.app.base import BaseApplication

from config.app import build_app
from config.endpoint import open_endpoint
from config.logs import set_up_logging
from config.settings import Settings
from config.watched import usual_parts
from config.web_conf import opened_web
from web import wiring

THREADS = 4
MOST_PROCESSES = 8
LONGEST_ANSWER_S = 120
LOOKED_AT_S = 5.0


Beside = Callable[[Settings], AbstractContextManager[None]]


def serve(settings: Settings, *, host: str, port: int, beside: Beside | None = None) -> None:
    """Answer until the process is ended; the tables are renewed first where they are ours.

    Args:
        settings: of the installation.
        host: the address to answer at.
        port: likewise.
        beside: what runs as long as the pages do, where no worker runs.

    Raises:
        AbhilekhError: home, database or rules cannot be used.
    """
    pages: Callable[[], object] = partial(_look_at_pages, settings, host, port)
    parts = {**usual_parts(settings), "pages": pages}
    with opened_web(settings), open_endpoint(settings, parts, pulse="pages"):
        embedded = settings.resolved_broker_url.startswith("embedded")
        helped = beside(settings) if beside and embedded else nullcontext()
        with helped:
            connections.close_all()  # what this thread opened must not be shared with its children
            _Server(settings, host=host, port=port).run()


def _look_at_pages(settings: Settings, host: str, port: int) -> None:
    """Ask the pages for their health, as somebody on this machine.

    Raises:
        OSError: they do not answer.
    """
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    line = http.client.HTTPConnection(near, port, timeout=LOOKED_AT_S)
    try:
        line.request("GET", "/healthz", headers={"Host": settings.web_hosts.split(",")[0].strip()})
        answer = line.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise ConnectionError(answer.status)
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        line.close()


def processes(settings: Settings) -> int:
    """How many processes answer: Python and PDFium each keep one processor busy, not more.

    SQLite has one writer at a time, so that there one process is enough.
    """
    if settings.web_processes:
        return settings.web_processes
    if settings.resolved_database_url.startswith("sqlite"):
        return 1
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


class _Server(BaseApplication):  # type: ignore[misc]
    """A few processes of a few threads each."""

    def __init__(self, settings: Settings, *, host: str, port: int) -> None:
        self._settings = settings
        self._bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn has to know."""
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": processes(self._settings),
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": LONGEST_ANSWER_S,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "abhilekh serve",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Django's application, in the process that answers."""
        from django.core.wsgi import get_wsgi_application

        set_up_logging(self._settings)
        # not the home's work folder: a run that begins clears that one
        workdir = self._settings.resolved_home / "web"
        workdir.mkdir(exist_ok=True)
        app = build_app(self._settings, holder=f"web {os.getpid()}", workdir=workdir)
        wiring.use(app, versions=self._settings.resolved_broker_url.startswith("embedded"))
        return get_wsgi_application()
