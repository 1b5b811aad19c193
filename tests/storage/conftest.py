"""Every test of the seam runs once for each kind of store."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.local import LocalStore
from storage.store import ObjectStore


@pytest.fixture(params=["local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return LocalStore(tmp_path / "store")
