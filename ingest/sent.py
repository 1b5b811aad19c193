"""Names under which a browser sends scans: checked before any of them becomes a path here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from errors import InputRejected
from ingest.names import folded, printable

DEEPEST = 32
LONGEST_NAME_BYTES = 255
LONGEST_PATH_BYTES = 2_000


def place_of(sent: str) -> PurePosixPath:
    """The path below the batch's folder that a browser's name means.

    Raises:
        InputRejected: it leads out of the folder, or no folder can hold such a name.
    """
    parts = sent.split("/")
    if len(parts) > DEEPEST or not _is_text(sent) or len(sent.encode()) > LONGEST_PATH_BYTES:
        raise _unfit(sent)
    if not all(map(_may_stand, parts)):
        raise _unfit(sent)
    return PurePosixPath(*parts)


def expect_apart(places: Iterable[PurePosixPath]) -> None:
    """Refuse names that one folder cannot hold side by side.

    Raises:
        InputRejected: two differ in nothing but case, or one is a file and a folder at once.
    """
    files: set[str] = set()
    folders: set[str] = set()
    for place in places:
        name = folded(str(place))
        above = {folded(str(parent)) for parent in place.parents} - {"."}
        if name in files or name in folders or above & files:
            raise InputRejected(
                "{file} was sent twice, or as a file and a folder at once.",
                kept="Nothing was taken in.",
                todo="Give the scans names that differ, then send them again.",
                file=printable(str(place)),
            )
        files.add(name)
        folders |= above


def _may_stand(part: str) -> bool:
    """Whether a folder can hold this as one name, and it leads nowhere else."""
    leads_away = part in ("", ".", "..")
    return not leads_away and len(part.encode()) <= LONGEST_NAME_BYTES


def _is_text(sent: str) -> bool:
    """No control characters, no half ones, no backslash, nothing that turns the line around."""
    return printable(sent) == sent


def _unfit(sent: str) -> InputRejected:
    return InputRejected(
        "A scan cannot be called {file} here.",
        kept="Nothing was taken in.",
        todo="Give the file and its folders plain names, then send them again.",
        file=printable(sent)[:200],
    )
