"""CCITT Group 4: the lossless code for bilevel layers, through Pillow's TIFF writer."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, TiffImagePlugin

from ocr.page import Mask

_STRIP_OFFSETS, _ROWS_PER_STRIP, _STRIP_BYTE_COUNTS = 273, 278, 279


def encode_g4(mask: Mask) -> bytes:
    """One Group 4 code stream in which the mask's pixels are the black runs.

    With the parameters of ``decode_parms`` and no ``/Decode`` array a PDF reader gets sample 0
    where the mask holds: black in a ``/DeviceGray`` image, painted in an ``/ImageMask``.

    Args:
        mask: (height, width) uint8, 0 or 255, at least one pixel.

    Source: ITU-T T.6; ISO 32000-1, 7.4.6 and 8.9.6.2.
    """
    height, width = mask.shape
    tiff = io.BytesIO()
    Image.frombytes("1", (width, height), np.ascontiguousarray(mask), "raw", "1;8").save(
        tiff, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: height}
    )
    tiff.seek(0)
    with TiffImagePlugin.TiffImageFile(tiff) as written:
        tags = written.tag_v2
        (offset,), (length,) = tags[_STRIP_OFFSETS], tags[_STRIP_BYTE_COUNTS]
    return tiff.getvalue()[offset : offset + length]


def decode_parms(mask: Mask) -> dict[str, object]:
    """The ``/DecodeParms`` that go with ``encode_g4(mask)``."""
    height, width = mask.shape
    return {"/K": -1, "/Columns": width, "/Rows": height}
