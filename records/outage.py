"""A database or disk that cannot be used, in plain words: nobody's page is to blame."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError

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
    except DatabaseError as error:
        raise ServiceUnreachable(
            "The database cannot be used: {why}.",
            kept="Every page that was finished before is kept.",
            todo="Free space or mend the database, then type the same command again.",
            why=str(error),
        ) from error
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        raise ServiceUnreachable(
            "The disk cannot be written to: {why}.",
            kept="Every page that was finished before is kept.",
            todo="Free space, then type the same command again.",
            why=error.strerror or str(error),
        ) from error
