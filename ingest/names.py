"""Names as operators write them: printable, in counting order, with the side they declare."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import PurePath
from typing import TypeAlias

from ingest.manifest import Side

SortKey: TypeAlias = tuple[object, ...]

_NOTING = {"notes", "noting", "n", "टीप", "नोटशीट"}
_CORRESPONDENCE = {"correspondence", "c", "पत्राचार"}
_SYSTEM_LITTER = {"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin"}
JOINERS = "\u200c\u200d"  # invisible, yet part of how Devanagari is written


def folded(name: str) -> str:
    """The name as people compare it: NFC, without case."""
    return unicodedata.normalize("NFC", name).casefold()


def side_of(folder: str) -> Side | None:
    """The side of the nasti that a folder name declares, if it does."""
    word = folded(folder.strip())
    if word in _NOTING:
        return "noting"
    return "correspondence" if word in _CORRESPONDENCE else None


def is_litter(name: str) -> bool:
    """Whether a system or an office program left this behind: it was never scanned."""
    return name.startswith((".", "~$")) or folded(name) in _SYSTEM_LITTER


def printable(name: str) -> str:
    r"""The name as one line that can stand in a log, a key or a message.

    Control characters, bidirectional overrides, line separators and bytes that are no UTF-8
    become ``\xNN`` or ``\uNNNN``; a backslash is doubled, so two names never look the same.
    """
    return "".join(map(_shown, name))


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8 (surrogateescape)
        return f"\\x{code - 0xDC00:02x}"
    if character in JOINERS or unicodedata.category(character)[0] not in "CZ" or code == 0x20:
        return character
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def counting_order(relative: PurePath) -> SortKey:
    """Sort key: folder by folder, 2 before 10, १० after ९, case and composition aside.

    Names that differ in nothing else stay in code point order, so the order is total.
    """
    key = _natural()
    return tuple(key(part) for part in relative.parts), str(relative)


@cache
def _natural() -> Callable[[str], SortKey]:
    from natsort import natsort_keygen, ns

    return natsort_keygen(alg=ns.IGNORECASE)
