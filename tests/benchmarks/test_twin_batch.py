"""The batch of sheets scanned twice in small: goes red when sheets are no longer known again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.scans.options import TUNING_FACES
from benchmarks.twin_batch import Scan, pairs_of, planned
from benchmarks.twins import Batch, likely_by_ink

DPI, PLANNED, FILLERS, SEED = 100, 60, 5, 31_000


@pytest.fixture(scope="module")
def scans() -> list[Scan]:
    """Four sheets scanned twice among pages of other files, all at 100 dpi."""
    made = planned(PLANNED, seed=SEED, typefaces=tuple(TUNING_FACES))
    twice = [scan for scan in made if scan.group == "twice"]
    fillers = [scan for scan in made if scan.group == "filler"][:FILLERS]
    return [
        replace(scan, scanned_dpi=DPI, options=replace(scan.options, dpi=DPI))
        for scan in (*twice[::2], *fillers, *twice[1::2])
    ]


def test_every_sheet_scanned_twice_is_known_again_and_nothing_else_is(scans: list[Scan]) -> None:
    batch = Batch(scans, None)
    for at in range(len(scans)):
        batch.look_at(at)
    true = set(pairs_of(scans))
    assert len(true) == 4
    assert set(likely_by_ink(batch)) == true
    assert len(batch.candidates) < len(scans) * (len(scans) - 1) // 4, "not every pair is compared"
