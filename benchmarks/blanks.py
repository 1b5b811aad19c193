"""Empty sheets and nearly empty ones: how many are told apart rightly.

    python -m benchmarks.blanks --each 40 --out reports/blanks.json

Every sheet is made: no ageing, paper, resolution, colour mode or dirt is left out. A sheet with
the smallest thing of its own on it must never be called blank; an empty one, however dirty and
however strongly the other side shows, has to be. Seeds and typeface are not those used for
tuning.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import sparse
from benchmarks.scans.maker import JUDGING_FACES, Ageing, PageOptions, Paper, make_page
from benchmarks.scans.pages import Place, page_in_file
from benchmarks.scans.vocabulary import draw_matter
from benchmarks.twin_batch import in_mode
from ocr.blank import is_blank, is_nearly_blank
from ocr.ink import look_at

JUDGING_SEED = 7_400_000
LITTLE = (
    "near_blank", "lone_stamp", "corner_number", "lone_danda", "one_line", "lone_signature",
    "pencil_tick",
)  # fmt: skip
EMPTY = ("blank", "shown_through", "strongly_shown_through", "dirty")
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
    for number, kind in enumerate((*EMPTY, *LITTLE, *RULED, *FULL)):
        for turn in range(each if kind not in FULL else each // 4):
            rng = np.random.default_rng((seed, number, turn))
            ageing = list(Ageing)[turn % 4] if kind != "dirty" else Ageing.HARD
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
    if case.kind not in EMPTY or case.kind in ("blank", "dirty"):
        kind = "blank" if case.kind == "dirty" else case.kind
        return make_page(kind, case.seed, options=case.options).image
    rng = np.random.default_rng((case.seed, 3))
    matter = draw_matter(rng, None)
    back_of = (str(rng.choice(FRONTS)), case.seed + 17)
    place = Place(matter, case.options.typefaces[0], back_of=back_of)
    image = page_in_file("blank", case.seed, place, case.options).image
    if case.kind == "shown_through":
        return image
    front = replace(case.options, ageing=Ageing.CLEAN, paper=Paper.WHITE, skew_ccw_deg=0.0)
    return _shine_through(image, make_page(back_of[0], case.seed + 18, options=front).image, rng)


def _shine_through(
    image: NDArray[np.uint8], front: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Thin paper: the print of the front, mirrored, softened, a quarter as dark as ink."""
    ink = cv2.flip(255 - cv2.cvtColor(front, cv2.COLOR_RGB2GRAY), 1)
    sigma = 2.2 * image.shape[0] / 3508 if image.shape[0] > image.shape[1] else 1.6
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.9, sigma))
    pale = cv2.convertScaleAbs(soft, alpha=float(rng.uniform(0.12, 0.26)))
    return np.asarray(cv2.subtract(image, cv2.merge([pale] * 3)), np.uint8)


def told(case: Case) -> tuple[str, float]:
    """``blank``, ``little`` or ``written``, and the CPU seconds that telling it took."""
    grey = scan_of(case)
    start = time.process_time()
    look = look_at(grey, dpi=case.options.dpi)
    verdict = "written"
    if is_blank(look, grey):
        verdict = "blank"
    elif is_nearly_blank(look):
        verdict = "little"
    return verdict, time.process_time() - start


def judged(each: int, seed: int, typefaces: tuple[str, ...]) -> dict[str, object]:
    """Counts by kind, the figures of the whole, and every sheet that was told wrongly."""
    counts: dict[str, Counter[str]] = {}
    wrong, spent = [], 0.0
    for case in cases(each, seed=seed, typefaces=typefaces):
        verdict, cost = told(case)
        spent += cost
        counts.setdefault(case.kind, Counter())[verdict] += 1
        right = {**dict.fromkeys(EMPTY, "blank"), **dict.fromkeys(LITTLE, "little")}
        if verdict != right.get(case.kind, verdict) or (
            verdict == "blank" and case.kind not in (*EMPTY, *RULED)
        ):
            wrong.append(f"{verdict}: {case.name}")
    empty = sum(counts[kind].total() for kind in EMPTY)
    found = sum(counts[kind]["blank"] for kind in EMPTY)
    lost = sum(counts[kind]["blank"] for kind in (*LITTLE, *FULL))
    little = sum(counts[kind].total() for kind in LITTLE)
    return {
        "sheets": sum(count.total() for count in counts.values()),
        "blank_recall": found / empty,
        "blank_precision": found / max(1, found + lost),
        "near_blank_recall": sum(counts[kind]["little"] for kind in LITTLE) / little,
        "cpu_ms_a_page": round(1000 * spent / sum(c.total() for c in counts.values()), 1),
        "counts": {kind: dict(count) for kind, count in counts.items()},
        "wrong": wrong,
    }


def main() -> None:
    """Make, tell, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=44)
    parser.add_argument("--seed", type=int, default=JUDGING_SEED)
    parser.add_argument("--faces", nargs="+", default=list(JUDGING_FACES))
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    result = judged(asked.each, asked.seed, tuple(asked.faces))
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
