"""URL → broker. Made when asked for, never at import."""

from __future__ import annotations

from dramatiq import Broker, Middleware
from dramatiq.brokers.stub import StubBroker

from errors import WrongUsage


def open_broker(url: str, middleware: list[Middleware]) -> Broker:
    """The broker behind ``url``; ``embedded:`` is a queue inside this process.

    Retries are not the broker's: tries are counted in the database before the work starts,
    so dramatiq's own retry and time-limit middleware stay out.

    Raises:
        WrongUsage: a URL of another kind.
    """
    if url.split(":", 1)[0] == "embedded":
        return StubBroker(middleware=middleware)
    raise WrongUsage(
        "{url} is not a kind of message broker that is known here.",
        kept="Nothing was begun.",
        todo="Set ABHILEKH_BROKER_URL to embedded:",
        url=url.split("@")[-1],
    )
