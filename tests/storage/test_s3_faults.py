"""A real server behind a line that breaks: nothing half-written, nothing written twice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring

from errors import IntegrityViolated, ServiceUnreachable
from storage.fixity import confirm
from storage.manifest import DepositedObject
from storage.s3 import S3Store
from storage.s3_upload import Sizes
from storage.s3_wire import Patience, Request, S3Address, Wire
from storage.store import Abilities, ObjectExists, ObjectMissing
from tests.storage.proxy import (
    Fault,
    Proxy,
    answers,
    cuts_after,
    flips_a_byte,
    hangs,
    loses_the_answer,
    pretends,
    proxy_to,
    stalls,
)
from tests.storage.weed import client_for

pytestmark = pytest.mark.s3

HASTY = Patience(connect_s=0.5, read_s=1.0, tries=2, pause_s=0.1)
KEY = "GAD/f1/v1/masters/00001-एफ 11-20.tif"
PART = 5 << 20
LARGE = bytes(range(251)) * 50_000  # 12.5 MB: three parts, none like another


@pytest.fixture
def line(bucket: S3Address) -> Iterator[Proxy]:
    with proxy_to(bucket.endpoint) as proxy:
        yield proxy


@pytest.fixture
def store(bucket: S3Address, line: Proxy) -> S3Store:
    """Behind the line, already examined, so that rules meet only what the test does."""
    address = replace(bucket, endpoint=line.endpoint)
    store = S3Store(address, patience=HASTY, sizes=Sizes(part_bytes=PART, copy_bytes=PART))
    store.examine()
    line.seen.clear()
    return store


def put(store: S3Store, content: bytes, key: str = KEY) -> None:
    store.put_bytes(key, content, media_type="image/tiff")


def uploads_left(address: S3Address) -> list[str]:
    answer = Wire(address, HASTY).send(Request("GET", "", {"uploads": ""}))
    return [str(found.text) for found in fromstring(answer.data).iterfind("{*}Upload/{*}Key")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (answers(503, "SlowDown"), "in trouble"),
        (answers(507, "XMinioStorageFull"), "no room"),
        (answers(403, "QuotaExceeded"), "no room"),
        (answers(400, "BadDigest"), "damaged"),
        (flips_a_byte, "damaged"),
        (hangs(3), "too long"),
        (cuts_after(2000), "broke off"),
        (cuts_after(0), "broke off"),
    ],
)
@pytest.mark.parametrize("content", [b"x" * 100_000, LARGE], ids=["small", "large"])
def test_a_fault_that_lasts_leaves_nothing_and_is_said(
    store: S3Store, bucket: S3Address, line: Proxy, fault: Fault, words: str, content: bytes
) -> None:
    rule = line.fail("PUT", "", fault)
    with pytest.raises(ServiceUnreachable, match=words) as refused:
        put(store, content)
    assert refused.value.kept and refused.value.todo
    assert rule.met
    line.rules.clear()
    assert [found.key for found in store.list()] == []
    assert uploads_left(bucket) == []
    put(store, content)
    assert store.read_bytes(KEY) == content


@pytest.mark.parametrize(
    "fault", [answers(503, "SlowDown"), cuts_after(2000), loses_the_answer, stalls(1.5)]
)
@pytest.mark.parametrize("content", [b"x" * 100_000, LARGE], ids=["small", "large"])
def test_a_fault_that_passes_is_not_noticed(
    store: S3Store, bucket: S3Address, line: Proxy, fault: Fault, content: bytes
) -> None:
    rule = line.fail("PUT", "", fault, times=1)
    put(store, content)
    assert rule.met == 1
    assert store.sha256(KEY) == hashlib.sha256(content).hexdigest()
    assert uploads_left(bucket) == []


@pytest.mark.parametrize("fault", [answers(503, "SlowDown"), loses_the_answer])
@pytest.mark.parametrize("request_of", ["uploads=", "uploadId="])
def test_beginning_and_completing_a_large_upload_bear_a_fault(
    store: S3Store, line: Proxy, fault: Fault, request_of: str
) -> None:
    rule = line.fail("POST", request_of, fault, times=1)
    put(store, LARGE)
    assert rule.met == 1
    assert store.sha256(KEY) == hashlib.sha256(LARGE).hexdigest()


def test_a_completion_that_fails_in_the_middle_of_a_yes_is_a_no(
    store: S3Store, bucket: S3Address, line: Proxy
) -> None:
    line.fail("POST", "uploadId=", answers(200, "InternalError"))
    with pytest.raises(ServiceUnreachable, match="InternalError"):
        put(store, LARGE)
    assert not store.exists(KEY)
    assert uploads_left(bucket) == []


def test_an_upload_that_nobody_could_abandon_is_found_a_day_later(
    store: S3Store, bucket: S3Address, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.fail("PUT", "partNumber=2", answers(503, "SlowDown"))
    line.fail("DELETE", "uploadId=", answers(503, "SlowDown"))
    with pytest.raises(ServiceUnreachable):
        put(store, LARGE)
    line.rules.clear()
    assert uploads_left(bucket) == [KEY]
    store.examine()
    assert uploads_left(bucket) == [KEY], "it may still be somebody's"
    monkeypatch.setattr("storage.s3._UPLOAD_LASTS", timedelta(days=-1))
    store.examine()
    assert uploads_left(bucket) == []


@pytest.mark.parametrize("content", [b"x" * 100_000, LARGE], ids=["small", "large"])
def test_a_large_object_is_created_only_too(
    store: S3Store, bucket: S3Address, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, content)
    monkeypatch.setattr(store, "exists", lambda key: False)
    put(store, content)
    with pytest.raises(ObjectExists):
        put(store, b"other" + content)
    assert store.sha256(KEY) == hashlib.sha256(content).hexdigest()
    assert uploads_left(bucket) == []


def test_a_copy_bears_faults_and_large_ones_go_in_parts(
    store: S3Store, bucket: S3Address, line: Proxy
) -> None:
    for number, content in enumerate((b"x" * 100_000, LARGE)):
        source, target = f"received/ab/{number}", f"GAD/f1/v1/masters/{number}"
        put(store, content, source)
        line.fail("PUT", "masters", answers(503, "SlowDown"), times=1)
        line.fail("PUT", "masters", loses_the_answer, times=1)
        store.copy(source, target)
        store.copy(source, target)
        assert store.sha256(target) == hashlib.sha256(content).hexdigest()
    assert any("partNumber=3" in seen and "masters/1" in seen for seen in line.seen)
    assert uploads_left(bucket) == []


def test_a_copy_that_fails_in_the_middle_of_a_yes_is_a_no(store: S3Store, line: Proxy) -> None:
    put(store, b"x", "received/ab/1")
    line.fail("PUT", "masters", answers(200, "InternalError"))
    with pytest.raises(ServiceUnreachable, match="InternalError"):
        store.copy("received/ab/1", "GAD/f1/v1/masters/1")


def test_bytes_that_a_store_takes_and_forgets_are_missed(store: S3Store, line: Proxy) -> None:
    line.fail("PUT", "", pretends)
    put(store, b"x")
    listed = DepositedObject(KEY, "master", "image/tiff", hashlib.sha256(b"x").hexdigest(), 1)
    with pytest.raises(ObjectMissing):
        confirm(store, [listed])


def test_a_server_that_checks_nothing_is_read_back_after_every_write(
    bucket: S3Address, line: Proxy
) -> None:
    address = replace(bucket, endpoint=line.endpoint)
    blind = S3Store(address, patience=HASTY, seen=Abilities(checks_bytes=False))
    put(blind, b"x" * 1000)
    assert any(seen.startswith("GET") for seen in line.seen)
    # What lies there is not what was sent, as after a write that was damaged unnoticed.
    client_for(bucket).put_object(bucket.bucket, "a/b", io.BytesIO(b"other"), 5)
    with pytest.raises(IntegrityViolated):
        put(blind, b"right", "a/b")
