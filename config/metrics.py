"""Figures for Prometheus: kept by every process of a command, told by the one that serves them.

Processes share a folder of counters (``PROMETHEUS_MULTIPROC_DIR``), so that the figures of all
workers of a machine add up, and those of a worker that was killed stay counted.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.settings import Settings
from pipeline.measures import Measures, Unmeasured

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
WORK_BUCKETS_S = (0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10, 30, 60, 180, 600)
CALL_BUCKETS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
STATEMENTS = frozenset({"select", "insert", "update", "delete"})


@contextmanager
def shared_figures(settings: Settings) -> Iterator[Path]:
    """The folder in which this process and the ones it starts keep their figures.

    Enter it before any of them is started; it is empty at first, and gone at the end.
    """
    folder = settings.resolved_home / "metrics" / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o750, parents=True)
    before, opener = os.environ.get(FOLDER), os.getpid()
    os.environ[FOLDER] = str(folder)
    try:
        yield folder
    finally:
        if before is None:
            os.environ.pop(FOLDER, None)
        else:
            os.environ[FOLDER] = before
        if os.getpid() == opener:  # not a child that was forked inside
            shutil.rmtree(folder, ignore_errors=True)


def measures() -> Measures:
    """Where figures go in this process: nowhere, unless it or its parent serves them."""
    return _counted() if os.environ.get(FOLDER) else Unmeasured()


def exposition(folder: Path, extra: Iterable[Any] = ()) -> tuple[str, bytes]:
    """Media type and text of all figures, in the form that Prometheus reads.

    Args:
        folder: as ``shared_figures`` gave it.
        extra: collectors of the serving process itself.

    Source: Prometheus documentation, "Exposition formats".
    """
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return CONTENT_TYPE_LATEST, generate_latest(_registry(folder, extra))


def _registry(folder: Path, extra: Iterable[Any]) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    ProcessCollector(registry=registry)
    for collector in extra:
        registry.register(collector)
    return registry


@cache
def _counted() -> Measures:
    """One set of counters a process; the library makes its files when it is first imported."""
    return _Counted()


class _Counted:
    """The figures themselves; see ``pipeline.measures.Measures``."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        own = CollectorRegistry()

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"abhilekh_{name}", meaning, labels, registry=own)

        def seconds(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(
                f"abhilekh_{name}_seconds", meaning, labels, buckets=buckets, registry=own
            )

        self._settled = {
            "page": counter("pages", "Pages that came to a state.", "state"),
            "file": counter("files", "Files that came to a state.", "state"),
        }
        self._reasons = {
            "page": counter("page_reasons", "Reasons of settled pages.", "state", "reason"),
            "file": counter("file_reasons", "Reasons of settled files.", "state", "reason"),
        }
        self._failed = counter(
            "tries_failed", "Tries without a result.", "work", "failure", "counted"
        )
        self._expired = counter("leases_expired", "Work taken over from a late worker.", "work")
        self._stage = seconds("stage", "Time of one step of the work.", WORK_BUCKETS_S, "stage")
        self._store = seconds(
            "store", "Time of one call of the object store.", CALL_BUCKETS_S, "operation", "outcome"
        )
        self._database = seconds("database", "Time of one statement.", CALL_BUCKETS_S, "operation")

    def stage(self, name: str, seconds: float) -> None:
        self._stage.labels(name).observe(seconds)

    def settled(self, kind: str, state: str, reasons: Iterable[str]) -> None:
        self._settled[kind].labels(state).inc()
        for code in reasons:
            self._reasons[kind].labels(state, code).inc()

    def failed(self, work: str, failure: str, *, counted: bool) -> None:
        self._failed.labels(work, failure, "yes" if counted else "no").inc()

    def lease_expired(self, work: str) -> None:
        self._expired.labels(work).inc()

    def store(self, operation: str, outcome: str, seconds: float) -> None:
        self._store.labels(operation, outcome).observe(seconds)

    def database(self, operation: str, seconds: float) -> None:
        self._database.labels(operation).observe(seconds)


def measure_database(figures: Measures) -> None:
    """Time every statement from now on, also on a connection that is open already."""
    if isinstance(figures, Unmeasured):
        return
    from django.db import connections
    from django.db.backends.signals import connection_created

    timing = _timing(figures)

    def wrap(*, connection: Any, **_: Any) -> None:
        if timing not in connection.execute_wrappers:
            connection.execute_wrappers.append(timing)

    connection_created.connect(wrap, weak=False, dispatch_uid="abhilekh figures")
    for connection in connections.all(initialized_only=True):
        wrap(connection=connection)


def _timing(figures: Measures) -> Callable[..., Any]:
    def timed(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            first = str(sql).lstrip("( ").split(None, 1)[0].lower()
            operation = first if first in STATEMENTS else "other"
            figures.database(operation, time.perf_counter() - began)

    return timed
