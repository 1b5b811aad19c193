"""A site of real processes on real servers, ended with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.servers.rabbit import Rabbit
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site
from tests.conftest import written_scan


@pytest.fixture
def make_site(
    tmp_path: Path, postgres_database: Callable[[], str]
) -> Iterator[Callable[..., Site]]:
    """Makes the test's site on a fresh database, an empty store and the given broker."""
    made: list[Site] = []

    def make(broker: Rabbit | Redis, database: str | None = None, **settings: str) -> Site:
        site = Site(
            tmp_path / "site",
            {
                "ABHILEKH_DATABASE_URL": database or postgres_database(),
                "ABHILEKH_BROKER_URL": broker.url,
                "ABHILEKH_STORE_URL": f"file:{tmp_path / 'store'}",
                "ABHILEKH_OCR_ENGINE": "tests.engines:ScriptedEngine",
                "ABHILEKH_THREADS": "2",
                **settings,
            },
        )
        made.append(site)
        return site

    yield make
    for site in made:
        site.end()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Two files of three pages."""
    for file in ("a", "b"):
        for page in range(1, 4):
            written_scan(tmp_path / "box" / file / f"{page}.png", mark=page + 10 * ord(file))
    return tmp_path / "box"
