"""Stage costs as multiples of a reference operation, so that machines and moments compare."""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

Costs = Mapping[str, float]  # "colour: decode" → multiples of the reference operation

SLOWER = 1.3  # times the kept cost: marked
TOO_SMALL = 0.02  # of the reference operation: such a stage is all noise


@dataclass(frozen=True, slots=True)
class Compared:
    """One stage now and as kept; ``None`` where it is missing on one side."""

    name: str
    kept: float | None
    now: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the kept cost; ``None`` where that says nothing."""
        if self.kept is None or self.now is None or max(self.kept, self.now) < TOO_SMALL:
            return None
        return self.now / max(self.kept, TOO_SMALL)

    @property
    def slower(self) -> bool:
        """Whether the stage has become slower than noise explains."""
        return self.ratio is not None and self.ratio > SLOWER


def compared(kept: Costs, now: Costs) -> list[Compared]:
    """Every stage of either side, the costliest first."""
    rows = [Compared(name, kept.get(name), now.get(name)) for name in {*kept, *now}]
    return sorted(rows, key=lambda row: (-(row.now or row.kept or 0.0), row.name))


def as_lines(rows: Sequence[Compared]) -> list[list[str]]:
    """Cells of a table: stage, kept, now, ratio, mark."""
    return [
        [
            row.name,
            _shown(row.kept),
            _shown(row.now),
            "" if row.ratio is None else f"{row.ratio:.2f}×",
            "SLOWER" if row.slower else "",
        ]
        for row in rows
    ]


def reference_s(repeats: int = 5) -> float:
    """Processor seconds of a fixed mix: pixels, memory, compression, hashing, plain Python."""
    return min(_reference() for _ in range(repeats))


def _reference() -> float:
    page = np.random.default_rng(1).integers(0, 256, (2000, 1500), np.uint8)
    began = time.process_time()
    blurred = cv2.blur(page, (9, 9))
    turned = cv2.warpAffine(
        blurred, np.array([[1, 0.03, 0], [-0.03, 1, 40]]), (1500, 2000), flags=cv2.INTER_LINEAR
    )
    packed = zlib.compress(np.ascontiguousarray(turned[::4, ::4]).tobytes(), 6)
    digest = hashlib.sha256(turned.tobytes() + packed).digest()
    counts: dict[int, int] = {}
    for number in range(60_000):
        key = (number * 7919 + digest[number % 32]) % 1009
        counts[key] = counts.get(key, 0) + 1
    return time.process_time() - began


def _shown(cost: float | None) -> str:
    return "–" if cost is None else f"{cost:.3f}"
