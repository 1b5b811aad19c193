"""Whether somebody else works on this database with a queue inside his own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

KEY = 0x6162_6869_6C65_6B68  # "abhilekh"; one number among a database's advisory locks


@contextmanager
def alone_at_start() -> Iterator[bool]:
    """Whether no other embedded run is at work on this database; nobody becomes one in the block.

    From now on until its connection ends this process is one that others find at work. On SQLite
    the lock of the home has told already.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    alone = _ask("SELECT pg_try_advisory_lock(%s)")
    try:
        yield alone
    finally:
        _ask("SELECT pg_advisory_lock_shared(%s)")
        if alone:
            _ask("SELECT pg_advisory_unlock(%s)")


def _ask(words: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(words, [KEY])
        return bool(cursor.fetchone()[0])
