"""Empty sheets and nearly empty ones: how many are told apart rightly.

    python -m benchmarks.blanks --each 40 --out reports/blanks.json

Every sheet is made: no ageing, paper, resolution, colour mode or dirt is left out. A sheet with
the smallest thing of its own on it must never be called blank; an empty one, however dirty and
however strongly the other side shows, has to be. Seeds and typeface are not those used for
tuning.

Strongly shown-through backs have one front; the same small things on such backs (``…_on_back``)
and weak type are there for what must stay. What may be a back is read as the program reads it:
beside the scan that came before it, which is its front, tilted and aged for itself, or, for a sheet
that is no back, some other page; and from behind. ``--alone`` leaves out the scans beside.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.readers import Reader, begin
from benchmarks.scans import sparse
from benchmarks.scans.maker import JUDGING_FACES, Ageing, PageOptions, Paper, make_page
from benchmarks.scans.pages import Place, page_in_file
from benchmarks.scans.vocabulary import draw_matter
from benchmarks.twin_batch import in_mode
from ocr.backs import may_be_a_back
from ocr.blank import is_blank, is_nearly_blank
from ocr.ink import look_at
from ocr.reading import read_page

JUDGING_SEED = 8_600_000
LITTLE = (
    "near_blank", "lone_stamp", "corner_number", "lone_danda", "one_line", "lone_signature",
    "pencil_tick",
)  # fmt: skip
EMPTY = ("blank", "shown_through", "strongly_shown_through", "dirty")
# The same small things on thin paper, among the print of the other side; and weak type.
ON_BACKS = {f"{kind}_on_back": kind for kind in LITTLE}
WEAK = {
    "carbon_line": ("one_line", Ageing.CARBON),
    "carbon_letter": ("letter", Ageing.CARBON),
    "ribbon_line": ("one_line", Ageing.RIBBON),
    "ribbon_letter": ("letter", Ageing.RIBBON),
}
RULED, FULL = ("ruled_empty",), ("letter", "note_sheet", "land_record", "filled_form")
MODES = ("grey", "grey", "bilevel", "jpeg20", "jpeg50", "jpeg85", "dark", "pale")
RESOLUTIONS = (150, 150, 150, 200, 200, 300, 300, 300, 600)
FRONTS = ("letter", "note_sheet", "land_record", "order")


@dataclass(frozen=True)
class Case:
    """One sheet to be made and how it is scanned."""

    kind: str
    seed: int
    options: PageOptions
    mode: str

    @property
    def name(self) -> str:
        """What went wrong where, in one line."""
        made = self.options
        return f"{self.kind} {self.seed} {made.ageing} {made.paper} {made.dpi} dpi {self.mode}"


def cases(each: int, *, seed: int, typefaces: tuple[str, ...]) -> Iterator[Case]:
    """``each`` sheets of every kind, spread over ageings, papers, resolutions and modes."""
    for number, kind in enumerate((*EMPTY, *LITTLE, *RULED, *FULL, *ON_BACKS, *WEAK)):
        for turn in range(each if kind not in (*FULL, *WEAK) else each // 4):
            rng = np.random.default_rng((seed, number, turn))
            ageing = list(Ageing)[turn % 4] if kind != "dirty" else Ageing.HARD
            ageing = WEAK[kind][1] if kind in WEAK else ageing
            options = PageOptions(
                dpi=int(rng.choice(RESOLUTIONS)),
                ageing=ageing,
                paper=list(Paper)[int(rng.integers(len(Paper)))],
                typefaces=typefaces,
                rotated_cw_deg=int(rng.choice([0, 0, 90, 180, 270])),
            )
            yield Case(kind, seed + 1000 * number + turn, options, str(rng.choice(MODES)))


def scan_of(case: Case) -> NDArray[np.uint8]:
    """The (height, width) grey scan."""
    image = _sheet(case)
    rng = np.random.default_rng((case.seed, 5))
    if case.kind == "dirty" or (case.kind in LITTLE and rng.random() < 0.3):
        image = image.copy()
        sparse.staple(image, case.options.dpi, rng)
    return in_mode(image, case.mode)


def _sheet(case: Case) -> NDArray[np.uint8]:
    rng = np.random.default_rng((case.seed, 3))
    if case.kind == "shown_through":
        matter = draw_matter(rng, None)
        back_of = (str(rng.choice(FRONTS)), case.seed + 17)
        place = Place(matter, case.options.typefaces[0], back_of=back_of)
        return page_in_file("blank", case.seed, place, case.options).image
    kind = "blank" if case.kind in EMPTY else ON_BACKS.get(case.kind, case.kind)
    kind = WEAK[kind][0] if kind in WEAK else kind
    image = make_page(kind, case.seed, options=case.options).image
    if case.kind in ("strongly_shown_through", *ON_BACKS):
        front = replace(case.options, ageing=Ageing.CLEAN, paper=Paper.WHITE, skew_ccw_deg=0.0)
        other_side = make_page(str(rng.choice(FRONTS)), case.seed + 18, options=front).image
        return _shine_through(image, other_side, rng)
    return image


def scan_beside(case: Case) -> NDArray[np.uint8]:
    """The (height, width) grey scan that came before: the sheet's front, or a page of another."""
    rng = np.random.default_rng((case.seed, 3))
    if case.kind == "shown_through":
        matter = draw_matter(rng, None)
        place = Place(matter, case.options.typefaces[0])
        image = page_in_file(str(rng.choice(FRONTS)), case.seed + 17, place, case.options).image
    else:
        image = make_page(str(rng.choice(FRONTS)), case.seed + 18, options=case.options).image
    return in_mode(image, case.mode)


def _shine_through(
    image: NDArray[np.uint8], front: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Thin paper: the print of the front, mirrored, softened, a quarter as dark as ink."""
    ink = cv2.flip(255 - cv2.cvtColor(front, cv2.COLOR_RGB2GRAY), 1)
    sigma = 2.2 * image.shape[0] / 3508 if image.shape[0] > image.shape[1] else 1.6
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.9, sigma))
    pale = cv2.convertScaleAbs(soft, alpha=float(rng.uniform(0.12, 0.26)))
    return np.asarray(cv2.subtract(image, cv2.merge([pale] * 3)), np.uint8)


@dataclass(frozen=True)
class Told:
    """What a sheet was told to be, and at what cost.

    Attributes:
        verdict: ``blank``, ``little`` or ``written``.
        look_cpu_s: CPU seconds of telling it from the ink.
        read: it may be a back, so it was read.
        read_cpu_s: CPU seconds of that.
    """

    verdict: str
    look_cpu_s: float
    read: bool = False
    read_cpu_s: float = 0.0


def told(case: Case, reader: Reader, *, alone: bool = False) -> Told:
    """The verdict of ``read_page``; what cannot become blank by reading is not read."""
    grey = scan_of(case)
    start = time.process_time()
    look = look_at(grey, dpi=case.options.dpi)
    blank, little = is_blank(look, grey), is_nearly_blank(look)
    spent = time.process_time() - start
    verdict = "blank" if blank else "little" if little else "written"
    if blank or not may_be_a_back(look, ()):
        return Told(verdict, spent)
    beside = () if alone else (look_at(scan_beside(case), dpi=case.options.dpi),)
    start = time.process_time()
    options = replace(reader.options, beside=beside)
    page = read_page(grey, dpi=case.options.dpi, engine=reader.engine, options=options)
    read_s = time.process_time() - start
    return Told("blank" if page.blank else verdict, spent, read=True, read_cpu_s=read_s)


def judged(sheets: Sequence[Case], *, alone: bool = False) -> dict[str, object]:
    """Counts by kind, the figures of the whole, and every sheet that was told wrongly."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    wrong, seen = [], []
    reader = begin()
    for case in sheets:
        seen.append(told(case, reader, alone=alone))
        verdict = seen[-1].verdict
        counts[case.kind][verdict] += 1
        print(f"{verdict}: {case.name}", file=sys.stderr, flush=True)
        right = {**dict.fromkeys(EMPTY, "blank"), **dict.fromkeys(LITTLE, "little")}
        if verdict != right.get(case.kind, verdict) or (
            verdict == "blank" and case.kind not in (*EMPTY, *RULED)
        ):
            wrong.append(f"{verdict}: {case.name}")
    reader.engine.close()
    reader.options.second.close()
    read = [each.read_cpu_s for each in seen if each.read]
    empty = sum(counts[kind].total() for kind in EMPTY)
    found = sum(counts[kind]["blank"] for kind in EMPTY)
    lost = sum(counts[kind]["blank"] for kind in (*LITTLE, *FULL, *ON_BACKS, *WEAK))
    little = sum(counts[kind].total() for kind in LITTLE)
    return {
        "sheets": sum(count.total() for count in counts.values()),
        "blank_recall": found / max(1, empty),
        "blank_precision": found / max(1, found + lost),
        "near_blank_recall": sum(counts[kind]["little"] for kind in LITTLE) / max(1, little),
        "written_called_blank": lost,
        "written": sum(counts[kind].total() for kind in (*LITTLE, *FULL, *ON_BACKS, *WEAK)),
        "cpu_ms_a_page": round(1000 * float(np.mean([each.look_cpu_s for each in seen])), 1),
        "read_to_tell": len(read),
        "cpu_s_to_read": round(float(np.mean(read or [0])), 2),
        "counts": {kind: dict(count) for kind, count in counts.items() if count},
        "wrong": wrong,
    }


def main() -> None:
    """Make, tell, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=44)
    parser.add_argument("--seed", type=int, default=JUDGING_SEED)
    parser.add_argument("--faces", nargs="+", default=list(JUDGING_FACES))
    parser.add_argument("--kinds", nargs="+", help="only these kinds of sheet")
    parser.add_argument("--alone", action="store_true", help="without the scans beside")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    sheets = [
        case
        for case in cases(asked.each, seed=asked.seed, typefaces=tuple(asked.faces))
        if not asked.kinds or case.kind in asked.kinds
    ]
    result = judged(sheets, alone=asked.alone)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
