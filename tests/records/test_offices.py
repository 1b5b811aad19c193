"""How far each office has come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import admit
from pipeline.app import App
from records import offices, reads
from tests.conftest import written_scan
from tests.pipeline.steps import settle

pytestmark = pytest.mark.django_db


def test_every_office_is_summed_up_over_its_batches(
    make_app: Callable[..., App], tmp_path: Path
) -> None:
    app = make_app()
    for office, box, pages in (("katni", "a", 2), ("katni", "b", 1), ("rewa", "c", 3)):
        for page in range(pages):
            written_scan(tmp_path / box / "f" / f"{page}.png", mark=10 * ord(box) + page)
        batch = admit.run(app, tmp_path / box, office=office)
    settle(app, batch)
    katni, rewa = offices.progress()
    assert (katni.office, katni.batches, katni.batches_open, katni.pages) == ("katni", 2, 2, 3)
    assert (katni.files, katni.files_pending) == (2, 2)
    assert (rewa.office, rewa.batches_open, rewa.files_pending) == ("rewa", 0, 0)
    assert rewa.files_in_review + rewa.files_deposited == 1


def test_the_list_of_batches_counts_their_files(app: App, tmp_path: Path) -> None:
    for file in ("x", "y"):
        written_scan(tmp_path / "box" / file / "1.png", mark=ord(file))
    admit.run(app, tmp_path / "box")
    (listed,) = reads.batches()
    assert (listed["files"], listed["files_pending"]) == (2, 2)
