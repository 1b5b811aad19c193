"""What runs beside the pages where no worker does: one attendant, in a process of its own.

It names no table, so that it can be asked for before Django is set up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from workers import children

LOOK_EVERY_S = 0.25
RESTART_AFTER_S = 5.0


@contextmanager
def kept(settings: Settings) -> Iterator[None]:
    """An attendant in a process of its own for the time of the block; a new one if it ends."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(settings, stop), name="attendant", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(settings: Settings, stop: threading.Event) -> None:
    while not stop.is_set():
        child = children.start(settings, {"attend": True})
        while child.poll() is None and not stop.wait(LOOK_EVERY_S):
            pass
        if child.poll() is None:
            child.terminate()
        children.ended(child, by_us=stop.is_set())
        stop.wait(RESTART_AFTER_S)
