"""A worker with two hands, and work as a test wants it: ``python -m`` this, WHAT FILE."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread

from config.app import set_up_django
from config.settings import read_settings
from workers.hands import forked

SEEN = Path(sys.argv[2])


def _hang(_: str) -> None:
    with SEEN.open("a") as seen:
        seen.write(f"{os.getpid()}\n")
    time.sleep(3600)


STEPS = {
    "hang": _hang,
    "crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "leave": lambda _: os._exit(0),
}

if __name__ == "__main__":
    set_up_django(read_settings(home=SEEN.parent / "home"))
    with forked(STEPS, 2) as hands:
        Thread(target=hands.work, args=("hang", ""), daemon=True).start()
        while not SEEN.exists():
            time.sleep(0.01)
        hands.work(sys.argv[1], "")
