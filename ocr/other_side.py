"""Backs whose front was scanned too: its print, laid mirrored over the sheet, is all there is.

How pale, soft or broken print is that shines through does not matter where it is known what it
should be. It is taken off the sheet wherever nothing is darker than it would be there; what is
left is judged like any other sheet.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.attempts import Scan
from ocr.blank import is_blank
from ocr.dust import disk
from ocr.geometry import Matrix, scaling
from ocr.ink import PENCIL, Look, look_at
from ocr.levels import levels_at
from ocr.page import GrayImage, Mask
from ocr.traces import ink_left

_Map: TypeAlias = NDArray[np.float32]

# Where the front lies is looked for at a pixel a millimetre: both may lie askew by some degrees,
# and the sheet may have been laid on the scanner head down for its second side.
_TURNS_DEG, _ASKEW_DEG, _STEP_DEG = (0.0, 180.0), 7.0, 0.5
_ROOM_MM = 60  # by which the one may lie shifted against the other
_BROAD_MM, _SOFT_MM = 5.0, 0.5  # shades are broader than these, letters' edges finer
_FAINT, _DARKEST = 0.04, 90  # percentile of a page's ink: what is darker tells nothing about place
_STEPS, _SMALL_STEP = 40, 1e-4
# On 330 sheets of which one was the other's front they agreed by 0.75 and more where nothing else
# was on the sheet, on 228 that had nothing to do with each other by 0.61 and less.
_AGREE = 0.7
_STRETCHED = 0.03  # two scans of one sheet differ less in size
_INK, _REACH_MM = 0.08, 0.7  # ink of the front, and how far around it its print may show
# Print that shines through is softened so and as dark as it mostly is around there, or little
# darker.
_SPREAD_MM, _BESIDE_MM, _AROUND_MM = 0.25, 0.3, 12.0
_CORE, _OUTLIER, _THIN_AIR = 0.5, 1.6, 0.02
_DARKER, _NOISE, _OWN_AROUND_MM, _FADING_MM = 1.5, 0.08, 0.3, 0.25


class _Laid(NamedTuple):
    """A front in the frame of its back."""

    contrast: GrayImage
    agreement: float


def is_empty_back(scan: Scan, front: Look) -> bool | None:
    """Whether nothing is on the sheet but the print of ``front``, mirrored, and dust.

    Args:
        scan: the sheet that may be empty; its own ink, if any, is pale.
        front: another scan at reduced scale; any may be asked about.

    Returns:
        None: that scan is not the sheet's front, and tells nothing about it.
    """
    laid = _laid_over(front, scan.look)
    if laid.agreement < _AGREE:
        return None
    print_ = _shining_through(laid.contrast, scan.look)
    clean = _without(print_, scan)
    return is_blank(look_at(clean, dpi=scan.dpi), clean)


def _laid_over(front: Look, back: Look) -> _Laid:
    """The front's darkness, mirrored and put where it lies under the back."""
    mm = back.px_per_mm
    _, pale = ink_left(back, PENCIL)
    seen = np.asarray(cv2.bitwise_and(back.contrast, pale), np.uint8)
    mirrored = _scaled(np.asarray(cv2.flip(front.contrast, 1), np.uint8), mm / front.px_per_mm)
    rough = _roughly(_details(_scaled(mirrored, 1 / mm), 1.0), _details(_scaled(seen, 1 / mm), 1.0))
    place, agreement = _finely(
        _details(mirrored, mm), _details(back.contrast, mm), scaling(mm, mm) @ rough, mm
    )
    height, width = back.contrast.shape
    laid = cv2.warpAffine(mirrored, place[:2], (width, height), flags=cv2.INTER_LINEAR)
    return _Laid(np.asarray(laid, np.uint8), agreement)


def _scaled(contrast: GrayImage, by: float) -> GrayImage:
    size = tuple(max(1, round(side * by)) for side in contrast.shape[::-1])
    how = cv2.INTER_AREA if by < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(contrast, size, interpolation=how), np.uint8)


def _details(contrast: GrayImage, mm: float) -> _Map:
    """Where ink is and where not, whatever shade lies over all of it."""
    inked = contrast[contrast > _FAINT * 255]
    even = np.minimum(contrast, levels_at(inked, _DARKEST)[0] if len(inked) else 255)
    even = even.astype(np.float32)
    return np.asarray(even - cv2.GaussianBlur(even, (0, 0), _BROAD_MM * mm), np.float32)


def _roughly(front: _Map, back: _Map) -> Matrix:
    """Places on the front to places on the back, to a quarter of a degree and a pixel.

    Args:
        front: mirrored, a pixel a millimetre.
        back: the same.
    """
    side = cv2.getOptimalDFTSize(max(*front.shape, *back.shape) + _ROOM_MM)
    wanted = np.fft.rfft2(back, (side, side))
    height, width = front.shape
    best, found = -np.inf, np.eye(3)
    for angle in _angles_deg():
        turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (0, 0, 1)])
        turned = cv2.warpAffine(front, turn[:2], (width, height))
        alike = np.fft.irfft2(wanted * np.conj(np.fft.rfft2(turned, (side, side))), (side, side))
        at = int(alike.argmax())
        if alike.flat[at] > best:
            best = float(alike.flat[at])
            down, right = (shift - side * (shift > side // 2) for shift in divmod(at, side))
            turn[:2, 2] += right, down
            found = turn
    return found


def _angles_deg() -> list[float]:
    askew = np.arange(-_ASKEW_DEG, _ASKEW_DEG + _STEP_DEG / 2, _STEP_DEG)
    return [turn + float(angle) for turn in _TURNS_DEG for angle in askew]


def _finely(front: _Map, back: _Map, rough: Matrix, mm: float) -> tuple[Matrix, float]:
    """The same to a fraction of a pixel of the look, and how well both agree, -1..1.

    Source: the correlation coefficient that Evangelidis and Psarakis maximise, as in OpenCV.

    Args:
        front: mirrored, at the scale of ``back``.
        back: the look's.
        rough: places on both at a pixel a millimetre, times ``mm``.
        mm: pixels a millimetre.
    """
    start = rough @ scaling(1 / mm, 1 / mm)
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _SMALL_STEP)
    to_front = np.linalg.inv(start)[:2].astype(np.float32)
    soft = [np.asarray(cv2.GaussianBlur(each, (0, 0), _SOFT_MM * mm)) for each in (back, front)]
    try:
        agreement, to_front = cv2.findTransformECC(
            soft[0], soft[1], to_front, cv2.MOTION_AFFINE, ends, None, 1
        )  # type: ignore[call-overload]
    except cv2.error:  # there is no way from one to the other: they have nothing in common
        return start, 0.0
    sizes = np.linalg.svd(to_front[:, :2], compute_uv=False)
    if np.abs(sizes - 1).max() > _STRETCHED:
        return start, 0.0
    agreement = float(np.nan_to_num(agreement))  # an empty map agrees with nothing
    return np.linalg.inv(np.vstack([to_front, (0, 0, 1)])), agreement


def _shining_through(front: GrayImage, back: Look) -> Mask:
    """1 where the print of the front explains how dark the back is.

    Args:
        front: its darkness, in the frame of the back.
        back: the look.
    """
    mm = back.px_per_mm
    near: Mask = cv2.dilate((front > _INK * 255).astype(np.uint8), disk(_REACH_MM * mm))  # type: ignore[assignment]
    soft: _Map = cv2.GaussianBlur(front.astype(np.float32), (0, 0), _SPREAD_MM * mm)  # type: ignore[assignment]
    expected = cv2.dilate(_share_seen(soft, back.contrast, mm) * soft, disk(_BESIDE_MM * mm))
    own = near * (back.contrast > _DARKER * expected + _NOISE * 255)
    near[np.asarray(cv2.dilate(own, disk(_OWN_AROUND_MM * mm))) > 0] = 0
    return near


def _without(print_: Mask, scan: Scan) -> GrayImage:
    """The scan with paper where the print is, fading into it: a hard edge would look written.

    Args:
        print_: 1 where it is, size of the look.
        scan: the sheet.
    """
    look, size = scan.look, (scan.grey.shape[1], scan.grey.shape[0])
    share = cv2.GaussianBlur(255 * print_, (0, 0), _FADING_MM * look.px_per_mm)
    paper, share = (cv2.resize(each, size) for each in (look.paper, share))
    darker = cv2.multiply(cv2.subtract(paper, scan.grey), share, scale=1 / 255)
    return np.asarray(cv2.add(scan.grey, darker), np.uint8)


def _share_seen(front: _Map, back: GrayImage, mm: float) -> _Map:
    """How much of the front's darkness is seen on the back, around each place."""
    inked = front[front > _INK * 255]
    core = front > _CORE * (float(np.percentile(inked, _DARKEST)) if len(inked) else 255)
    usual = float(np.median(back[core] / front[core])) if core.any() else 0.0
    seen = np.minimum(back, _OUTLIER * usual * front)  # ink of the back's own tells nothing
    both = (np.where(core, seen * front, 0), np.where(core, front * front, 0))
    above, below = (cv2.GaussianBlur(each, (0, 0), _AROUND_MM * mm) for each in both)
    little = _THIN_AIR * float(below.max(initial=0.0)) + 1e-6
    return np.asarray((above + usual * little) / (below + little), np.float32)
