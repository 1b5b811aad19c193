"""Many objects removed by one request, such as all that was made on the way to a deposit."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring
from minio.error import S3Error

from storage.s3_wire import Request, Wire

MOST_AT_A_TIME = 1000
"""Source: Amazon S3 API Reference, "DeleteObjects"."""

_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})


def remove(wire: Wire, bucket: str, found: Mapping[str, str | None]) -> None:
    """Remove the objects; those that are gone already are fine.

    Args:
        wire: to the bucket.
        bucket: its name, for the message.
        found: key → the version to remove; ``None`` where the bucket keeps no versions.

    Raises:
        S3Error: the server keeps one of them; the others are gone.
        urllib3.exceptions.HTTPError: no answer came.
    """
    left = list(found.items())
    while left:
        _removed(wire, bucket, dict(left[:MOST_AT_A_TIME]))
        left = left[MOST_AT_A_TIME:]


def _removed(wire: Wire, bucket: str, found: Mapping[str, str | None]) -> None:
    root = Element("Delete", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    SubElement(root, "Quiet").text = "true"
    for key, version in found.items():
        entry = SubElement(root, "Object")
        SubElement(entry, "Key").text = key
        if version is not None:
            SubElement(entry, "VersionId").text = version
    body = tostring(root)
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    headers = {"Content-Type": "application/xml", "Content-MD5": md5}
    request = Request("POST", "", {"delete": ""}, headers, body, hashlib.sha256(body).hexdigest())
    response = wire.send(request)
    for kept in fromstring(response.data).iterfind("{*}Error") if response.data else ():
        code = kept.findtext("{*}Code") or ""
        if code not in _GONE:
            raise S3Error(
                response=response,
                code=code,
                message=kept.findtext("{*}Message"),
                resource=None,
                request_id=None,
                host_id=None,
                bucket_name=bucket,
                object_name=kept.findtext("{*}Key"),
            )
