"""Specks of dust, painted over with paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.ink import Look
from ocr.marks import Marks
from ocr.page import GrayImage, Mask


def painted_over(
    grey: GrayImage, look: Look, specks: tuple[Marks, NDArray[np.int32]], *, around_mm: float
) -> GrayImage:
    """The scan with paper where the specks are and a little around them.

    Args:
        grey: the scan.
        look: the same at reduced scale.
        specks: marks on the look, and the image of their numbers there.
        around_mm: how far around them.
    """
    marks, labels = specks
    lying = np.isin(labels, marks.label).astype(np.uint8)
    grown = cv2.dilate(lying, disk(around_mm * look.px_per_mm))
    size = (grey.shape[1], grey.shape[0])
    place = cv2.resize(grown, size, interpolation=cv2.INTER_NEAREST)
    clean = grey.copy()
    cv2.copyTo(cv2.resize(look.paper, size, interpolation=cv2.INTER_LINEAR), place, clean)
    return clean


def disk(radius_px: float) -> Mask:
    """A round window of that reach, at least one pixel."""
    size = 2 * max(1, round(radius_px)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
