"""Every version of the objects of a bucket, also of those that were deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from defusedxml.ElementTree import fromstring

from storage.s3_wire import Request, Wire


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one object, or the mark of its deletion."""

    key: str
    id: str
    made_at: datetime


def versions(wire: Wire, prefix: str) -> Iterator[Version]:
    """The versions of the objects whose keys begin with ``prefix``; at most the first 1,000.

    The client's own listing cannot read the times of servers that tell them in a time zone.

    Raises:
        S3Error: they may not be listed.
    """
    answer = wire.send(Request("GET", "", {"versions": "", "prefix": prefix}))
    for found in fromstring(answer.data):
        if found.tag.rpartition("}")[2] in ("Version", "DeleteMarker"):
            made_at = found.findtext("{*}LastModified") or ""
            key, version = found.findtext("{*}Key") or "", found.findtext("{*}VersionId") or ""
            yield Version(key, version, datetime.fromisoformat(made_at))
