"""The sRGB colour profile of the output intent, built from the standard's own numbers.

Built in code, not shipped: its bytes depend on no library version and on no clock.
"""

from __future__ import annotations

import struct
from functools import cache

# White, primaries and adaptation as seen from the D50 of the profile connection space (Bradford).
_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_FROM_D65 = (1.04788, 0.02292, -0.0502, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
# Y = ((X + 0.055) / 1.055) ** 2.4, below 0.04045 X / 12.92. As a formula, not as a table: a
# reader has to turn it round, and poppler does so for every page.
_TONE_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """An ICC version 4.2 display profile for sRGB, under 600 bytes, always the same ones.

    Source: ICC.1:2004-10 (layout, curve type 3); IEC 61966-2-1 (primaries and tone curve).
    """
    contents = {
        b"desc": _text("sRGB IEC61966-2.1"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": _xyz(*_WHITE),
        b"chad": b"sf32\0\0\0\0" + _fixed(*_FROM_D65),
        **{name: _xyz(*value) for name, value in _PRIMARIES.items()},
        b"rTRC": b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*_TONE_CURVE),
    }
    start = 128 + 4 + 12 * (len(contents) + 2)
    places: dict[bytes, tuple[int, int]] = {}
    body = b""
    for name, content in contents.items():
        places[name] = (start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    places[b"gTRC"] = places[b"bTRC"] = places[b"rTRC"]
    table = b"".join(struct.pack(">4sII", name, *place) for name, place in places.items())
    return _header(start + len(body)) + struct.pack(">I", len(places)) + table + body


def _header(size_bytes: int) -> bytes:
    # The date is a fixed one: the profile belongs to the software, not to the day it runs.
    made = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s", size_bytes, b"\0" * 4, 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += made + b"acsp" + b"\0" * 28 + _fixed(*_WHITE)
    return head + b"\0" * (128 - len(head))


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _text(wording: str) -> bytes:
    encoded = wording.encode("utf-16-be")
    return struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(encoded), 28) + encoded
