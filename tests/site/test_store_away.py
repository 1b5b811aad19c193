"""The S3 store of a working site goes away and comes back: the work waits and goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.servers.places import wait_until
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site
from storage.fixity import HARMLESS, verify
from storage.s3 import S3Store
from storage.s3_wire import S3Address
from tests.storage.proxy import Fault, Proxy, answers, cuts_after, hangs, proxy_to
from tests.storage.weed import client_for, running_server

pytestmark = pytest.mark.s3
AWAY_S = 6.0
RESUMED_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with running_server(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture
def line(server: S3Address) -> Iterator[Proxy]:
    with proxy_to(server.endpoint) as proxy:
        yield proxy


@pytest.mark.parametrize(
    "fault",
    [answers(503, "SlowDown"), cuts_after(100), hangs(2), answers(507, "XMinioStorageFull")],
)
def test_a_store_that_goes_away_in_mid_work_costs_no_try(
    make_site: Callable[..., Site],
    redis_server: Redis,
    box: Path,
    server: S3Address,
    line: Proxy,
    fault: Fault,
) -> None:
    redis_server.wipe()
    address = replace(server, bucket=f"away-{time.monotonic_ns()}")
    client_for(server).make_bucket(address.bucket)
    secret = quote(address.secret_key, safe="")
    url = f"s3+http://{address.access_key}:{secret}@{line.endpoint}/{address.bucket}?region=x"
    site = make_site(redis_server, ABHILEKH_STORE_URL=url)
    batch = site.submit(box)
    site.start("office", "dispatch")
    site.start("w1", "worker", "--processes", "1")
    line.seen.clear()
    wait_until(lambda: line.writes > 8, "work under way", RESUMED_WITHIN_S)  # beyond the trial
    line.fail_from(1, fault)
    time.sleep(AWAY_S)
    assert line.writes, "nobody noticed"
    line.trouble = None
    report = site.settled(batch, within_s=RESUMED_WITHIN_S)
    assert report["ledger"]["unexplained"] == report["ledger"]["pending"] == 0
    assert {file["deposit"]["version"] for file in report["files"]} == {1}
    states = {page["state"] for file in report["files"] for page in file["pages"]}
    assert states == {"recognised"}, "set aside for the store's fault"
    assert {found.state for found in verify(S3Store(address))} <= HARMLESS
