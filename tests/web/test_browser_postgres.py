"""The journey of a correction again, with the tables on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page as BrowserPage
from pytest_django.live_server_helper import LiveServer

from benchmarks.servers.postgres import Postgres
from pipeline.app import App
from records.models import PhysicalFile
from tests.databases import MIGRATED, in_place_of_default
from tests.web import test_browser as journeys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def database_url(migrated_postgres: Postgres) -> str:
    return migrated_postgres.create("journeys", like=MIGRATED)


@pytest.fixture(scope="module", autouse=True)
def _on_postgres(database_url: str, django_db_setup: None) -> Iterator[None]:
    with in_place_of_default(database_url):
        yield


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[BrowserPage]:
    """The browser; its driver keeps a loop in this thread, which has connections of its own."""
    with journeys.real_browser(monkeypatch) as page, in_place_of_default(database_url):
        yield page


@pytest.fixture
def live_server(browser: BrowserPage) -> Iterator[LiveServer]:
    """A server of its own: the session's shares the connection of SQLite."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def desk(browser: BrowserPage, live_server: LiveServer, own: PhysicalFile, app: App) -> BrowserPage:
    return journeys.at_the_desk(browser, live_server, app)


def test_a_corrected_word_is_found_in_the_pdf_that_the_reviewer_then_fetches(
    desk: BrowserPage, own: PhysicalFile, live_server: LiveServer, tmp_path: Path
) -> None:
    from django.db import connection

    assert connection.vendor == "postgresql"
    journeys.test_a_corrected_word_is_found_in_the_pdf_that_the_reviewer_then_fetches(
        desk, own, live_server, tmp_path
    )
