"""One sheet scanned twice is known again; the same letter to somebody else is not."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from benchmarks.scans import encode
from benchmarks.scans.options import Ageing, PageOptions
from benchmarks.scans.pages import make_page
from ocr.fingerprint import Fingerprint, fingerprint_in, may_be_alike
from ocr.ink import look_at
from ocr.likeness import likeness
from ocr.turn import lie_of, posed


@cache
def seen(
    kind: str,
    *,
    seed: int = 11,
    rescan: int = 0,
    series: int = 0,
    turn: int = 0,
    dpi: int = 300,
    bilevel: bool = False,
    shade: float = 1.0,
) -> Fingerprint:
    """The fingerprint of a made scan; the sheet is the same at every ``dpi``."""
    options = PageOptions(
        ageing=Ageing.OFFICE,
        typefaces=("noto-serif",),
        rescan=rescan,
        series=series,
        rotated_cw_deg=turn,
    )
    page = make_page(kind, seed, options=options).image
    if dpi != options.dpi:
        by = dpi / options.dpi
        page = np.asarray(cv2.resize(page, None, fx=by, fy=by, interpolation=cv2.INTER_AREA))
    grey = encode.bilevel(page) if bilevel else encode.grey(page)
    grey = np.asarray(cv2.convertScaleAbs(grey, alpha=shade), np.uint8)
    look = look_at(grey, dpi=dpi)
    lie = lie_of(look, limit_deg=10.5)
    pose = posed(look, lie, lie.rotated_cw_deg, scan_size=grey.shape[::-1])
    return fingerprint_in(look, pose, grey)


def in_one_bucket(one: Fingerprint, other: Fingerprint) -> bool:
    return bool(one.sought_keys & set(other.keys))


@pytest.mark.parametrize("kind", ["letter", "note_sheet", "land_record"])
def test_a_sheet_scanned_again_is_known_by_its_ink(kind: str) -> None:
    first, again = seen(kind), seen(kind, rescan=1)
    assert in_one_bucket(first, again)
    assert may_be_alike(first.plan, again.plan)
    assert likeness(first, again) > 0.5


@pytest.mark.parametrize("again", [
    {"turn": 180}, {"turn": 90}, {"dpi": 150}, {"bilevel": True}, {"shade": 0.7},
])  # fmt: skip
def test_turn_resolution_mode_and_brightness_do_not_count(
    again: dict[str, int],
) -> None:
    first, second = seen("letter"), seen("letter", rescan=2, **again)  # type: ignore[arg-type]
    assert in_one_bucket(first, second)
    assert likeness(first, second) > 0.5


def test_the_next_page_of_a_register_and_another_filled_form_are_other_sheets() -> None:
    assert likeness(seen("land_record"), seen("land_record", series=1)) < 0.5
    assert likeness(seen("filled_form"), seen("filled_form", series=1)) < 0.5
    assert likeness(seen("letter"), seen("letter", seed=12)) < 0.5


def test_pages_without_ink_are_like_nothing_and_break_nothing() -> None:
    empty = Fingerprint(np.zeros((877, 620), np.uint8))
    speck = Fingerprint(np.zeros((3, 2), np.uint8))
    assert likeness(empty, empty) == 0.0
    assert likeness(empty, speck) == 0.0
    assert likeness(seen("letter"), empty) == 0.0
    assert not may_be_alike(empty.plan, empty.plan)
    assert len(speck.keys) == len(empty.keys)
