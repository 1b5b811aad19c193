"""The time that leases are judged by: the database's, the same for every machine."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import connection

ASK_AGAIN_AFTER_S = 60.0


class DatabaseClock:
    """The database server's time, asked for once a minute and counted on from there.

    It is counted on by a clock that nobody sets (time since boot, sleep included), so a worker
    whose own clock is wrong or jumps takes and loses leases at the same moments as all others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_s = -ASK_AGAIN_AFTER_S
        self._answer = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """Now, in UTC."""
        with self._lock:
            now_s = time.clock_gettime(time.CLOCK_BOOTTIME)
            if now_s - self._asked_s >= ASK_AGAIN_AFTER_S:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT clock_timestamp()")
                    (self._answer,) = cursor.fetchone()
                self._asked_s = now_s = time.clock_gettime(time.CLOCK_BOOTTIME)
            return self._answer + timedelta(seconds=now_s - self._asked_s)
