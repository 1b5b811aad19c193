"""Check: the quality of each scan while the paper is still on the table, without reading it.

Nothing is written and no home is needed: scans are measured in children that may die over one,
and each is told as soon as it and those before it are done.
"""

from __future__ import annotations

import base64
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

from errors import InputRejected
from ingest.confined import ConfinedChild, LostChild
from ingest.faults import renamed
from ingest.guard import GuardedProbe, hung, killed
from ingest.limits import Limits
from ingest.manifest import Frame, Ignored, Scan
from ingest.scan import entries, looked_into, resolved
from ingest.walk import Found
from pipeline.check_sheets import (
    AGAIN,
    LIMITS,
    Checked,
    Finding,
    Ink,
    Sheet,
    gaps_by_folder,
    judged,
    stamps_in,
    summary,
    thresholds,
    with_jumps,
)
from pipeline.check_stamps import Number, Stamps

CHILD = "pipeline.check_child"
_AHEAD = 3  # pages a thread that are measured before the first of them is told


@dataclass(frozen=True)
class CheckOptions:
    """How to check.

    Attributes:
        limits: bounds on sizes and time.
        assumed_dpi: resolution of scans that do not state theirs.
        threads: pages measured at the same time; 0 means one a processor.
        leave_out: resolved folders inside SOURCE that are not part of it.
    """

    limits: Limits = field(default_factory=Limits)
    assumed_dpi: float | None = None
    threads: int = 0
    leave_out: frozenset[Path] = frozenset()


def _quiet(_checked: Checked) -> None:
    """Nobody is watching."""


def _quiet_progress(_done: int, _total: int, _name: str) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class CheckListener:
    """Where verdicts and progress are told, and the flag that asks to stop.

    Attributes:
        on_sheet: a sheet with its verdict.
        on_withdrawn: a verdict that no longer holds; only while following a folder.
        on_progress: sources done, sources in all, the current one's name.
        stop: set from outside to end early.
    """

    on_sheet: Callable[[Checked], None] = _quiet
    on_withdrawn: Callable[[Checked], None] = _quiet
    on_progress: Callable[[int, int, str], None] = _quiet_progress
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class CheckOutcome:
    """What a check came to: every sheet in order, what is no scan, whether it was stopped."""

    source: str
    checked: tuple[Checked, ...]
    ignored: tuple[Ignored, ...]
    finished: bool
    stamps: tuple[Stamps, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """Sheets of each verdict, and missing ones."""
        return summary(self.checked)

    def as_json(self) -> dict[str, Any]:
        """The document that ``check --json`` prints."""
        return {
            "source": self.source,
            "summary": self.summary,
            "pages": [one.as_json() for one in self.checked],
            "stamps": [one.as_json() for one in self.stamps],
            "ignored": [{"source": one.relative, "reason": one.reason} for one in self.ignored],
            "thresholds": thresholds(),
            "finished": self.finished,
        }


def run(source: Path, *, options: CheckOptions, listener: CheckListener) -> CheckOutcome:
    """Check every scan in SOURCE once.

    Raises:
        WrongUsage: SOURCE is not there or cannot be listed.
        InputRejected: it holds nothing that could be a scan.
        ToolMissing: no child can be started on this machine.
    """
    root = resolved(source)
    walked = entries(root, options.leave_out)
    gaps = gaps_by_folder(found.inside for found in walked.found)
    missing = {(folder, gap.before): gap.missing for folder, found in gaps.items() for gap in found}
    checked: list[Checked] = []
    ignored = list(walked.ignored)
    before: list[Sheet] = []
    with Measurer(options) as measurer:
        for sheet in _sheets(measurer, walked.found, listener, ignored):
            before = [*before[-LIMITS.back :], sheet] if _beside(before, sheet) else [sheet]
            place = PurePath(sheet.source)
            lacking = missing.get((str(place.parent), place.name), ()) if not sheet.frame else ()
            said = judged(sheet, before[:-1], lacking)
            listener.on_sheet(said)
            checked.append(said.without_ink())
    if not checked and not listener.stop.is_set():
        raise nothing_to_check(root)
    finished = not listener.stop.is_set()
    stamps = stamps_in(one.sheet for one in checked)
    final = with_jumps(checked, stamps)
    for told, now in zip(checked, final, strict=True):
        if told is not now:  # only when the last sheet is in can stamps be followed
            listener.on_withdrawn(told)
            listener.on_sheet(now)
    return CheckOutcome(str(root), tuple(final), tuple(ignored), finished, stamps)


def nothing_to_check(root: Path) -> InputRejected:
    """The rejection of a SOURCE without scans."""
    return InputRejected(
        "There is nothing to scan in {source}.",
        kept="Nothing was changed.",
        todo="Give a folder with TIFF, JPEG, PNG, JPEG 2000, BMP or PDF scans.",
        source=root.name,
    )


def _beside(before: list[Sheet], sheet: Sheet) -> bool:
    return bool(before) and before[-1].folder == sheet.folder


def _sheets(
    measurer: Measurer,
    all_found: tuple[Found, ...],
    listener: CheckListener,
    ignored: list[Ignored],
) -> Iterator[Sheet]:
    """Every page of every source in order, measured a few at a time."""
    waiting: deque[Future[Sheet]] = deque()
    numbers: dict[str, int] = {}
    for done, found in enumerate(all_found):
        if listener.stop.is_set():
            break
        listener.on_progress(done, len(all_found), found.relative)
        seen = measurer.looked_into(found)
        if isinstance(seen, Ignored):
            ignored.append(seen)
            continue
        for page in pages_of(seen, found, numbers):
            waiting.append(measurer.submit(page))
            while len(waiting) > _AHEAD * measurer.threads and not listener.stop.is_set():
                yield waiting.popleft().result()
    while waiting and not listener.stop.is_set():
        yield waiting.popleft().result()
    if not listener.stop.is_set():
        listener.on_progress(len(all_found), len(all_found), "")


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be measured: its source, its frame, its folder and its number there."""

    scan: Scan
    frame: Frame
    opens: Path
    folder: str
    number: int


def pages_of(scan: Scan, found: Found, numbers: dict[str, int]) -> Iterator[Page]:
    """The pages of one source, counted on in ``numbers`` by folder."""
    folder = scan.relative if len(scan.frames) > 1 else str(found.inside.parent)
    for frame in scan.frames:
        numbers[folder] = numbers.get(folder, 0) + 1
        yield Page(scan, frame, found.opens, folder, numbers[folder])


class Measurer:
    """Threads that measure pages, each in a child that may die or hang over one."""

    def __init__(self, options: CheckOptions) -> None:
        self.options = options
        self.threads = options.threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.threads)
        self._probe = GuardedProbe(options.limits)
        self._idle: queue.SimpleQueue[ConfinedChild] = queue.SimpleQueue()
        self._children = [ConfinedChild(CHILD, options.limits) for _ in range(self.threads)]
        for child in self._children:
            self._idle.put(child)

    def __enter__(self) -> Measurer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._probe.close()
        for child in self._children:
            child.close()

    def looked_into(self, found: Found) -> Scan | Ignored:
        """The source's kind and pages; in the thread that asks."""
        return looked_into(found, self.options.limits, self._probe)

    def submit(self, page: Page) -> Future[Sheet]:
        """Measure a page in one of the threads."""
        return self._pool.submit(self._measured, page)

    def _measured(self, page: Page) -> Sheet:
        if page.scan.rejected is not None:
            return _sheet(page, (_unreadable(page.scan.rejected),))
        asked = {
            "path": os.fspath(page.opens),
            "media_type": page.scan.media_type,
            "frame": page.frame.index,
            "assumed_dpi": self.options.assumed_dpi,
        }
        child = self._idle.get()
        try:
            answer = child.ask(asked, within_s=self.options.limits.probe_time_s)
        except LostChild as lost:
            file, within_s = page.scan.relative, self.options.limits.probe_time_s
            why = hung(file, within_s) if lost.hung else killed(file)
            return _sheet(page, (_unreadable(why),))
        finally:
            self._idle.put(child)
        if "rejected" in answer:
            what, kept, todo, facts = answer["rejected"]
            told = InputRejected(what, kept=kept, todo=todo, **facts)
            return _sheet(page, (_unreadable(renamed(told, file=page.scan.relative)),))
        findings = [
            Finding(one["code"], one["severity"], one["facts"], tuple(one["box"] or ()) or None)
            for one in answer["faults"]
        ]
        findings += [Finding("flawed", AGAIN, {"flaw": flaw}) for flaw in answer["flaws"]]
        return _sheet(page, tuple(findings), answer)


def _sheet(
    page: Page, findings: tuple[Finding, ...], answer: dict[str, Any] | None = None
) -> Sheet:
    return Sheet(
        source=page.scan.relative,
        frame=page.frame.index,
        folder=page.folder,
        number=page.number,
        sha256=page.scan.sha256,
        figures=answer["figures"] if answer else None,
        findings=findings,
        numbers=tuple(Number(*one) for one in answer["numbers"]) if answer else (),
        ink=_ink(answer["ink"]) if answer and answer["ink"] else None,
    )


def _ink(packed: dict[str, Any]) -> Ink:
    plan, drawing = (base64.b64decode(packed[name]) for name in ("plan", "drawing"))
    return Ink(plan, drawing, (packed["size"][0], packed["size"][1]))


def _unreadable(why: InputRejected) -> Finding:
    return Finding("unreadable", AGAIN, {"error": why.unspoken()})
