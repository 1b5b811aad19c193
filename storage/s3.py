"""The object store as a bucket of any server that speaks S3, through the minio client."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import S3Error

from storage.keys import check_deletable, check_key, check_prefix
from storage.s3_speech import no_bucket, spoken, status_error
from storage.store import ObjectExists, ObjectMissing, StoredObject
from storage.stream import (
    PIECE_BYTES,
    opened,
    pieces_of_file,
    pieces_of_stream,
    sha256_of,
    write_target,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_IN_TROUBLE = frozenset({429, 500, 502, 503, 504})
_CONFLICT = 409  # two conditional writes at once. Source: Amazon S3, "Conditional requests".
_EXISTS = 412
_PRESIGNED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class S3Address:
    """Which bucket, where, as whom.

    Attributes:
        endpoint: host, with a port if it is not the usual one.
        bucket: must exist.
        access_key: public half of the key.
        secret_key: never shown.
        secure: HTTPS.
        region: ``None`` asks the server.
    """

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    secure: bool = True
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server that is slow, away or in trouble is waited for.

    Attributes:
        connect_s: for a connection.
        read_s: for the next bytes of an answer.
        tries: after the first one, with growing pauses and jitter between them.
        pause_s: longest pause, also where the server asks for a longer one.
    """

    connect_s: float = 5.0
    read_s: float = 60.0
    tries: int = 4
    pause_s: float = 5.0


class S3Store:
    """Objects in one bucket; threads may share it, processes open their own.

    A write is one conditional request that carries the content's MD5, which the server
    checks: the object appears whole, or not at all, and never replaces another. Nothing is
    sent before the first call.

    Args:
        address: of the bucket.
        patience: with the server.

    Raises:
        ValueError: the endpoint is not a host with an optional port.
    """

    def __init__(self, address: S3Address, *, patience: Patience | None = None) -> None:
        self.address = address
        self._bucket_was_there = False
        patience = patience or Patience()
        self._retry = urllib3.Retry(
            total=patience.tries,
            redirect=0,
            status_forcelist=_IN_TROUBLE,
            backoff_factor=0.2,
            backoff_jitter=0.3,
            backoff_max=patience.pause_s,
            retry_after_max=max(1, int(patience.pause_s)),
        )
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=patience.connect_s, read=patience.read_s),
            maxsize=16,
            retries=self._retry,
        )
        self._client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            region=address.region,
            http_client=self._pool,
        )

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        """Send a file; see ``ObjectStore``."""
        check_key(key)
        # Read twice: the MD5 has to go ahead of the bytes, and the server holds them to it.
        md5, size_bytes = hashlib.md5(usedforsecurity=False), 0
        for piece in pieces_of_file(source, sha256):
            md5.update(piece)
            size_bytes += len(piece)
        new = StoredObject(key, size_bytes, media_type, sha256)
        with opened(source) as file:
            if self.exists(key) or not self._create(new, file, md5.digest()):
                self._settle(key, sha256)
        return new

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        """Send bytes; see ``ObjectStore``."""
        check_key(key)
        sha256 = hashlib.sha256(content).hexdigest()
        new = StoredObject(key, len(content), media_type, sha256)
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        if self.exists(key) or not self._create(new, content, md5):
            self._settle(key, sha256)
        return new

    def copy(self, source_key: str, key: str) -> None:
        """Copy on the server; see ``ObjectStore``.

        Two copies of *different* objects to one key at the same moment are not kept apart:
        the client's copy request knows no condition. Keys of deposits never meet like that.
        """
        check_key(source_key)
        if self.exists(key):
            self._settle(key, self.sha256(source_key))
            return
        bucket = self._bucket()
        with self._spoken(source_key):
            self._client.copy_object(bucket, key, CopySource(bucket, source_key))

    def open(self, key: str) -> BinaryIO:
        """A stream from the server; see ``ObjectStore``."""
        check_key(key)
        with self._spoken(key):
            response = self._client.get_object(self._bucket(), key)
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
        if not self.exists(key):
            self.stat(key)  # says that it is missing

    def sha256(self, key: str) -> str:
        """Load the object and hash it; see ``ObjectStore``."""
        return sha256_of(pieces_of_stream(self.open(key)))

    def stat(self, key: str) -> StoredObject:
        """Size and media type of the object; see ``ObjectStore``."""
        check_key(key)
        with self._spoken(key):
            found = self._client.stat_object(self._bucket(), key)
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

    def delete(self, key: str) -> None:
        """Remove a work-in-progress object; see ``ObjectStore``."""
        check_deletable(key)
        with self._spoken(key):
            self._client.remove_object(self._bucket(), key)

    def _bucket(self) -> str:
        # Asked once, before the first use: some servers make a mistyped bucket on the spot.
        if not self._bucket_was_there:
            with self._spoken():
                found = self._client.bucket_exists(self.address.bucket)
            if not found:
                raise no_bucket(self.address.endpoint, self.address.bucket)
            self._bucket_was_there = True
        return self.address.bucket

    def _spoken(self, key: str = "") -> AbstractContextManager[None]:
        return spoken(self.address.endpoint, self.address.bucket, key)

    def _create(self, new: StoredObject, body: BinaryIO | bytes, md5: bytes) -> bool:
        headers = {
            "If-None-Match": "*",
            "Content-MD5": base64.b64encode(md5).decode(),
            "Content-Length": str(new.size_bytes),
            "Content-Type": new.media_type or "application/octet-stream",
        }
        with self._spoken(new.key):
            # The client's own upload takes no condition and no checksum; a presigned one does.
            url = self._client.get_presigned_url(
                "PUT", self._bucket(), new.key, expires=_PRESIGNED_FOR
            )
            response = self._pool.urlopen(
                "PUT",
                url,
                body=body,
                headers=headers,
                retries=self._retry.new(status_forcelist=_IN_TROUBLE | {_CONFLICT}),
            )
            if response.status == _EXISTS:
                return False
            if response.status != 200 and response.data:
                raise S3Error.fromxml(response)
        if response.status != 200:
            raise status_error(response.status, self.address.endpoint)
        return True

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
            for found in self._client.list_objects(self._bucket(), prefix=prefix, recursive=True):
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
