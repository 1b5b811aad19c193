"""One run at a time on one home: an advisory lock that ends with the process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import ServiceUnreachable

PAUSE_S = 0.05
LOCK_WAIT_S = 15.0  # a child that lost its supervisor ends well within this


class HomeBusy(ServiceUnreachable):
    """Another run holds the home."""


@contextmanager
def held_lock(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock file ``path`` for the block; the kernel frees it however we end.

    Raises:
        HomeBusy: another process holds it and did not let go within ``wait_s``.
        ServiceUnreachable: the home cannot be written.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise home_unwritable(path.parent, error) from error
    try:
        _acquire(handle, path, time.monotonic() + wait_s)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def home_unwritable(home: Path, error: OSError) -> ServiceUnreachable:
    """The error for a home that cannot be made or written to."""
    return ServiceUnreachable(
        "The folder {home} cannot be written to: {why}.",
        kept="Nothing was begun; SOURCE is untouched.",
        todo="Free space or give write permission there, or set ABHILEKH_HOME to another folder.",
        home=str(home),
        why=error.strerror or str(error),
    )


def _acquire(handle: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as taken:
            if time.monotonic() >= deadline:
                raise HomeBusy(
                    "Another run (process {pid}) is working in {home}.",
                    kept="That run goes on; nothing of this one was begun.",
                    todo="Wait until it ends and type the same command again, "
                    "or set ABHILEKH_HOME to another folder.",
                    pid=path.read_text().strip() or "?",
                    home=str(path.parent),
                ) from taken
            time.sleep(PAUSE_S)
