"""Object lock: what a request says to lock what it writes, and whether an object is locked."""

from __future__ import annotations

from datetime import UTC, datetime

from minio.retention import Retention as S3Retention

from storage.retention import LockMode
from storage.s3_wire import Request, Wire

MODE = "x-amz-object-lock-mode"
UNTIL = "x-amz-object-lock-retain-until-date"


def lock_headers(mode: LockMode, until: datetime) -> dict[str, str]:
    """Headers of a write that lock the object until then.

    Source: Amazon S3 API Reference, "PutObject".
    """
    return {MODE: str(mode), UNTIL: f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def is_locked(wire: Wire, key: str) -> bool:
    """Whether the object's newest version has a lock.

    Raises:
        S3Error: there is no such object, or it may not be asked.
    """
    headers = wire.send(Request("HEAD", key)).headers
    return MODE in headers and UNTIL in headers


def lock(wire: Wire, bucket: str, key: str, mode: LockMode, until: datetime) -> None:
    """Lock the object's newest version until then.

    Raises:
        S3Error: the server refuses.
    """
    retention = S3Retention(str(mode), until)
    wire.client.set_object_retention(bucket, key, retention)
