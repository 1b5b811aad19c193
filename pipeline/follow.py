"""Follow a folder while the scanner fills it: each scan is checked as soon as it is whole.

The folder is looked at again and again; nothing is asked of the system but a listing. A file
counts as whole when its size and time have stood still for a while and it can be opened. What is
scanned again under the same name is checked again, and its earlier verdict withdrawn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from ingest.manifest import Ignored
from ingest.scan import entries, resolved
from ingest.walk import Found
from pipeline.check import (
    CheckListener,
    CheckOptions,
    CheckOutcome,
    Measurer,
    pages_of,
)
from pipeline.check_sheets import (
    Checked,
    Sheet,
    gaps_by_folder,
    judged,
    place_of,
    stamps_in,
    with_jumps,
)

SETTLED_S = 1.0
"""How long size and time of a file must have stood still: scanner programs write in bursts."""
PATIENCE_S = 10.0
"""How long a file that cannot be opened may still be in the making: a slow network copy."""

_State = tuple[int, int, int]  # size, time of change in ns, inode
_Key = tuple[str, int]


@dataclass
class _Known:
    """One source: as it was last seen, since when it is so, and what it turned out to be."""

    found: Found
    state: _State
    since_s: float
    sheets: tuple[Sheet, ...] = ()
    ignored: Ignored | None = None
    measured: bool = False


@dataclass
class _Desk:
    """What lies on the table: every source, and every verdict that was told and still holds."""

    sources: dict[PurePath, _Known] = field(default_factory=dict)
    told: dict[_Key, Checked] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()


def run(
    source: Path,
    *,
    options: CheckOptions,
    listener: CheckListener,
    every_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> CheckOutcome:
    """Check what comes into SOURCE until ``listener.stop`` is set.

    Args:
        source: a folder, empty or not.
        options: how to check.
        listener: where verdicts, and those withdrawn, are told.
        every_s: seconds between two looks.
        clock: seconds that only grow.

    Raises:
        WrongUsage: SOURCE is not there or cannot be listed.
        ToolMissing: no child can be started on this machine.
    """
    root = resolved(source)
    desk = _Desk()
    with Measurer(options) as measurer:
        while True:
            _list_again(desk, root, options, clock())
            _measure_settled(desk, measurer, listener, clock())
            _tell(desk, listener)
            if listener.stop.wait(every_s):
                break
    checked = tuple(desk.told[key] for key in _in_order(desk))
    ignored = (*desk.ignored, *(one.ignored for one in desk.sources.values() if one.ignored))
    stamps = stamps_in(one.sheet for one in checked)
    return CheckOutcome(str(root), checked, ignored, finished=True, stamps=stamps)


def _list_again(desk: _Desk, root: Path, options: CheckOptions, now_s: float) -> None:
    """New and changed sources begin to settle; what is gone is forgotten."""
    walked = entries(root, options.leave_out)
    desk.ignored = walked.ignored
    known: dict[PurePath, _Known] = {}
    for found in walked.found:
        state = _state_of(found.opens)
        before = desk.sources.get(found.inside)
        unchanged = before is not None and before.state == state
        known[found.inside] = before if before and unchanged else _Known(found, state, now_s)
    desk.sources = known


def _state_of(path: Path) -> _State:
    try:
        seen = path.lstat()
    except OSError:
        return (-1, -1, -1)  # it has gone since; the next look settles it
    return seen.st_size, seen.st_mtime_ns, seen.st_ino


def _measure_settled(
    desk: _Desk, measurer: Measurer, listener: CheckListener, now_s: float
) -> None:
    due = [
        one
        for one in desk.sources.values()
        if not one.measured and now_s - one.since_s >= SETTLED_S
    ]
    for done, known in enumerate(due):
        if listener.stop.is_set():
            return
        listener.on_progress(done, len(due), known.found.relative)
        _measure(known, measurer, patient=now_s - known.since_s < PATIENCE_S)
    if due:
        listener.on_progress(len(due), len(due), "")


def _measure(known: _Known, measurer: Measurer, *, patient: bool) -> None:
    seen = measurer.looked_into(known.found)
    if isinstance(seen, Ignored):
        known.ignored, known.measured = seen, True
        return
    pages = [measurer.submit(page) for page in pages_of(seen, known.found, {})]
    sheets = tuple(page.result() for page in pages)
    broken = any(one.code == "unreadable" for sheet in sheets for one in sheet.findings)
    if broken and patient:
        return  # it may still be in the making
    if _state_of(known.found.opens) == known.state:
        known.sheets, known.measured = sheets, True


def _tell(desk: _Desk, listener: CheckListener) -> None:
    """Tell what is new, and withdraw what no longer holds."""
    now = {_key(one): one for one in _judged(desk)}
    for key, old in list(desk.told.items()):
        new = now.get(key)
        if new is None or (new.sheet.sha256, new.findings) != (old.sheet.sha256, old.findings):
            listener.on_withdrawn(old)
            del desk.told[key]
    for key, new in now.items():
        if key not in desk.told:
            listener.on_sheet(new)
        desk.told[key] = new


def _judged(desk: _Desk) -> list[Checked]:
    gaps = gaps_by_folder(desk.sources)
    missing = {(folder, gap.before): gap.missing for folder, found in gaps.items() for gap in found}
    before: dict[str, list[Sheet]] = {}
    out: list[Checked] = []
    for inside, known in desk.sources.items():
        for sheet in known.sheets:
            beside = before.setdefault(sheet.folder, [])
            placed = place_of(sheet, len(beside) + 1)
            first = not sheet.frame
            lacking = missing.get((str(inside.parent), inside.name), ()) if first else ()
            out.append(judged(placed, beside, lacking))
            beside.append(placed)
    return with_jumps(out, stamps_in(one.sheet for one in out))


def _key(one: Checked) -> _Key:
    return one.sheet.source, one.sheet.frame


def _in_order(desk: _Desk) -> list[_Key]:
    return [_key(one) for one in _judged(desk)]
