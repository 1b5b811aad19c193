"""A colour scan with all of its brightness and half of its colour, as most scanners send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import ColourImage, GrayImage, PageImage
from ocr.reduction import reduce_by

LEAST_DPI = 225  # of coarser scans the layers need colours pixel by pixel
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])  # Source: ITU-R BT.601, as OpenCV's greys


@dataclass(frozen=True, slots=True)
class HalvedColours:
    """15 MB at 300 dpi instead of 35: JPEG keeps colour at half the size in the first place.

    Attributes:
        grey: (height, width), the scan without its colours.
        half: (height // 2, width // 2, 3), the scan at half its size, RGB.
    """

    grey: GrayImage
    half: ColourImage

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels of the scan."""
        return (*self.grey.shape, 3)

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.uint8]:
        """The scan's pixels at some places, (places, 3): their brightness, the colour beside."""
        height, width = self.half.shape[:2]
        near = self.half[np.minimum(rows // 2, height - 1), np.minimum(columns // 2, width - 1)]
        lighter = self.grey[rows, columns] - near @ _BRIGHTNESS
        return np.asarray(np.clip(np.rint(near + lighter[:, None]), 0, 255), np.uint8)

    def whole(self) -> ColourImage:
        """All of the scan in colour, (height, width, 3)."""
        height, width = self.grey.shape
        near = cv2.resize(self.half, (width, height), interpolation=cv2.INTER_LINEAR)
        lighter = self.grey.astype(np.int16) - cv2.cvtColor(near, cv2.COLOR_RGB2GRAY)
        return np.asarray(np.clip(near + lighter[..., None], 0, 255), np.uint8)


def halved(image: PageImage, *, dpi: float) -> PageImage | HalvedColours:
    """A colour scan without the colour that nobody needs; any other image as it is.

    Args:
        image: (height, width) or (height, width, 3) RGB.
        dpi: its resolution.
    """
    if image.ndim == 2 or dpi < LEAST_DPI or min(image.shape[:2]) < 2:
        return image
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return HalvedColours(cast(GrayImage, grey), reduce_by(image, 2))
