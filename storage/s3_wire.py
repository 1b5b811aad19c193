"""Requests to an S3 server that the minio client has no call for, signed as it signs its own.

The client's own uploads and copies take neither a condition nor a checksum; everything that
writes to the bucket goes through here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import RawIOBase
from typing import BinaryIO
from urllib.parse import SplitResult, parse_qs, quote, urlencode, urlsplit

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.error import S3Error
from minio.signer import sign_v4_s3

IN_TROUBLE = frozenset({429, 500, 502, 503, 504})
CONFLICT = 409  # two conditional writes at once. Source: Amazon S3, "Conditional requests".
NOTHING_SHA256 = hashlib.sha256(b"").hexdigest()


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


@dataclass(frozen=True, slots=True)
class Request:
    """One request about the bucket or one object of it.

    Attributes:
        method: such as ``PUT``.
        key: of the object; empty for the bucket itself.
        query: what follows the ``?``.
        headers: besides those of the signature.
        body: bytes, or a file that can be rewound and whose length is in ``Content-Length``.
        sha256: of the body, lower-case hex.
    """

    method: str
    key: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: BinaryIO | RawIOBase | bytes = b""
    sha256: str = NOTHING_SHA256


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the bucket's objects begin, and the region that signatures name."""

    url: SplitResult
    region: str


class Wire:
    """A bucket at the other end of a line; threads may share it.

    Args:
        address: of the bucket.
        patience: with the server; every request is tried again when the line breaks or the
            server says that it is in trouble, so every request must bear being sent twice.

    Attributes:
        client: the minio client on the same connections, for all it has a call for.
    """

    def __init__(self, address: S3Address, patience: Patience) -> None:
        self._address = address
        self._found: _Place | None = None
        self._retry = urllib3.Retry(
            total=patience.tries,
            redirect=0,
            status_forcelist=IN_TROUBLE,
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
        self.client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            region=address.region,
            http_client=self._pool,
        )

    def send(
        self, request: Request, *, accept: frozenset[int] = frozenset()
    ) -> urllib3.BaseHTTPResponse:
        """The server's answer, its body read, if its status is below 300 or in ``accept``.

        Raises:
            S3Error: the server refuses; ``storage.s3_speech.spoken`` puts it into words.
            urllib3.exceptions.HTTPError: no answer came.
        """
        url, headers = self._signed(request)
        response = self._pool.urlopen(
            request.method,
            url,
            body=request.body,
            headers=headers,
            retries=self._retry.new(status_forcelist=IN_TROUBLE | {CONFLICT}, allowed_methods=None),
        )
        if response.status >= 300 and response.status not in accept:
            raise refusal(response, self._address.bucket, request.key)
        return response

    def _signed(self, request: Request) -> tuple[str, dict[str, str]]:
        place = self._place()
        path = place.url.path + quote(request.key, safe="/-_.~")
        query = urlencode(sorted(request.query.items()), quote_via=quote, safe="-_.~")
        url = place.url._replace(path=path if request.key else path.rstrip("/") or "/", query=query)
        now = datetime.now(UTC)
        headers: dict[str, str | list[str] | tuple[str]] = {
            **request.headers,
            "Host": url.netloc,
            "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
            "x-amz-content-sha256": request.sha256,
        }
        signed = sign_v4_s3(
            method=request.method,
            url=url,
            region=place.region,
            headers=headers,
            credentials=Credentials(self._address.access_key, self._address.secret_key),
            content_sha256=request.sha256,
            date=now,
        )
        return url.geturl(), {name: str(text) for name, text in signed.items()}

    def _place(self) -> _Place:
        # The client knows how each kind of server wants to be addressed, and asks for the
        # region; an address it makes for somebody else tells both.
        if self._found is None:
            made = urlsplit(self.client.get_presigned_url("GET", self._address.bucket, "x"))
            scope = parse_qs(made.query)["X-Amz-Credential"][0].split("/")
            url = made._replace(path=made.path.removesuffix("x"), query="", fragment="")
            self._found = _Place(url, scope[-3])
        return self._found


def refusal(response: urllib3.BaseHTTPResponse, bucket: str, key: str) -> S3Error:
    """What the server's answer says, also where it has no words, as for ``HEAD``."""
    if response.data:
        return S3Error.fromxml(response)
    code = {
        403: "AccessDenied",
        404: "NoSuchKey" if key else "NoSuchBucket",
        412: "PreconditionFailed",
    }
    return S3Error(
        response=response,
        code=code.get(response.status, str(response.status)),
        message=None,
        resource=None,
        request_id=None,
        host_id=None,
        bucket_name=bucket,
        object_name=key,
    )
