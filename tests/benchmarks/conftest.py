"""A small box that several tests look at, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scans.maker import BoxOptions, BoxTruth, PageOptions, make_box

SMALL = PageOptions(small=True, dpi=150)


@pytest.fixture(scope="session")
def box(tmp_path_factory: pytest.TempPathFactory) -> BoxTruth:
    """Three files of small pages, with many backs, duplicates and turned pages."""
    options = BoxOptions(page=SMALL, blank_backs=0.3, duplicates=0.3, turned=0.4, batch_csv=True)
    target: Path = tmp_path_factory.mktemp("box") / "new"
    return make_box(target, seed=5, files=3, pages_per_file=(6, 9), options=options)
