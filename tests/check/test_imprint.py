"""Stamped numbers: read or left alone, never guessed; followed only where they really count."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

import cli
from benchmarks.scans import defects
from ocr.imprint import imprints_in
from ocr.ink import look_at
from pipeline.check_stamps import Number, stamps_of
from tests.check.sheets import DPI, made, written

JUDGING = ("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf")
AT_MM = (60.0, -8.0)


def read(image: np.ndarray) -> list[tuple[str, int]]:
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    found = imprints_in(grey, look_at(grey, dpi=DPI))
    return [(one.digits, one.count) for one in found]


@pytest.mark.parametrize("face", JUDGING)
def test_a_stamped_number_is_read_or_left_alone_but_never_guessed(face: str) -> None:
    wanted = ["001974", "385206", "741963", "520810", "694738"]
    said = [read(defects.imprinted(made(), number, face, AT_MM)) for number in wanted]
    answers = [digits for found in said for digits, count in found if count == 6]
    assert all(digits in ("", *wanted) for digits in answers)
    assert sum(digits in wanted for digits in answers) >= 3


def test_a_page_without_a_stamp_has_no_number() -> None:
    for kind in ("letter", "annexure", "bill"):
        assert read(made(kind).image) == []


def test_a_number_at_the_same_place_that_does_not_count_is_no_stamp() -> None:
    year = Number("2015", 4, 40.0, 20.0)
    assert stamps_of("f", [[year]] * 8) is None
    assert stamps_of("f", [[Number(str(1000 + 37 * n), 4, 40.0, 20.0)] for n in range(8)]) is None


def test_a_jump_of_the_stamps_is_told_with_both_numbers() -> None:
    stamped = [101, 102, 103, 105, 106, 107]
    found = stamps_of("f", [[Number(f"{n:05d}", 5, 41.0, -9.0)] for n in stamped])
    assert found is not None
    (jump,) = found.jumps
    assert (jump.at, jump.after, jump.before, jump.count) == (3, "00103", "00105", 1)


def test_a_number_that_was_not_read_is_not_a_missing_sheet() -> None:
    digits = ["00101", "00102", "", "00104", "00105", "00107"]
    found = stamps_of("f", [[Number(one, 5, 41.0, -9.0)] for one in digits])
    assert found is not None
    assert [(jump.after, jump.before) for jump in found.jumps] == [("00105", "00107")]
    assert (found.read, found.not_read) == (5, 1)


def test_a_sheet_missing_among_stamped_ones_is_told_at_the_end(tmp_path: Path) -> None:
    for place, number in enumerate((211, 212, 213, 215, 216, 217), start=1):
        image = defects.imprinted(made(seed=30 + place), f"{number:06d}", JUDGING[0], AT_MM)
        written(image, tmp_path / f"{place}.png")
    ended = CliRunner().invoke(cli.main, ["check", str(tmp_path)])
    assert ended.exit_code == 3
    assert "1 sheets are missing between the stamped numbers 000213 and 000215." in ended.stdout
    assert ended.stdout.rstrip().endswith("1 missing.")
