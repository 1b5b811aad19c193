"""The actors: each hands over to one use case and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import dramatiq

from pipeline import assemble, deposit, recognise, take_in
from pipeline.app import App
from workers.gate import Gate
from workers.hands import Hands, Steps
from workers.messages import QUEUES, actor_name


def steps_of(app: App) -> Steps:
    """The use cases by the kind of work."""
    return {
        "page": partial(recognise.run, app),
        "file": partial(assemble.run, app),
        "assembled": partial(deposit.run, app),
        "upload": partial(take_in.run, app),
    }


def declare(broker: dramatiq.Broker, kinds: Steps, hands: Hands, gate: Gate) -> None:
    """Actors on ``broker`` for every queue and kind of work, beside others or alone.

    A free thread takes from the first queue first, whatever it has fetched of the others.
    """
    for priority, queue in enumerate(QUEUES):
        for kind in kinds:
            for alone in (False, True):
                named = dramatiq.actor(
                    broker=broker,
                    actor_name=actor_name(queue, kind, alone=alone),
                    queue_name=queue,
                    priority=priority,
                )
                named(_handing_over(hands, kind, gate.alone if alone else gate.among_others))


def _handing_over(
    hands: Hands, kind: str, let_in: Callable[[], AbstractContextManager[None]]
) -> Callable[[str], None]:
    def hand_over(row_id: str) -> None:
        with let_in():
            hands.work(kind, row_id)

    return hand_over
