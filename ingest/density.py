"""How many dots an inch a scan has: as its file says, as the operator says, or by its shape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

DpiOrigin: TypeAlias = Literal["file", "setting", "estimated"]

MM_PER_INCH = 25.4
LOWEST_DPI, HIGHEST_DPI = 50.0, 2400.0
SOFTWARE_DEFAULT_UP_TO_DPI = 100.0  # 72 and 96 are what programs write that know nothing
LARGEST_DEFAULT_SHEET_MM = 1.5 * 420.0  # one and a half times the long side of A3
SQUARE_WITHIN = 0.01

# Short and long side of the papers an Indian office uses, millimetres.
_SHEETS_MM = ((210.0, 297.0), (215.9, 279.4), (215.9, 330.2), (215.9, 355.6))
_SCANNER_DPI = (100, 150, 200, 240, 300, 400, 600, 1200)
_SNAP_WITHIN = 0.04


@dataclass(frozen=True, slots=True)
class Density:
    """Dots an inch along x and y, and where the figures come from."""

    x_dpi: float
    y_dpi: float
    origin: DpiOrigin

    @property
    def square(self) -> bool:
        """Whether the two agree within one part in a hundred."""
        return abs(self.x_dpi - self.y_dpi) <= SQUARE_WITHIN * max(self.x_dpi, self.y_dpi)


def settle(
    stated: tuple[float, float] | None,
    size_px: tuple[int, int],
    *,
    assumed_dpi: float | None,
) -> Density:
    """The density to work with.

    The file is believed between 50 and 2400 dpi; up to 100 dpi, where 72 and 96 are what
    programs write that know nothing, only if the sheet would not be longer than one and a
    half times A3. Else the setting holds; else the longer side is taken for the longer side
    of the paper whose shape fits best (A4, letter, foolscap, legal), and the result is moved
    to a usual scanner resolution within 4 %.

    Args:
        stated: dots an inch along x and y as the file has them; ``None`` where it is silent.
        size_px: width and height.
        assumed_dpi: what the operator set, if anything.
    """
    if stated is not None and _believable(stated, size_px):
        x_dpi, y_dpi = (round(dpi, 2) for dpi in stated)  # 11811 dots a metre are 300 dpi
        return Density(x_dpi, y_dpi, origin="file")
    if assumed_dpi is not None:
        return Density(assumed_dpi, assumed_dpi, origin="setting")
    guess = _by_shape(size_px)
    return Density(guess, guess, origin="estimated")


def _believable(stated: tuple[float, float], size_px: tuple[int, int]) -> bool:
    low, high = min(stated), max(stated)
    if not all(map(math.isfinite, stated)) or low < LOWEST_DPI or high > HIGHEST_DPI:
        return False
    if high > 4 * low:  # no scanner or fax has such pixels
        return False
    if high > SOFTWARE_DEFAULT_UP_TO_DPI:
        return True
    longest_mm = max(side / dpi for side, dpi in zip(size_px, stated, strict=True)) * MM_PER_INCH
    return longest_mm <= LARGEST_DEFAULT_SHEET_MM


def _by_shape(size_px: tuple[int, int]) -> float:
    short_px, long_px = sorted(size_px)
    shape = long_px / max(short_px, 1)
    _, long_mm = min(_SHEETS_MM, key=lambda sheet: abs(math.log(shape * sheet[0] / sheet[1])))
    dpi = long_px / (long_mm / MM_PER_INCH)
    usual = min(_SCANNER_DPI, key=lambda known: abs(known - dpi))
    return float(usual) if abs(usual - dpi) <= _SNAP_WITHIN * usual else round(dpi, 2)
