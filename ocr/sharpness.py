"""How sharp the edges of the ink are, in millimetres, along and across the page.

A step from paper to ink that a Gaussian of width sigma has softened rises at most by its height
over sigma times the square root of 2 pi a pixel. So the steepest slopes of a tile of print, held
against how dark its ink is, tell sigma. Strokes across the page are judged by slopes down the
page and the other way round: a sheet that moved is soft in one direction only.

Source: width of a softened step, see any text on the edge spread function; the steepest slopes
are taken by a high percentile, which noise does not reach where there is print.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.ink import Look
from ocr.levels import levels_at
from ocr.page import GrayImage

_TILE_MM = 9.0  # two or three lines of type: there is always an upright and a level stroke
_MOST_TILES = 16
_LEAST_INK = 0.03  # share of a tile that must be writing
_FEWEST_TILES = 3
_LEAST_CONTRAST = 16  # grey levels; below that noise makes the slopes
_STEEPEST = 99.0
_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Width of the ink's edges (sigma of a Gaussian), millimetres, of the middling tile.

    Attributes:
        across_mm: of edges met when going across the page: of upright strokes.
        down_mm: of edges met when going down the page: of level strokes.
        darkness: of the ink itself against the paper, 0..1.
        tiles: on how many places it was measured.
    """

    across_mm: float
    down_mm: float
    darkness: float
    tiles: int

    @property
    def worst_mm(self) -> float:
        """The softer of the two directions."""
        return max(self.across_mm, self.down_mm)


def sharpness_of(grey: GrayImage, look: Look) -> Sharpness | None:
    """How sharp the print is; ``None`` where there is too little of it, or no grey between.

    Args:
        grey: the scan at full resolution; only tiles of it are looked at.
        look: the same at reduced scale.
    """
    px_per_mm = look.px_per_mm * look.factor
    side = max(16, round(_TILE_MM * px_per_mm))
    widths = [_edge_width(tile) for tile in _tiles(grey, look, side) if not _is_bilevel(tile)]
    found = np.array([width for width in widths if width is not None])
    if len(found) < _FEWEST_TILES:
        return None
    across, down, darkness = (float(value) for value in np.median(found, axis=0))
    return Sharpness(across / px_per_mm, down / px_per_mm, darkness, len(found))


def _tiles(grey: GrayImage, look: Look, side: int) -> list[GrayImage]:
    """Square pieces of the scan with the most writing in them, the richest first."""
    height, width = look.letters.shape
    small = max(1, side // look.factor)
    size = (max(1, width // small), max(1, height // small))
    share = cv2.resize(look.letters[: size[1] * small, : size[0] * small], size, interpolation=3)
    rich = np.argsort(share, axis=None)[::-1][:_MOST_TILES]
    places = [divmod(int(place), size[0]) for place in rich]
    at_least = _LEAST_INK * 255
    step = small * look.factor
    return [
        grey[row * step : row * step + side, column * step : column * step + side]
        for row, column in places
        if share[row, column] >= at_least
    ]


def _is_bilevel(tile: GrayImage) -> bool:
    between = (tile > 12) & (tile < 243)
    return bool(np.count_nonzero(between) < 0.01 * tile.size)


def _edge_width(tile: GrayImage) -> tuple[float, float, float] | None:
    """Sigma across and down, pixels, and darkness; ``None`` where the ink is too pale to tell."""
    ink, paper = levels_at(tile[::2, ::2], 2, 75)
    contrast = paper - ink
    if contrast < _LEAST_CONTRAST:
        return None
    # Averaged along the stroke, so that noise does not stand in for sharpness.
    sixteen = tile.astype(np.int16)
    across = np.abs(sixteen[:, 2:] - sixteen[:, :-2])
    down = np.abs(sixteen[2:] - sixteen[:-2])
    across = across[:-2] + across[1:-1] + across[2:]
    down = down[:, :-2] + down[:, 1:-1] + down[:, 2:]
    slopes = (levels_at(steps, _STEEPEST)[0] / 6 for steps in (across, down))
    wide, tall = (contrast / (max(slope, 0.5) * math.sqrt(2 * math.pi)) for slope in slopes)
    return wide, tall, contrast / max(paper, 1.0)
