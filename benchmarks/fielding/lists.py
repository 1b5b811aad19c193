"""Lists beside the scans, as a record room types them: most rows right, some not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.fielding.files import ReadFile
from classify.file import Declared

SLIPPED, SHIFTED = 0.1, 0.05
"""Shares of the rows with a wrong figure in their number, and of those that are another file's."""


def some_wrong(files: Sequence[ReadFile], seed: int) -> list[Declared]:
    """A row with the number of each file; some have a slip of the typist, some another's number."""
    rng = np.random.default_rng((seed, 5))
    rows = []
    for place, file in enumerate(files):
        number, chance = file.truth.file_number, rng.random()
        if chance < SLIPPED:
            number = _with_slip(number, rng)
        elif chance < SLIPPED + SHIFTED:
            number = files[(place + 1) % len(files)].truth.file_number
        rows.append(Declared(file_number=number))
    return rows


def _with_slip(number: str, rng: np.random.Generator) -> str:
    figures = [place for place, sign in enumerate(number) if sign.isdigit()]
    at = int(rng.choice(figures))
    zero = "0" if number[at].isascii() else "०"
    other = (int(number[at]) + int(rng.integers(1, 10))) % 10
    return number[:at] + chr(ord(zero) + other) + number[at + 1 :]
