"""Whether ink has edges: pen and type do, print that shines through the paper does not."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.page import GrayImage, Mask

_SOFT = 0.03


def is_soft(grey: GrayImage, paper: GrayImage, marked: Mask) -> bool:
    """True when the marked ink has no edges: print of the other side, softened by the paper.

    Compared is how much of the marks lies in details of a fifth of a millimetre. Print that
    shines through keeps 1 % of it there; pen, pencil and faded type, even on a blurred scan,
    4 % and more.

    Args:
        grey: the scan.
        paper: brightness of the paper, at the size of the look.
        marked: 255 where the ink is, at the size of the look.
    """
    height, width = marked.shape
    # Details are judged at twice the scale of the look, where they are a pixel wide.
    size = (2 * width, 2 * height) if grey.shape != marked.shape else (width, height)
    page = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    ink = cv2.subtract(cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR), page)
    fine, coarse = (cv2.GaussianBlur(ink, (0, 0), sigma) for sigma in (1.0, 2.0))
    where = cv2.resize(cv2.dilate(marked, np.ones((3, 3), np.uint8)), size) > 0
    whole = coarse[where].astype(np.float32)
    detail = fine[where].astype(np.float32) - whole
    return float(np.square(detail).sum()) < _SOFT * float(np.square(whole).sum())
