"""The scanner or camera that a source names in its own tags."""

from __future__ import annotations

import struct
from typing import Any

from ingest.names import printable

MAKE, MODEL = 271, 272
EXIF_PLACE, SERIAL = 0x8769, 42033
LONGEST = 100
MOST_RAW = 4 * LONGEST  # bytes of as many characters at least; a hostile note has millions
BROKEN = (
    SyntaxError,
    ValueError,
    OSError,
    LookupError,
    TypeError,
    ArithmeticError,  # a place beyond what any file has
    struct.error,
)


def of_tags(tags: Any) -> str:
    """Make, model and serial number as one line; empty where the source does not say.

    Args:
        tags: of a TIFF frame or an EXIF segment, by number.

    Source: TIFF 6.0, tags 271 (Make) and 272 (Model); Exif 2.32, 42033 (BodySerialNumber).
    """
    try:
        make, model, serial = map(_word, (tags.get(MAKE), tags.get(MODEL), _serial(tags)))
    except BROKEN:  # a broken note about the picture is no broken picture
        return ""
    named = model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()
    return f"{named} #{serial}"[:LONGEST] if named and serial else named[:LONGEST]


def _serial(tags: Any) -> object:
    """A TIFF may hold the number among its own tags, an EXIF segment in a table below."""
    found = tags.get(SERIAL)
    if found is None and hasattr(tags, "get_ifd"):
        found = tags.get_ifd(EXIF_PLACE).get(SERIAL)
    return found


def _word(value: object) -> str:
    if not isinstance(value, (str, bytes)):
        return ""
    begun = value[:MOST_RAW]
    said = begun.decode("utf-8", "replace") if isinstance(begun, bytes) else begun
    return " ".join(printable(said.partition("\0")[0]).split())
