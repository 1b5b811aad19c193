"""A database that cannot be used: three parts, the right code, nothing written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from benchmarks.servers.places import free_port
from benchmarks.servers.postgres import GUARDED, Postgres
from tests.conftest import written_scan

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "s3cret-of-the-database"


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Runs a scan against a database URL; gives code and standard error, and looks for traces."""
    written_scan(tmp_path / "scans" / "1.png")

    def run(url: str, *words: str) -> tuple[int, str]:
        environment = {
            "ABHILEKH_HOME": str(tmp_path / "home"),
            "ABHILEKH_DATABASE_URL": url,
            "PYTHONPATH": str(ROOT),
            "PATH": "/usr/bin:/bin",
        }
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *(words or ("run", str(tmp_path / "scans")))],
            capture_output=True,
            text=True,
            env=environment,
            cwd=ROOT,
            timeout=120,
        )
        kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
        assert [path.name for path in kept if path.name != "run.lock"] == []
        assert "Traceback" not in ended.stderr
        assert SECRET not in ended.stderr
        for part in ("What happened", "What was kept", "What to do"):
            assert part in ended.stderr
        return ended.returncode, ended.stderr

    return run


@pytest.mark.parametrize(
    "url",
    [
        "mysql://h/n", "nonsense", "postgres://h:port/n", "postgres://", f"postgres://a:{SECRET}@h/",
        f"postgres://a:[{SECRET}@h/n",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_right(refused: Callable[[str], tuple[int, str]], url: str) -> None:
    code, said = refused(url)
    assert code == 5
    assert "ABHILEKH_DATABASE_URL" in said


def test_a_server_that_is_not_there(refused: Callable[[str], tuple[int, str]]) -> None:
    code, said = refused(f"postgres://app:{SECRET}@127.0.0.1:{free_port()}/abhilekh")
    assert code == 5
    assert "cannot be reached" in said


def test_a_wrong_password(
    refused: Callable[[str], tuple[int, str]], postgres_server: Postgres
) -> None:
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'the right one'")
    code, said = refused(f"postgres://{GUARDED}:{SECRET}@127.0.0.1:{postgres_server.port}/postgres")
    assert code == 5
    assert "password authentication failed" in said


def test_a_database_that_does_not_exist(
    refused: Callable[[str], tuple[int, str]], postgres_server: Postgres
) -> None:
    code, said = refused(postgres_server.url("nowhere"))
    assert code == 5
    assert "nowhere" in said


def _tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_tables_that_were_never_made_are_left_to_the_administrator(
    refused: Callable[[str], tuple[int, str]], postgres_server: Postgres
) -> None:
    url = postgres_server.create("empty")
    code, said = refused(url)
    assert code == 5
    assert "abhilekh manage migrate" in said
    assert _tables(url) == set()


def test_tables_older_and_newer_than_the_program_are_refused(
    refused: Callable[[str], tuple[int, str]], postgres_database: Callable[[], str]
) -> None:
    url = postgres_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name LIKE '0003%'")
    code, said = refused(url)
    assert (code, "0003_fingerprints" in said) == (5, True)
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("0003_fingerprints", "9999_of_tomorrow"):
            words = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"
            connection.execute(words, ("records", name))
    code, said = refused(url)
    assert (code, "9999_of_tomorrow" in said) == (5, True)
    with psycopg.connect(url) as connection:
        counted = connection.execute("SELECT count(*) FROM records_batch").fetchone()
    assert counted == (0,)
