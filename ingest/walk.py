"""Everything that lies in SOURCE, without opening any of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from errors import InputRejected, WrongUsage
from ingest.manifest import Ignored
from ingest.names import counting_order, is_litter, printable

DECLARATIONS = "batch.csv"
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that must be accounted for.

    Attributes:
        path: as it lies in SOURCE.
        inside: its path below SOURCE.
        opens: what to open: ``path``, or what a link inside SOURCE leads to.
        rejected: why it may not be opened.
    """

    path: Path
    inside: PurePath
    opens: Path
    rejected: InputRejected | None = None

    @property
    def relative(self) -> str:
        """The path below SOURCE as one printable line."""
        return printable(str(self.inside))


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk came by, in counting order."""

    found: tuple[Found, ...]
    ignored: tuple[Ignored, ...]
    declarations: Path | None = None


def walk(source: Path, *, leave_out: frozenset[Path] = frozenset()) -> Walked:
    """All entries below ``source`` in counting order; nothing is opened, no link leads out.

    Args:
        source: a resolved folder.
        leave_out: resolved folders that are not part of the batch, wherever they lie.

    Raises:
        WrongUsage: the folder itself cannot be listed.
    """
    found: list[Found] = []
    ignored: list[Ignored] = []
    for entry in _entries(source, PurePath(), leave_out):
        if isinstance(entry, Found):
            found.append(entry)
        else:
            ignored.append(entry)
    declared = next((one for one in found if _declares(one)), None)
    pages = (one for one in found if one is not declared)
    ordered = tuple(sorted(pages, key=lambda one: counting_order(one.inside)))
    return Walked(ordered, tuple(ignored), declared.opens if declared else None)


def _declares(found: Found) -> bool:
    return (
        len(found.inside.parts) == 1
        and found.inside.name.casefold() == DECLARATIONS
        and found.rejected is None
    )


def _entries(
    source: Path, inside: PurePath, leave_out: frozenset[Path]
) -> Iterator[Found | Ignored]:
    folder = source / inside
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as fault:
        if not inside.parts:
            raise _unlistable(source, fault) from fault
        yield _refused(source, inside, _closed_folder(inside, fault))
        return
    if not entries and inside.parts:
        yield Ignored(printable(str(inside)), "an empty folder")
    for entry in entries:
        place = inside / entry.name
        if is_litter(entry.name):
            yield Ignored(printable(str(place)), "left by a system or office program")
        elif entry.is_symlink():
            yield _linked(source, place)
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(source, place, leave_out)
        else:
            yield _plain(source, place, entry)


def _folder(source: Path, place: PurePath, leave_out: frozenset[Path]) -> Iterator[Found | Ignored]:
    if source / place in leave_out:
        yield Ignored(printable(str(place)), "the program's own folder")
    elif len(place.parts) > _MAX_DEPTH:
        yield _refused(source, place, _too_deep(place))
    else:
        yield from _entries(source, place, leave_out)


def _plain(source: Path, place: PurePath, entry: os.DirEntry[str]) -> Found:
    path = source / place
    try:
        regular = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    except OSError as fault:
        return _refused(source, place, vanished(printable(str(place)), fault))
    if regular:
        return Found(path, place, path)
    return _refused(source, place, _no_file(place))


def _linked(source: Path, place: PurePath) -> Found | Ignored:
    target = Path(os.path.realpath(source / place))
    if not target.is_relative_to(source):
        return _refused(source, place, _leads_out(place))
    if target.is_dir():
        return Ignored(printable(str(place)), "a link to a folder that is in the batch itself")
    if not target.is_file():
        return _refused(source, place, _leads_nowhere(place))
    return Found(source / place, place, target)


def _refused(source: Path, place: PurePath, why: InputRejected) -> Found:
    return Found(source / place, place, source / place, why)


def _unlistable(source: Path, fault: OSError) -> WrongUsage:
    return WrongUsage(
        "The folder {source} cannot be opened: {reason}.",
        kept="Nothing was begun.",
        todo="Give this user the right to read it, or copy the scans to another folder.",
        source=printable(str(source)),
        reason=fault.strerror or type(fault).__name__,
    )


def _closed_folder(place: PurePath, fault: OSError) -> InputRejected:
    return InputRejected(
        "The folder {file} cannot be opened: {reason}.",
        kept="Nothing in it was touched; the other scans go on.",
        todo="Give this user the right to read the folder, then submit the batch again.",
        file=printable(str(place)),
        reason=fault.strerror or type(fault).__name__,
    )


def _too_deep(place: PurePath) -> InputRejected:
    return InputRejected(
        "The folder {file} lies more than {limit} folders deep.",
        kept="Nothing in it was touched; the other scans go on.",
        todo="Move the scans nearer to the top, then submit the batch again.",
        file=printable(str(place)),
        limit=_MAX_DEPTH,
    )


def _no_file(place: PurePath) -> InputRejected:
    return InputRejected(
        "{file} is a device or a pipe, not a file: it was not opened.",
        kept="The other scans go on.",
        todo="Take it out of the folder, or put the scan itself in its place.",
        file=printable(str(place)),
    )


def _leads_out(place: PurePath) -> InputRejected:
    return InputRejected(
        "{file} is a link that leads out of the batch: it was not followed.",
        kept="The other scans go on.",
        todo="Copy the scan itself into the folder in place of the link.",
        file=printable(str(place)),
    )


def _leads_nowhere(place: PurePath) -> InputRejected:
    return InputRejected(
        "{file} is a link to a file that is not there.",
        kept="The other scans go on.",
        todo="Copy the scan itself into the folder in place of the link.",
        file=printable(str(place)),
    )


def vanished(file: str, fault: OSError) -> InputRejected:
    """The rejection for a file that was listed and then could not be read."""
    return InputRejected(
        "{file} could not be read: {reason}.",
        kept="The other scans go on.",
        todo="See that the folder stays connected and readable, then submit the batch again.",
        file=file,
        reason=fault.strerror or type(fault).__name__,
    )
