"""URL → broker. Made when asked for, never at import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dramatiq import Broker, Middleware
from dramatiq.errors import BrokerError

from errors import ServiceUnreachable

EMBEDDED = "embedded"
RABBIT_WORDS = {"heartbeat": "20", "blocked_connection_timeout": "30", "socket_timeout": "10"}
REDIS_TIMEOUTS_S = {"socket_timeout": 15, "socket_connect_timeout": 10, "health_check_interval": 15}
REDIS_DEAD_AFTER_MS = 20_000
REDIS_MAINTENANCE = 50_000  # of a million commands: looks after dead workers each second or so


def is_embedded(url: str) -> bool:
    """Whether the broker is a queue inside one process."""
    return url.split(":", 1)[0] == EMBEDDED


def open_broker(url: str, middleware: list[Middleware]) -> Broker:
    """The broker behind ``url``; ``embedded:`` is a queue inside this process.

    Retries are not the broker's: tries are counted in the database before the work starts,
    so dramatiq's own retry and time-limit middleware stay out.

    Raises:
        ServiceUnreachable: a URL of another kind.
    """
    kind = url.split(":", 1)[0]
    if kind == EMBEDDED:
        from dramatiq.brokers.stub import StubBroker

        return StubBroker(middleware=middleware)
    if kind in ("amqp", "amqps"):
        return _rabbit(url, middleware)
    if kind in ("redis", "rediss"):
        return _redis(url, middleware)
    raise _wrong(url, "it begins with none of these")


def _rabbit(url: str, middleware: list[Middleware]) -> Broker:
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    try:
        parts = urlsplit(url)
        words = {**RABBIT_WORDS, **dict(parse_qsl(parts.query))}
        # confirmed deliveries notice a queue that was wiped away under a running dispatcher
        whole = urlunsplit(parts._replace(path=parts.path or "/%2F", query=urlencode(words)))
        return RabbitmqBroker(url=whole, confirm_delivery=True, middleware=middleware)
    except ValueError as error:
        raise _wrong(url, str(error)) from error


def _redis(url: str, middleware: list[Middleware]) -> Broker:
    import redis
    from dramatiq.brokers.redis import RedisBroker

    try:
        client = redis.Redis.from_url(url, socket_keepalive=True, **REDIS_TIMEOUTS_S)
    except ValueError as error:
        raise _wrong(url, str(error)) from error
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=middleware,
        namespace="abhilekh",
        heartbeat_timeout=REDIS_DEAD_AFTER_MS,
        maintenance_chance=REDIS_MAINTENANCE,
    )


@contextmanager
def broker_told_plainly(url: str) -> Iterator[None]:
    """Turns what a broker's client raises into ``ServiceUnreachable``.

    Raises:
        ServiceUnreachable: the broker is away, refuses the password, or has no such host.
    """
    try:
        yield
    except _faults(url) as error:
        raise ServiceUnreachable(
            "The message broker {where} cannot be reached: {why}.",
            kept="All work stands in the database and goes on when the broker is back.",
            todo="Check ABHILEKH_BROKER_URL and that the broker runs.",
            where=shown(url),
            why=_why(error),
        ) from error


def shown(url: str) -> str:
    """Where a broker is, for people: without user and password."""
    return url.split("://", 1)[-1].rsplit("@", 1)[-1].split("?")[0]


def _faults(url: str) -> tuple[type[Exception], ...]:
    """What the client of this kind of broker raises when the broker is away."""
    if url.startswith("redis"):
        from redis.exceptions import RedisError

        return (BrokerError, OSError, RedisError)
    from pika.exceptions import AMQPError

    return (BrokerError, OSError, AMQPError)


def _why(error: BaseException) -> str:
    """The innermost cause, in one line; pika wraps it several times and says nothing itself."""
    inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
    inner = inner or error.__cause__
    if isinstance(inner, BaseException):
        return _why(inner)
    told = getattr(error, "exception", None)  # pika: AMQPConnectionWorkflowFailed and friends
    if isinstance(told, BaseException):
        return _why(told)
    exceptions = getattr(error, "exceptions", None)
    if exceptions:
        return _why(exceptions[-1])
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _wrong(url: str, why: str) -> ServiceUnreachable:
    return ServiceUnreachable(
        "{url} is not a kind of message broker that is known here: {why}.",
        kept="Nothing was begun.",
        todo="Set ABHILEKH_BROKER_URL to embedded:, amqp://user:password@host "
        "or redis://:password@host/0",
        url=shown(url),
        why=why,
    )
