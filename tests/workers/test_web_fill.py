"""The database that ``make bench-web`` fills is one whose pages can be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test import Client

from benchmarks import web_reviewers
from benchmarks.scale_fill import Fill, fill
from benchmarks.web_fill import dress, signed_in
from config.app import build_app
from config.settings import Settings
from tests.databases import in_place_of_default
from web import wiring

pytestmark = pytest.mark.django_db(transaction=True)


def test_its_reviewers_walk_from_the_queue_to_a_page(
    postgres_database: Callable[[], str], tmp_path: Path
) -> None:
    url = postgres_database()
    settings = Settings(home=tmp_path, database_url=url)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        fill(connection, Fill(files=160, open_batches=0))
        dress(connection, settings, departments=1)
    with in_place_of_default(url):
        wiring.use(build_app(settings, holder="test"), versions=False)
        browser = Client()
        browser.cookies["sessionid"] = signed_in(1, departments=1)[0]
        queue = browser.get("/review/").content.decode()
        file = web_reviewers.FILES.findall(queue)[0]
        page = web_reviewers.PAGES.findall(browser.get(file).content.decode())[0]
        assert "line doubtful" in browser.get(page).content.decode()
        connections["default"].close()
