"""Turning and scaling: images by cv2, boxes by the same transformation.

Pixel centres lie at whole numbers for cv2, box edges at pixel edges: a scaled box is a plain
product, a scaled transformation needs the half-pixel shift.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Box, GrayImage, Line, PageImage

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def turned(image: PageImage, cw_deg: int) -> PageImage:
    """``image`` turned clockwise by 0, 90, 180 or 270 degrees; the same object for 0."""
    return image if cw_deg == 0 else cv2.rotate(image, _TURNS[cw_deg])  # type: ignore[return-value]


def levelled(image: PageImage, skew_ccw_deg: float, *, fill: tuple[int, ...]) -> PageImage:
    """``image`` turned clockwise by ``skew_ccw_deg`` about its centre, size kept.

    What comes in at the corners is ``fill`` (one value a channel).
    """
    height, width = image.shape[:2]
    return cv2.warpAffine(  # type: ignore[return-value]
        image,
        level_matrix(width, height, skew_ccw_deg),
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=fill,
    )


def level_matrix(width: int, height: int, skew_ccw_deg: float) -> NDArray[np.float64]:
    """2 × 3 matrix, shown page from scanned page, that takes the skew out about the centre."""
    centre = ((width - 1) / 2, (height - 1) / 2)
    return cv2.getRotationMatrix2D(centre, -skew_ccw_deg, 1.0)  # type: ignore[return-value]


def resized(image: GrayImage, scale: float) -> GrayImage:
    """``image`` at ``scale`` times its size: by area when smaller, cubic when larger."""
    if scale == 1.0:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(image, size, interpolation=how)  # type: ignore[return-value]


def lines_scaled(
    lines: tuple[Line, ...], scale_x: float, scale_y: float, *, width: int, height: int
) -> tuple[Line, ...]:
    """Lines whose boxes are ``scale`` times as large, kept inside ``width`` × ``height``.

    Edges are rounded outwards, so that no ink leaves its box and no box is empty.
    """

    def grown(box: Box) -> Box:
        x0 = min(max(math.floor(box.x0 * scale_x), 0), width - 1)
        y0 = min(max(math.floor(box.y0 * scale_y), 0), height - 1)
        x1 = min(max(math.ceil(box.x1 * scale_x), x0 + 1), width)
        y1 = min(max(math.ceil(box.y1 * scale_y), y0 + 1), height)
        return Box(x0, y0, x1, y1)

    return tuple(
        replace(
            line,
            box=grown(line.box),
            words=tuple(replace(word, box=grown(word.box)) for word in line.words),
        )
        for line in lines
    )
