"""The process that does the work: ``python -m workers.child``, started by a supervisor.

It reads one line of JSON from standard input (settings, its own name, and either a batch or
queues, or that it is to attend), works until the batch is settled or until it is asked to stop,
and writes one line of JSON with the outcome to standard output. Standard input stays open as long
as the parent lives: its end ends this process at once.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from config.app import build_app, set_up_django
from config.locks import LOCK_WAIT_S, held_lock
from config.logs import set_up_logging
from config.settings import Settings
from errors import AbhilekhError

if TYPE_CHECKING:
    from dramatiq import Broker, Middleware

    from pipeline.app import App


WAITING = 4  # pieces of work that are out, for each thread of an embedded run


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
        if "batch" in order:
            with held_lock(settings.resolved_home / "worker.lock", wait_s=LOCK_WAIT_S):
                work(settings, order["batch"], order["holder"], stop)
        elif "attend" in order:
            from workers.attendant import attend  # it starts children of its own

            attend(settings, stop)
        else:
            serve(settings, order["queues"], order["holder"], stop)
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
    # these name the tables, which Django had to be told of first
    from records import claims, due
    from records.outage import told_plainly
    from workers.dispatcher import Dispatcher
    from workers.middleware import Outcomes
    from workers.posts import OwnPost

    app = build_app(settings, holder=holder)
    outcomes = Outcomes()
    threads = _threads(settings)
    with at_work(settings, app, [outcomes], None) as broker, told_plainly():
        claims.forget_published([batch_id])  # this process's queue holds nothing yet
        dispatcher = Dispatcher(app, OwnPost(broker, outcomes, slots=WAITING * threads), batch_id)
        while not stop.is_set() and outcomes.stopped_by is None:
            if outcomes.out <= threads:  # a round is six questions: not after every page
                dispatcher.publish_due()
                if not outcomes.out and not due.work_remains(batch_id):
                    break
            outcomes.wait_for_news()
    if outcomes.stopped_by is not None:
        raise outcomes.stopped_by


def serve(settings: Settings, queues: list[str], holder: str, stop: threading.Event) -> None:
    """Work on what comes through the broker until ``stop`` is set; outages are waited for.

    Raises:
        ToolMissing: the engine cannot be made here; nothing was taken.
    """
    from functools import partial

    from pipeline import recover
    from workers.leavings import lock_of, own_folder
    from workers.middleware import Patience

    app = build_app(settings, holder=holder, workdir=own_folder(settings, holder))
    patience = Patience(partial(recover.after_service_returned, app), stop)
    with (
        held_lock(lock_of(settings, holder)),
        at_work(settings, app, [patience], set(queues)),
    ):
        stop.wait()


@contextmanager
def at_work(
    settings: Settings, app: App, middleware: list[Middleware], queues: set[str] | None
) -> Iterator[Broker]:
    """Worker threads that take from ``queues`` (None: from all) for the time of the block.

    Raises:
        ToolMissing: an engine or a model cannot be loaded here; nothing was taken.
    """
    import cv2
    import dramatiq

    from workers import actors
    from workers.broker import is_embedded, open_broker
    from workers.gate import Gate
    from workers.hands import forked

    cv2.setNumThreads(1)  # pages are the parallelism
    warnings.filterwarnings("ignore", module="PIL")  # its pixel limit; ours is checked first
    app.load()
    gc.freeze()  # what is loaded now stays: it need not be looked through again and again
    steps, threads = actors.steps_of(app), _threads(settings)
    with forked(steps, threads) as hands:
        broker = open_broker(settings.resolved_broker_url, middleware)
        actors.declare(broker, steps, hands, Gate())
        looks_every_ms = 100 if is_embedded(settings.resolved_broker_url) else 1000
        worker = dramatiq.Worker(
            broker, queues=queues, worker_threads=threads, worker_timeout=looks_every_ms
        )
        worker.start()
        try:
            yield broker
        finally:
            worker.stop()
            broker.close()


def _threads(settings: Settings) -> int:
    return settings.threads or len(os.sched_getaffinity(0))


def _die_with_parent() -> None:
    """End this process the moment the parent's end of the pipe closes, however it died."""
    while os.read(sys.stdin.fileno(), 1):  # not through sys.stdin: forks would inherit its lock
        pass
    os._exit(70)


def _tell(outcome: dict[str, Any]) -> None:
    print(json.dumps(outcome, ensure_ascii=True), flush=True)  # noqa: T201 - the protocol's one line


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # native libraries may hang in their exit handlers; all work is committed
