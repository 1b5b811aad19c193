"""The codes on a page: found in any turn and tilt, through dirt, at several scales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from ingest.cover_payload import MAGIC
from ingest.limits import Limits
from ingest.small_grey import small_grey

if TYPE_CHECKING:
    from ingest.pixels import Pixels

QUICK_PX, FINE_PX = 870, 1740  # longer side: A4 at 75 and 150 dpi
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def cover_code(path: Path, *, media_type: str, frame: int, limits: Limits) -> bytes | None:
    """The payload of a cover sheet on this page, if it is one.

    A quick look at little detail is all that an ordinary page costs. Where that sees a code
    that it cannot read, or the eyes of one, the page is looked at more closely.

    Raises:
        InputRejected: the frame cannot be decoded.
    """
    wanted = {"media_type": media_type, "frame": frame, "limits": limits}
    quick = small_grey(path, longest_px=QUICK_PX, **wanted)  # type: ignore[arg-type]
    found = _payloads(quick, zxingcpp.Binarizer.LocalAverage)
    if any(payload is not None for payload in found):
        return _ours(found)
    if not found and not _has_eyes(quick):
        return None
    fine = small_grey(path, longest_px=FINE_PX, **wanted)  # type: ignore[arg-type]
    for page in _views(fine):
        for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
            if (ours := _ours(_payloads(page, binarizer))) is not None:
                return ours
    return None


def _payloads(page: Pixels, binarizer: zxingcpp.Binarizer) -> list[bytes | None]:
    """What each code on the page says; ``None`` for one that is seen and cannot be read."""
    seen = zxingcpp.read_barcodes(
        page, formats=_QR, try_invert=False, binarizer=binarizer, return_errors=True
    )
    return [bytes(code.bytes) if code.valid else None for code in seen]


def _ours(payloads: list[bytes | None]) -> bytes | None:
    return next((one for one in payloads if one is not None and one.startswith(MAGIC)), None)


def _views(fine: Pixels) -> Iterator[Pixels]:
    """The page as it is, then with what dirt, fading and broken modules need."""
    yield fine
    yield np.asarray(cv2.medianBlur(fine, 3), dtype=np.uint8)
    paper = cv2.medianBlur(cv2.dilate(fine, np.ones((7, 7), np.uint8)), 31)
    even = np.asarray(cv2.divide(fine, np.maximum(paper, 1), scale=255), dtype=np.uint8)
    yield even
    yield np.asarray(cv2.erode(even, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    yield np.asarray(cv2.dilate(even, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    yield np.asarray(cv2.GaussianBlur(even, (0, 0), 1.5), dtype=np.uint8)


_EYE_LEAST_PX = 12  # a finder pattern of 7 modules on a sheet of ours has 24 at 75 dpi
_EYES = 2


def _has_eyes(quick: Pixels) -> bool:
    """Whether squares in squares are on the page, as in the corners of a QR code."""
    _, ink = cv2.threshold(quick, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    contours, nesting = cv2.findContours(ink, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if nesting is None:
        return False
    eyes = 0
    for place, (_next, _before, child, _parent) in enumerate(nesting[0]):
        if child < 0 or nesting[0][child][2] < 0:
            continue
        outer = cv2.minAreaRect(contours[place])[1]
        inner = cv2.minAreaRect(contours[nesting[0][child][2]])[1]
        eyes += _eye_like(outer, inner)
    return eyes >= _EYES


def _eye_like(outer: Sequence[float], inner: Sequence[float]) -> bool:
    """An outer square of 7 modules and an inner one of 3. Source: ISO/IEC 18004, 6.3.3."""
    if min(outer) < _EYE_LEAST_PX or min(inner) <= 0:
        return False
    square = max(outer) < 1.3 * min(outer) and max(inner) < 1.5 * min(inner)
    return square and 1.6 < max(outer) / max(inner) < 3.4
