"""What a site with workers keeps running: the dispatcher, and a crew on every machine."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.db import close_old_connections

from config.app import build_app
from config.endpoint import Endpoint, open_endpoint
from config.logs import set_up_logging
from config.settings import Settings
from config.watched import usual_parts
from errors import ServiceUnreachable, WrongUsage
from pipeline import recover, take_in, tidy
from pipeline.app import App
from records.outage import told_plainly
from workers import leavings
from workers.broker import is_embedded, open_broker, shown
from workers.crew import Crew
from workers.dispatcher import Dispatcher
from workers.embedded import opened_home
from workers.messages import QUEUES
from workers.posts import SharedPost

log = logging.getLogger("abhilekh.workers")

BUSY_PAUSE_S = 0.25
IDLE_PAUSE_S = 0.5
FEW = 8  # messages of a round that does not call for the next one soon
KEEPS_HOUSE_EVERY_S = 2.0
PAGES_A_LOOK = 2000
"""Pages whose sketches go before the dispatcher publishes again, ends leases, tells its health."""
LONGEST_PAUSE_S = 10.0


def work(
    settings: Settings, *, processes: int, queues: Sequence[str], stop: threading.Event
) -> None:
    """Keep worker processes on this machine until ``stop`` is set.

    Raises:
        WrongUsage: no such queue, or the broker is a queue inside one process.
        ServiceUnreachable: database, broker or store is away at the start; later it is waited for.
        ToolMissing: the engine cannot be made here.
    """
    if processes < 1:
        raise WrongUsage(
            "A machine needs one worker process at least.",
            kept="Nothing was begun.",
            todo="Give --processes a number from 1 on.",
        )
    for queue in set(queues) - set(QUEUES):
        raise WrongUsage(
            "There is no queue {queue}.",
            kept="Nothing was begun.",
            todo="Choose among: {known}.",
            queue=queue,
            known=", ".join(QUEUES),
        )
    with opened_home(settings), _told(settings) as endpoint:
        app = build_app(settings, holder="crew")
        _knock(settings, queues)
        app.store.examine()
        leavings.clear_after_the_dead(settings)
        set_up_logging(settings)
        Crew(settings, queues, processes, app.clock).work(stop, endpoint.beat)


def dispatch(settings: Settings, *, stop: threading.Event) -> None:
    """Publish what is due until ``stop`` is set; a second dispatcher beside this one does no harm.

    Raises:
        WrongUsage: the broker is a queue inside one process.
        ServiceUnreachable: database or broker is away at the start; later it is waited for.
    """
    with opened_home(settings), _told(settings, backlog=True) as endpoint:
        app = build_app(settings, holder="dispatcher")
        post = _knock(settings, QUEUES)
        set_up_logging(settings)
        beat = _Beat(app, Dispatcher(app, post))
        failures = 0
        while not stop.is_set():
            endpoint.beat()
            try:
                pause_s = beat()
                failures = 0
            except ServiceUnreachable as away:
                failures = min(failures + 1, 8)
                log.warning("service away", extra={"facts": {"error": away.what}})
                longest_s = min(LONGEST_PAUSE_S, IDLE_PAUSE_S * 2 ** (failures - 1))
                pause_s = longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads two of us
            stop.wait(pause_s)


class _Beat:
    """One round of everything that nobody else looks after; says how long to pause."""

    def __init__(self, app: App, dispatcher: Dispatcher) -> None:
        self._app = app
        self._dispatcher = dispatcher
        self._kept_house_s = float("-inf")

    def __call__(self) -> float:
        kept_house_s, self._kept_house_s = self._kept_house_s, float("-inf")  # should this fail
        with told_plainly():
            if time.monotonic() - kept_house_s > KEEPS_HOUSE_EVERY_S:
                close_old_connections()
                self._keep_house()
                kept_house_s = time.monotonic()
            sent = self._dispatcher.publish_due()
        self._kept_house_s = kept_house_s
        return BUSY_PAUSE_S if sent > FEW else IDLE_PAUSE_S

    def _keep_house(self) -> None:
        """Leases that ran out, uploads left lying, batches that are done and not tidy."""
        recover.overdue(self._app)
        take_in.clear(self._app)
        try:
            tidy.run(self._app, lambda pages: pages < PAGES_A_LOOK)
        except ServiceUnreachable as away:  # tidying can wait; what needs no store goes on
            log.warning("not tidied", extra={"facts": {"error": away.what}})


def look_at_broker(settings: Settings) -> str:
    """Where the shared broker is, once it has answered.

    Raises:
        WrongUsage: it is a queue inside one process.
        ServiceUnreachable: it does not answer.
    """
    post = _knock(settings, ())
    post.waiting(QUEUES[0])
    post.close()
    return shown(settings.resolved_broker_url)


@contextmanager
def _told(settings: Settings, *, backlog: bool = False) -> Iterator[Endpoint]:
    """Health and figures at the address that is set, if any; broker, database, store are watched.

    The broker is looked at over a connection of its own each time: what serves the work may
    hang without anybody noticing.
    """

    broker: Callable[[], object] = partial(look_at_broker, settings)
    parts = {**usual_parts(settings), "broker": broker}
    with open_endpoint(settings, parts, backlog=backlog) as endpoint:
        yield endpoint


def _knock(settings: Settings, queues: Sequence[str]) -> SharedPost:
    """The broker's post, once it has answered for every queue."""
    url = settings.resolved_broker_url
    if is_embedded(url):
        raise WrongUsage(
            "The message broker is a queue inside one process: there is nothing to share.",
            kept="Nothing was begun.",
            todo="Type abhilekh run SOURCE, or set ABHILEKH_BROKER_URL to amqp://… or redis://…",
        )
    post = SharedPost(open_broker(url, []), url)
    for queue in queues:
        post.waiting(queue)
    return post
