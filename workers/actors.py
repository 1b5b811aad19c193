"""The actors: each hands over to one use case and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import dramatiq

from pipeline import assemble, deposit, recognise, take_in
from pipeline.app import App
from workers.gate import Gate
from workers.messages import QUEUES, actor_name

STEPS: Mapping[str, Callable[[App, str], None]] = {
    "page": recognise.run,
    "file": assemble.run,
    "assembled": deposit.run,
    "upload": take_in.run,
}


def declare(broker: dramatiq.Broker, app: App, gate: Gate) -> None:
    """Actors on ``broker`` for every queue and kind of work, beside others or alone.

    A free thread takes from the first queue first, whatever it has fetched of the others.
    """
    for priority, queue in enumerate(QUEUES):
        for kind, step in STEPS.items():
            for alone in (False, True):
                named = dramatiq.actor(
                    broker=broker,
                    actor_name=actor_name(queue, kind, alone=alone),
                    queue_name=queue,
                    priority=priority,
                )
                named(_handing_over(app, step, gate.alone if alone else gate.among_others))


def _handing_over(
    app: App, step: Callable[[App, str], None], let_in: Callable[[], AbstractContextManager[None]]
) -> Callable[[str], None]:
    def hand_over(row_id: str) -> None:
        with let_in():
            step(app, row_id)

    return hand_over
