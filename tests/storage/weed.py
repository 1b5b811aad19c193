"""A throw-away S3 server for the tests; see ``benchmarks.servers.weed``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.servers.weed import ACCESS_KEY as ACCESS_KEY
from benchmarks.servers.weed import READER as READER
from benchmarks.servers.weed import SECRET_KEY as SECRET_KEY
from benchmarks.servers.weed import client_for as client_for
from benchmarks.servers.weed import running_weed
from errors import ToolMissing
from storage.s3_wire import S3Address
from tests.databases import missing_server


@contextmanager
def running_server(folder: Path) -> Iterator[S3Address]:
    """Start a server that keeps its things in ``folder``; yields an address without a bucket.

    Skips the test where the server is not installed, but fails it in CI.
    """
    with ExitStack() as stack:
        try:
            weed = stack.enter_context(running_weed(folder))
        except ToolMissing as missing:
            missing_server(missing)
        yield weed.address
