"""Sheets as they were measured at the scanner, and the verdict on each among its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from statistics import median
from typing import Any

from ingest.media import is_sidecar
from ingest.sequence import Gap, gaps_in_names
from ocr.quality_limits import AS_MEASURED
from pipeline import check_words
from pipeline.check_stamps import Number, Stamps, stamps_of

NOTE, LOOK, AGAIN = "note", "look", "again"
GOOD = "good"
_RANK = (NOTE, LOOK, AGAIN)
_MM_PER_INCH = 25.4
_PLAN_ROWS = 62
_NOT_THIS_SHEET = ("missing", "stamp_missing")  # another is to be found, not this one scanned


@dataclass(frozen=True, slots=True)
class NeighbourLimits:
    """Thresholds of what is judged among neighbours.

    Attributes:
        likeness: above it two sheets are the same as far as ink can tell (``ocr.likeness``).
        back: how many sheets before it a sheet is compared with.
        longer: how many times as long as its neighbours a sheet must be; foolscap among A4
            has 1.11.
        as_wide: share by which the widths of those neighbours may differ.
    """

    likeness: float = 0.5
    back: int = 3
    longer: float = 1.15
    as_wide: float = 0.06


LIMITS = NeighbourLimits()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of a sheet: code, severity (note, look, again), facts, place on the scan."""

    code: str
    severity: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    box: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ink:
    """A sheet's fingerprint, packed: its plan, its drawing, the drawing's height and width."""

    plan: bytes
    drawing: bytes
    size: tuple[int, int]

    def is_like(self, other: Ink) -> float:
        """How alike the two are, 0..1; drawings are compared only where plans agree."""
        import zlib

        import numpy as np

        from ocr.fingerprint import Fingerprint, may_be_alike
        from ocr.likeness import likeness

        one, two = (np.frombuffer(ink.plan, np.float16).astype(np.float32) for ink in (self, other))
        if not may_be_alike(*(plan.reshape(_PLAN_ROWS, -1) for plan in (one, two))):
            return 0.0
        drawn = (
            np.frombuffer(zlib.decompress(ink.drawing), np.uint8).reshape(ink.size)
            for ink in (self, other)
        )
        return likeness(*(Fingerprint(drawing) for drawing in drawn))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as measured, before it is compared with its neighbours.

    Attributes:
        source: path below SOURCE, as one printable line.
        frame: page inside the source, from 0.
        folder: where its neighbours lie; the source itself when that has several pages.
        number: as the how-manieth sheet of its folder it lies there, from 1.
        sha256: of the source; empty where it could not be read.
        figures: what was measured; ``None`` where it could not be opened.
        findings: what is wrong with the sheet by itself.
        ink: for comparing sheets; ``None`` without any.
        numbers: that stand by themselves near an edge, as stamps do.
    """

    source: str
    frame: int
    folder: str
    number: int
    sha256: str
    figures: Mapping[str, Any] | None
    findings: tuple[Finding, ...]
    ink: Ink | None = None
    numbers: tuple[Number, ...] = ()

    @property
    def source_page(self) -> str:
        """The path below SOURCE, and the page where there are several."""
        return f"{self.source}#{self.frame + 1}" if self.folder == self.source else self.source

    @property
    def name(self) -> str:
        """What people call it: the file's name, and the page where there are several."""
        name = PurePath(self.source).name
        return f"{name}#{self.frame + 1}" if self.folder == self.source else name


@dataclass(frozen=True, slots=True)
class Checked:
    """A sheet with everything that was found, the gravest first."""

    sheet: Sheet
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """``good``, ``look`` or ``again``."""
        worst = max((_RANK.index(one.severity) for one in self.findings), default=0)
        return _RANK[worst] if worst else GOOD

    @property
    def line(self) -> str:
        """What the operator reads: why, and what to do; empty for a good sheet."""
        told = [one for one in self.findings if one.severity != NOTE] or self.findings
        if not told:
            return ""
        words = " ".join(check_words.in_words(one.code, one.facts) for one in told)
        todo = check_words.todo(told[0].code, told[0].facts)
        if self.verdict == GOOD or told[0].code in _NOT_THIS_SHEET:
            return f"{words} {todo}".rstrip()
        return check_words.in_one_line(self.sheet.number, self.verdict, f"{words} {todo}".rstrip())

    def without_ink(self) -> Checked:
        """The same without what is only for comparing sheets: a long folder stays small."""
        return replace(self, sheet=replace(self.sheet, ink=None))

    def as_json(self) -> dict[str, Any]:
        """The page as ``check --json`` shows it."""
        return {
            "source": self.sheet.source,
            "frame": self.sheet.frame,
            "folder": self.sheet.folder,
            "sheet": self.sheet.number,
            "verdict": self.verdict,
            "findings": [
                {
                    "code": one.code,
                    "severity": one.severity,
                    "words": check_words.in_words(one.code, one.facts),
                    "todo": check_words.todo(one.code, one.facts),
                    "facts": {k: v for k, v in one.facts.items() if k != "error"},
                    "box": list(one.box) if one.box else None,
                }
                for one in self.findings
            ],
            "measured": dict(self.sheet.figures) if self.sheet.figures else None,
        }


def place_of(sheet: Sheet, number: int) -> Sheet:
    """The sheet as the how-manieth of its folder it lies there now."""
    return sheet if sheet.number == number else replace(sheet, number=number)


def gaps_by_folder(places: Iterable[PurePath]) -> dict[str, tuple[Gap, ...]]:
    """Where the file names of each folder jump over numbers.

    Args:
        places: paths below SOURCE of all that lies there; texts beside the scans do not count.
    """
    names: dict[str, list[str]] = {}
    for place in places:
        if not is_sidecar(place.suffix, b""):
            names.setdefault(str(place.parent), []).append(place.name)
    return {folder: gaps_in_names(found) for folder, found in names.items()}


def judged(sheet: Sheet, before: Sequence[Sheet], missing: Sequence[str]) -> Checked:
    """The verdict on a sheet among its neighbours.

    Args:
        sheet: what was measured.
        before: the sheets before it in its folder, in order.
        missing: names that its folder lacks just before it.
    """
    found = list(sheet.findings)
    if missing:
        found.append(Finding("missing", AGAIN, {"missing": list(missing)}))
    near = before[-LIMITS.back :]
    if not any(one.code in ("unreadable", "blank") for one in found):
        found += [*_twin(sheet, near), *_length(sheet, near)]
    found.sort(key=lambda one: -_RANK.index(one.severity))
    return Checked(sheet, tuple(found))


def _twin(sheet: Sheet, near: Sequence[Sheet]) -> Iterable[Finding]:
    for other in reversed(near):
        same = other.sha256 == sheet.sha256 and other.frame == sheet.frame and sheet.sha256
        alike = 1.0 if same else sheet.ink.is_like(other.ink) if sheet.ink and other.ink else 0.0
        if alike > LIMITS.likeness:
            facts = {"other": other.name, "likeness": round(alike, 2)}
            return [Finding("same_as", LOOK, facts)]
    return []


def _length(sheet: Sheet, near: Sequence[Sheet]) -> Iterable[Finding]:
    size = _size_mm(sheet)
    if size is None or any(one.code == "long_sheet" for one in sheet.findings):
        return []
    sizes = [found for other in near if (found := _size_mm(other)) is not None]
    like = [height for width, height in sizes if abs(width / size[0] - 1) <= LIMITS.as_wide]
    if len(like) < 2 or size[1] <= LIMITS.longer * median(like):
        return []
    facts = {"length_mm": round(size[1]), "usual_mm": round(median(like))}
    return [Finding("unlike_neighbours", LOOK, facts)]


def _size_mm(sheet: Sheet) -> tuple[float, float] | None:
    if sheet.figures is None:
        return None
    mm = sheet.figures["effective_dpi"] / _MM_PER_INCH
    return sheet.figures["width_px"] / mm, sheet.figures["height_px"] / mm


def stamps_in(sheets: Iterable[Sheet]) -> tuple[Stamps, ...]:
    """The stamped numbers of every folder that has some."""
    folders: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        folders.setdefault(sheet.folder, []).append(sheet)
    found = (
        stamps_of(folder, [sheet.numbers for sheet in beside]) for folder, beside in folders.items()
    )
    return tuple(stamps for stamps in found if stamps is not None)


def with_jumps(checked: Sequence[Checked], stamps: Iterable[Stamps]) -> list[Checked]:
    """The same verdicts, and on the sheets after a jump of the stamped numbers that one too."""
    jumps = {(one.folder, jump.at + 1): jump for one in stamps for jump in one.jumps}
    out = []
    for one in checked:
        jump = jumps.get((one.sheet.folder, one.sheet.number))
        if jump is not None:
            facts = {"after": jump.after, "before": jump.before, "count": jump.count}
            found = (Finding("stamp_missing", AGAIN, facts), *one.findings)
            one = replace(one, findings=found)
        out.append(one)
    return out


def summary(checked: Iterable[Checked]) -> dict[str, int]:
    """How many sheets there are of each verdict, and how many are missing."""
    pages = list(checked)
    counts = Counter(one.verdict for one in pages)
    missing = sum(max((_lacking(one) for one in page.findings), default=0) for page in pages)
    return {
        "pages": len(pages),
        **{verdict: counts[verdict] for verdict in (GOOD, LOOK, AGAIN)},
        "missing": missing,
    }


def _lacking(finding: Finding) -> int:
    """How many sheets are missing by this finding."""
    if finding.code == "missing":
        return len(finding.facts["missing"])
    return int(finding.facts["count"]) if finding.code == "stamp_missing" else 0


def thresholds() -> dict[str, Any]:
    """Every threshold in force, by name."""
    return {**asdict(AS_MEASURED), **asdict(LIMITS)}
