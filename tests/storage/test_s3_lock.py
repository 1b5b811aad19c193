"""Versions, locks, and servers that only pretend: tried live, before anything is written."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from errors import AbhilekhError, ServiceUnreachable, ToolMissing
from storage.retention import LockMode, Retention, read_retention
from storage.s3 import S3Store
from storage.s3_lock import MODE, UNTIL
from storage.s3_removal import Remover
from storage.s3_upload import Sizes
from storage.s3_versions import versions
from storage.s3_wire import Patience, Request, S3Address, Wire
from storage.store import Abilities
from tests.storage.proxy import Fault, Line, Proxy, answers, pretends, proxy_to
from tests.storage.weed import client_for

pytestmark = pytest.mark.s3

HASTY = Patience(connect_s=0.5, read_s=2.0, tries=1, pause_s=0.1)
YEARS = Retention(LockMode.COMPLIANCE, 3650)
DEPOSITED, WORKED = "GAD/f1/v1/access.pdf", "work/b/p/layers"
LARGE = bytes(range(251)) * 25_000
_numbers = itertools.count()


def made_bucket(server: S3Address, *, versions: bool = True, locks: bool = False) -> S3Address:
    address = replace(server, bucket=f"lock-{next(_numbers)}")
    client = client_for(address)
    client.make_bucket(address.bucket, object_lock=locks)
    if versions and not locks:
        client.set_bucket_versioning(address.bucket, VersioningConfig(ENABLED))
    return address


@pytest.fixture
def lockable(s3_server: S3Address) -> S3Address:
    return made_bucket(s3_server, locks=True)


def put(store: S3Store, key: str, content: bytes = b"x") -> None:
    store.put_bytes(key, content, media_type="application/pdf")


def versions_of(address: S3Address, prefix: str = "") -> list[str]:
    return [found.key for found in versions(Wire(address, HASTY), prefix)]


def deletes(address: S3Address, key: str) -> bool:
    client = client_for(address)
    version = client.stat_object(address.bucket, key).version_id
    try:
        client.remove_object(address.bucket, key, version)
    except S3Error:
        return False
    return True


def in_three_parts(error: AbhilekhError) -> bool:
    return bool(error.what and error.kept and error.todo)


def test_what_a_server_can_do_is_found_out_and_leaves_nothing(s3_server: S3Address) -> None:
    plain = made_bucket(s3_server, versions=False)
    assert S3Store(plain).examine() == Abilities(True, True, True, False, "")
    versioned = made_bucket(s3_server)
    assert S3Store(versioned).examine() == Abilities(True, True, True, True, "")
    assert versions_of(plain) == versions_of(versioned) == []


def test_work_that_is_swept_leaves_no_old_version(s3_server: S3Address) -> None:
    address = made_bucket(s3_server)
    store = S3Store(address)
    put(store, WORKED)
    put(store, DEPOSITED)
    store.delete(WORKED)
    store.delete(WORKED)
    assert versions_of(address) == [DEPOSITED]
    others = [f"{WORKED}{number}" for number in range(3)]
    for key in others:
        put(store, key)
    store.delete(*others, WORKED)
    assert versions_of(address) == [DEPOSITED]


def test_what_the_server_keeps_of_many_is_told(lockable: S3Address) -> None:
    store = S3Store(lockable, retention=Retention(LockMode.COMPLIANCE, 3650))
    put(store, DEPOSITED)
    put(store, WORKED)
    found = {each.key: each.id for each in versions(Wire(lockable, HASTY), "")}
    with pytest.raises(S3Error):
        Remover(Wire(lockable, HASTY), lockable.bucket).remove(found)
    left = versions_of(lockable)
    assert DEPOSITED in left and WORKED not in left


@pytest.mark.parametrize("mode", list(LockMode))
def test_whatever_is_deposited_is_locked_however_it_got_there(
    lockable: S3Address, mode: LockMode
) -> None:
    sizes = Sizes(part_bytes=5 << 20, copy_bytes=5 << 20)
    store = S3Store(lockable, retention=Retention(mode, 3650), sizes=sizes)
    assert store.examine().lock == str(mode)
    for number, content in enumerate((b"small", LARGE)):
        put(store, f"{WORKED}{number}", content)
        put(store, f"GAD/f1/v1/put{number}", content)
        store.copy(f"{WORKED}{number}", f"GAD/f1/v1/copy{number}")
        for how in ("put", "copy"):
            key = f"GAD/f1/v1/{how}{number}"
            held = Wire(lockable, HASTY).send(Request("HEAD", key)).headers
            assert held[MODE] == str(mode)
            years = datetime.fromisoformat(held[UNTIL]) - datetime.now(UTC)
            assert timedelta(days=3649) < years <= timedelta(days=3650)
            assert not deletes(lockable, key)
        store.delete(f"{WORKED}{number}")
    assert not any(key.startswith("work/b") for key in versions_of(lockable))


def test_an_object_that_an_interrupted_deposit_left_unlocked_is_locked_by_the_next(
    lockable: S3Address,
) -> None:
    put(S3Store(lockable), DEPOSITED)
    put(S3Store(lockable), WORKED)
    S3Store(lockable).copy(WORKED, "GAD/f1/v1/copy")
    store = S3Store(lockable, retention=YEARS)
    put(store, DEPOSITED)
    store.copy(WORKED, "GAD/f1/v1/copy")
    assert not deletes(lockable, DEPOSITED)
    assert not deletes(lockable, "GAD/f1/v1/copy")


@pytest.mark.parametrize("versions", [False, True])
def test_a_bucket_that_takes_no_locks_is_refused_before_anything_is_written(
    s3_server: S3Address, versions: bool
) -> None:
    address = made_bucket(s3_server, versions=versions)
    store = S3Store(address, retention=YEARS)
    for call in (store.examine, lambda: put(store, DEPOSITED), lambda: put(store, WORKED)):
        with pytest.raises(ToolMissing, match="takes no locks") as refused:
            call()
        assert in_three_parts(refused.value) and refused.value.exit_code == 4
    assert versions_of(address) == []


@pytest.fixture
def line(lockable: S3Address) -> Iterator[Proxy]:
    with proxy_to(lockable.endpoint) as proxy:
        yield proxy


def behind(line: Proxy, address: S3Address, retention: Retention | None = YEARS) -> S3Store:
    return S3Store(replace(address, endpoint=line.endpoint), patience=HASTY, retention=retention)


def test_a_store_that_deletes_what_it_locked_is_found_out(lockable: S3Address, line: Proxy) -> None:
    gone: list[str] = []

    def deleted(request: Line) -> None:
        gone.append(request.path.partition("?")[0])
        pretends(request)

    def looked_at(request: Line) -> None:
        if request.path in gone:
            answers(404, "NoSuchKey")(request)
        else:
            request.relay(*request.forward(b""))

    line.fail("DELETE", "-lock", deleted)
    line.fail("HEAD", "-lock", looked_at)
    with pytest.raises(ToolMissing, match="only pretends to lock") as refused:
        put(behind(line, lockable), DEPOSITED)
    assert in_three_parts(refused.value)
    assert gone and DEPOSITED not in versions_of(lockable)


def test_a_store_that_takes_a_lock_and_forgets_it_is_found_out(
    s3_server: S3Address, lockable: S3Address, line: Proxy
) -> None:
    def says_nothing_of_locks(request: Line) -> None:
        answer, content = request.forward(b"")
        for name in ("X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date"):
            del answer.headers[name]
        request.relay(answer, content)

    rule = line.fail("HEAD", "-lock", says_nothing_of_locks)
    with pytest.raises((ToolMissing, ServiceUnreachable)) as refused:
        behind(line, lockable).examine()
    assert rule.met and in_three_parts(refused.value)


def test_a_store_that_writes_over_objects_is_refused_unless_it_keeps_versions(
    s3_server: S3Address,
) -> None:
    def unconditional(request: Line) -> None:
        body = request.body()
        answer, content = request.forward(body)
        if answer.status == 412:
            answer.status, content = 200, b""
        request.relay(answer, content)

    for kept in (False, True):
        address = made_bucket(s3_server, versions=kept)
        with proxy_to(address.endpoint) as proxy:
            proxy.fail("PUT", "", unconditional)
            store = behind(proxy, address, None)
            if kept:
                assert store.examine() == Abilities(False, False, True, True, "")
                put(store, WORKED)
                store.copy(WORKED, DEPOSITED)
                assert store.read_bytes(DEPOSITED) == b"x"
            else:
                with pytest.raises(ToolMissing, match="writes over") as refused:
                    put(store, DEPOSITED)
                assert in_three_parts(refused.value)
                assert versions_of(address) == []


def test_a_server_without_conditions_for_copies_is_sent_the_bytes_again(
    s3_server: S3Address,
) -> None:
    address = made_bucket(s3_server, versions=False)
    store = S3Store(address, seen=Abilities(copies_only=False))
    put(store, WORKED, LARGE)
    store.copy(WORKED, DEPOSITED)
    store.copy(WORKED, DEPOSITED)
    assert store.read_bytes(DEPOSITED) == LARGE
    assert store.stat(DEPOSITED).media_type == "application/pdf"


def test_a_bucket_in_which_nothing_can_be_deleted_is_said(lockable: S3Address, line: Proxy) -> None:
    line.fail("DELETE", "", answers(403, "AccessDenied"))
    with pytest.raises(ServiceUnreachable, match="cannot be deleted") as refused:
        put(behind(line, lockable, None), WORKED)
    assert in_three_parts(refused.value)


def test_probes_of_earlier_days_are_swept(
    lockable: S3Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.s3_probe.LOCKED_FOR", timedelta(seconds=3))
    store = S3Store(lockable, retention=YEARS)
    store.examine()
    assert len(versions_of(lockable, "work/probe/")) == 1
    monkeypatch.setattr("storage.s3_probe.LOCKED_FOR", timedelta(seconds=-5))
    time.sleep(4)
    S3Store(lockable).examine()
    assert versions_of(lockable) == []


def test_only_known_locks_can_be_asked_for() -> None:
    assert read_retention("", 5) is None
    assert read_retention("compliance", 5) == Retention(LockMode.COMPLIANCE, 5)
    with pytest.raises(AbhilekhError, match="no lock of the kind"):
        read_retention("forever", 5)


def test_a_store_is_prepared_once_with_locks_where_they_are_asked_for(
    s3_server: S3Address,
) -> None:
    for retention in (None, YEARS):
        address = replace(s3_server, bucket=f"new-{next(_numbers)}")
        store = S3Store(address, retention=retention)
        assert store.prepare()
        assert not store.prepare()
        assert store.examine().lock == ("COMPLIANCE" if retention else "")


def html(status: int) -> Fault:
    """A gateway says no in a page for people."""

    def fault(line: Line) -> None:
        line.body()
        body = b"<html><br>Not here</html>"
        line.send_response_only(status)
        line.send_header("Content-Type", "text/html")
        line.send_header("Content-Length", str(len(body)))
        line.end_headers()
        line.wfile.write(body)

    return fault


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize(
    "says_no",
    [
        answers(501, "NotImplemented"),
        answers(405, "MethodNotAllowed"),
        answers(400, "NotImplemented"),
        html(501),
    ],
)
def test_a_server_without_requests_for_many_is_asked_one_by_one_from_then_on(
    s3_server: S3Address, says_no: Fault, versioned: bool
) -> None:
    address = made_bucket(s3_server, versions=versioned)
    with proxy_to(address.endpoint) as proxy:
        rule = proxy.fail("POST", "delete=", says_no)
        store = behind(proxy, address, None)
        put(store, DEPOSITED)
        for _ in range(2):
            others = [f"{WORKED}{number}" for number in range(3)]
            for key in others:
                put(store, key)
            store.delete(*others, f"{WORKED}-gone")
            assert versions_of(address) == [DEPOSITED]
        assert rule.met == 1


def test_what_is_kept_of_many_asked_for_one_by_one_is_told_and_the_others_go(
    lockable: S3Address, line: Proxy
) -> None:
    put(S3Store(lockable, retention=YEARS), DEPOSITED)
    put(S3Store(lockable), WORKED)
    line.fail("POST", "delete=", answers(501, "NotImplemented"))
    wire = Wire(replace(lockable, endpoint=line.endpoint), HASTY)
    found = {each.key: each.id for each in versions(Wire(lockable, HASTY), "")}
    with pytest.raises(S3Error):
        Remover(wire, lockable.bucket).remove(found)
    left = versions_of(lockable)
    assert DEPOSITED in left and WORKED not in left
