"""``python -m benchmarks.turning``: is every page set upright and level, and at what cost?

Made pages of every kind, also the odd ones (one word, maps, drawings, seals, landscape tables,
notes on their side), in Hindi, English and both, in every ageing, at 150, 300 and 600 dpi,
tilted up to 10 degrees, lie all four ways. Direction, end and tilt are judged as the ink alone
tells them; a share of the pages (``--read``) is recognised too, which confirms or mends the end,
and the recognitions are counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.scans.maker import (
    JUDGING_FACES,
    KINDS,
    ODD_KINDS,
    TUNING_FACES,
    Ageing,
    MadePage,
    PageOptions,
    PageTruth,
    make_page,
)
from ocr.blank import is_blank
from ocr.engine import OcrEngine
from ocr.ink import look_at
from ocr.page import GrayImage
from ocr.reading import ReadingOptions, read_page
from ocr.tesserocr_engine import TesserocrEngine
from ocr.turn import lie_of

TURNS = (0, 90, 180, 270)
WIDEST_DEG = 10.0
_LANGUAGES = ("hi", "en", "mixed")
_AGEINGS = (Ageing.OFFICE, Ageing.HARD, Ageing.LIGHT, Ageing.CARBON, Ageing.RIBBON, Ageing.CLEAN)
_DPI = (300, 150, 300, 200, 300, 150, 300, 200, 600)


@dataclass(frozen=True, slots=True)
class Seen:
    """How one scan, lying one way, was judged from its ink.

    ``axis`` and ``end`` are right or wrong, ``None`` where nothing was claimed; ``error_deg`` is
    the tilt that levelling by the finding would leave, all of it where ``tilt_told`` is false.
    """

    kind: str
    language: str
    ageing: str
    dpi: int
    seed: int
    turn: int
    skew_deg: float
    legible: bool
    blank: bool
    axis: bool | None
    end: bool | None
    end_sure: bool
    error_deg: float
    tilt_told: bool
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one scan when it was recognised."""

    kind: str
    seed: int
    turn: int
    upright: bool
    error_deg: float
    whole_pages: int
    regions: int
    said_unsure: bool
    cpu_s: float


def cases(
    each: int, *, seed: int, faces: tuple[str, ...]
) -> Iterator[tuple[str, int, PageOptions]]:
    """``each`` pages of every kind; language, wear, resolution and tilt take turns."""
    for place, kind in enumerate((*KINDS, *ODD_KINDS)):
        if kind == "blank":
            continue
        for n in range(each):
            own = seed + 1000 * place + n
            rng = np.random.default_rng(own)
            widest = WIDEST_DEG if n % 2 else 3.0
            yield (
                kind,
                own,
                PageOptions(
                    dpi=_DPI[(n + place) % len(_DPI)],
                    language=_LANGUAGES[(n + place // 2) % len(_LANGUAGES)],
                    typefaces=faces,
                    ageing=_AGEINGS[(n + n // len(_AGEINGS) + place) % len(_AGEINGS)],
                    skew_ccw_deg=round(float(rng.uniform(-widest, widest)), 2),
                    handwriting=1.0 if kind == "note_sheet" and n % 3 == 2 else 0.12,
                ),
            )


def seen(truth: PageTruth, upright: GrayImage, ageing: Ageing) -> Iterator[Seen]:
    """The page judged from its ink, lying all four ways."""
    for turn in TURNS:
        scan = lying(upright, turn)
        before = time.process_time()
        look = look_at(scan, dpi=truth.dpi)
        lie = lie_of(look, limit_deg=ReadingOptions().limit_skew_deg, grey=scan)
        spent = time.process_time() - before
        known = lie.axis_sure
        yield Seen(
            kind=truth.kind,
            language=truth.language,
            ageing=ageing.value,
            dpi=truth.dpi,
            seed=truth.seed,
            turn=turn,
            skew_deg=truth.skew_ccw_deg,
            legible=bool(truth.lines),
            blank=is_blank(look, scan),
            axis=(lie.rotated_cw_deg - turn) % 180 == 0 if known else None,
            end=lie.rotated_cw_deg == turn if known else None,
            end_sure=lie.end_sure,
            error_deg=lie.skew_ccw_deg - truth.skew_ccw_deg,
            tilt_told=lie.tilt_sure,
            cpu_s=spent,
        )


def read(truth: PageTruth, upright: GrayImage, turn: int, engine: OcrEngine) -> Read:
    """The page recognised, lying one way."""
    before = time.process_time()
    reading = read_page(lying(upright, turn), dpi=truth.dpi, engine=engine)
    whole = [each for each in reading.attempts if each.segmentation != "single_block"]
    return Read(
        kind=truth.kind,
        seed=truth.seed,
        turn=turn,
        upright=reading.rotated_cw_deg == turn,
        error_deg=reading.skew_ccw_deg - truth.skew_ccw_deg,
        whole_pages=len(whole),
        regions=len(reading.attempts) - len(whole),
        said_unsure="turned_unsure" in {verdict.code for verdict in reading.verdicts},
        cpu_s=time.process_time() - before,
    )


def grey_of(page: MadePage) -> GrayImage:
    """The scan in grey."""
    return np.asarray(cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY), np.uint8)


def lying(upright: GrayImage, turn: int) -> GrayImage:
    """The scan as it comes when ``turn`` degrees clockwise set it upright."""
    return np.ascontiguousarray(np.rot90(upright, turn // 90))


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, print, and write every figure; returns the exit code."""
    asked = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    faces = TUNING_FACES if asked.faces == "tuning" else JUDGING_FACES
    looked: list[Seen] = []
    readings: list[Read] = []
    engine = TesserocrEngine()
    for number, (kind, seed, options) in enumerate(cases(asked.each, seed=asked.seed, faces=faces)):
        page = make_page(kind, seed, options=options)
        truth, upright = page.truth, grey_of(page)
        looked.extend(seen(truth, upright, options.ageing))
        if asked.read and number % asked.read == 0 and truth.lines:
            readings.append(read(truth, upright, TURNS[number // asked.read % 4], engine))
    engine.close()
    print(summary(looked, readings))
    if asked.out:
        rows = {"seen": [asdict(each) for each in looked], "read": [asdict(r) for r in readings]}
        asked.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


def summary(looked: Sequence[Seen], readings: Sequence[Read]) -> str:
    """Tables in Markdown: by turn, by kind, and what recognition cost."""
    legible = [each for each in looked if each.legible and not each.blank]
    lines = [_HEAD, *(_row(f"{turn}°", [e for e in legible if e.turn == turn]) for turn in TURNS)]
    lines.append(_row("all", legible))
    lines += ["", _HEAD.replace("turn", "kind", 1)]
    for kind in (*KINDS, *ODD_KINDS):
        own = [each for each in legible if each.kind == kind]
        lines += [_row(kind, own)] if own else []
    other = [each for each in looked if not each.legible and not each.blank]
    lines.append(_row("without a line of text", other))
    blank = sum(each.blank for each in looked if each.legible)
    lines += ["", f"legible scans taken for blank: {blank}"]
    lines.append(
        f"look and lie: {1000 * float(np.mean([e.cpu_s for e in looked])):.1f} CPU-ms a page"
    )
    if readings:
        lines += ["", _cost(readings)]
    return "\n".join(lines)


_NONE = Read("", 0, 0, True, 0.0, 0, 0, False, 0.0)
_HEAD = (
    "| turn | scans | line direction told | of these right | end right | end claimed sure, wrong "
    "| tilt told | tilt left: mean | worst | over 0.4° | tilt left where it was not told: mean "
    "| worst |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def _row(name: str, scans: Sequence[Seen]) -> str:
    told = [each for each in scans if each.axis is not None]
    right = [each for each in told if each.axis]
    untold = [each for each in scans if not each.tilt_told]
    level = [each for each in right if each.tilt_told]
    ends = sum(bool(each.end) for each in told)
    lying_ = sum(each.end_sure and not each.end for each in told)
    errors = np.abs([each.error_deg for each in level]) if level else np.zeros(1)
    left = np.abs([each.error_deg for each in untold]) if untold else np.zeros(1)
    askew = int((errors > 0.4).sum())
    return (
        f"| {name} | {len(scans)} | {len(told)} | {len(right)} | {ends} | {lying_} "
        f"| {len(level)} | {errors.mean():.3f}° | {errors.max():.2f}° | {askew} "
        f"| {left.mean():.2f}° | {left.max():.2f}° |"
    )


def _cost(readings: Sequence[Read]) -> str:
    turned = [each for each in readings if each.turn]
    wrong = [each for each in readings if not each.upright]
    unsaid = sum(not each.said_unsure for each in wrong)
    most = max((each.whole_pages for each in turned), default=0)
    lines = [
        f"recognised: {len(readings)} scans, upright {len(readings) - len(wrong)}, "
        f"not upright without a word about it {unsaid}",
        f"recognitions a page {_recognitions(readings):.2f}, of turned pages "
        f"{_recognitions(turned):.2f} (whole pages at most {most})",
        f"CPU-s a page {np.mean([each.cpu_s for each in readings]):.2f}",
    ]
    names = ", ".join(f"{each.kind} {each.seed}/{each.turn}" for each in wrong)
    return "\n".join([*lines, f"wrong: {names}"] if wrong else lines)


def _recognitions(readings: Sequence[Read]) -> float:
    return float(np.mean([each.whole_pages + each.regions for each in readings or [_NONE]]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turning", description=__doc__)
    parser.add_argument("--each", type=int, default=12, help="pages of every kind (default 12)")
    parser.add_argument("--seed", type=int, default=500_000, help="which pages")
    parser.add_argument("--faces", choices=["tuning", "judging"], default="judging")
    parser.add_argument("--read", type=int, default=0, metavar="N", help="recognise every Nth page")
    parser.add_argument("--out", type=Path, help="JSON with every figure")
    return parser


if __name__ == "__main__":
    sys.exit(main())
