"""What an S3 server or the network says, in a clerk's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

import urllib3.exceptions as network
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from errors import AbhilekhError, ServiceUnreachable, ToolMissing
from storage.s3_wire import S3Address
from storage.store import ObjectMissing

_KEPT = "All that was stored before; nothing half-written is left behind."
_SAFE = "Nothing was written."

_NO_KEY = frozenset({"NoSuchKey", "NoSuchVersion"})
_REFUSED = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled"}
)
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "Redirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint"}
)
_FULL = frozenset({"InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "EntityTooLarge"})
_DAMAGED = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"})


@contextmanager
def spoken(endpoint: str, bucket: str, key: str = "") -> Iterator[None]:
    """Turn every failure of client and network inside the block into one of ours.

    Args:
        endpoint: host and port, for the message.
        bucket: its name, for the message.
        key: the object asked for, if one was.

    Raises:
        ObjectMissing: nothing is stored under the key.
        ServiceUnreachable: anything else, such as a bucket that is not there; trying again may
            help.
    """
    try:
        yield
    except S3Error as error:
        raise _answer(error.code or "", endpoint, bucket, key) from error
    except network.HTTPError as error:
        raise _silence(error, endpoint) from error
    except (InvalidResponseError, ServerError, MinioException, ParseError) as error:
        raise ServiceUnreachable(
            "What answers at {endpoint} does not speak like an object store.",
            kept=_KEPT,
            todo="Check the address in ABHILEKH_STORE_URL and any proxy on the way.",
            endpoint=endpoint,
        ) from error


def no_bucket(endpoint: str, bucket: str) -> ServiceUnreachable:
    """The error for a bucket that is not there."""
    return ServiceUnreachable(
        "There is no bucket {bucket} at {endpoint}.",
        kept=_SAFE,
        todo="Have the bucket made, or correct ABHILEKH_STORE_URL.",
        endpoint=endpoint,
        bucket=bucket,
    )


def overwrites(address: S3Address) -> ToolMissing:
    """The error for a server that writes over objects although it is asked not to."""
    return ToolMissing(
        "The object store at {endpoint} writes over objects in spite of If-None-Match.",
        kept=_SAFE,
        todo="Have versioning switched on for the bucket {bucket}, or use a newer store.",
        endpoint=address.endpoint,
        bucket=address.bucket,
    )


def cannot_lock(address: S3Address) -> ToolMissing:
    """The error for a bucket without versions and locks, where a lock is asked for."""
    return ToolMissing(
        "The bucket {bucket} at {endpoint} takes no locks, but ABHILEKH_STORE_LOCK asks for them.",
        kept=_SAFE,
        todo="Have a bucket made with versioning and object lock on, or leave ABHILEKH_STORE_LOCK "
        "empty.",
        endpoint=address.endpoint,
        bucket=address.bucket,
    )


def only_pretends(address: S3Address) -> ToolMissing:
    """The error for a server that takes a lock and does not keep it."""
    return ToolMissing(
        "The object store at {endpoint} only pretends to lock: a locked object could be deleted, "
        "or lost its lock.",
        kept="All that was stored before, but nothing in the bucket {bucket} is locked.",
        todo="Use a store that keeps locks, or leave ABHILEKH_STORE_LOCK empty.",
        endpoint=address.endpoint,
        bucket=address.bucket,
    )


def cannot_sweep(address: S3Address) -> ServiceUnreachable:
    """The error for a bucket in which not even a probe can be deleted."""
    return ServiceUnreachable(
        "What is put into the bucket {bucket} at {endpoint} cannot be deleted, not even work in "
        "progress.",
        kept=_KEPT,
        todo="Let this key delete under work/, and take a default retention off the bucket: "
        "ABHILEKH_STORE_LOCK locks deposits alone.",
        endpoint=address.endpoint,
        bucket=address.bucket,
    )


def _answer(code: str, endpoint: str, bucket: str, key: str) -> AbhilekhError:
    facts = {"endpoint": endpoint, "bucket": bucket, "key": key, "code": code}
    if code in _NO_KEY:
        return ObjectMissing(
            "Nothing is stored as {key}.",
            kept="Everything else in the store.",
            todo="See what else is missing: abhilekh store verify",
            **facts,
        )
    if code in {"NoSuchBucket", "InvalidBucketName"}:
        return no_bucket(endpoint, bucket)
    if code in _ELSEWHERE:
        return ServiceUnreachable(
            "The bucket {bucket} is in another region than asked for.",
            kept=_SAFE,
            todo="Add ?region=… with the bucket's region to ABHILEKH_STORE_URL.",
            **facts,
        )
    return _trouble(code, facts)


def _trouble(code: str, facts: dict[str, str]) -> ServiceUnreachable:
    if code in _REFUSED:
        return ServiceUnreachable(
            "The object store at {endpoint} does not let this key use the bucket {bucket}.",
            kept=_KEPT,
            todo="Check key, secret and permissions in ABHILEKH_STORE_URL, then run again.",
            **facts,
        )
    if code in _FULL:
        return ServiceUnreachable(
            "The object store at {endpoint} has no room for {key}.",
            kept=_KEPT,
            todo="Have the store or its quota enlarged, then run again.",
            **facts,
        )
    if code in _DAMAGED:
        return ServiceUnreachable(
            "{key} reached the object store at {endpoint} damaged, and was refused.",
            kept=_KEPT,
            todo="Run again; if it happens often, have the network looked at.",
            **facts,
        )
    if code == "RequestTimeTooSkewed":
        return ServiceUnreachable(
            "The clocks of this machine and of the object store at {endpoint} differ too much.",
            kept=_KEPT,
            todo="Set this machine's clock by a time server, then run again.",
            **facts,
        )
    return ServiceUnreachable(
        "The object store at {endpoint} answers with error {code}.",
        kept=_KEPT,
        todo="Ask whoever runs the object store; then run again.",
        **facts,
    )


def _silence(error: network.HTTPError, endpoint: str) -> ServiceUnreachable:
    cause = error.reason if isinstance(error, network.MaxRetryError) and error.reason else error
    if isinstance(cause, network.SSLError):
        what = "The certificate of the object store at {endpoint} cannot be trusted."
        todo = "Have its issuer added to this machine's trusted certificates."
    elif isinstance(cause, network.ResponseError):
        what = "The object store at {endpoint} keeps answering that it is in trouble."
        todo = "Ask whoever runs the object store; then run again."
    elif isinstance(cause, network.NameResolutionError):
        what = "The object store's name in {endpoint} is not known on this network."
        todo = "Check ABHILEKH_STORE_URL and the network, then run again."
    elif isinstance(cause, (network.NewConnectionError, network.ConnectTimeoutError)):
        what = "The object store at {endpoint} cannot be reached."
        todo = "Check that it is running and the network is up, then run again."
    elif isinstance(cause, network.TimeoutError):
        what = "The object store at {endpoint} takes too long to answer."
        todo = "Ask whoever runs the object store; then run again."
    else:
        what = "The connection to the object store at {endpoint} broke off."
        todo = "Check the network, then run again."
    return ServiceUnreachable(what, kept=_KEPT, todo=todo, endpoint=endpoint)
