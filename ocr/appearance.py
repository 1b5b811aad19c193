"""What a sheet looks like apart from its words: its paper, and the rules that run over it.

The margin of note paper and the lines of a ledger run over the whole sheet.
Looked for on the small copy of the page. Along a rule the contrast is summed up over some
millimetres, so that a pale hairline stands out of the noise; across it only what is narrower than
a stroke of bold type counts. Writing is taken out before.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Pose, scaling, warped
from ocr.ink import Look
from ocr.page import Appearance, GrayImage

_ALONG_MM = 5.0  # contrast is summed up over this length
_WIDEST_MM = 1.3  # a wider stripe is a blot, a fold or the edge of the sheet
_FAINTEST = 5  # contrast of a rule after summing up, of 255: half of what a pencil leaves
_LONG, _LEVEL = 0.6, 0.6  # share of the sheet that a rule runs along
_RIM = 0.05  # of the sheet, at its edges, where the sheet itself ends
_MARGIN_FROM, _MARGIN_TO = 0.07, 0.36  # of the width: where a margin rule stands
_STRAIGHT = 3  # look pixels that a rule may wander


@dataclass(frozen=True, slots=True)
class Rulings:
    """Rules over the whole sheet.

    Attributes:
        margin: share of the sheet's height along which an upright rule stands near the left
            edge, 0..1.
        margin_at: where it stands, share of the width; 0 if there is none.
        further: the same as ``margin`` for the longest upright rule elsewhere: tables.
        level: number of level rules over most of the width.
    """

    margin: float
    margin_at: float
    further: float
    level: int


NOTHING_RULED = Rulings(0.0, 0.0, 0.0, 0)


def rulings_of(look: Look, pose: Pose) -> Rulings:
    """The rules on the upright, level page; 2 ms.

    Args:
        look: the page at reduced scale.
        pose: how it is shown.
    """
    size = (max(1, pose.width // look.factor), max(1, pose.height // look.factor))
    if min(size) < 60:
        return NOTHING_RULED
    matrix = scaling(size[0] / pose.width, size[1] / pose.height) @ pose.shown_from_scan()
    matrix = matrix @ scaling(look.factor, look.factor)
    bare = cv2.subtract(look.contrast, cv2.dilate(look.letters, np.ones((3, 3), np.uint8)))
    contrast = warped(np.asarray(bare, np.uint8), matrix, size, outside=0)
    upright = _coverage(contrast, look.px_per_mm)
    level = _coverage(np.ascontiguousarray(contrast.T), look.px_per_mm)
    width = len(upright)
    first, last = round(_MARGIN_FROM * width), round(_MARGIN_TO * width)
    at = first + int(upright[first:last].argmax())
    margin = float(upright[at])
    rim = round(_RIM * width)
    return Rulings(
        margin=round(margin, 3),
        margin_at=round(at / width, 3) if margin >= _LONG else 0.0,
        further=round(float(upright[last : width - rim].max()), 3),
        level=_count(level >= _LEVEL),
    )


def appearance_of(
    look: Look, pose: Pose, *, paper: tuple[int, ...], hand_share: float
) -> Appearance:
    """All that is known of the page apart from its words.

    Args:
        look: the page at reduced scale.
        pose: how it is shown.
        paper: the colour of its paper, one value or three.
        hand_share: see ``ocr.handwriting``.
    """
    ruled = rulings_of(look, pose)
    red, green, blue = paper if len(paper) == 3 else paper[:1] * 3
    return Appearance(
        paper=(red, green, blue),
        coloured=len(paper) == 3,
        margin=ruled.margin,
        margin_at=ruled.margin_at,
        further=ruled.further,
        level_rules=ruled.level,
        hand_share=hand_share,
    )


def _coverage(contrast: GrayImage, px_per_mm: float) -> NDArray[np.float64]:
    """Share of the height along which each column holds a narrow upright stripe."""
    height = contrast.shape[0]
    along = cv2.blur(contrast, (1, max(3, round(_ALONG_MM * px_per_mm)) | 1))
    across = np.ones((1, max(3, round(_WIDEST_MM * px_per_mm)) | 1), np.uint8)
    stripes = cv2.morphologyEx(along, cv2.MORPH_TOPHAT, across)
    _, held = cv2.threshold(stripes, _FAINTEST - 1, 255, cv2.THRESH_BINARY)
    held = cv2.dilate(held, np.ones((1, _STRAIGHT), np.uint8))
    rim = round(_RIM * height)
    columns = cv2.reduce(held[rim : height - rim], 0, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return np.asarray(columns.ravel() / 255 / (height - 2 * rim), np.float64)


def _count(holds: NDArray[np.bool_]) -> int:
    """How many stretches of consecutive places hold."""
    return int(np.count_nonzero(np.diff(np.concatenate([[False], holds]).astype(np.int8)) == 1))
