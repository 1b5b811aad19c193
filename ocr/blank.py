"""Empty sheets, nearly empty sheets, and backs through which the front shows.

A wrong "blank" loses a page, so the bar is high: no ink at all but dust, creases, punch holes
and the edge of the sheet. Pale marks may be pencil; they count as nothing only when they have
no edges, as print has that shines through the paper.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.ink import Look
from ocr.marks import FAINT
from ocr.page import GrayImage

NEARLY_BLANK_MM2 = 60.0  # ink of half a dozen words of ordinary type
_MOST_LID = 0.4  # more dark than this is no lid but a dark page
_SOFT = 0.03
_LEAST_FAINT_MM2 = 2.0  # one digit written with a pencil


def is_blank(look: Look, grey: GrayImage) -> bool:
    """True for a sheet with no ink of its own.

    Args:
        look: the page at reduced scale.
        grey: the scan itself; looked at when the ink is faint.
    """
    if cv2.countNonZero(look.lid) > _MOST_LID * look.lid.size:
        return False
    if not is_faint(look):
        return not len(look.written) and not len(look.drawn)
    return ink_mm2(look) < _LEAST_FAINT_MM2 or is_soft(look, grey)


def ink_mm2(look: Look) -> float:
    """Area of all ink of the page, square millimetres."""
    return float((look.written.ink + look.drawn.ink) / look.px_per_mm**2)


def is_nearly_blank(look: Look) -> bool:
    """True for a sheet with a page number, a stamp or a few words."""
    return ink_mm2(look) < NEARLY_BLANK_MM2


def is_faint(look: Look) -> bool:
    """True when all ink of the page is so pale that it may be the print of the other side."""
    faintest_drawn = look.drawn.contrast.max(initial=0.0) < FAINT
    return look.strength < FAINT and bool(faintest_drawn)


def is_soft(look: Look, grey: GrayImage) -> bool:
    """True when the ink has no edges: print of the other side, softened by the paper.

    Compared is how much of the marks lies in details of a fifth of a millimetre. Print that
    shines through keeps 1 % of it there; pen, pencil and faded type, even on a blurred scan,
    4 % and more.
    """
    height, width = look.letters.shape
    # Details are judged at twice the scale of the look, where they are a pixel wide.
    size = (2 * width, 2 * height) if look.factor > 1 else (width, height)
    page = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(look.paper, size, interpolation=cv2.INTER_LINEAR)
    ink = cv2.subtract(paper, page)
    fine, coarse = (cv2.GaussianBlur(ink, (0, 0), sigma) for sigma in (1.0, 2.0))
    marked = cv2.max(look.letters, look.drawings)
    where = cv2.resize(cv2.dilate(marked, np.ones((3, 3), np.uint8)), size) > 0
    whole = coarse[where].astype(np.float32)
    detail = fine[where].astype(np.float32) - whole
    return float(np.square(detail).sum()) < _SOFT * float(np.square(whole).sum())
