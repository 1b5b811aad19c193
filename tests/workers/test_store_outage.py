"""A real S3 store that fails at every write of the path: work waits, no try is burnt."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from errors import ServiceUnreachable
from pipeline import admit, recover
from pipeline.app import App
from records.models import Deposit, Page, PhysicalFile
from storage.fixity import HARMLESS, verify
from storage.retention import LockMode, Retention
from storage.s3 import S3Store
from storage.s3_wire import Patience, S3Address
from storage.store import Abilities
from tests.conftest import blank_scan, written_scan
from tests.pipeline.steps import deposited, report_of, settle
from tests.storage.proxy import (
    Fault,
    Proxy,
    answers,
    cuts_after,
    flips_a_byte,
    loses_the_answer,
    proxy_to,
)
from tests.storage.weed import client_for, running_server

pytestmark = [pytest.mark.django_db, pytest.mark.s3]

HASTY = Patience(connect_s=1.0, read_s=5.0, tries=0, pause_s=0.0)
FAULTS: tuple[Fault, ...] = (
    answers(503, "SlowDown"),
    cuts_after(100),
    loses_the_answer,
    answers(507, "XMinioStorageFull"),
    flips_a_byte,
    answers(400, "BadDigest"),
)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with running_server(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture
def line(server: S3Address) -> Iterator[Proxy]:
    with proxy_to(server.endpoint) as proxy:
        yield proxy


@pytest.fixture
def box(tmp_path: Path) -> Path:
    written_scan(tmp_path / "box" / "a" / "1.png", mark=1)
    blank_scan(tmp_path / "box" / "a" / "2.png")
    return tmp_path / "box"


def opened(server: S3Address, line: Proxy) -> S3Store:
    """A store in a bucket of its own with versions and locks, as if it was examined already."""
    address = replace(server, bucket=f"outage-{next(_numbers)}", endpoint=line.endpoint)
    client_for(server).make_bucket(address.bucket, object_lock=True)
    line.seen.clear()
    lock = Retention(LockMode.GOVERNANCE, 1)
    seen = Abilities(versioned=True, lock=str(lock.mode))
    return S3Store(address, patience=HASTY, retention=lock, seen=seen)


def test_a_store_that_fails_at_any_write_only_delays(
    make_app: Callable[..., App], box: Path, server: S3Address, line: Proxy
) -> None:
    app = make_app(on=opened(server, line))
    batch = admit.run(app, box, office="undisturbed")
    settle(app, batch)
    wanted, writes = deposited(batch), line.writes
    assert writes > 8
    for write in range(1, writes + 1):
        store = opened(server, line)
        app = make_app(on=store)
        line.fail_from(write, FAULTS[write % len(FAULTS)])
        with pytest.raises(ServiceUnreachable) as outage:
            settle(app, admit.run(app, box, office=f"write-{write}"))
        assert outage.value.kept and outage.value.todo
        office = {"batch__office": f"write-{write}"}
        for kind in (Page, PhysicalFile):
            assert not kind.objects.filter(tries__gt=0, **office).exists(), "a try was burnt"
            assert not kind.objects.exclude(lease_holder="").filter(**office).exists()
        line.trouble = None
        batch = admit.run(app, box, office=f"write-{write}")
        settle(app, batch)
        assert deposited(batch) == wanted
        assert report_of(batch)["ledger"]["unexplained"] == 0
        assert Deposit.objects.filter(file__batch=batch).count() == 1
        assert {found.state for found in verify(store)} <= HARMLESS
        recover.close_settled(app, batch.pk)
        assert list(store.list("work/")) == []
