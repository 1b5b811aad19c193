"""A page at a fraction of its size, by averaging, as cheaply as it can be had."""

from __future__ import annotations

from typing import cast

import cv2

from ocr.page import PageImage


def reduce_by(image: PageImage, step: int) -> PageImage:
    """The image at 1/step; each result pixel is the mean of step x step pixels.

    A rest of fewer than ``step`` pixels at the right and bottom is cut off: an even ratio is
    several times cheaper than a broken one. ``image`` itself is returned for step 1.

    Args:
        image: (height, width) or (height, width, 3) uint8.
        step: whole number from 1.
    """
    height, width = image.shape[:2]
    if step == 1 or height < step or width < step:
        return image
    rows, columns = height // step, width // step
    whole = image[: rows * step, : columns * step]
    while step % 2 == 0 and step > 2:  # halving has a fast path
        step //= 2
        size = (columns * step, rows * step)
        whole = cast(PageImage, cv2.resize(whole, size, interpolation=cv2.INTER_AREA))
    return cast(PageImage, cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))
