"""Many objects removed by one request, such as all that was made on the way to a deposit."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring
from minio.error import S3Error
from urllib3 import BaseHTTPResponse

from storage.s3_wire import Request, Wire

MOST_AT_A_TIME = 1000
"""Source: Amazon S3 API Reference, "DeleteObjects"."""

_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
_UNKNOWN = frozenset({405, 501})
_NOT_KNOWN = frozenset({"MethodNotAllowed", "NotImplemented"})
"""What gateways without that request answer, the first by status, some by the code alone."""


class Remover:
    """Removes objects of a bucket: many by one request where the server knows it; threads share it.

    Args:
        wire: to the bucket.
        bucket: its name.
    """

    def __init__(self, wire: Wire, bucket: str) -> None:
        self._wire = wire
        self._bucket = bucket
        self._knows_many = True

    def remove(self, found: Mapping[str, str | None]) -> None:
        """Remove the objects; those that are gone already are fine.

        Args:
            found: key → the version to remove; ``None`` where the bucket keeps no versions.

        Raises:
            S3Error: the server keeps one of them; the others are gone.
            urllib3.exceptions.HTTPError: no answer came.
        """
        left = list(found.items())
        while left:
            some, left = dict(left[:MOST_AT_A_TIME]), left[MOST_AT_A_TIME:]
            if len(some) > 1 and self._knows_many:
                self._knows_many = self._removed_at_once(some)
            if len(some) == 1 or not self._knows_many:
                self._remove_one_by_one(some)

    def _removed_at_once(self, found: Mapping[str, str | None]) -> bool:
        """Whether the server knows the request."""
        body = _asked(found)
        md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        headers = {"Content-Type": "application/xml", "Content-MD5": md5}
        sha256 = hashlib.sha256(body).hexdigest()
        request = Request("POST", "", {"delete": ""}, headers, body, sha256)
        try:
            response = self._wire.send(request, accept=_UNKNOWN)
        except S3Error as error:
            if error.code in _NOT_KNOWN:
                return False
            raise
        if response.status in _UNKNOWN:
            return False
        for kept in _kept(response, self._bucket):
            raise kept
        return True

    def _remove_one_by_one(self, found: Mapping[str, str | None]) -> None:
        kept: list[S3Error] = []
        for key, version in found.items():
            try:
                self._wire.client.remove_object(self._bucket, key, version)
            except S3Error as error:
                if error.code not in _GONE:
                    kept.append(error)
        if kept:
            raise kept[0]


def _asked(found: Mapping[str, str | None]) -> bytes:
    """The body of the request."""
    root = Element("Delete", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    SubElement(root, "Quiet").text = "true"
    for key, version in found.items():
        entry = SubElement(root, "Object")
        SubElement(entry, "Key").text = key
        if version is not None:
            SubElement(entry, "VersionId").text = version
    return tostring(root)


def _kept(response: BaseHTTPResponse, bucket: str) -> Iterator[S3Error]:
    """What the server says of those it keeps."""
    for kept in fromstring(response.data).iterfind("{*}Error") if response.data else ():
        code = kept.findtext("{*}Code") or ""
        if code not in _GONE:
            yield S3Error(
                response=response,
                code=code,
                message=kept.findtext("{*}Message"),
                resource=None,
                request_id=None,
                host_id=None,
                bucket_name=bucket,
                object_name=kept.findtext("{*}Key"),
            )
