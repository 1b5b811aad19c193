"""Turning, levelling and scaling: one transformation for pixels, ink and boxes.

A page is seen in three frames: the *scan* as received, the *shown* page (upright and level,
full resolution), and the *reading* image that the engine gets (the shown page, scaled).
Pixel centres lie at whole numbers, box edges at pixel edges: a scaled box is a plain product,
a scaled transformation needs the half-pixel shift.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Box, GrayImage, Line, PageImage

Matrix = NDArray[np.float64]  # 3 × 3, column vectors (x, y, 1)

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Pose:
    """How the shown page comes from the scan.

    Attributes:
        scan_width, scan_height: size of the scan, pixels.
        width, height: size of the shown page, pixels.
        rotated_cw_deg: quarter turn, clockwise, 0, 90, 180 or 270.
        skew_ccw_deg: tilt taken out after the turn, about the centre.
    """

    scan_width: int
    scan_height: int
    width: int
    height: int
    rotated_cw_deg: int
    skew_ccw_deg: float

    @property
    def as_scanned(self) -> bool:
        """True when the shown page is the scan itself."""
        return self.rotated_cw_deg == 0 and self.skew_ccw_deg == 0

    def shown_from_scan(self) -> Matrix:
        """Places on the scan to places on the shown page."""
        width, height = self.scan_width, self.scan_height
        turn = {
            0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            90: [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
            180: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            270: [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        }[self.rotated_cw_deg]
        if self.rotated_cw_deg in (90, 270):
            width, height = height, width
        cos, sin = (f(math.radians(self.skew_ccw_deg)) for f in (math.cos, math.sin))
        about = np.array([[1, 0, (1 - width) / 2], [0, 1, (1 - height) / 2], [0, 0, 1]])
        # y points down: this turns the content clockwise.
        level = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        back = np.array([[1, 0, (self.width - 1) / 2], [0, 1, (self.height - 1) / 2], [0, 0, 1]])
        pose: Matrix = back @ level @ about @ np.array(turn, dtype=np.float64)
        return pose

    def upside_down(self) -> Pose:
        """The same pose turned by half a turn."""
        return replace(self, rotated_cw_deg=(self.rotated_cw_deg + 180) % 360)


def scaling(factor_x: float, factor_y: float) -> Matrix:
    """Places on an image to places on the same image ``factor`` times as large."""
    return np.array(
        [[factor_x, 0, (factor_x - 1) / 2], [0, factor_y, (factor_y - 1) / 2], [0, 0, 1]]
    )


def shifting(by_x: float, by_y: float) -> Matrix:
    """Places on an image to places on the same image moved right and down."""
    return np.array([[1, 0, by_x], [0, 1, by_y], [0, 0, 1]], dtype=np.float64)


def shown(scan: PageImage, pose: Pose, *, fill: tuple[int, ...]) -> PageImage:
    """The page as it is shown; the very array ``scan`` when nothing has to be turned.

    Args:
        scan: the page as received, grey or RGB.
        pose: how it is to be turned.
        fill: what comes in at the corners, one value a channel.
    """
    if pose.as_scanned:
        return scan
    if pose.skew_ccw_deg == 0:
        return cv2.rotate(scan, _TURNS[pose.rotated_cw_deg])  # type: ignore[return-value]
    return cv2.warpAffine(  # type: ignore[return-value]
        scan,
        pose.shown_from_scan()[:2],
        (pose.width, pose.height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=fill,
    )


def warped(
    image: GrayImage, matrix: Matrix, size: tuple[int, int], *, outside: int | None
) -> GrayImage:
    """``image`` in another frame, in one interpolation.

    Args:
        image: (height, width).
        matrix: places on ``image`` to places in the new frame.
        size: width and height of the new frame, pixels.
        outside: value where there is no image; its edge goes on when ``None``.
    """
    return cv2.warpAffine(  # type: ignore[return-value]
        image,
        matrix[:2],
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT,
        borderValue=(outside or 0,),
    )


def lines_placed(
    lines: tuple[Line, ...],
    scale: tuple[float, float],
    *,
    at: tuple[int, int],
    size: tuple[int, int],
) -> tuple[Line, ...]:
    """Lines of a region's image as lines of the whole page.

    Edges are rounded outwards, so that no ink leaves its box and no box is empty.

    Args:
        lines: boxes in pixels of the image that was read.
        scale: page pixels an image pixel, in x and y.
        at: left and top of the region on the page, pixels.
        size: width and height of the page; boxes are kept inside.
    """
    (sx, sy), (left, top), (width, height) = scale, at, size

    def placed(box: Box) -> Box:
        x0 = min(max(left + math.floor(box.x0 * sx), 0), width - 1)
        y0 = min(max(top + math.floor(box.y0 * sy), 0), height - 1)
        x1 = min(max(left + math.ceil(box.x1 * sx), x0 + 1), width)
        y1 = min(max(top + math.ceil(box.y1 * sy), y0 + 1), height)
        return Box(x0, y0, x1, y1)

    return tuple(
        replace(
            line,
            box=placed(line.box),
            words=tuple(replace(word, box=placed(word.box)) for word in line.words),
        )
        for line in lines
    )
