"""``python -m benchmarks.fitting.digits``: the shapes of digits that ``ocr.imprint`` compares with.

Drawn from outlines of typefaces that every machine installs; other typefaces judge
(``tests/check/test_imprint.py``). The result lies among the tables of ``ocr``.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scans.typefaces import font_file
from ocr.imprint import SHAPES, normal_shape

FITTED = (
    "LiberationMono-Regular.ttf",
    "LiberationMono-Bold.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
    "LiberationSansNarrow-Bold.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-Bold.ttf",
    "Lohit-Devanagari.ttf",
    "NotoSans-Regular.ttf",
)
_SIZE_PX = 60


def drawn(digit: str, name: str) -> NDArray[np.uint8]:
    """One digit in the typeface of that file, cut at its edges."""
    font = ImageFont.truetype(str(font_file(name)), _SIZE_PX)
    image = Image.new("L", (2 * _SIZE_PX, 2 * _SIZE_PX), 0)
    ImageDraw.Draw(image).text((_SIZE_PX // 2, _SIZE_PX // 4), digit, 255, font)
    return np.asarray(image.crop(image.getbbox()), np.uint8)


def main() -> int:
    """Write the shapes as small whole numbers."""
    shapes = np.array(
        [[normal_shape(drawn(str(digit), name)) for name in FITTED] for digit in range(10)]
    )
    np.savez_compressed(SHAPES, shapes=np.round(shapes * 127).astype(np.int8))
    print(f"{SHAPES.name}: {shapes.shape}, {SHAPES.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
