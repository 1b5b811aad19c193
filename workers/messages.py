"""What is sent: the name of an actor and the id of a row, nothing else."""

from __future__ import annotations

from dramatiq import Message

QUEUES = ("urgent", "bulk")  # in the order in which a free thread takes from them


def actor_name(queue: str, kind: str, *, alone: bool) -> str:
    """Who works on ``kind`` (page, file, assembled, upload), beside others or alone."""
    return f"{queue}.{kind}.alone" if alone else f"{queue}.{kind}"


def kind_of(name: str) -> str:
    """The kind of row that an actor works on: ``page`` or ``file``."""
    return "page" if name.split(".")[1] == "page" else "file"


def message(queue: str, kind: str, row_id: str, *, alone: bool) -> Message[None]:
    """The message that has ``row_id`` worked on."""
    name = actor_name(queue, kind, alone=alone)
    return Message(queue_name=queue, actor_name=name, args=(row_id,), kwargs={}, options={})
