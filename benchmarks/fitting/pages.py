"""The made pages that confidence is fitted on and judged on, kept in a folder between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import encode
from benchmarks.scans import maker as scan_maker
from benchmarks.scans.maker import Ageing, Kind, PageOptions, make_page

Pixels = NDArray[np.uint8]
Choice = TypeVar("Choice")

# How often each kind of page stands in a file, as in the scan maker's boxes.
_KINDS = {
    "note_sheet": 26, "letter": 18, "order": 9, "circular": 6, "memorandum": 6,
    "notification": 6, "cover": 12, "report": 3, "annexure": 4, "application": 3,
    "endorsement": 2, "bill": 4, "land_record": 3, "near_blank": 3,
}  # fmt: skip
_AGEINGS = {Ageing.LIGHT: 15, Ageing.OFFICE: 60, Ageing.HARD: 25}
_DPI = {300: 80, 200: 13, 150: 7}
_TURNED = 0.1
_BLACK_AND_WHITE = 0.08
# A few scans that nobody can read well: out of focus, or too coarse and pale.
_SPOILT = 0.03
_MOST_SKEW_DEG = 5.0


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """One page to be made: kind, seed and options, and what is done to it afterwards."""

    kind: str
    seed: int
    options: PageOptions
    black_and_white: bool
    spoilt: str  # "" | blurred | coarse


@dataclass(frozen=True, slots=True)
class MadeScan:
    """One page on disk with the lines that stand on it.

    ``marks`` are what may be read or left out, such as the words of a seal.
    """

    path: Path
    plan: PlannedScan
    lines: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def dpi(self) -> float:
        """Resolution of the scan."""
        return float(self.plan.options.dpi)


def planned(seed: int, count: int, faces: Sequence[str]) -> list[PlannedScan]:
    """``count`` pages in the typefaces ``faces``; the same arguments give the same pages."""
    return [_planned(np.random.default_rng((seed, index)), faces) for index in range(count)]


def made(
    plans: Sequence[PlannedScan], folder: Path, *, at_once: int, told: Callable[[], None]
) -> list[MadeScan]:
    """Every planned page; one that lies in ``folder`` already is not made again.

    Args:
        plans: what to make.
        folder: where pages lie, each under a name that depends on its plan and on the maker.
        at_once: processes.
        told: called after each page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    with ProcessPoolExecutor(at_once) as pool:
        for scan in pool.map(_made, plans, [folder] * len(plans), [_maker()] * len(plans)):
            found.append(scan)
            told()
    return found


def _planned(rng: np.random.Generator, faces: Sequence[str]) -> PlannedScan:
    kind = _drawn(rng, _KINDS)
    options = PageOptions(
        dpi=_drawn(rng, _DPI),
        ageing=_drawn(rng, _AGEINGS),
        typefaces=(str(rng.choice(list(faces))),),
        max_skew_deg=_MOST_SKEW_DEG,
        rotated_cw_deg=int(rng.choice([90, 180, 270])) if rng.random() < _TURNED else 0,
    )
    seed = int(rng.integers(2**31))
    black_and_white = bool(rng.random() < _BLACK_AND_WHITE)
    spoilt = str(rng.choice(["blurred", "coarse"])) if rng.random() < _SPOILT else ""
    return PlannedScan(kind, seed, options, black_and_white, spoilt)


def _drawn(rng: np.random.Generator, weights: dict[Choice, int]) -> Choice:
    shares = np.array(list(weights.values()), np.float64)
    return list(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def _made(plan: PlannedScan, folder: Path, maker: str) -> MadeScan:
    told = json.dumps(asdict(plan), sort_keys=True) + maker
    stem = folder / hashlib.sha256(told.encode()).hexdigest()[:24]
    scan, truth = stem.with_suffix(".jpg"), stem.with_suffix(".json")
    if not (scan.exists() and truth.exists()):
        page = make_page(plan.kind, plan.seed, options=plan.options)
        image = _spoilt(page.image, plan.spoilt)
        if plan.black_and_white:
            image = cv2.cvtColor(encode.bilevel(image), cv2.COLOR_GRAY2RGB).astype(np.uint8)
        encode.write_page(image, scan, Kind.COLOUR_JPEG, plan.options.dpi)
        texts = {
            "lines": [line.text for line in page.truth.lines],
            "marks": [mark.text for mark in page.truth.marks],
        }
        part = truth.with_suffix(".part")
        part.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        part.rename(truth)
    kept = json.loads(truth.read_text(encoding="utf-8"))
    return MadeScan(scan, plan, tuple(kept["lines"]), tuple(kept["marks"]))


def _spoilt(image: Pixels, how: str) -> Pixels:
    if how == "blurred":
        return cv2.GaussianBlur(image, (0, 0), image.shape[1] / 620).astype(np.uint8)
    if how == "coarse":
        height, width = image.shape[:2]
        small = cv2.resize(image, (640, round(640 * height / width)), interpolation=cv2.INTER_AREA)
        pale = cv2.convertScaleAbs(small, alpha=0.4, beta=140)
        return cv2.resize(pale, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    return image


def _maker() -> str:
    """A hash of the scan maker's own source: another maker makes other pages."""
    room = Path(scan_maker.__file__).parent
    sources = sorted([*room.glob("*.py"), *room.glob("words/*.toml")])
    seen = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    return seen.hexdigest()
