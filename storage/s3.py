"""The object store as a bucket of any server that speaks S3, through the minio client."""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import urllib3

from storage.keys import check_deletable, check_key, check_prefix
from storage.layout import deposit_of
from storage.retention import Retention
from storage.s3_lock import is_locked, lock, lock_headers
from storage.s3_probe import Probe
from storage.s3_removal import Remover
from storage.s3_speech import no_bucket, only_pretends, spoken
from storage.s3_upload import Part, Sizes, Uploader, weighed
from storage.s3_wire import Patience, S3Address, Wire
from storage.store import Abilities, ObjectExists, ObjectMissing, StoredObject
from storage.stream import (
    PIECE_BYTES,
    measured,
    opened,
    pieces_of_file,
    pieces_of_stream,
    write_target,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_UPLOAD_LASTS = timedelta(days=1)
"""An upload in parts that was begun longer ago belongs to nobody any more."""


class S3Store:
    """Objects in one bucket; threads may share it, processes open their own.

    A write is one conditional request, or one that completes what was sent in parts; the bytes
    go with their digests, which the server checks: the object appears whole, or not at all, and
    never replaces another. Nothing is sent before the first call, and before the first write the
    server is tried (see ``examine``).

    Args:
        address: of the bucket.
        patience: with the server.
        retention: the lock of what is deposited; ``None`` locks nothing.
        sizes: when an object goes in parts.
        seen: what the server was seen to do; ``None`` finds out before the first write.

    Raises:
        ValueError: the endpoint is not a host with an optional port.
    """

    def __init__(
        self,
        address: S3Address,
        *,
        patience: Patience | None = None,
        retention: Retention | None = None,
        sizes: Sizes | None = None,
        seen: Abilities | None = None,
    ) -> None:
        self.address = address
        self.retention = retention
        self._sizes = sizes or Sizes()
        self._wire = Wire(address, patience or Patience())
        self._uploader = Uploader(self._wire, address.bucket)
        self._remover = Remover(self._wire, address.bucket)
        self._bucket_was_there = False
        self._abilities = seen
        self._examining = threading.Lock()

    def examine(self) -> Abilities:
        """Try conditions, checksums, versions and, if asked for, the lock; see ``ObjectStore``."""
        with self._examining:
            self._bucket()
            with self._spoken():
                self._abilities = Probe(self._wire, self.address, self.retention).examine()
                self._uploader.abandon_old(datetime.now(UTC) - _UPLOAD_LASTS)
            return self._abilities

    def prepare(self) -> bool:
        """Make the bucket, one with versions and locks if a lock is asked for; whether it did."""
        client, bucket = self._wire.client, self.address.bucket
        with self._spoken():
            if client.bucket_exists(bucket):
                return False
            client.make_bucket(bucket, self.address.region, object_lock=self.retention is not None)
        return True

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        """Send a file; see ``ObjectStore``."""
        check_key(key)
        # Read twice: the digests have to go ahead of the bytes, and the server holds them to it.
        with opened(source) as file:
            part_bytes = self._sizes.part_of(source.stat().st_size)
            parts = weighed(pieces_of_file(source, sha256), part_bytes)
            new = StoredObject(key, sum(part.size_bytes for part in parts), media_type, sha256)
            self._put(new, file, parts)
        return new

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        """Send bytes; see ``ObjectStore``."""
        check_key(key)
        sha256 = hashlib.sha256(content).hexdigest()
        new = StoredObject(key, len(content), media_type, sha256)
        self._put(new, io.BytesIO(content), weighed([content], self._sizes.part_of(new.size_bytes)))
        return new

    def copy(self, source_key: str, key: str, *, size_bytes: int | None = None) -> None:
        """Copy on the server; see ``ObjectStore``.

        A server that knows no condition for copies is sent the bytes again.
        """
        check_key(source_key)
        refused_if_taken = self._able().copies_only
        source = None
        if refused_if_taken and size_bytes is not None and size_bytes <= self._sizes.copy_bytes:
            source = StoredObject(source_key, size_bytes)  # one request takes its media type along
        elif refused_if_taken or not self.exists(key):
            source = self.stat(source_key)
        if source is None:
            self._settle(key, self.sha256(source_key))
        elif refused_if_taken or not self._able().creates_only:
            with self._spoken(source_key):
                made = self._uploader.copy(source, key, self._sizes, self._lock_of(key))
            if not made:
                self._settle(key, self.sha256(source_key))
        else:
            self._copy_through_here(source, key)
        self._hold(key)

    def open(self, key: str) -> BinaryIO:
        """A stream from the server; see ``ObjectStore``."""
        check_key(key)
        with self._spoken(key):
            response = self._wire.client.get_object(self._bucket(), key)
        reader = _Reader(response, self.address, key)
        return io.BufferedReader(reader, PIECE_BYTES)

    def read_bytes(self, key: str) -> bytes:
        """The whole object; see ``ObjectStore``."""
        with self.open(key) as stream:
            return stream.read()

    def fetch(self, key: str, target: Path) -> str:
        """Load the object into a file; see ``ObjectStore``."""
        return write_target(pieces_of_stream(self.open(key)), target)

    def local_path(self, key: str) -> None:
        """Nothing: the object is on another machine; see ``ObjectStore``."""
        check_key(key)

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> str:
        """A signed address; see ``ObjectStore``. Source: AWS Signature Version 4, query strings."""
        check_key(key)
        told: dict[str, str | list[str] | tuple[str]] = {
            f"response-{name.lower()}": text for name, text in headers.items()
        }
        with self._spoken(key):
            return self._wire.client.get_presigned_url(
                "GET",
                self.address.bucket,
                key,
                expires=timedelta(seconds=valid_s),
                response_headers=told,
            )

    def sha256(self, key: str) -> str:
        """Load the object and hash it; see ``ObjectStore``."""
        return self.read_back(key).sha256 or ""

    def read_back(self, key: str) -> StoredObject:
        """Load the object, hash it and count its bytes; see ``ObjectStore``."""
        return measured(key, pieces_of_stream(self.open(key)))

    def stat(self, key: str) -> StoredObject:
        """Size and media type of the object; see ``ObjectStore``."""
        check_key(key)
        with self._spoken(key):
            found = self._wire.client.stat_object(self._bucket(), key)
        return StoredObject(key, found.size or 0, found.content_type)

    def exists(self, key: str) -> bool:
        """Whether an object stands under the key."""
        with suppress(ObjectMissing):
            self.stat(key)
            return True
        return False

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """The objects whose keys begin with ``prefix``; see ``ObjectStore``."""
        return self._listed(check_prefix(prefix))

    def delete(self, *keys: str) -> None:
        """Remove work-in-progress objects; see ``ObjectStore``."""
        for key in keys:
            check_deletable(key)
        self._bucket()
        found: dict[str, str | None] = dict.fromkeys(keys)
        if self._able().versioned:
            # In a bucket with versions a plain deletion only hides, and fills the disk.
            found = dict(self._versions_of(keys))
        with suppress(ObjectMissing), self._spoken(keys[0] if keys else ""):
            self._remover.remove(found)

    def _versions_of(self, keys: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        for key in keys:
            with suppress(ObjectMissing), self._spoken(key):
                found = self._wire.client.stat_object(self._bucket(), key)
                yield key, found.version_id

    def _bucket(self) -> str:
        # Asked once, before the first use: some servers make a mistyped bucket on the spot.
        if not self._bucket_was_there:
            with self._spoken():
                found = self._wire.client.bucket_exists(self.address.bucket)
            if not found:
                raise no_bucket(self.address.endpoint, self.address.bucket)
            self._bucket_was_there = True
        return self.address.bucket

    def _spoken(self, key: str = "") -> AbstractContextManager[None]:
        return spoken(self.address.endpoint, self.address.bucket, key)

    def _able(self) -> Abilities:
        return self._abilities or self.examine()

    def _put(self, new: StoredObject, body: BinaryIO, parts: Sequence[Part]) -> None:
        able, sha256 = self._able(), new.sha256 or ""
        # a server that refuses to write over an object need not be asked first, unless the
        # answer spares it many parts
        if (len(parts) > 1 or not able.creates_only) and self.exists(new.key):
            self._settle(new.key, sha256)
        else:
            with self._spoken(new.key):
                made = self._uploader.create(new, body, parts, self._lock_of(new.key))
            if not made or not able.checks_bytes:
                self._settle(new.key, sha256)
        self._hold(new.key)

    def _copy_through_here(self, source: StoredObject, key: str) -> None:
        with tempfile.TemporaryFile() as file:
            pieces = _kept(pieces_of_stream(self.open(source.key)), file)
            parts = weighed(pieces, self._sizes.part_of(source.size_bytes))
            digest = hashlib.sha256()
            file.seek(0)
            for piece in iter(lambda: file.read(PIECE_BYTES), b""):
                digest.update(piece)
            new = replace(source, key=key, sha256=digest.hexdigest())
            self._put(new, file, parts)

    def _lock_of(self, key: str) -> dict[str, str]:
        if self.retention is None or deposit_of(key) is None:
            return {}
        return lock_headers(self.retention.mode, self.retention.until(datetime.now(UTC)))

    def _hold(self, key: str) -> None:
        """See that a deposit's object is locked; some servers forget it when they copy."""
        if self.retention is None or deposit_of(key) is None:
            return
        until = self.retention.until(datetime.now(UTC))
        with self._spoken(key):
            if not is_locked(self._wire, key):
                lock(self._wire, self.address.bucket, key, self.retention.mode, until)
                held = is_locked(self._wire, key)
            else:
                held = True
        if not held:
            raise only_pretends(self.address)

    def _settle(self, key: str, sha256: str) -> None:
        if self.sha256(key) != sha256:
            raise ObjectExists(
                "Something else is already stored as {key}.",
                kept="What was stored first stays as it is; nothing was overwritten.",
                todo="See whether the store is whole: abhilekh store verify",
                key=key,
            )

    def _listed(self, prefix: str) -> Iterator[StoredObject]:
        with self._spoken():
            for found in self._wire.client.list_objects(
                self._bucket(), prefix=prefix, recursive=True
            ):
                if found.object_name and not found.object_name.endswith("/"):
                    yield StoredObject(found.object_name, found.size or 0)


class _Reader(io.RawIOBase):
    """An answer's body as a file; a connection that breaks is said in our words."""

    def __init__(self, response: urllib3.BaseHTTPResponse, address: S3Address, key: str) -> None:
        self._response = response
        self._speech = (address.endpoint, address.bucket, key)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        with spoken(*self._speech):
            piece = self._response.read(len(room), decode_content=False)
        room[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._response.close()
            self._response.release_conn()
        super().close()


def _kept(pieces: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    """The pieces, each written to the file as it goes by."""
    for piece in pieces:
        file.write(piece)
        yield piece
