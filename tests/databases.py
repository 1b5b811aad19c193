"""The databases that tests run on: SQLite as ever, and a real PostgreSQL in its place.

A module that asks for ``each_database`` runs once on each; ``postgres_database`` gives a fresh
database to tests that start the program itself.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from benchmarks.servers.postgres import Postgres, running_postgres
from config.django_conf import database
from errors import ToolMissing

MIGRATED = "migrated"
_numbers = itertools.count(1)


def missing_server(missing: ToolMissing) -> None:
    """Skip the test where a server is not installed; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(str(missing))
    pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One throw-away PostgreSQL for all tests of this process."""
    try:
        with running_postgres() as server:
            yield server
    except ToolMissing as missing:
        missing_server(missing)


@contextmanager
def in_place_of_default(url: str) -> Iterator[None]:
    """Django's default database is the one at ``url``, in this thread and in new ones."""
    usual, usual_settings = connections[DEFAULT_DB_ALIAS], connections.settings[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = {**usual_settings, **database(url)}
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = usual_settings
        connections[DEFAULT_DB_ALIAS] = usual


@pytest.fixture(scope="session")
def migrated_postgres(
    postgres_server: Postgres, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Postgres:
    """The server with a database ``migrated`` that has all tables and no rows, to be copied."""
    url = postgres_server.create(MIGRATED)
    with django_db_blocker.unblock(), in_place_of_default(url):  # type: ignore[attr-defined]
        call_command("migrate", verbosity=0, interactive=False)
    return postgres_server


@pytest.fixture(scope="session")
def _shared_postgres(migrated_postgres: Postgres) -> str:
    return migrated_postgres.create("in_process", like=MIGRATED)


@pytest.fixture
def postgres_database(migrated_postgres: Postgres) -> Callable[[], str]:
    """Makes fresh databases with all tables; gives their URLs."""
    return lambda: migrated_postgres.create(f"test_{next(_numbers)}", like=MIGRATED)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[str]:
    """Every test of the module runs on SQLite and again on PostgreSQL; says which it is.

    Its scope is the module's so that it is there before Django opens the test's transaction.
    """
    if request.param == "sqlite":
        yield "sqlite"
        return
    url = request.getfixturevalue("_shared_postgres")
    with in_place_of_default(url):
        yield "postgres"
