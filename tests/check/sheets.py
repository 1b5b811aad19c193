"""Made pages for these tests, good ones and spoilt ones, and what is said of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.scans.options import Ageing, PageOptions
from benchmarks.scans.pages import MadePage, make_page
from ocr.ink import look_at
from ocr.page import GrayImage
from ocr.quality import Fault, Quality, faults_of, quality_of
from ocr.turn import lie_of

DPI = 200


@cache
def made(
    kind: str = "letter", seed: int = 31, *, rescan: int = 0, skew: float = 0.4, turn: int = 0
) -> MadePage:
    """An office scan without folds and borders."""
    options = PageOptions(
        dpi=DPI,
        language="hi",
        ageing=Ageing.LIGHT,
        typefaces=("lohit",),
        skew_ccw_deg=skew,
        rotated_cw_deg=turn,
        rescan=rescan,
    )
    return make_page(kind, seed, options=options)


def quality(image: np.ndarray, *, dpi: float = DPI) -> Quality:
    """What is measured on the image."""
    grey: GrayImage = (
        np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8) if image.ndim == 3 else image
    )
    look = look_at(grey, dpi=dpi)
    return quality_of(grey, look, lie_of(look, limit_deg=10.5), dpi=dpi)


def faults(image: np.ndarray, *, dpi: float = DPI) -> dict[str, Fault]:
    """The faults of the image by code."""
    return {str(fault.code): fault for fault in faults_of(quality(image, dpi=dpi))}


def written(image: np.ndarray, path: Path, *, dpi: float = DPI) -> Path:
    """The image as a file of the kind that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, dpi=(dpi, dpi))
    return path
