"""What an S3 server really does, found out by trying: conditions, checksums, versions, locks.

Servers differ, and some accept a header without doing what it says.
"""

from __future__ import annotations

import hashlib
import io
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from minio.error import S3Error

from storage.keys import PROBE, probe_key
from storage.retention import Retention
from storage.s3_lock import MODE, lock_headers
from storage.s3_speech import cannot_lock, cannot_sweep, only_pretends, overwrites
from storage.s3_upload import Part, Sizes, Uploader, weighed
from storage.s3_versions import versions
from storage.s3_wire import Request, S3Address, Wire
from storage.store import Abilities, StoredObject

LOCKED_FOR = timedelta(minutes=10)
"""Longer than clocks differ; until then a probe that the store does lock stays behind."""

MOST_VERSIONS = 5
"""A probe has fewer, even where the server writes over objects."""

log = logging.getLogger("abhilekh.store")


class Probe:
    """Tries the server with a few objects of some bytes.

    Args:
        wire: to the bucket.
        address: for messages.
        retention: the lock that is asked for, if one is.
    """

    def __init__(self, wire: Wire, address: S3Address, retention: Retention | None) -> None:
        self._wire = wire
        self._address = address
        self._retention = retention
        self._uploader = Uploader(wire, address.bucket)

    def examine(self) -> Abilities:
        """What the server was seen to do.

        Raises:
            S3Error, urllib3.exceptions.HTTPError: it cannot be reached or written to.
            ToolMissing: it writes over objects, or does not keep the lock that is asked for.
        """
        self._sweep()
        first, second = probe_key("first"), probe_key("second")
        self._put(first, b"first")
        version = self._version(first)
        try:
            abilities = Abilities(
                creates_only=not self._put(first, b"other"),
                copies_only=self._copies_only(first, second),
                checks_bytes=self._checks_bytes(),
                versioned=version is not None,
            )
        finally:
            self._remove(first)
            self._remove(second)
        if not abilities.creates_only and not abilities.versioned:
            raise overwrites(self._address)
        if self._retention is None:
            return abilities
        return self._with_lock(abilities, self._retention)

    def _put(self, key: str, content: bytes, extra: dict[str, str] | None = None) -> bool:
        (part,) = weighed([content], Sizes().part_bytes)
        new = StoredObject(key, len(content), "text/plain")
        return self._uploader.create(new, io.BytesIO(content), [part], extra or {})

    def _copies_only(self, source_key: str, key: str) -> bool:
        source = StoredObject(source_key, 5, "text/plain")
        self._uploader.copy(source, key, Sizes(), {})
        return not self._uploader.copy(source, key, Sizes(), {})

    def _checks_bytes(self) -> bool:
        announced = b"announced"
        wrong = Part(
            0,
            len(announced),
            hashlib.md5(announced, usedforsecurity=False).digest(),
            hashlib.sha256(announced).digest(),
        )
        key = probe_key("damaged")
        try:
            self._uploader.create(
                StoredObject(key, len(announced), "text/plain"),
                io.BytesIO(b"delivered"),
                [wrong],
                {},
            )
        except S3Error:
            return True
        self._remove(key)
        return False

    def _with_lock(self, abilities: Abilities, retention: Retention) -> Abilities:
        """Write with a lock, try to delete: what is gone then was never locked."""
        key = probe_key("lock")
        until = datetime.now(UTC) + LOCKED_FOR
        try:
            self._put(key, b"locked", lock_headers(retention.mode, until))
        except S3Error as error:
            if error.code in {"AccessDenied", "SignatureDoesNotMatch"}:
                raise
            raise cannot_lock(self._address) from error
        if not abilities.versioned:
            self._remove(key)
            raise cannot_lock(self._address)
        if MODE not in self._wire.send(Request("HEAD", key)).headers:
            self._remove(key)
            raise only_pretends(self._address)
        with suppress(S3Error):
            self._delete_version(key, self._version(key))
        if self._wire.send(Request("HEAD", key), accept=frozenset({404})).status == 404:
            raise only_pretends(self._address)
        return Abilities(
            abilities.creates_only,
            abilities.copies_only,
            abilities.checks_bytes,
            abilities.versioned,
            str(retention.mode),
        )

    def _version(self, key: str) -> str | None:
        found = self._wire.send(Request("HEAD", key)).headers.get("x-amz-version-id")
        return found if found and found != "null" else None

    def _remove(self, key: str) -> None:
        for _ in range(MOST_VERSIONS):
            if self._wire.send(Request("HEAD", key), accept=frozenset({404})).status == 404:
                return
            try:
                self._delete_version(key, self._version(key))
            except S3Error as error:
                raise cannot_sweep(self._address) from error
        raise cannot_sweep(self._address)

    def _delete_version(self, key: str, version: str | None) -> None:
        query = {"versionId": version} if version else {}
        self._wire.send(Request("DELETE", key, query))

    def _sweep(self) -> None:
        """Remove the probes of earlier days whose locks have ended."""
        before = datetime.now(UTC) - 2 * LOCKED_FOR
        try:
            for found in versions(self._wire, PROBE):
                if found.made_at < before:
                    with suppress(S3Error):
                        self._delete_version(found.key, found.id)
        except S3Error as error:  # a key that may not list versions can still do the work
            log.warning("probes cannot be listed", extra={"facts": {"code": error.code}})
