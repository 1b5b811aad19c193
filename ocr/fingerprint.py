"""What a sheet looks like, small enough to keep: tells a sheet that was scanned twice.

A fingerprint is made from the upright, level page at a fixed scale, so that tilt, turn,
brightness, tint, colour and resolution of the scan do not count. Likely pairs are found without
comparing all: a plan of the sheet (how much writing lies where, in cells of 5 mm about the
middle of the ink) is cut by random planes into short codes, and scans of one sheet share at
least one of their codes, but for a bit that is doubtful. Whether a pair really is one sheet is
judged by ``ocr.likeness``.

Source: similarity estimation by random hyperplanes (Charikar 2002), banded as in
locality-sensitive hashing (Indyk and Motwani 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ocr.geometry import Pose, scaling, warped
from ocr.ink import Look
from ocr.page import GrayImage
from ocr.turn import Lie, posed

DRAWING_DPI, FINE_DPI = 75.0, 100.0
PX_PER_MM = DRAWING_DPI / 25.4
BANDS, BITS = 20, 16
_CELL_MM, _COLUMNS, _ROWS = 5.0, 44, 62
PLAN_SHAPE = (_ROWS, _COLUMNS)
_NEAR, _FAR = 1.0, 4.0  # cells; detail between the two scales is what the plan keeps
_DOUBTFUL = 3  # bits of a code that are sought both ways
_PLANS_AGREE = 0.68  # correlation; rescans stay above 0.73, most above 0.85
_MIDDLING = 0.5  # what the darkness of the page's own ink becomes, share of 255
_GRAIN = 24  # of 255 then: what is paler is paper, and must not be kept

Plan = NDArray[np.float32]


@dataclass(frozen=True)
class Fingerprint:
    """The writing of one upright, level page.

    Attributes:
        drawing: (height, width) its ink at 75 dpi, 0 paper .. 255; rules and pictures left out
            unless there is hardly anything else.
        fine: all its ink at 100 dpi, 0 paper .. 255; None where letters are not compared.
    """

    drawing: GrayImage
    fine: GrayImage | None = None

    @cached_property
    def plan(self) -> Plan:
        """Where on the sheet how much writing lies."""
        return plan_of(self.drawing)

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """Codes of the page as it stands; scans of one sheet share at least one."""
        return codes_of(self.plan)

    @cached_property
    def sought_keys(self) -> frozenset[int]:
        """The codes under which another scan of the sheet may be kept, either way up."""
        plans = (self.plan, self.plan[::-1, ::-1])
        return frozenset(code for plan in plans for code in near_codes_of(plan))


def fingerprint_of(look: Look, lie: Lie) -> Fingerprint:
    """The fingerprint of a page that was looked at, without recognition.

    Which end of the page is up is a guess then; ``ocr.likeness`` tries both.

    Args:
        look: the page at reduced scale.
        lie: how it lies.
    """
    height, width = look.letters.shape
    size = (width * look.factor, height * look.factor)
    return fingerprint_in(look, posed(look, lie, lie.rotated_cw_deg, scan_size=size))


def fingerprint_in(look: Look, pose: Pose, grey: GrayImage | None = None) -> Fingerprint:
    """The fingerprint of a page whose pose is known.

    Args:
        look: the page at reduced scale.
        pose: how the page comes from the scan.
        grey: the scan at full resolution, where letters are to be compared, too.
    """
    scale = PX_PER_MM / (look.px_per_mm * look.factor)
    size = (max(1, round(pose.width * scale)), max(1, round(pose.height * scale)))
    matrix = scaling(scale, scale) @ pose.shown_from_scan() @ scaling(look.factor, look.factor)
    own = look.letters if look.written.ink >= look.drawn.ink / 10 else look.drawings
    ink = cv2.bitwise_and(look.contrast, cv2.dilate(own, np.ones((3, 3), np.uint8)))
    even = cv2.convertScaleAbs(ink, alpha=_MIDDLING / max(look.strength, 0.05))
    fine = None if grey is None else _fine(grey, look, pose)
    return Fingerprint(warped(even, matrix, size, outside=0), fine)  # type: ignore[arg-type]


def _fine(grey: GrayImage, look: Look, pose: Pose) -> GrayImage:
    """All ink of the page at 100 dpi.

    Rules and seals stay in: what counts as writing differs from scan to scan, and a half of a
    letter that was taken for a rule would make another letter of it.
    """
    scale, factor = FINE_DPI / 25.4 / (look.px_per_mm * look.factor), 1
    while scale * factor <= 0.5 and min(grey.shape) >= 2:
        height, width = (side // 2 for side in grey.shape)
        grey = cv2.resize(  # type: ignore[assignment]
            grey[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA
        )
        factor *= 2
    shape = grey.shape[::-1]
    paper = cv2.resize(look.paper, shape, interpolation=cv2.INTER_LINEAR)
    ink = cv2.divide(cv2.subtract(paper, grey), paper, scale=255)
    ink[cv2.resize(look.lid, shape, interpolation=cv2.INTER_NEAREST) > 0] = 0
    even = cv2.convertScaleAbs(ink, alpha=_MIDDLING / max(look.strength, 0.05))
    size = (max(1, round(pose.width * scale)), max(1, round(pose.height * scale)))
    matrix = scaling(scale, scale) @ pose.shown_from_scan() @ scaling(factor, factor)
    upright = warped(even, matrix, size, outside=0)  # type: ignore[arg-type]
    gain = 255 / (255 - _GRAIN)
    darker = np.maximum(upright, _GRAIN)
    return np.asarray(cv2.convertScaleAbs(darker, alpha=gain, beta=-gain * _GRAIN), np.uint8)


def plan_of(drawing: GrayImage) -> Plan:
    """(rows, columns) how much writing lies where about its middle, without its mean level.

    All zeros for a drawing without ink.
    """
    moments = cv2.moments(drawing)
    if not moments["m00"]:
        return np.zeros((_ROWS, _COLUMNS), np.float32)
    cell = _CELL_MM * PX_PER_MM
    middle = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    width, height = round(_COLUMNS * cell), round(_ROWS * cell)
    moved = np.array([[1, 0, width / 2 - middle[0]], [0, 1, height / 2 - middle[1]]])
    about = cv2.warpAffine(drawing, moved, (width, height))
    cells = cv2.resize(about, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    level = np.sqrt(cv2.GaussianBlur(cells, (0, 0), _NEAR))
    return np.asarray(level - cv2.GaussianBlur(level, (0, 0), _FAR), np.float32)


def may_be_alike(one: Plan, other: Plan) -> bool:
    """Whether two plans agree so far, either way up, that the drawings are worth comparing."""
    return plans_agree(one, other) > 0


def plans_agree(one: Plan, other: Plan) -> float:
    """Correlation of two plans the way up that fits better; 0 where it is too low for one sheet."""
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    upright, turned = float(np.vdot(one, other)), float(np.vdot(one, other[::-1, ::-1]))
    best = max(upright, turned)
    return best / size if best > _PLANS_AGREE * size else 0.0


def codes_of(plan: Plan) -> tuple[int, ...]:
    """One code a band: on which side of ``BITS`` random planes the plan lies."""
    sides = (_planes() @ plan.ravel() > 0).reshape(BANDS, BITS)
    values = sides @ _powers()
    return tuple(int(value) | band << BITS for band, value in enumerate(values))


def near_codes_of(plan: Plan) -> tuple[int, ...]:
    """Its codes, and those with one bit turned of which the plan lies near the random plane.

    Source: multi-probe locality-sensitive hashing (Lv and others 2007).
    """
    doubtful = np.argsort(np.abs(_planes() @ plan.ravel()).reshape(BANDS, BITS), axis=1)
    near = _powers()[doubtful[:, :_DOUBTFUL]]
    return tuple(
        turned
        for code, bits in zip(codes_of(plan), near.tolist(), strict=True)
        for turned in (code, *(code ^ bit for bit in bits))
    )


def _powers() -> NDArray[np.int64]:
    return 1 << np.arange(BITS, dtype=np.int64)


@lru_cache(maxsize=1)
def _planes() -> NDArray[np.float32]:
    """The same planes always: codes are kept. (RandomState's stream is frozen by NumPy.)"""
    chance = RandomState(20_000)
    return chance.randn(BANDS * BITS, _ROWS * _COLUMNS).astype(np.float32)
