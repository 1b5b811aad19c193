"""The sRGB colour profile of the output intent, built from the standard's own numbers.

Built in code, not shipped: its bytes depend on no library version and on no clock.
"""

from __future__ import annotations

import struct
from functools import cache

_CURVE_POINTS = 1024
# sRGB primaries and white, adapted to the D50 of the profile connection space (Bradford).
_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}


@cache
def srgb_profile() -> bytes:
    """An ICC version 2.1 display profile for sRGB, about 2.5 KB, always the same bytes.

    Source: ICC.1:2001-04 (layout); IEC 61966-2-1 (primaries and tone curve).
    """
    tags = {
        b"desc": _description(b"sRGB IEC61966-2.1"),
        b"cprt": b"text\0\0\0\0No copyright, use freely\0",
        b"wtpt": _xyz(*_WHITE),
        **{name: _xyz(*value) for name, value in _PRIMARIES.items()},
        b"TRC ": _tone_curve(),
    }
    table, body = [], b""
    shared = {b"rTRC": b"TRC ", b"gTRC": b"TRC ", b"bTRC": b"TRC "}
    names = [name for name in tags if name != b"TRC "] + list(shared)
    start = 128 + 4 + 12 * len(names)
    places: dict[bytes, tuple[int, int]] = {}
    for name, content in tags.items():
        places[name] = (start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    for name in names:
        table.append(struct.pack(">4sII", name, *places[shared.get(name, name)]))
    head = _header(start + len(body)) + struct.pack(">I", len(names))
    return head + b"".join(table) + body


def _header(size_bytes: int) -> bytes:
    # The date is a fixed one: the profile belongs to the software, not to the day it runs.
    made = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s", size_bytes, b"\0" * 4, 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += made + b"acsp" + b"\0" * 28 + _fixed(*_WHITE)
    return head + b"\0" * (128 - len(head))


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _description(text: bytes) -> bytes:
    ascii_part = struct.pack(">4sII", b"desc", 0, len(text) + 1) + text + b"\0"
    return ascii_part + b"\0" * (4 + 4 + 2 + 1 + 67)  # no Unicode, no Macintosh wording


def _tone_curve() -> bytes:
    points = []
    for step in range(_CURVE_POINTS):
        value = step / (_CURVE_POINTS - 1)
        linear = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        points.append(round(linear * 65535))
    return struct.pack(f">4sII{_CURVE_POINTS}H", b"curv", 0, _CURVE_POINTS, *points)
