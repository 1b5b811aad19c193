"""Sheets that were scanned twice: how many are noticed in a batch, and how many wrongly.

    python -m benchmarks.twins --pages 2000 --cache folder --out reports/twins.json

The batch is described in ``benchmarks.twin_batch``: a share of sheets that were scanned again,
series of the same letter, register or form, consecutive note-sheets, empty forms, nearly empty
sheets, and fillers. Judged sheets are A4 at 300 dpi (their second scans at 150 to 600); fillers
are made at 100 dpi, as a fingerprint is taken at 75 dpi whatever the scan. Pages that the ink
alone would call twins are recognised, and judged with their words as in a run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans.maker import JUDGING_FACES
from benchmarks.twin_batch import Scan, pairs_of, planned, scan_of
from ocr.blank import is_blank, is_nearly_blank
from ocr.fingerprint import fingerprint_of
from ocr.ink import look_at
from ocr.likeness import likeness
from ocr.page import PageText
from ocr.reading import read_page
from ocr.sketch import MOST_LOOKED_AT, closest, from_bytes, same_sheet, sketched
from ocr.tesserocr_engine import TesserocrEngine
from ocr.turn import lie_of

Pair = tuple[int, int]


@dataclass
class Batch:
    """The scans of the batch, where their pixels lie, and what is kept of each page."""

    scans: list[Scan]
    cache: Path | None
    fingerprint_s: float = 0.0
    comparing_s: float = 0.0
    sharing: int = 0
    compared: int = 0
    kept: dict[int, bytes] = field(default_factory=dict)
    candidates: set[Pair] = field(default_factory=set)
    buckets: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def pixels(self, at: int) -> NDArray[np.uint8]:
        """(height, width) grey; made, or taken from the cache."""
        path = self.cache / f"{at}.jpg" if self.cache else None
        if path is not None and path.exists():
            return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)
        grey = scan_of(self.scans[at])
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), grey, [cv2.IMWRITE_JPEG_QUALITY, 93])
        return grey

    def look_at(self, at: int) -> None:
        """Take the fingerprint of one page; note which pages before it share a bucket."""
        grey, dpi = self.pixels(at), self.scans[at].scanned_dpi
        look = look_at(grey, dpi=dpi)
        if is_blank(look, grey) or is_nearly_blank(look):
            return
        lie = lie_of(look, limit_deg=10.5)
        start = time.process_time()
        ink = fingerprint_of(look, lie)
        sketch = sketched(ink, PageText((), ink.drawing.shape[1], ink.drawing.shape[0], 75.0))
        self.kept[at] = sketch.as_bytes()
        shared = Counter(other for key in sketch.sought_keys for other in self.buckets.get(key, ()))
        likely = sorted(shared, key=lambda other: (-shared[other], other))[:MOST_LOOKED_AT]
        self.sharing += len(shared)
        self.candidates |= {(other, at) for other in likely}
        for key in ink.keys:
            self.buckets[key].append(at)
        self.fingerprint_s += time.process_time() - start


def likely_by_ink(batch: Batch) -> list[Pair]:
    """Pairs that share a bucket and whose ink agrees."""
    start, found = time.process_time(), []
    before: dict[int, list[int]] = defaultdict(list)
    for one, other in sorted(batch.candidates):
        before[other].append(one)
    for at, others in sorted(before.items()):
        sketch = from_bytes(batch.kept[at])
        near = closest(sketch, ((one, batch.kept[one]) for one in others))
        batch.compared += len(near)
        found += [
            (one, at)
            for one in near
            if likeness(from_bytes(batch.kept[one]).fingerprint, sketch.fingerprint) > 0.5
        ]
    batch.comparing_s = time.process_time() - start
    return sorted(found)


def twins(batch: Batch, likely: list[Pair]) -> set[Pair]:
    """Those of the pairs that are told to be one sheet once their words are read."""
    engine, read = TesserocrEngine(), {}
    for at in sorted({at for pair in likely for at in pair}):
        reading = read_page(batch.pixels(at), dpi=batch.scans[at].scanned_dpi, engine=engine)
        if reading.fingerprint is not None:
            read[at] = sketched(reading.fingerprint, reading.text)
    engine.close()
    both = [pair for pair in likely if pair[0] in read and pair[1] in read]
    return {(one, other) for one, other in both if same_sheet(read[one], read[other])}


def judged(batch: Batch) -> dict[str, object]:
    """The figures of the whole, and every pair that was told wrongly."""
    for at in range(len(batch.scans)):
        batch.look_at(at)
    likely = likely_by_ink(batch)
    told, true = twins(batch, likely), set(pairs_of(batch.scans))
    pages = len(batch.scans)
    sizes = sorted(len(bucket) for bucket in batch.buckets.values())
    return {
        "pages": pages,
        "groups": dict(Counter(scan.group for scan in batch.scans)),
        "pairs_of_one_sheet": len(true),
        "recall": len(told & true) / max(1, len(true)),
        "precision": len(told & true) / max(1, len(told)),
        "recall_by_ink_alone": len(set(likely) & true) / max(1, len(true)),
        "precision_by_ink_alone": len(set(likely) & true) / max(1, len(likely)),
        "all_pairs": pages * (pages - 1) // 2,
        "a_page": {
            "share_a_bucket": round(batch.sharing / pages, 1),
            "plans_looked_at": round(len(batch.candidates) / pages, 1),
            "compared": round(batch.compared / pages, 2),
        },
        "bucket_sizes": {"median": sizes[len(sizes) // 2], "largest": sizes[-1]},
        "cpu_ms_a_page": {
            "fingerprint": round(1000 * batch.fingerprint_s / pages, 2),
            "comparing": round(1000 * batch.comparing_s / pages, 2),
        },
        "kept_kb_a_page": round(sum(map(len, batch.kept.values())) / 1024 / len(batch.kept), 1),
        "missed": [_named(batch, pair, likely) for pair in sorted(true - told)],
        "wrong": [_named(batch, pair, likely) for pair in sorted(told - true)],
    }


def _named(batch: Batch, pair: Pair, likely: list[Pair]) -> str:
    where = "words" if pair in likely else "ink" if pair in batch.candidates else "bucket"
    one, other = (batch.scans[at] for at in pair)
    told = f"{one.kind} {one.options.ageing} {one.mode} {one.scanned_dpi}"
    return f"{where}: {pair} {told} / {other.kind} {other.mode} {other.scanned_dpi}"


def main() -> None:
    """Make the batch, look for twins, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=9_000_000)
    parser.add_argument("--faces", nargs="+", default=list(JUDGING_FACES))
    parser.add_argument("--cache", type=Path, help="a folder to keep made pages in")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    scans = planned(asked.pages, seed=asked.seed, typefaces=tuple(asked.faces))
    batch = Batch(scans, asked.cache)
    result = judged(batch)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
