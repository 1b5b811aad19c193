"""The actors: each hands over to one use case and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable

import dramatiq

from pipeline import assemble, deposit, recognise
from pipeline.app import App

QUEUE = "bulk"


def declare(broker: dramatiq.Broker, app: App) -> dict[str, Callable[[str], object]]:
    """The actors on ``broker``, by the kind of work; each takes a row's id."""

    @dramatiq.actor(broker=broker, queue_name=QUEUE)
    def recognise_page(page_id: str) -> None:
        recognise.run(app, page_id)

    @dramatiq.actor(broker=broker, queue_name=QUEUE)
    def assemble_file(file_id: str) -> None:
        assemble.run(app, file_id)

    @dramatiq.actor(broker=broker, queue_name=QUEUE)
    def deposit_file(file_id: str) -> None:
        deposit.run(app, file_id)

    return {
        "page": recognise_page.send,
        "file": assemble_file.send,
        "assembled": deposit_file.send,
    }
