"""Numbers that a scanner's imprinter or a numbering machine puts on each sheet.

They stand upright in the scan, whatever way the page lies, near the top or bottom edge, by
themselves. Their digits are compared with shapes fitted by ``benchmarks/fitting/digits.py``; what
is like none of them, or like two, is not read: a guessed number would name the wrong sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import Look
from ocr.page import GrayImage, Mask

SHAPES = Path(__file__).resolve().parent / "tables" / "digit_shapes.npz"
WIDTH_PX, HEIGHT_PX = 20, 24
_BAND_MM = 30.0
_PX_PER_MM = 8.0  # 200 dpi: a digit of 3 mm is 24 pixels tall
_TALL_MM, _WIDE_MM = (1.8, 7.0), (0.3, 5.0)
_DARK = 0.22
_GAP = 1.1  # of the height, between the digits of one number
_APART = 1.6  # of the height, to anything else on the same line
_LENGTHS = range(3, 10)
# Of 996 digits in typefaces new to it 982 are read so, none of them wrongly.
_ALIKE, _SURER = 0.72, 0.05

Boxes = NDArray[np.int32]  # (n, 4): x, y, width, height


@dataclass(frozen=True, slots=True)
class Imprint:
    """A number standing by itself near an edge.

    Attributes:
        digits: as read, leading zeros too; empty where they could not be read for certain.
        count: how many digits there are.
        x_mm: where its middle is from the left edge of the scan.
        y_mm: from the top edge; negative: from the bottom edge.
    """

    digits: str
    count: int
    x_mm: float
    y_mm: float


def imprints_in(grey: GrayImage, look: Look) -> tuple[Imprint, ...]:
    """Numbers of three to nine digits that stand by themselves near the top or bottom edge.

    Args:
        grey: the scan at full resolution; only the two bands along those edges are looked at.
        look: the same at reduced scale.
    """
    px_per_mm = look.px_per_mm * look.factor
    depth = min(round(_BAND_MM * px_per_mm), grey.shape[0] // 2)
    if depth < 4 * px_per_mm or px_per_mm < _PX_PER_MM * 0.6:
        return ()
    scale = min(1.0, _PX_PER_MM / px_per_mm)
    mm = px_per_mm * scale
    found: list[Imprint] = []
    for start in (0, grey.shape[0] - depth):
        ink = _ink(grey[start : start + depth], look, start, scale)
        lower_mm = depth / px_per_mm if start else 0.0
        for chain in _chains(_pieces(ink, mm), mm):
            x, y, width, height = cv2.boundingRect(_corners(chain))
            middle_mm = (x + width / 2) / mm, (y + height / 2) / mm - lower_mm
            found.append(Imprint(_number(ink, chain), len(chain), *middle_mm))
    return tuple(found)


def _ink(band: GrayImage, look: Look, start: int, scale: float) -> GrayImage:
    """Darkness against the paper, 0..255, at the scale at which digits are read."""
    size = (round(band.shape[1] * scale), round(band.shape[0] * scale))
    small = cv2.resize(band, size, interpolation=cv2.INTER_AREA)
    first = start // look.factor
    rows = slice(first, first + max(1, band.shape[0] // look.factor))
    paper = cv2.resize(look.paper[rows], size, interpolation=cv2.INTER_LINEAR)
    lid = cv2.resize(look.lid[rows], size, interpolation=cv2.INTER_NEAREST)
    ink = np.asarray(cv2.divide(cv2.subtract(paper, small), paper, scale=255), np.uint8)
    ink[np.asarray(lid) > 0] = 0
    return ink


def _pieces(ink: GrayImage, mm: float) -> Boxes:
    """Boxes of what has the size of a digit, and of everything else that may stand beside."""
    mask: Mask = (ink > _DARK * 255).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = np.asarray(stats[1:, :4], np.int32)
    return boxes[boxes[:, 3] >= 0.8 * mm]  # dust and dots do not count


def _chains(boxes: Boxes, mm: float) -> list[Boxes]:
    """Runs of pieces of one height on one line, apart from everything else on it."""
    order = boxes[np.argsort(boxes[:, 0], kind="stable")]
    used = np.zeros(len(order), bool)
    chains = []
    for first in range(len(order)):
        if used[first]:
            continue
        chain = [first]
        for other in range(first + 1, len(order)):
            if _follows(order[chain[-1]], order[other]):
                chain.append(other)
        used[chain] = True
        run = order[chain]
        if len(chain) in _LENGTHS and _alone(run, np.delete(order, chain, axis=0), mm):
            chains.append(run)
    return chains


def _follows(one: NDArray[np.int32], other: NDArray[np.int32]) -> bool:
    height = max(int(one[3]), int(other[3]))
    gap = int(other[0]) - int(one[0] + one[2])
    level = abs(int(one[1]) - int(other[1])) < 0.15 * height
    return (
        level
        and abs(int(one[3]) - int(other[3])) < 0.15 * height
        and -0.2 * height < gap < _GAP * height
    )


def _alone(run: Boxes, others: Boxes, mm: float) -> bool:
    """Whether the run has the size of digits, and nothing stands beside it on its line."""
    tall, wide = run[:, 3] / mm, run[:, 2] / mm
    if tall.min() < _TALL_MM[0] or tall.max() > _TALL_MM[1]:
        return False
    if wide.min() < _WIDE_MM[0] or wide.max() > _WIDE_MM[1] or (run[:, 2] > run[:, 3]).any():
        return False
    top, bottom = run[:, 1].min(), (run[:, 1] + run[:, 3]).max()
    left, right = run[:, 0].min(), (run[:, 0] + run[:, 2]).max()
    reach = _APART * run[:, 3].max()
    beside = (others[:, 1] < bottom) & (others[:, 1] + others[:, 3] > top)
    beside &= (others[:, 0] < right + reach) & (others[:, 0] + others[:, 2] > left - reach)
    return not beside.any()


def _corners(boxes: Boxes) -> NDArray[np.int32]:
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def _number(ink: GrayImage, chain: Boxes) -> str:
    """The digits of the chain; empty where one of them is not certain."""
    digits = [_digit(ink, box) for box in chain]
    return "".join(digits) if all(digits) else ""


def _digit(ink: GrayImage, box: NDArray[np.int32]) -> str:
    """The digit in the box; empty where it is not certain."""
    x, y, width, height = (int(value) for value in box)
    shape = normal_shape(ink[y : y + height, x : x + width])
    likeness = _shapes() @ shape
    best = likeness.max(axis=1)
    first, second = np.argsort(best)[::-1][:2]
    sure = best[first] >= _ALIKE and best[first] - best[second] >= _SURER
    return str(first) if sure else ""


def normal_shape(ink: GrayImage) -> NDArray[np.float32]:
    """A digit's ink at one height in the middle of a field, its mean taken out, of length 1.

    Args:
        ink: (height, width) darkness, 0..255, cut at the digit's edges.
    """
    height, width = ink.shape
    wide = min(WIDTH_PX, max(1, round(width * HEIGHT_PX / height)))
    small = cv2.resize(ink, (wide, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    field = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    left = (WIDTH_PX - wide) // 2
    field[:, left : left + wide] = small
    field = np.asarray(cv2.GaussianBlur(field, (0, 0), 1.0), np.float32)
    flat = field.ravel() - field.mean()
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-6), np.float32)


@lru_cache(maxsize=1)
def _shapes() -> NDArray[np.float32]:
    """(10, faces, pixels): every digit in every typeface that shapes were made from."""
    with np.load(SHAPES) as kept:
        return np.asarray(kept["shapes"], np.float32) / np.float32(127)
