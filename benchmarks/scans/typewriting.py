"""What a typewriter leaves: the purple third copy under the carbon, and the worn ribbon.

Both take clean type and give it back weaker. Carbon comes out soft, spread until small counters
close, stronger where a key was struck hard, with a haze where the sheets rubbed. A worn ribbon
comes out crisp and broken: the weave shows and light keys leave half a letter.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]

_CARBONS = ((92, 66, 132), (64, 60, 118), (48, 52, 84))  # purple, violet, blue-black
_RIBBONS = ((70, 68, 72), (86, 82, 84), (74, 70, 96))
_KEY_MM = (4.5, 2.4)  # height of a line and width of a key: where pressure changes
_GRAIN_MM = 0.16  # of the carbon's wax and of the ribbon's weave
_MM_IN = 25.4


def carbon_copy(sheet: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """The sheet as a copy under carbon paper.

    Args:
        sheet: (height, width, 3) RGB, white paper, clean ink.
        dpi: its resolution.
        rng: what the copy's weakness is drawn from.
    """
    mm = dpi / _MM_IN
    ink = _ink(sheet)
    spread = cv2.GaussianBlur(ink, (0, 0), float(rng.uniform(0.08, 0.16)) * mm)
    spread = np.clip(spread * np.float32(rng.uniform(1.2, 1.7)), 0, 1)
    uneven = _pressure(ink.shape, mm, rng, weakest=float(rng.uniform(0.35, 0.6)))
    uneven *= _grain(ink.shape, mm, rng, weakest=0.55)
    haze = cv2.GaussianBlur(ink, (0, 0), 1.5 * mm) * np.float32(rng.uniform(0.05, 0.2))
    strength = float(rng.uniform(0.5, 0.85))
    return _pressed(np.maximum(spread * uneven, haze) * strength, _CARBONS, rng)


def worn_ribbon(sheet: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """The sheet as typed with a ribbon that is nearly used up; see ``carbon_copy``."""
    mm = dpi / _MM_IN
    ink = _ink(sheet)
    pressure = _pressure(ink.shape, mm, rng, weakest=float(rng.uniform(0.15, 0.45)))
    weave = _grain(ink.shape, mm, rng, weakest=0.0)
    # Where pressure and weave together are too weak, hardly any ink reaches the paper.
    least = float(rng.uniform(0.1, 0.25))
    taken = np.clip((pressure * (0.45 + 0.55 * weave) - least) / (0.75 - least), 0, 1)
    taken = np.maximum(taken, 0.3 * weave)
    strength = float(rng.uniform(0.4, 0.75))
    return _pressed(ink * taken * np.float32(strength), _RIBBONS, rng)


def _ink(sheet: Pixels) -> Field:
    """How much of each place is inked, 0..1."""
    return np.asarray((255 - sheet.min(axis=2)) / np.float32(220), np.float32).clip(0, 1)


def _pressure(
    shape: tuple[int, ...], mm: float, rng: np.random.Generator, *, weakest: float
) -> Field:
    """How hard the keys were struck: key by key, and weaker towards one side of the sheet."""
    keys = [max(2, round(side / (mm * key))) for side, key in zip(shape, _KEY_MM, strict=True)]
    by_key = rng.uniform(weakest, 1.0, keys).astype(np.float32)
    by_place = rng.uniform(0.7, 1.0, (5, 4)).astype(np.float32)
    size = shape[1::-1]
    struck = cv2.resize(by_key, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(struck * cv2.resize(by_place, size), np.float32)


def _grain(shape: tuple[int, ...], mm: float, rng: np.random.Generator, *, weakest: float) -> Field:
    """Fine unevenness; one tile repeated."""
    cells = [max(2, round(min(side, 900) / (mm * _GRAIN_MM))) for side in shape]
    tile = rng.uniform(weakest, 1.0, cells).astype(np.float32)
    height, width = (min(side, 900) for side in shape)
    tile = np.asarray(cv2.resize(tile, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    rows, columns = shape[0] // height + 1, shape[1] // width + 1
    return np.asarray(cv2.repeat(tile, rows, columns)[: shape[0], : shape[1]], np.float32)


def _pressed(
    strength: Field, colours: tuple[tuple[int, int, int], ...], rng: np.random.Generator
) -> Pixels:
    """White paper with ink of one of the colours, as strong as given."""
    colour = colours[int(rng.integers(len(colours)))]
    channels = [255 - strength * np.float32(255 - value) for value in colour]
    return np.asarray(cv2.merge(channels), np.uint8)
