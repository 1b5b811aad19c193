"""Single lines of writing with their text: scanned ones, and ones cut out of made pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.scans.maker import Ageing, PageOptions
from benchmarks.scans.pages import make_page
from ocr.attempts import Scan, image_to_read
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.line_ink import lines_of
from ocr.page import Box, GrayImage
from ocr.tsv import around

_MARGIN = 0.3  # paper kept around a made line, of the height of its ink
_BODY_IN = 0.1  # inches of small letters in 12-point type


@dataclass(frozen=True, slots=True)
class Crop:
    """Attributes: image: (height, width) grey, level; text: what stands there."""

    image: GrayImage
    text: str


def real_crops(folder: Path) -> dict[str, list[Crop]]:
    """Scanned lines (``NAME.png`` with ``NAME.gt.txt``), levelled, by the start of their names."""
    found: dict[str, list[Crop]] = {}
    for path in sorted(folder.glob("*.png")):
        text = path.with_name(f"{path.stem}.gt.txt").read_text(encoding="utf-8").strip()
        if text:
            with Image.open(path) as opened:
                grey = np.asarray(opened.convert("L"), np.uint8)
            found.setdefault(path.stem.split("_")[0], []).append(Crop(levelled(grey), text))
    return found


def made_crops(faces: Sequence[str], pages: int, seed: int) -> list[Crop]:
    """The lines of made office scans in the given typefaces."""
    kinds = ("letter", "order", "note_sheet", "circular", "memorandum", "notification")
    crops = []
    for number in range(pages):
        options = PageOptions(
            typefaces=(faces[number % len(faces)],),
            ageing=(Ageing.LIGHT, Ageing.OFFICE, Ageing.HARD)[number % 3],
            skew_ccw_deg=0.0,
            marks=False,
            handwriting=0.0,
        )
        page = make_page(kinds[number % len(kinds)], seed + number, options=options)
        grey = _prepared(page.image, options.dpi)
        found = [line.box for line in lines_of(grey, body_px=_BODY_IN * options.dpi)]
        for line in page.truth.lines:
            there = [box for box in found if _within(box, line.box)]
            if there:
                part = _cut(grey, around(there))
                crops.append(Crop(np.ascontiguousarray(part, np.uint8), line.text))
    return crops


def _within(found: Box, truth: tuple[int, int, int, int]) -> bool:
    """Whether the middle of a stretch of ink lies on the line; folds and lids move it a little."""
    x0, y0, x1, y1 = truth
    height = y1 - y0
    x, y = (found.x0 + found.x1) / 2, (found.y0 + found.y1) / 2
    return x0 - height <= x <= x1 + height and y0 - 0.2 * height <= y <= y1 + 0.2 * height


def _cut(grey: GrayImage, box: Box) -> GrayImage:
    edge = round(_MARGIN * box.height)
    return grey[max(0, box.y0 - edge) : box.y1 + edge, max(0, box.x0 - edge) : box.x1 + edge]


def _prepared(image: NDArray[np.uint8], dpi: int) -> GrayImage:
    """The page as the product shows it to any reader: its paper made white."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    pose = Pose(width, height, width, height, 0, 0.0)
    scan = Scan(grey, look_at(grey, dpi=dpi), dpi)
    return image_to_read(scan, pose, region=Box(0, 0, width, height), scale=1.0)


def levelled(grey: GrayImage) -> GrayImage:
    """A crop of one line without its skew, as pages are levelled before they are read."""
    best = max(np.arange(-3.0, 3.01, 0.25), key=lambda deg: _sharpness(_turned(grey, deg)))
    return _turned(grey, float(best)) if abs(best) >= 0.25 else grey


def _turned(grey: GrayImage, angle_deg: float) -> GrayImage:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    turned = cv2.warpAffine(
        grey,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(np.percentile(grey, 80)),
    )
    return np.asarray(turned, np.uint8)


def _sharpness(grey: GrayImage) -> float:
    """How much rows of pixels differ from those below: most where lines lie level."""
    return float(np.square(np.diff(grey.mean(axis=1))).sum())
