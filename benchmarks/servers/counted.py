"""An engine for ``make bench-scale``: what makes and judges images is scripted or counted apart.

Asked for as ``ABHILEKH_OCR_ENGINE=benchmarks.servers.counted:imaging_apart``. The first page of a
worker process is read for real and its result kept for all others; making the PDF, checking it
and describing the file are done for real, and their processor time is written down, so that it
can be taken off the whole; but for what they fetch from the store, which is no imaging.
"""

from __future__ import annotations

import os
import random
import resource
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.servers.scripted import Scripted

FOLDER = "ABHILEKH_BENCH_COUNTS"


class _Counter:
    """Seconds of processor time, kept in a file of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._here = threading.local()
        path = Path(os.environ[FOLDER]) / str(os.getpid())
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, with its time counted."""

        def call(*given: Any, **named: Any) -> Any:
            began, self._here.counts = time.thread_time(), True
            try:
                return function(*given, **named)
            finally:
                self._here.counts = False
                self.add(time.thread_time() - began)

        return call

    def left_out(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, whose time is taken off again where what is timed calls it."""

        def call(*given: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                if getattr(self._here, "counts", False):
                    self.add(began - time.thread_time())

        return call

    def one_at_a_time(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, with the time of programs that it starts counted."""
        turn = threading.Lock()

        def call(*given: Any, **named: Any) -> Any:
            with turn:
                began = _children_s()
                try:
                    return function(*given, **named)
                finally:
                    self.add(_children_s() - began)

        return call

    def add(self, seconds: float) -> None:
        """So much more."""
        with self._lock:
            self._seconds += seconds
            os.pwrite(self._file, struct.pack("d", self._seconds), 0)


def _children_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def counted_s(folder: Path) -> float:
    """What all processes have counted so far."""
    return sum(struct.unpack("d", path.read_bytes())[0] for path in folder.iterdir())


def _codes(number: int) -> frozenset[int]:
    return frozenset(random.randrange(2**62) for _ in range(number))


class _Unlike:
    """A sketch as big as a real one that is never taken for another page's."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._content = real.as_bytes()
        self.fingerprint = self

    def __getattr__(self, name: str) -> Any:
        """Everything else is as it was read."""
        return getattr(self._real, name)

    @property
    def keys(self) -> frozenset[int]:
        """As many buckets as a page lies in."""
        return _codes(len(self._real.fingerprint.keys))

    @property
    def sought_keys(self) -> frozenset[int]:
        """As many buckets as a twin is looked for in."""
        return _codes(len(self._real.sought_keys))

    def as_bytes(self) -> bytes:
        """What is kept of it."""
        return self._content


def imaging_apart() -> Scripted:
    """The engine; made once in a worker process, before any work."""
    import ocr.assemble
    from ocr import finished
    from pipeline import describe, recognise
    from storage.local import LocalStore
    from storage.s3 import S3Store

    counter, kept, lock = _Counter(), [], threading.Lock()
    real = counter.timed(recognise._see_image)

    def seen(*given: Any) -> Any:
        with lock:
            if not kept:
                first = real(*given)
                kept.append((first, _Unlike(first.sketch)))
        return replace(kept[0][0], sketch=kept[0][1])

    recognise._see_image = seen
    ocr.assemble.assemble = counter.timed(ocr.assemble.assemble)
    finished.check_finished = counter.one_at_a_time(counter.timed(finished.check_finished))
    describe.describe = counter.timed(describe.describe)
    for kind in (S3Store, LocalStore):  # what they need is fetched at other times' cost
        kind.fetch = counter.left_out(kind.fetch)  # type: ignore[method-assign]
        kind.read_bytes = counter.left_out(kind.read_bytes)  # type: ignore[method-assign]
    return Scripted()
