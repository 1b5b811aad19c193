"""A database or disk that cannot be used, in plain words: nobody's page is to blame."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError, OperationalError, connection

from errors import ServiceUnreachable

DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns a database error, or a full or read-only disk, into ``ServiceUnreachable``.

    A broken constraint is a fault of ours and stays what it is.
    """
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as error:
        if connection.vendor == "sqlite" or (connection.connection and connection.is_usable()):
            raise _unusable(error) from error
        raise ServiceUnreachable(
            "The database cannot be reached: {why}.",
            kept="Every page that was finished before is kept.",
            todo="Check ABHILEKH_DATABASE_URL and that the database server runs, "
            "then type the same command again.",
            why=_in_a_line(error),
        ) from error
    except DatabaseError as error:
        raise _unusable(error) from error
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        raise ServiceUnreachable(
            "The disk cannot be written to: {why}.",
            kept="Every page that was finished before is kept.",
            todo="Free space, then type the same command again.",
            why=error.strerror or str(error),
        ) from error


def _unusable(error: DatabaseError) -> ServiceUnreachable:
    return ServiceUnreachable(
        "The database cannot be used: {why}.",
        kept="Every page that was finished before is kept.",
        todo="Free space or mend the database, then type the same command again.",
        why=_in_a_line(error),
    )


def _in_a_line(error: DatabaseError) -> str:
    """What the driver says, without the line breaks and hints it sets for a terminal."""
    return " ".join(str(error).split()).rstrip(".")
