"""The packaged rules, read once."""

from __future__ import annotations

import pytest

from classify.rulebook import Rules, load_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules()
