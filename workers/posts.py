"""Where messages are left: how many wait in a queue, how many may, and whether some get lost."""

from __future__ import annotations

from typing import Any, Protocol

from dramatiq import Broker, Message

from records import due
from workers.broker import broker_told_plainly
from workers.middleware import Outcomes

FEWEST_WAITING = 32
WAITING_A_BUSY_THREAD = 30  # a minute or two of pages: what came in urgent must not wait longer


class Post(Protocol):
    """A broker as the dispatcher sees it."""

    loses: bool
    """Whether messages can get lost while this process lives on."""

    def waiting(self, queue: str) -> int:
        """How many messages of ``queue`` nobody has taken yet."""

    def room(self, queue: str) -> int:
        """How many may wait there at a time."""

    def send(self, message: Message[None]) -> None:
        """Leave a message."""


class OwnPost:
    """The queue inside one process: what was sent and is not finished is waiting or in work."""

    loses = False

    def __init__(self, broker: Broker, outcomes: Outcomes, *, slots: int) -> None:
        self._broker = broker
        self._outcomes = outcomes
        self._slots = slots

    def waiting(self, queue: str) -> int:
        """All that is out, whichever queue it went to: the slots are shared."""
        return self._outcomes.out

    def room(self, queue: str) -> int:
        """The process's slots."""
        return self._slots

    def send(self, message: Message[None]) -> None:
        """Put it into the queue."""
        self._outcomes.went_out()
        self._broker.enqueue(message)


class SharedPost:
    """RabbitMQ or Redis.

    Raises:
        ServiceUnreachable: from every method, while the broker is away.
    """

    loses = True

    def __init__(self, broker: Any, url: str) -> None:
        self._broker = broker
        self._url = url

    def waiting(self, queue: str) -> int:
        """What stands in the broker's queue; a queue that was wiped away is declared anew."""
        from pika.exceptions import AMQPError

        with broker_told_plainly(self._url):
            if hasattr(self._broker, "do_qsize"):
                return int(self._broker.do_qsize(queue))
            try:
                return int(self._broker.get_queue_message_counts(queue)[0])
            except AMQPError:
                del self._broker.connection  # it broke since; a new one is made when asked for
                return int(self._broker.get_queue_message_counts(queue)[0])

    def room(self, queue: str) -> int:
        """A minute or two of work at the present pace, so that what is urgent is soon seen."""
        return max(FEWEST_WAITING, WAITING_A_BUSY_THREAD * due.busy())

    def send(self, message: Message[None]) -> None:
        """Publish it, confirmed where the broker confirms."""
        with broker_told_plainly(self._url):
            self._broker.enqueue(message)

    def close(self) -> None:
        """Let go of the connection."""
        with broker_told_plainly(self._url):
            self._broker.close()
