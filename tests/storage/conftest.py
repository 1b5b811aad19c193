"""Every test of the seam runs once for each kind of store."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.local import LocalStore
from storage.s3 import S3Store
from storage.s3_wire import S3Address
from storage.store import ObjectStore
from tests.storage.weed import client_for, running_server

_numbers = itertools.count()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    """One server for all tests; the address names no bucket."""
    with running_server(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture
def bucket(s3_server: S3Address) -> S3Address:
    """A bucket of the test's own."""
    address = replace(s3_server, bucket=f"test-{next(_numbers)}")
    client_for(address).make_bucket(address.bucket)
    return address


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store, of each kind in turn."""
    if request.param == "local":
        return LocalStore(tmp_path / "store")
    return S3Store(request.getfixturevalue("bucket"))


@pytest.fixture
def overwrite(store: ObjectStore) -> Callable[[str, bytes], None]:
    """Put other bytes where an object stands, behind the store's back."""

    def behind(key: str, content: bytes) -> None:
        if isinstance(store, LocalStore):
            path = store.root / key
            path.unlink(missing_ok=True)
            path.write_bytes(content)
        elif isinstance(store, S3Store):
            client = client_for(store.address)
            client.put_object(store.address.bucket, key, io.BytesIO(content), len(content))

    return behind


@pytest.fixture
def remove(store: ObjectStore) -> Callable[[str], None]:
    """Remove an object behind the store's back."""

    def behind(key: str) -> None:
        if isinstance(store, LocalStore):
            (store.root / key).unlink()
        elif isinstance(store, S3Store):
            client_for(store.address).remove_object(store.address.bucket, key)

    return behind
