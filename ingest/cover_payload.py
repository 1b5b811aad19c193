"""What stands in the code of a cover sheet, and whether it can be trusted.

A payload is ``ABH1``, one letter for the kind of sheet, eight bytes of a keyed hash, and the
fields as deflated UTF-8. The hash shows damage and slips to everybody; to those who do not know
the office's key it also makes forging hard. Whatever fails the check is never used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from ingest.manifest import Declared

MAGIC = b"ABH1"
_HASH_BYTES = 8
_HEAD_BYTES = len(MAGIC) + 1 + _HASH_BYTES
_MOST_BYTES = 4_096  # of inflated fields: a code holds far less; a bomb would hold more
_BETWEEN = "\x1f"  # ASCII unit separator: in no field
_OPEN_KEY = b"abhilekh cover sheet"
_FIELDS = 7

CodeState: TypeAlias = Literal["good", "untrusted"]


class SheetKind(StrEnum):
    """What a sheet between the pages says: a file begins, or one of its sides does."""

    FILE = "F"
    NOTING = "N"
    CORRESPONDENCE = "C"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a code, as read from it.

    Attributes:
        kind: what begins here.
        trusted: its check is right; a sheet that is not trusted declares nothing.
        sheet_id: eight letters and digits that people can compare, ``7K3Q-9F2M``; empty for
            sides and untrusted sheets.
        declared: what the sheet says of the file.
    """

    kind: SheetKind
    trusted: bool
    sheet_id: str = ""
    declared: Declared | None = None


def sheet_id_of(declared: Declared) -> str:
    """The short name of a file's sheet; the same fields give the same name."""
    digest = hashlib.sha256(_joined(declared).encode()).digest()
    letters = base64.b32encode(digest).decode()[:8]
    return f"{letters[:4]}-{letters[4:]}"


def payload_of(kind: SheetKind, declared: Declared | None = None, *, key: bytes = b"") -> bytes:
    """The bytes to be put into the code.

    Args:
        kind: what begins with the sheet.
        declared: what is known of the file, for ``SheetKind.FILE``.
        key: the office's secret; without one the hash guards against damage only.
    """
    body = _deflated(_joined(declared).encode()) if declared else b""
    head = MAGIC + kind.value.encode()
    return head + _check(head, body, key) + body


def sheet_in(payload: bytes, *, key: bytes = b"") -> Sheet | None:
    """The sheet that a code announces; ``None`` when the code is none of ours.

    A payload of ours that is damaged, forged or made with another key gives a sheet that is not
    trusted: something begins there, and a person must say what.
    """
    if not payload.startswith(MAGIC):
        return None
    letter, body = payload[len(MAGIC) : len(MAGIC) + 1], payload[_HEAD_BYTES:]
    try:
        kind = SheetKind(letter.decode("ascii", "replace"))
    except ValueError:
        return Sheet(SheetKind.FILE, trusted=False)
    told = payload[len(MAGIC) + 1 : _HEAD_BYTES]
    if not hmac.compare_digest(told, _check(MAGIC + letter, body, key)):
        return Sheet(kind, trusted=False)
    if kind is not SheetKind.FILE:
        return Sheet(kind, trusted=True)
    declared = _parted(body)
    if declared is None:
        return Sheet(kind, trusted=False)
    return Sheet(kind, True, sheet_id_of(declared), declared)


def _check(head: bytes, body: bytes, key: bytes) -> bytes:
    return hmac.digest(key or _OPEN_KEY, head + body, "sha256")[:_HASH_BYTES]


def _joined(declared: Declared) -> str:
    cells = ("" if cell is None else str(cell) for cell in astuple(declared))
    return _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in cells)


def _parted(body: bytes) -> Declared | None:
    """The fields of a deflated body; ``None`` when it does not hold them."""
    try:
        inflater = zlib.decompressobj(wbits=-15)
        cells = inflater.decompress(body, _MOST_BYTES).decode("utf-8").split(_BETWEEN)
    except (zlib.error, UnicodeDecodeError):
        return None
    if len(cells) != _FIELDS or (cells[3] and not cells[3].isdecimal()):
        return None
    texts = [cell or None for cell in cells]
    pages = int(cells[3]) if cells[3] else None
    return Declared(
        file_number=texts[0],
        subject=texts[1],
        department=texts[2],
        declared_pages=pages,
        location=texts[4],
        retention_class=texts[5],
        computer_number=texts[6],
    )


def _deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(body) + packer.flush()
