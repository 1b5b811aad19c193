"""The process that does the work of one embedded run: ``python -m workers.child``.

It reads one line of JSON from standard input (settings, batch, its own name), works until the
batch is settled, and writes one line of JSON with the outcome to standard output. Standard
input stays open as long as the parent lives: its end ends this process at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import warnings
from types import FrameType
from typing import Any

from config.app import build_app, set_up_django
from config.locks import LOCK_WAIT_S, held_lock
from config.logs import set_up_logging
from config.settings import Settings
from errors import AbhilekhError


def main() -> int:
    """Run the batch named on standard input; 0 when settled or stopped, 1 with an error line."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, name="parent watch", daemon=True).start()
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = Settings.model_validate_json(order["settings"])
    try:
        set_up_logging(settings)
        set_up_django(settings)
        with held_lock(settings.resolved_home / "worker.lock", wait_s=LOCK_WAIT_S):
            work(settings, order["batch"], order["holder"], stop)
    except AbhilekhError as error:
        _tell({"outcome": "failed", "class": type(error).__name__, "error": error.unspoken()})
        return 1
    _tell({"outcome": "stopped" if stop.is_set() else "done"})
    return 0


def work(settings: Settings, batch_id: str, holder: str, stop: threading.Event) -> None:
    """Start the worker threads and dispatch until the batch is settled or ``stop`` is set.

    Raises:
        ServiceUnreachable, IntegrityViolated: what stopped the run; finished work is kept.
    """
    import cv2
    import dramatiq

    # these name the tables, which Django had to be told of first
    from ocr.pdf_cell import end_cells
    from workers import actors
    from workers.broker import open_broker
    from workers.dispatcher import Dispatcher
    from workers.middleware import Outcomes

    cv2.setNumThreads(1)  # pages are the parallelism
    warnings.filterwarnings("ignore", module="PIL")  # its pixel limit; ours is checked first
    app = build_app(settings, holder=holder)
    outcomes = Outcomes()
    broker = open_broker(settings.broker_url, [outcomes])
    send = actors.declare(broker, app)
    threads = settings.threads or len(os.sched_getaffinity(0))
    worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=100)
    worker.start()
    try:
        Dispatcher(app, batch_id, send, outcomes, slots=threads + 1).run(stop)
    finally:
        worker.stop()
        broker.close()
        end_cells()
    if outcomes.stopped_by is not None:
        raise outcomes.stopped_by


def _die_with_parent() -> None:
    """End this process the moment the parent's end of the pipe closes, however it died."""
    sys.stdin.read()
    os._exit(70)


def _tell(outcome: dict[str, Any]) -> None:
    print(json.dumps(outcome, ensure_ascii=True), flush=True)  # noqa: T201 - the protocol's one line


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # native libraries may hang in their exit handlers; all work is committed
