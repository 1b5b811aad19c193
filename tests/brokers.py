"""The brokers that tests run on: one throw-away server of each kind for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.servers.rabbit import Rabbit, running_rabbit
from benchmarks.servers.redis import Redis, running_redis
from errors import ToolMissing
from tests.databases import missing_server


@pytest.fixture(scope="session")
def rabbit_server() -> Iterator[Rabbit]:
    """A RabbitMQ of our own."""
    try:
        with running_rabbit() as server:
            yield server
    except ToolMissing as missing:
        missing_server(missing)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis of our own."""
    try:
        with running_redis() as server:
            yield server
    except ToolMissing as missing:
        missing_server(missing)


@pytest.fixture(params=["rabbitmq", "redis"])
def broker_server(request: pytest.FixtureRequest) -> Rabbit | Redis:
    """Each kind in turn, empty."""
    name = "rabbit_server" if request.param == "rabbitmq" else "redis_server"
    server: Rabbit | Redis = request.getfixturevalue(name)
    server.wipe()
    return server
