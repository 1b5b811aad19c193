"""A store that cannot be used is said before anything is begun, in three parts."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from storage.s3_versions import versions
from storage.s3_wire import Patience, S3Address, Wire
from tests.conftest import written_scan
from tests.storage.weed import READER, client_for, running_server

pytestmark = pytest.mark.s3
ROOT = Path(__file__).resolve().parent.parent.parent
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with running_server(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture
def bucket(server: S3Address) -> S3Address:
    address = replace(server, bucket=f"run-{next(_numbers)}")
    client_for(address).make_bucket(address.bucket)
    return address


def url_of(address: S3Address, **other: str) -> str:
    told = replace(address, **other)
    key, secret = quote(told.access_key, safe=""), quote(told.secret_key, safe="")
    return f"s3+http://{key}:{secret}@{told.endpoint}/{told.bucket}"


def ran(folder: Path, url: str, **settings: str) -> subprocess.CompletedProcess[str]:
    written_scan(folder / "scans" / "a" / "1.png")
    return subprocess.run(
        [sys.executable, "-m", "cli", "run", str(folder / "scans"), "--json"],
        cwd=ROOT,
        env={
            **os.environ,
            "ABHILEKH_HOME": str(folder / "home"),
            "ABHILEKH_STORE_URL": url,
            "ABHILEKH_OCR_ENGINE": "tests.engines:ScriptedEngine",
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


WRONG = {
    "no such kind of URL": ({}, "ftp://store/x", {}, 5),
    "nobody there": ({"endpoint": "closed"}, "", {}, 5),
    "wrong secret": ({"secret_key": "hush-hush"}, "", {}, 5),
    "missing bucket": ({"bucket": "no-such-bucket"}, "", {}, 5),
    "no permission": ({"access_key": READER}, "", {}, 5),
    "no versions for a lock": ({}, "", {"ABHILEKH_STORE_LOCK": "compliance"}, 4),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_store_is_told_and_nothing_is_written(
    tmp_path: Path, bucket: S3Address, what: str
) -> None:
    other, url, settings, code = WRONG[what]
    other = {name: closed_port() if text == "closed" else text for name, text in other.items()}
    told = ran(tmp_path, url or url_of(bucket, **other), **settings)
    assert told.returncode == code, told.stderr
    for part in ("What was kept:", "What to do:"):
        assert part in told.stderr
    assert "hush-hush" not in told.stderr and bucket.secret_key not in told.stderr
    assert "Traceback" not in told.stderr and told.stdout == ""
    assert not client_for(bucket).bucket_exists("no-such-bucket")
    assert list(versions(Wire(bucket, Patience()), "")) == []


def test_a_run_into_a_bucket_with_locks_leaves_locked_deposits_and_no_work(
    tmp_path: Path, server: S3Address
) -> None:
    address = replace(server, bucket=f"run-{next(_numbers)}")
    client_for(address).make_bucket(address.bucket, object_lock=True)
    told = ran(tmp_path, url_of(address), ABHILEKH_STORE_LOCK="governance")
    assert told.returncode == 0, told.stderr
    (file,) = json.loads(told.stdout)["files"]
    wire = Wire(address, Patience())
    deposited = {stored["key"] for stored in file["deposit"]["objects"]}
    there = {found.key for found in versions(wire, "")}
    assert deposited <= there
    left = {key for key in there - deposited if not key.startswith(("received/", "work/probe/"))}
    assert left == set()
    for key in deposited:
        client = client_for(address)
        version = client.stat_object(address.bucket, key).version_id
        with pytest.raises(Exception, match="AccessDenied"):
            client.remove_object(address.bucket, key, version)
