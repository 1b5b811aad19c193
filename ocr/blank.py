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
from ocr.softness import is_soft

NEARLY_BLANK_MM2 = 60.0  # ink of half a dozen words of ordinary type
_MOST_LID = 0.4  # more dark than this is no lid but a dark page
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
    ink = np.maximum(look.letters, look.drawings)
    return ink_mm2(look) < _LEAST_FAINT_MM2 or is_soft(grey, look.paper, ink)


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
