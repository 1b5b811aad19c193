"""From the store's URL to the store."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from errors import ServiceUnreachable, ToolMissing
from storage.local import LocalStore
from storage.retention import Retention
from storage.store import ObjectStore

_S3_SCHEMES = {"s3+http": False, "s3+https": True}
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
# Source: Amazon S3 User Guide, "General purpose bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")


def open_store(url: str, *, retention: Retention | None = None, hasty: bool = False) -> ObjectStore:
    """The store that a URL names.

    Args:
        url: ``file:/folder`` (also ``file:///folder`` and ``file:folder``; what follows is
            taken as it stands, ``%`` too) or ``s3+https://key:secret@host:port/bucket``,
            where signs such as ``/`` in the secret are written ``%2F``, and ``?region=…`` may
            follow; ``s3+http`` goes without encryption.
        retention: the lock of what is deposited.
        hasty: give up soon, for a look whether the store is there.

    Raises:
        ServiceUnreachable: the URL is not of these forms, or the folder cannot be used.
        ToolMissing: a lock is asked for, which a folder cannot keep.
    """
    scheme, colon, rest = url.partition(":")
    if colon and scheme.lower() == "file":
        return _local(rest, retention)
    try:
        parts = urlsplit(url)
        if parts.scheme in _S3_SCHEMES:
            return _s3(parts, retention, hasty=hasty)
    except ValueError as error:  # a port that is no number, a host that is none
        raise _wrong("The store's address is no proper address.") from error
    raise _wrong("The store's address begins with neither file: nor s3+https: nor s3+http:.")


def _local(rest: str, retention: Retention | None) -> ObjectStore:
    if retention is not None:
        raise ToolMissing(
            "A folder cannot lock what is in it, but ABHILEKH_STORE_LOCK asks for it.",
            kept="Nothing was read or written.",
            todo="Use an S3 store with object lock, or leave ABHILEKH_STORE_LOCK empty.",
        )
    if rest.startswith("//") and not rest.startswith("///"):
        raise _wrong("The store's address names another machine: file: is for this one.")
    path = rest.removeprefix("//")
    if not path or "\0" in path:
        raise _wrong("The store's address names no folder.")
    return LocalStore(Path(path))


def _s3(parts: SplitResult, retention: Retention | None, *, hasty: bool) -> ObjectStore:
    from storage.s3 import S3Store
    from storage.s3_wire import Patience, S3Address

    endpoint, bucket = parts.netloc.rpartition("@")[2], unquote(parts.path.strip("/"))
    if not _HOST.fullmatch(endpoint) or parts.port == 0:
        raise _wrong("The store's address must name one host.")
    if not _BUCKET.fullmatch(bucket):
        raise _wrong("The store's address must name one bucket, of 3 to 63 small letters.")
    if not parts.username or not parts.password:
        raise _wrong("The store's address has no key and secret.")
    asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
    region = asked.pop("region", [None])[0]
    if asked or parts.fragment:
        raise _wrong("After the bucket the store's address can only have ?region=….")
    return S3Store(
        S3Address(
            endpoint=endpoint,
            bucket=bucket,
            access_key=unquote(parts.username),
            secret_key=unquote(parts.password),
            secure=_S3_SCHEMES[parts.scheme],
            region=region,
        ),
        patience=Patience(connect_s=2.0, read_s=5.0, tries=0) if hasty else None,
        retention=retention,
    )


def _wrong(what: str) -> ServiceUnreachable:
    # The address itself is not repeated: it may hold a secret.
    return ServiceUnreachable(
        what,
        kept="Nothing was read or written.",
        todo="Set ABHILEKH_STORE_URL to file:/folder or s3+https://key:secret@host/bucket.",
    )
