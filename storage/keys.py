"""What a key may look like, the same for every store."""

from __future__ import annotations

import secrets
import unicodedata

from errors import IntegrityViolated, WrongUsage

SEGMENT_LIMIT_BYTES = 255
"""Longest part between slashes. Source: NAME_MAX of the Linux file systems."""

KEY_LIMIT_BYTES = 1024
"""Longest key. Source: Amazon S3 User Guide, "Naming Amazon S3 objects"."""

WORK = "work/"
"""The only prefix under which objects may be deleted."""

RECEIVED = "received/"
"""Sources as they came in, by their SHA-256."""

_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


PROBE = f"{WORK}probe/"
"""What a store is tried with; swept like all work in progress."""


def probe_key(name: str) -> str:
    """A key that nobody else uses, for trying what a store can do."""
    return f"{PROBE}{secrets.token_hex(8)}-{name}"


def check_key(key: str) -> str:
    """The key itself, if a store may use it.

    A key is NFC, has no empty segment, none that begins with a dot, no control character,
    no backslash, and keeps within both length limits.

    Raises:
        WrongUsage: it may not be used.
    """
    segments = key.split("/")
    if not all(segments) or not _may_be_used(key, segments):
        raise _refused(key)
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself, if keys can begin with it; the empty one means all.

    Raises:
        WrongUsage: no key can begin like this.
    """
    segments = prefix.split("/")
    if not all(segments[:-1]) or not _may_be_used(prefix, segments):
        raise _refused(prefix)
    return prefix


def check_deletable(key: str) -> str:
    """The key itself, if it names work in progress.

    Raises:
        IntegrityViolated: it names something that is kept for good.
        WrongUsage: it is no key.
    """
    if not check_key(key).startswith(WORK):
        raise IntegrityViolated(
            "The program tried to delete {key}, which is kept for good.",
            kept="Nothing was deleted.",
            todo="This is a fault of the program: report it with this message.",
            key=key,
        )
    return key


def _may_be_used(text: str, segments: list[str]) -> bool:
    if not (text.isascii() and text.isprintable()):  # as nearly all are
        if any(unicodedata.category(character) in _UNPRINTABLE for character in text):
            return False
        if not unicodedata.is_normalized("NFC", text):
            return False
    lengths = [len(segment.encode()) for segment in segments]
    return (
        "\\" not in text
        and not any(segment.startswith(".") for segment in segments)
        and max(lengths) <= SEGMENT_LIMIT_BYTES
        and len(text.encode()) <= KEY_LIMIT_BYTES
    )


def _refused(text: str) -> WrongUsage:
    return WrongUsage(
        "{key} cannot be the name of a stored object.",
        kept="Nothing was read or written.",
        todo="Take the name from: abhilekh batch show ID --json",
        key=ascii(text),
    )
