"""``python -m benchmarks.checking``: how well the verdicts at the scanner hold, and what they cost.

Made pages are spoilt by known amounts; each verdict is counted on the pages that have its defect
(recall) and on those that have none (false alarms). Faces and seeds are those kept for judging.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import defects
from benchmarks.scans.encode import jpeg
from benchmarks.scans.options import JUDGING_FACES, TUNING_FACES, Ageing, PageOptions
from benchmarks.scans.pages import MadePage, make_page
from ingest import media
from ingest.decode import decode
from ingest.limits import Limits
from ocr.ink import look_at
from ocr.quality import Fault, Severity, faults_of, quality_of
from ocr.turn import lie_of

KINDS = (
    "letter", "note_sheet", "order", "annexure", "application", "bill", "circular",
    "endorsement", "land_record", "memorandum", "cover", "report", "notification",
)  # fmt: skip
SPARSE = ("blank", "near_blank")
LIMIT_SKEW_DEG = 10.5
FIRST_SEED = {"tuning": 50_000, "judging": 90_000}
FACES = {"tuning": TUNING_FACES, "judging": JUDGING_FACES}
Pixels = NDArray[np.uint8]
Spoiler = Callable[[MadePage, MadePage, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True)
class Case:
    """One defect by one amount: its name in the table, the verdicts that tell it, the spoiler.

    Attributes:
        wanted: severity that the verdict should have at least.
    """

    name: str
    codes: tuple[str, ...]
    wanted: Severity
    spoil: Spoiler


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one scan."""

    case: str
    page: str
    faults: tuple[Fault, ...]
    cpu_s: float


def cases() -> Iterator[Case]:
    """Every defect in steps."""
    yield from _soft()
    yield from _cut()
    yield from _light()
    yield from _fed()
    for dpi in (72, 100, 120, 150):
        yield Case(
            f"{dpi} dpi", ("low_resolution",), _again(dpi < 140), _plain(defects.coarser, dpi)
        )
    yield Case("upside down", ("upside_down",), Severity.LOOK, _plain(defects.head_down))
    for width in (8.0, 15.0):
        yield Case(
            f"black border {width:.0f} mm", ("black_border",), Severity.LOOK, _bordered(width)
        )


def _again(certain: bool) -> Severity:
    return Severity.AGAIN if certain else Severity.LOOK


def _plain(spoil: Callable[..., Pixels], *amounts: float, **named: str) -> Spoiler:
    return lambda page, _other, _rng: spoil(page, *amounts, **named)


def _soft() -> Iterator[Case]:
    for sigma in (0.15, 0.2, 0.25, 0.3, 0.4):
        name = f"out of focus {sigma} mm"
        yield Case(name, ("blurred",), _again(sigma >= 0.3), _plain(defects.defocused, sigma))
    for length in (0.4, 0.8, 1.2):
        for along in ("feed", "across"):
            spoil = _plain(defects.moved, length, along=along)
            yield Case(f"moved {length} mm {along}", ("blurred",), _again(length > 1), spoil)


def _cut() -> Iterator[Case]:
    for side in defects.SIDES:
        for by in (2.0, 5.0, 10.0):
            name = f"cut off {side} {by:.0f} mm"
            yield Case(name, ("cut_off", "no_margin"), Severity.LOOK, _shifted(side, by))


def _shifted(side: str, by: float) -> Spoiler:
    return lambda page, _other, rng: defects.cut_off(
        page, side, by, black_lid=bool(rng.random() < 0.5)
    )


def _bordered(width: float) -> Spoiler:
    def spoil(page: MadePage, _other: MadePage, rng: np.random.Generator) -> Pixels:
        sides = rng.choice(defects.SIDES, size=int(rng.integers(1, 3)), replace=False)
        return defects.bordered(page, {str(side): width for side in sides})

    return spoil


def _light() -> Iterator[Case]:
    for light in (0.6, 0.5, 0.4, 0.25):
        spoil = _plain(defects.underexposed, light)
        yield Case(f"light {light}", ("dark",), _again(light < 0.3), spoil)
    for gain in (2.0, 3.0, 4.0):
        spoil = _plain(defects.overexposed, gain)
        yield Case(f"overexposed {gain:.0f} times", ("pale",), _again(gain > 3), spoil)


def _fed() -> Iterator[Case]:
    for edge in ("top", "bottom"):
        for long in (False, True):
            name = f"double feed, {edge} edge seen, {'long' if long else 'page'}"
            codes = ("double_feed", "long_sheet")
            yield Case(name, codes, Severity.LOOK, _doubled(edge, long))


def _doubled(edge: str, long: bool) -> Spoiler:
    def spoil(page: MadePage, other: MadePage, rng: np.random.Generator) -> Pixels:
        overlap = defects.Overlap(
            at_mm=float(rng.uniform(35, 250)),
            tilt_deg=float(rng.uniform(-3, 3)),
            edge=edge,
            shadow=float(rng.uniform(0.05, 0.35)),
            shadow_mm=float(rng.uniform(0.15, 0.6)),
            long=long,
        )
        return defects.fed_double(page, other, overlap)

    return spoil


def checked(image: Pixels, dpi: int, folder: Path) -> tuple[tuple[Fault, ...], float]:
    """The faults of one scan as a colour JPEG, and the CPU seconds from its bytes to them."""
    path = folder / "scan.jpg"
    path.write_bytes(jpeg(image, dpi))
    began = time.process_time()
    seen = decode(path, media_type=media.JPEG, frame=0, limits=Limits(), assumed_dpi=None)
    grey = np.asarray(cv2.cvtColor(seen.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    look = look_at(grey, dpi=seen.dpi)
    lie = lie_of(look, limit_deg=LIMIT_SKEW_DEG)
    faults = faults_of(quality_of(grey, look, lie, dpi=seen.dpi))
    return faults, time.process_time() - began


def pages(split: str, count: int, ageing: Ageing, kinds: tuple[str, ...]) -> Iterator[MadePage]:
    """Made pages of one half of the seeds and faces."""
    for index in range(count):
        options = PageOptions(typefaces=FACES[split], ageing=ageing)
        yield make_page(kinds[index % len(kinds)], FIRST_SEED[split] + index, options=options)


def judged(split: str, count: int, spoilt: int, folder: Path) -> Iterator[Told]:
    """Verdicts on ``count`` ordinary pages, and on ``spoilt`` of them with each defect."""
    kept: list[MadePage] = []
    for made in pages(split, count, Ageing.OFFICE, (*KINDS, *SPARSE)):
        faults, cpu_s = checked(made.image, made.truth.dpi, folder)
        yield Told("ordinary", f"{made.truth.kind} {made.truth.seed}", faults, cpu_s)
        if made.truth.kind not in SPARSE and len(kept) < spoilt:
            kept.append(made)
    for number, case in enumerate(cases()):
        rng = np.random.default_rng((FIRST_SEED[split], number))
        for index, page in enumerate(kept):
            image = case.spoil(page, kept[index - 1], rng)
            dpi = int(case.name.split()[0]) if case.name.endswith(" dpi") else page.truth.dpi
            faults, cpu_s = checked(image, dpi, folder)
            yield Told(case.name, f"{page.truth.kind} {page.truth.seed}", faults, cpu_s)


def main(arguments: list[str] | None = None) -> int:
    """Judge and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("--split", choices=list(FACES), default="judging")
    parser.add_argument("--pages", type=int, default=150, help="ordinary pages (default 150)")
    parser.add_argument("--spoilt", type=int, default=12, help="pages a defect (default 12)")
    parser.add_argument("--out", type=Path, required=True, help="folder for table and scans")
    asked = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    asked.out.mkdir(parents=True, exist_ok=True)
    told = list(judged(asked.split, asked.pages, asked.spoilt, asked.out))
    print(table(told))
    for one in told:
        if one.case == "ordinary" and any(f.severity is not Severity.NOTE for f in one.faults):
            said = [f"{f.code} {f.severity} {dict(f.facts)}" for f in one.faults]
            print(one.page, *said, file=sys.stderr)
    rows = [[t.case, t.page, [[f.code, f.severity, dict(f.facts)] for f in t.faults]] for t in told]
    (asked.out / "checking.json").write_text(json.dumps(rows, indent=0), encoding="utf-8")
    return 0


def table(told: list[Told]) -> str:
    """Recall of each defect and false alarms on ordinary pages, in Markdown."""
    by_case: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_case[one.case].append(one)
    plain = by_case["ordinary"]
    lines = ["| scan | pages | told | look | again | other alarms |", "|---|---|---|---|---|---|"]
    false = Counter(
        f"{fault.code} ({fault.severity})"
        for one in plain
        for fault in one.faults
        if fault.severity is not Severity.NOTE
    )
    for case in cases():
        found = by_case[case.name]
        mine = [_worst(one, case.codes) for one in found]
        other = sum(_worst(one, None, but=case.codes) == Severity.AGAIN for one in found)
        hits = sum(severity is not None for severity in mine)
        look, again = (mine.count(severity) for severity in (Severity.LOOK, Severity.AGAIN))
        lines.append(f"| {case.name} | {len(found)} | {hits} | {look} | {again} | {other} |")
    again = sum(_worst(one, None) == Severity.AGAIN for one in plain)
    looked = sum(_worst(one, None) == Severity.LOOK for one in plain)
    cpu_s = float(np.mean([one.cpu_s for one in plain]))
    lines += [
        "",
        f"Ordinary pages: {len(plain)}; scan again {again}, look {looked}; {dict(false)}.",
        f"CPU-s a page, from the bytes of the JPEG: {cpu_s:.3f}.",
    ]
    return "\n".join(lines)


def _worst(
    one: Told, codes: tuple[str, ...] | None, *, but: tuple[str, ...] = ()
) -> Severity | None:
    found = [f.severity for f in one.faults if (codes is None or f.code in codes)]
    found = [f for f in found if f is not Severity.NOTE]
    if but:
        found = [f.severity for f in one.faults if f.code not in but]
    return max(found, key=list(Severity).index, default=None)


if __name__ == "__main__":
    sys.exit(main())
