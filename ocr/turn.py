"""Which way up a page lies, told from its ink alone.

The direction of the lines is sure on any page with a few lines. Which end is up is a good
guess from the shape of the lines, cheap, and left for recognition to confirm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ocr.geometry import Pose, scaling
from ocr.ink import Look
from ocr.rows import body_height_px, headline_lean, lines_in, row_profile
from ocr.skew import Points, ink_points, slope_of

FEWEST_POINTS = 250  # ink pixels of the look below which a page has no slope to speak of
_CLEAR_SLOPE = 3.0
_CLEAR_AXIS = 1.25
_CLEAR_LEAN = 0.2
_WORDS_JOINED = 0.42  # share of ink in marks that are wide: Devanagari joins words


@dataclass(frozen=True, slots=True)
class Lie:
    """How the page lies on the scanner.

    Attributes:
        rotated_cw_deg: the quarter turn that most likely sets it upright.
        skew_ccw_deg: tilt of its lines after that turn; 0 when there is no telling.
        axis_sure: the direction of the lines is beyond doubt.
        end_sure: which end is up is told with confidence.
        body_height_px: height of the small letters in pixels of the look, if measured.
        fine_height_px: the same for the smaller print on the page, a quarter of its ink.
    """

    rotated_cw_deg: int
    skew_ccw_deg: float
    axis_sure: bool
    end_sure: bool
    body_height_px: float | None = None
    fine_height_px: float | None = None


def lie_of(look: Look, *, limit_deg: float) -> Lie:
    """How the page lies, from the ink that looks like writing.

    Args:
        look: the page at reduced scale.
        limit_deg: largest skew to look for.
    """
    x, y = ink_points(look.letters)
    if len(x) < FEWEST_POINTS:
        return Lie(0, 0.0, axis_sure=False, end_sure=False)
    level = slope_of(x, y, limit_deg=limit_deg)
    upright = slope_of(-y, x, limit_deg=limit_deg)
    sideways = upright.energy > level.energy
    slope, other = (upright, level) if sideways else (level, upright)
    axis_sure = slope.energy > _CLEAR_AXIS * other.energy and slope.clearness > _CLEAR_SLOPE
    if not axis_sure:
        return Lie(0, 0.0, axis_sure=False, end_sure=False)
    along, across = (-y, x) if sideways else (x, y)
    return _with_end(look, (along, across), slope.skew_ccw_deg, sideways=sideways)


def _with_end(look: Look, points: tuple[Points, Points], skew: float, *, sideways: bool) -> Lie:
    lines = lines_in(row_profile(*points, skew_ccw_deg=skew))
    lean = headline_lean(lines)
    joined = abs(lean) >= _CLEAR_LEAN or _wide_share(look, skew, sideways) >= _WORDS_JOINED
    head_up = lean >= 0 if joined else lean <= 0
    return Lie(
        rotated_cw_deg=(90 if sideways else 0) + (0 if head_up else 180),
        skew_ccw_deg=skew,
        axis_sure=True,
        end_sure=abs(lean) > (0.1 if joined else 0.05),
        body_height_px=body_height_px(lines, share=0.5),
        fine_height_px=body_height_px(lines, share=0.25),
    )


def _wide_share(look: Look, skew_ccw_deg: float, sideways: bool) -> float:
    marks = look.written
    width, height = (marks.height, marks.width) if sideways else (marks.width, marks.height)
    level_height = np.maximum(height - width * abs(np.tan(np.radians(skew_ccw_deg))), 1)
    total = float(marks.area.sum())
    return float(marks.area[width > 1.8 * level_height].sum()) / total if total else 0.0


def posed(look: Look, lie: Lie, rotated_cw_deg: int, *, scan_size: tuple[int, int]) -> Pose:
    """The pose with the given quarter turn that levels the lines.

    The size is that of the turned scan; it grows about its centre only when levelling would
    push writing over the edge.

    Args:
        look: the page at reduced scale.
        lie: how it lies.
        rotated_cw_deg: 0, 90, 180 or 270.
        scan_size: width and height of the scan, pixels.
    """
    width, height = scan_size if rotated_cw_deg in (0, 180) else scan_size[::-1]
    skew = lie.skew_ccw_deg if (rotated_cw_deg - lie.rotated_cw_deg) % 180 == 0 else 0.0
    pose = Pose(*scan_size, width, height, rotated_cw_deg, skew)
    marks = look.written
    if skew == 0 or not len(marks):
        return pose
    right, bottom = marks.x + marks.width, marks.y + marks.height
    corners = np.array(
        [
            np.concatenate([marks.x, right, marks.x, right]),
            np.concatenate([marks.y, marks.y, bottom, bottom]),
            np.ones(4 * len(marks)),
        ]
    )
    x, y, _ = pose.shown_from_scan() @ scaling(look.factor, look.factor) @ corners
    over_x = max(0.0, -float(x.min()), float(x.max()) - width)
    over_y = max(0.0, -float(y.min()), float(y.max()) - height)
    grown = (width + 2 * math.ceil(over_x), height + 2 * math.ceil(over_y))
    return replace(pose, width=grown[0], height=grown[1])
