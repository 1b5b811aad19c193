"""What only a server can do to us: refuse, stall, break off, die, pretend."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from errors import AbhilekhError, ServiceUnreachable
from storage.s3 import S3Store
from storage.s3_wire import Patience, S3Address
from storage.store import Abilities, ObjectMissing, ObjectStore
from tests.storage.weed import client_for, running_server

HASTY = Patience(connect_s=0.5, read_s=0.5, tries=1, pause_s=0.1)


def put(store: S3Store, key: str, content: bytes) -> None:
    store.put_bytes(key, content, media_type="application/octet-stream")


def test_a_link_opens_one_object_for_a_short_time_and_nothing_else(bucket: S3Address) -> None:
    store = S3Store(bucket)
    put(store, "katni/f/v1/access.pdf", b"%PDF")
    told = {"Content-Type": "application/pdf", "Content-Disposition": 'inline; filename="file.pdf"'}
    link = store.link("katni/f/v1/access.pdf", valid_s=2, headers=told)
    assert bucket.secret_key not in link
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"%PDF"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == told["Content-Disposition"]
    for wrong in (link.replace("access.pdf", "other.pdf", 1), link.partition("?")[0]):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(wrong)
    time.sleep(2.5)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link)


def said(error: AbhilekhError, secret: str = "hush-hush") -> bool:
    return bool(error.what and error.kept and error.todo) and secret not in str(error)


class Scripted(BaseHTTPRequestHandler):
    """Answers every request for an object or a list as the test says."""

    protocol_version = "HTTP/1.1"
    answer: Callable[[Scripted], None]

    def do_ANY(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/bucket":  # whether the bucket is there
            self.say(200)
        else:
            type(self).answer(self)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_ANY  # noqa: N815

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def scripted(answer: Callable[[Scripted], None]) -> Iterator[S3Store]:
    handler = type("Handler", (Scripted,), {"answer": staticmethod(answer)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = S3Address(
        f"127.0.0.1:{server.server_port}", "bucket", "key", "hush-hush", secure=False, region="x"
    )
    try:
        yield S3Store(address, patience=HASTY, seen=Abilities())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def failure(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>".encode()


@pytest.mark.parametrize(
    ("status", "code", "expected", "words"),
    [
        (503, "SlowDown", ServiceUnreachable, "in trouble"),
        (500, "InternalError", ServiceUnreachable, "in trouble"),
        (403, "SignatureDoesNotMatch", ServiceUnreachable, "does not let this key"),
        (403, "RequestTimeTooSkewed", ServiceUnreachable, "clocks"),
        (507, "XMinioStorageFull", ServiceUnreachable, "no room"),
        (400, "BadDigest", ServiceUnreachable, "damaged"),
        (404, "NoSuchBucket", ServiceUnreachable, "no bucket"),
        (400, "AuthorizationHeaderMalformed", ServiceUnreachable, "region"),
        (418, "Teapot", ServiceUnreachable, "error Teapot"),
    ],
)
def test_a_refusal_is_said_in_plain_words(
    status: int, code: str, expected: type[AbhilekhError], words: str
) -> None:
    def refuse(request: Scripted) -> None:
        if request.command == "HEAD":
            request.say(404)
        else:
            request.say(status, failure(code), Content_Type="application/xml")

    with scripted(refuse) as store:
        for call in (lambda: put(store, "a/b", b"x"), lambda: list(store.list())):
            with pytest.raises(expected, match=words) as refused:
                call()
            assert said(refused.value)


def test_an_answer_without_words_is_trouble_all_the_same() -> None:
    with (
        scripted(lambda request: request.say(404 if request.command == "HEAD" else 403)) as store,
        pytest.raises(ServiceUnreachable),
    ):
        put(store, "a/b", b"x")


def test_something_that_is_no_object_store_is_said() -> None:
    def web_page(request: Scripted) -> None:
        request.say(200, b"<html>Log in<br></html>", Content_Type="text/html")

    with (
        scripted(web_page) as store,
        pytest.raises(ServiceUnreachable, match="does not speak like"),
    ):
        list(store.list())


def test_a_server_that_stalls_is_not_waited_for_for_ever() -> None:
    stalled = threading.Event()

    def stall() -> None:
        stalled.wait(5)

    with (
        scripted(lambda _: stall()) as store,
        pytest.raises(ServiceUnreachable, match="too long"),
    ):
        try:
            put(store, "a/b", b"x")
        finally:
            stalled.set()


def test_a_passing_trouble_is_waited_out() -> None:
    answers = iter([503, 200])
    with scripted(lambda request: request.say(next(answers))) as store:
        put(store, "a/b", b"x")
    assert next(answers, None) is None


def test_a_conflict_of_two_writers_is_tried_again() -> None:
    answers = iter([409, 200])
    with scripted(lambda request: request.say(next(answers))) as store:
        put(store, "a/b", b"x")
    assert next(answers, None) is None


def test_a_connection_that_breaks_in_mid_download_is_no_short_object(tmp_path: Path) -> None:
    def break_off(request: Scripted) -> None:
        request.say(200, b"half", Content_Length="1000000")
        request.close_connection = True

    with scripted(break_off) as store:
        for call in (
            lambda: store.read_bytes("a/b"),
            lambda: store.sha256("a/b"),
            lambda: store.fetch("a/b", tmp_path / "copy"),
        ):
            with pytest.raises(ServiceUnreachable, match="broke off"):
                call()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = S3Address(f"127.0.0.1:{taken.getsockname()[1]}", "b00", "key", "hush-hush", False)
        store = S3Store(address, patience=HASTY)
        with pytest.raises(ServiceUnreachable, match="cannot be reached") as refused:
            store.exists("a/b")
        assert said(refused.value)


@pytest.mark.s3
def test_a_wrong_secret_and_a_missing_bucket_are_said(bucket: S3Address) -> None:
    wrong = S3Store(replace(bucket, secret_key="wrong-hush"), patience=HASTY)
    with pytest.raises(ServiceUnreachable, match="does not let this key") as refused:
        put(wrong, "a/b", b"x")
    assert said(refused.value, "wrong-hush")
    for region in (None, "us-east-1"):
        elsewhere = S3Store(replace(bucket, bucket="no-such-bucket", region=region), patience=HASTY)
        with pytest.raises(ServiceUnreachable, match="no bucket") as missing:
            put(elsewhere, "a/b", b"x")
        assert said(missing.value)
    assert not client_for(bucket).bucket_exists("no-such-bucket")


@pytest.mark.s3
def test_the_server_refuses_bytes_that_are_not_what_was_announced(bucket: S3Address) -> None:
    store = S3Store(bucket, patience=HASTY, seen=Abilities())
    original = hashlib.md5

    class OtherDigest:
        def __init__(self, content: bytes = b"", *, usedforsecurity: bool) -> None:
            self.inner = original(content, usedforsecurity=usedforsecurity)

        def update(self, piece: bytes) -> None:
            self.inner.update(piece)

        def digest(self) -> bytes:
            return bytes(16)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ServiceUnreachable, match="damaged"):
        patch.setattr("storage.s3_upload.hashlib.md5", OtherDigest)
        put(store, "a/b", b"x")
    assert not store.exists("a/b")


@pytest.mark.s3
def test_the_server_itself_keeps_a_key_from_being_written_twice(
    bucket: S3Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(bucket)
    put(store, "a/b", b"first")
    monkeypatch.setattr(store, "exists", lambda key: False)
    put(store, "a/b", b"first")
    with pytest.raises(AbhilekhError, match="Something else"):
        put(store, "a/b", b"second")
    assert store.read_bytes("a/b") == b"first"


@pytest.mark.s3
def test_what_was_put_outlives_the_servers_death(tmp_path: Path) -> None:
    with running_server(tmp_path) as address:
        client_for(address).make_bucket("bucket")
        store = S3Store(replace(address, bucket="bucket"), patience=HASTY)
        put(store, "a/b", b"kept")
    with pytest.raises(ServiceUnreachable):
        store.read_bytes("a/b")
    with running_server(tmp_path) as address:
        store = S3Store(replace(address, bucket="bucket"), patience=HASTY)
        assert store.read_bytes("a/b") == b"kept"


@pytest.mark.s3
def test_the_media_type_is_kept_by_the_server(bucket: S3Address) -> None:
    store = S3Store(bucket)
    store.put_bytes("work/b/p/alto.xml", b"<alto/>", media_type="application/xml")
    store.copy("work/b/p/alto.xml", "GAD/f/v1/alto/00001.xml")
    assert store.stat("GAD/f/v1/alto/00001.xml").media_type == "application/xml"
    anywhere: ObjectStore = store
    assert anywhere.local_path("GAD/f/v1/alto/00001.xml") is None
    assert anywhere.local_path("GAD/f/v1/alto/00002.xml") is None
    with pytest.raises(ObjectMissing):
        store.read_back("GAD/f/v1/alto/00002.xml")


@pytest.mark.s3
def test_a_stream_left_half_read_can_be_closed(bucket: S3Address) -> None:
    store = S3Store(bucket)
    put(store, "a/b", b"x" * 3_000_000)
    for _ in range(20):
        with store.open("a/b") as stream:
            assert stream.read(10) == b"x" * 10
    assert store.stat("a/b").size_bytes == 3_000_000
