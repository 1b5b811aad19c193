"""Create-only writes to a bucket: whole, or not at all, and never over what is there.

Every request carries the MD5 and the SHA-256 of what it sends; servers differ in which of them
they check. Source: Amazon S3 User Guide, "Checking object integrity", "Conditional requests".
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, TypeAlias
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

import urllib3
from defusedxml.ElementTree import fromstring
from minio.error import S3Error

from storage.s3_wire import Request, Wire, refusal
from storage.store import StoredObject

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

EXISTS = 412
NO_UPLOAD = 404
MOST_PARTS = 10_000
ONLY_IF_FREE = {"If-None-Match": "*"}

_OnePart: TypeAlias = Callable[[str, int], Mapping[str, str]]
"""Sends or copies one part: upload, number from 1 → what the completion lists of it."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """When an object is sent, or copied, in parts.

    Attributes:
        part_bytes: what is larger goes in parts of this size, or larger ones where there would
            be more than 10,000; at least 5 MiB.
        copy_bytes: what is larger is copied in parts of this size.

    Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
    """

    part_bytes: int = 16 << 20
    copy_bytes: int = 1 << 30

    def part_of(self, size_bytes: int) -> int:
        """Size of the parts of an object of so many bytes."""
        return max(self.part_bytes, -(-size_bytes // MOST_PARTS))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of what is to be sent, with its digests.

    Attributes:
        start: its first byte in the whole.
        size_bytes: its length.
        md5: its MD5, 16 bytes.
        sha256: its SHA-256, 32 bytes.
    """

    start: int
    size_bytes: int
    md5: bytes
    sha256: bytes

    @property
    def headers(self) -> dict[str, str]:
        """What the server holds the bytes to."""
        return {
            "Content-Length": str(self.size_bytes),
            "Content-MD5": _base64(self.md5),
            "x-amz-checksum-sha256": _base64(self.sha256),
        }


def weighed(pieces: Iterable[bytes], part_bytes: int) -> Sequence[Part]:
    """The parts of what the pieces make together; always one at least.

    Args:
        pieces: in order, of any sizes.
        part_bytes: size of each part but the last.
    """
    parts: list[Part] = []
    md5, sha256, length, start = _md5(), hashlib.sha256(), 0, 0
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            taken = rest[: part_bytes - length]
            md5.update(taken)
            sha256.update(taken)
            length, rest = length + len(taken), rest[len(taken) :]
            if length == part_bytes:
                parts.append(Part(start, length, md5.digest(), sha256.digest()))
                md5, sha256, length, start = _md5(), hashlib.sha256(), 0, start + length
    if length or not parts:
        parts.append(Part(start, length, md5.digest(), sha256.digest()))
    return parts


class Uploader:
    """Writes new objects.

    Args:
        wire: to the bucket.
        bucket: its name.
    """

    def __init__(self, wire: Wire, bucket: str) -> None:
        self._wire = wire
        self._bucket = bucket

    def create(
        self,
        new: StoredObject,
        body: BinaryIO,
        parts: Sequence[Part],
        extra: Mapping[str, str],
    ) -> bool:
        """Whether the object was made; False if its key was taken.

        Args:
            new: key and media type.
            body: can be read anywhere; from its beginning.
            parts: of the body, as ``weighed`` gave them.
            extra: headers of the object, such as those of its lock.

        Raises:
            S3Error: the server refuses; nothing is left behind.
            urllib3.exceptions.HTTPError: the line broke; parts of an upload may stay behind
                until ``abandon_old`` finds them.
        """
        media_type = {"Content-Type": new.media_type or "application/octet-stream"}
        if len(parts) > 1:
            checked = {"x-amz-checksum-algorithm": "SHA256"}
            return self._in_parts(
                new.key,
                {**media_type, **extra, **checked},
                lambda upload, number: self._send(new.key, upload, number, body, parts[number - 1]),
                len(parts),
            )
        headers = {**parts[0].headers, **media_type, **ONLY_IF_FREE, **extra}
        request = Request(
            "PUT", new.key, {}, headers, _Stretch(body, parts[0]), parts[0].sha256.hex()
        )
        return self._wire.send(request, accept=frozenset({EXISTS})).status != EXISTS

    def copy(self, source: StoredObject, key: str, sizes: Sizes, extra: Mapping[str, str]) -> bool:
        """Whether ``source`` was copied to ``key`` on the server; False if that was taken.

        Raises:
            S3Error, urllib3.exceptions.HTTPError: see ``create``.
        """
        origin = {"x-amz-copy-source": quote(f"/{self._bucket}/{source.key}", safe="/-_.~")}
        if source.size_bytes <= sizes.copy_bytes:
            request = Request("PUT", key, {}, {**origin, **ONLY_IF_FREE, **extra})
            response = self._wire.send(request, accept=frozenset({EXISTS}))
            if response.status == EXISTS:
                return False
            _refuse_error_in_success(response, self._bucket, key)
            return True
        step = max(sizes.copy_bytes, sizes.part_of(source.size_bytes))
        media_type = {"Content-Type": source.media_type or "application/octet-stream"}

        def one(upload: str, number: int) -> Mapping[str, str]:
            start = (number - 1) * step
            last = min(start + step, source.size_bytes) - 1
            return self._copy(key, upload, number, {**origin, **_range(start, last)})

        return self._in_parts(key, {**media_type, **extra}, one, -(-source.size_bytes // step))

    def _in_parts(self, key: str, headers: Mapping[str, str], one: _OnePart, count: int) -> bool:
        answer = self._wire.send(Request("POST", key, {"uploads": ""}, headers))
        upload = _text(answer, "UploadId")
        made = False
        try:
            told = [one(upload, number) for number in range(1, count + 1)]
            made = self._complete(key, upload, told)
        finally:
            if not made:
                self._abandon(key, upload)
        return made

    def _send(
        self, key: str, upload: str, number: int, body: BinaryIO, part: Part
    ) -> Mapping[str, str]:
        query = {"partNumber": str(number), "uploadId": upload}
        stretch = _Stretch(body, part)
        request = Request("PUT", key, query, part.headers, stretch, part.sha256.hex())
        answer = self._wire.send(request)
        return {"ETag": answer.headers["ETag"], "ChecksumSHA256": _base64(part.sha256)}

    def _copy(
        self, key: str, upload: str, number: int, headers: Mapping[str, str]
    ) -> Mapping[str, str]:
        query = {"partNumber": str(number), "uploadId": upload}
        answer = self._wire.send(Request("PUT", key, query, headers))
        _refuse_error_in_success(answer, self._bucket, key)
        return {"ETag": _text(answer, "ETag")}

    def _complete(self, key: str, upload: str, told: Sequence[Mapping[str, str]]) -> bool:
        body = _completion(told)
        request = Request(
            "POST",
            key,
            {"uploadId": upload},
            {**ONLY_IF_FREE, "Content-Type": "application/xml"},
            body,
            hashlib.sha256(body).hexdigest(),
        )
        answer = self._wire.send(request, accept=frozenset({EXISTS, NO_UPLOAD}))
        if answer.status == NO_UPLOAD:
            # Its completion was answered, and the answer was lost: then the object is there.
            if self._wire.send(Request("HEAD", key), accept=frozenset({404})).status == 404:
                raise refusal(answer, self._bucket, key)
            return False
        if answer.status == EXISTS:
            return False
        _refuse_error_in_success(answer, self._bucket, key)
        return True

    def _abandon(self, key: str, upload: str) -> None:
        with suppress(S3Error, urllib3.exceptions.HTTPError):
            self._wire.send(Request("DELETE", key, {"uploadId": upload}), accept=frozenset({404}))

    def abandon_old(self, before: datetime) -> int:
        """Give up the uploads that were begun before; says how many.

        Args:
            before: a moment, with its time zone.

        Raises:
            S3Error, urllib3.exceptions.HTTPError: the bucket's uploads cannot be listed.
        """
        answer = self._wire.send(Request("GET", "", {"uploads": ""}))
        given_up = 0
        for found in fromstring(answer.data).iterfind("{*}Upload"):
            begun = found.findtext("{*}Initiated")
            if begun and datetime.fromisoformat(begun) < before:
                self._abandon(found.findtext("{*}Key") or "", found.findtext("{*}UploadId") or "")
                given_up += 1
        return given_up


class _Stretch(io.RawIOBase):
    """One part of a file as a file, so that it can be sent again from its own beginning."""

    def __init__(self, inner: BinaryIO, part: Part) -> None:
        self._inner = inner
        self._start = part.start
        self._size = part.size_bytes
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = origin + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        self._inner.seek(self._start + self._at)
        piece = self._inner.read(len(room))
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _completion(told: Sequence[Mapping[str, str]]) -> bytes:
    root = Element("CompleteMultipartUpload", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    for number, part in enumerate(told, start=1):
        entry = SubElement(root, "Part")
        SubElement(entry, "PartNumber").text = str(number)
        for name, text in part.items():
            SubElement(entry, name).text = text
    return tostring(root)


def _refuse_error_in_success(response: urllib3.BaseHTTPResponse, bucket: str, key: str) -> None:
    """A copy or completion that failed after the server had begun to say that it did not.

    Source: Amazon S3 API Reference, "CompleteMultipartUpload", "CopyObject".
    """
    if response.data and fromstring(response.data).tag.rpartition("}")[2] == "Error":
        raise refusal(response, bucket, key)


def _text(response: urllib3.BaseHTTPResponse, name: str) -> str:
    found = fromstring(response.data).findtext(f"{{*}}{name}")
    return str(found or "")


def _range(start: int, last: int) -> dict[str, str]:
    return {"x-amz-copy-source-range": f"bytes={start}-{last}"}


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
