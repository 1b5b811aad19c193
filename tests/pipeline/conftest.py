"""Every test of the room runs on SQLite and again on PostgreSQL."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def _on_each_database(each_database: str) -> None:
    """Ask for it in every test."""
