"""A throw-away PostgreSQL: made, stopped, restarted, frozen and thrown away at will."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.servers.places import as_account, free_port, own_folder, owned_by, program

ACCOUNT = "postgres"
USER = "app"
GUARDED = "guarded"  # an account that must give its password; a test makes it if it needs one
SPEED = ("fsync=off", "full_page_writes=off")  # a throw-away server fears no power failure


@dataclass(frozen=True)
class Postgres:
    """One server.

    Attributes:
        folder: its data, socket and log.
        port: on 127.0.0.1; stays the same when it is started again.
        programs: the folder of ``pg_ctl``.
        settings: words of ``name=value``.
    """

    folder: Path
    port: int
    programs: Path
    settings: tuple[str, ...] = SPEED

    def url(self, database: str) -> str:
        """What ``ABHILEKH_DATABASE_URL`` takes."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        chosen = " ".join(f"-c {word}" for word in (*self.settings, "listen_addresses=127.0.0.1"))
        self._ctl("-w", "-t", "60", "-o", f"-p {self.port} -k {self.folder} {chosen}", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it; ``immediate`` cuts every connection as a crash does, ``fast`` in good order."""
        self._ctl("-m", how, "-w", "stop")

    def create(self, database: str, *, like: str = "template0") -> str:
        """A new database, a copy of ``like``; says its URL."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(words.format(sql.Identifier(database), sql.Identifier(like)))
        return self.url(database)

    def has(self, database: str) -> bool:
        """Whether it has a database of that name."""
        words = "SELECT 1 FROM pg_database WHERE datname = %s"
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.execute(words, [database]).fetchone() is not None

    def _ctl(self, *words: str) -> None:
        # its log is a file: a pipe would stay open as long as the server lives
        command = [*as_account(ACCOUNT), str(self.programs / "pg_ctl"), "-D", str(self._data)]
        with (self.folder / "ctl.log").open("ab") as log:
            subprocess.run(
                [*command, "-l", str(self.folder / "server.log"), *words],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=120,
                cwd=self.folder,
            )

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def initialise(self) -> None:
        """Make the folder of data; anybody may come in but ``guarded``."""
        command = [*as_account(ACCOUNT), str(self.programs / "initdb"), "-D", str(self._data)]
        subprocess.run(
            [*command, "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True,
            capture_output=True,
            timeout=120,
            cwd=self.folder,
        )
        rules = self._data / "pg_hba.conf"
        asked = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(asked + rules.read_text(encoding="utf-8"), encoding="utf-8")


@contextmanager
def running_postgres(settings: tuple[str, ...] = SPEED) -> Iterator[Postgres]:
    """A new server for the time of the block.

    Raises:
        ToolMissing: PostgreSQL is not installed.
    """
    with own_folder("pg", ACCOUNT) as folder:
        server = Postgres(folder, free_port(), _programs(), settings)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            with suppress(subprocess.CalledProcessError):  # a test may have stopped it itself
                server.stop()


@contextmanager
def kept_postgres(folder: Path, settings: tuple[str, ...] = SPEED) -> Iterator[Postgres]:
    """The server of ``folder``, made there the first time; its data stay when the block ends.

    Raises:
        ToolMissing: PostgreSQL is not installed.
    """
    server = Postgres(folder, free_port(), _programs(), settings)
    if not (folder / "data").exists():
        folder.mkdir(parents=True, exist_ok=True)
        owned_by(ACCOUNT, folder)
        server.initialise()
    server.start()
    try:
        yield server
    finally:
        server.stop("fast")


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    return Path(program("pg_ctl", "postgresql", *map(str, reversed(versions)))).parent
