"""From a clean sheet to a scan of old paper: tint, light, show-through, folds, tilt, noise.

Everything works on 8-bit pixels; what varies slowly over the sheet is computed on a small
grid and enlarged, so that a 300-dpi A4 page in colour takes a few tenths of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import typewriting
from benchmarks.scans.options import Ageing, Paper

Pixels = NDArray[np.uint8]

TINTS: dict[Paper, tuple[int, int, int]] = {
    Paper.WHITE: (250, 250, 248),
    Paper.CREAM: (246, 240, 222),
    Paper.YELLOWED: (233, 216, 176),
    Paper.GREEN: (205, 226, 196),
    Paper.FADED_GREEN: (224, 232, 214),
    Paper.LEDGER: (240, 236, 220),
    Paper.TISSUE: (240, 228, 196),
}


@dataclass(frozen=True, slots=True)
class Wear:
    """Upper bounds of what is drawn for a page, by how worn it is to be."""

    light: float  # unevenness of the light, share of full white
    blotches: float  # stains, share of full white
    show_through: float  # darkness of the reverse, 0..1
    fading: float  # loss of ink where it is worst, 0..1
    blur_px: float  # sigma at 300 dpi
    noise: float  # sigma in grey levels
    specks: int  # a page
    damage: float  # chance of folds, of punch holes, of a black border
    # How the type came to the sheet when it was not printed: (sheet, dpi, rng) -> weaker type.
    typed: Callable[[Pixels, int, np.random.Generator], Pixels] | None = None


WEAR = {
    Ageing.LIGHT: Wear(0.03, 0.01, 0.04, 0.05, 0.5, 2.0, 15, 0.1),
    Ageing.OFFICE: Wear(0.08, 0.03, 0.10, 0.22, 0.8, 4.0, 60, 0.25),
    Ageing.HARD: Wear(0.18, 0.08, 0.22, 0.5, 1.2, 8.0, 250, 0.6),
}
WEAR[Ageing.CARBON] = replace(WEAR[Ageing.OFFICE], fading=0.0, typed=typewriting.carbon_copy)
WEAR[Ageing.RIBBON] = replace(WEAR[Ageing.OFFICE], fading=0.0, typed=typewriting.worn_ribbon)


@dataclass(frozen=True, slots=True)
class Scan:
    """How one sheet lay on one scanner: what was drawn for it, and where the sheet's own wear
    comes from. ``sheet_seed`` stays the same when the sheet is scanned again."""

    dpi: int
    paper: Paper
    wear: Wear
    skew_ccw_deg: float
    sheet_seed: tuple[int, ...]
    scan_seed: tuple[int, ...]


def age(sheet: Pixels, reverse: Pixels | None, scan: Scan) -> Pixels:
    """The sheet as the scanner delivers it, same size, upright but for its tilt.

    Args:
        sheet: (height, width, 3) RGB, white paper.
        reverse: what is printed on the back, same size, or None.
        scan: how worn, how tilted, from which seeds.

    Returns:
        A new (height, width, 3) RGB image.
    """
    own = np.random.default_rng(scan.sheet_seed)
    lying = np.random.default_rng(scan.scan_seed)
    if scan.wear.typed:
        # A generator of its own: the wear of the sheet stays what it is for printed type.
        struck = np.random.default_rng((*scan.sheet_seed, 1))
        sheet = scan.wear.typed(sheet, scan.dpi, struck)
    aged = _fade(sheet, scan.wear, own)
    aged = _pixels(cv2.multiply(aged, _paper(sheet.shape, scan, own, lying), scale=1 / 255))
    if reverse is not None and scan.wear.show_through:
        _show_through(aged, reverse, scan, own)
    _damage(aged, scan, own)
    aged = _tilt(aged, scan, lying)
    sigma = scan.wear.blur_px * float(lying.uniform(0.4, 1)) * scan.dpi / 300
    if sigma > 0.25:
        aged = _pixels(cv2.GaussianBlur(aged, (0, 0), sigma))
    return _noise(aged, scan, lying)


def _fade(sheet: Pixels, wear: Wear, rng: np.random.Generator) -> Pixels:
    """Ink that has lost colour, more in some places than in others."""
    loss = wear.fading * float(rng.uniform(0.1, 1))
    floor = _grid(rng, (6, 5)) * loss * 0.5 + loss * 0.5
    weight = cv2.resize((floor * 255).astype(np.uint8), sheet.shape[1::-1])
    lift = cv2.merge([weight] * 3)
    return _pixels(cv2.add(sheet, cv2.multiply(cv2.bitwise_not(sheet), lift, scale=1 / 255)))


def _paper(
    shape: tuple[int, ...], scan: Scan, own: np.random.Generator, lying: np.random.Generator
) -> Pixels:
    """Tint, stains and the scanner's light as one image."""
    rows, cols = 74, 52
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : cols * 1j]
    angle = float(lying.uniform(0, 2 * np.pi))
    light = 1 - scan.wear.light * float(lying.uniform(0.2, 1)) * (
        (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5
    )
    stains = cv2.resize(_grid(own, (12, 9)), (cols, rows), interpolation=cv2.INTER_CUBIC)
    edge = np.minimum.reduce([x, y, 1 - x, 1 - y])
    light = light - scan.wear.blotches * (stains + np.exp(-edge * 18))
    light = light * float(lying.uniform(0.95, 1.0))
    tint = np.array(TINTS[scan.paper], np.float64) + own.normal(0, 2.5, 3)
    small = np.clip(light[..., None] * tint, 0, 255).astype(np.uint8)
    return _pixels(cv2.resize(small, (shape[1], shape[0])))


def _pixels(image: object) -> Pixels:
    """OpenCV's result under its true type; nothing is copied."""
    return np.asarray(image, dtype=np.uint8)


def _grid(rng: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float32]:
    return rng.random(size, dtype=np.float32)


def _show_through(aged: Pixels, reverse: Pixels, scan: Scan, rng: np.random.Generator) -> None:
    """The print of the back, mirrored, soft and faint; darkens ``aged`` in place."""
    height, width = aged.shape[:2]
    quarter = cv2.resize(reverse, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    back = cv2.flip(cv2.bitwise_not(cv2.cvtColor(quarter, cv2.COLOR_RGB2GRAY)), 1)
    back = cv2.GaussianBlur(back, (0, 0), 1.0 * scan.dpi / 300)
    strength = scan.wear.show_through * float(rng.uniform(0.3, 1))
    back = cv2.resize(cv2.convertScaleAbs(back, alpha=strength), (width, height))
    cv2.subtract(aged, cv2.merge([back] * 3), dst=aged)


def _damage(aged: Pixels, scan: Scan, rng: np.random.Generator) -> None:
    """Fold lines, punch holes and dust, in place."""
    height, width = aged.shape[:2]
    mm = scan.dpi / 25.4
    folded, punched = rng.random(2) < scan.wear.damage
    if folded:
        _fold(aged, mm, rng)
    if punched and width > 150 * mm:  # a slip has no margin to punch
        x = int(9 * mm + rng.normal(0, mm))
        for y in (height / 2 - 40 * mm, height / 2 + 40 * mm):
            _dot(aged, (x, int(y)), int(2.8 * mm), 28)
    for _ in range(int(rng.integers(0, scan.wear.specks + 1))):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        _dot(aged, at, int(rng.integers(1, max(2, int(0.18 * mm)) + 1)), int(rng.integers(60, 170)))


def _fold(aged: Pixels, mm: float, rng: np.random.Generator) -> None:
    """A soft dark crease from side to side; ``mm`` is a millimetre in pixels."""
    height, width = aged.shape[:2]
    y = int(height * rng.choice([1 / 3, 1 / 2, 2 / 3]) + rng.normal(0, 4 * mm))
    end, depth = y + int(rng.normal(0, 1.5 * mm)), int(rng.uniform(14, 34))
    top, bottom = max(0, min(y, end) - int(3 * mm)), min(height, max(y, end) + int(3 * mm))
    band = np.zeros((bottom - top, width), np.uint8)
    pen = max(1, int(mm * 0.5))
    cv2.line(band, (0, y - top), (width, end - top), depth, pen, cv2.LINE_AA)
    crease = cv2.GaussianBlur(band, (0, 0), max(0.3, 0.2 * mm))
    aged[top:bottom] = cv2.subtract(aged[top:bottom], cv2.merge([crease] * 3))


def _dot(aged: Pixels, at: tuple[int, int], radius: int, shade: int) -> None:
    cv2.circle(aged, at, radius, (shade,) * 3, -1, cv2.LINE_AA)


def _tilt(aged: Pixels, scan: Scan, rng: np.random.Generator) -> Pixels:
    """Turn the sheet by its skew; outside it lies the scanner's lid, white or black."""
    height, width = aged.shape[:2]
    black = rng.random() < scan.wear.damage
    lid = (18, 18, 20) if black else tuple(int(v) for v in aged[height // 40, width // 40])
    turn = np.asarray(
        cv2.getRotationMatrix2D((width / 2, height / 2), scan.skew_ccw_deg, 1.0), np.float64
    )
    if black:
        turn[:, 2] += rng.uniform(-2.0, 2.0, 2) * scan.dpi / 25.4
    return _pixels(
        cv2.warpAffine(
            aged,
            turn,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=lid,
        )
    )


def _noise(aged: Pixels, scan: Scan, rng: np.random.Generator) -> Pixels:
    """Sensor noise: one tile repeated, mostly luminance; adding and taking away keep 8 bits."""
    sigma = scan.wear.noise * float(rng.uniform(0.4, 1))
    tile = rng.normal(0, sigma, (701, 887, 1)) + rng.normal(0, sigma * 0.3, (701, 887, 3))
    height, width = aged.shape[:2]
    repeat = (height // 701 + 1, width // 887 + 1)
    up, down = (
        cv2.repeat(np.clip(part, 0, 255).astype(np.uint8), *repeat)[:height, :width]
        for part in (tile, -tile)
    )
    return _pixels(cv2.subtract(cv2.add(aged, up), down))
