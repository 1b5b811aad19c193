"""How many lines the line finder sees on made scans, told from their ink alone.

Example: python -m benchmarks.line_finding --pages 3
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans.maker import (
    JUDGING_FACES,
    KINDS,
    TUNING_FACES,
    Ageing,
    PageOptions,
    PageTruth,
    make_page,
)
from benchmarks.scans.truth import Box
from ocr.attempts import Scan
from ocr.coverage import TextInk, text_ink
from ocr.geometry import Matrix, Pose
from ocr.ink import look_at
from ocr.layout import layout_of
from ocr.page import GrayImage
from ocr.turn import lie_of, posed

SEED = 511_000
_SEEN = 0.8  # share of a line's ink under lines of the right height
_ORDINARY_BODY_IN = 0.1


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the lines of one page, or of many.

    Attributes:
        lines: lines of print on the page whose ink is there at all.
        found: those that are seen as lines of their height over nearly all their ink.
        pieces: what the finder took for stretches of lines.
        false: pieces where no line, mark or hand is.
        merged: pieces that run over two lines.
        cpu_s: processor time of the finder.
    """

    lines: int = 0
    found: int = 0
    pieces: int = 0
    false: int = 0
    merged: int = 0
    cpu_s: float = 0.0

    def __add__(self, other: Found) -> Found:
        return Found(
            self.lines + other.lines,
            self.found + other.found,
            self.pieces + other.pieces,
            self.false + other.false,
            self.merged + other.merged,
            self.cpu_s + other.cpu_s,
        )


def found_on(grey: GrayImage, truth: PageTruth) -> Found:
    """What the finder sees on a made scan that is set as it should be."""
    look = look_at(grey, dpi=truth.dpi)
    lie = lie_of(look, limit_deg=10.5)
    scan = Scan(grey, look, truth.dpi)
    pose = posed(look, lie, truth.rotated_cw_deg, scan_size=(grey.shape[1], grey.shape[0]))
    body = lie.body_height_px or _ORDINARY_BODY_IN * scan.dpi / look.factor
    ink = text_ink(look, pose, body_px=body)
    began = time.process_time()
    seen = [Box(*line.box) for line in layout_of(ink).lines]
    cpu_s = time.process_time() - began
    to_page = _page_from_sheet(pose, truth)
    lines = [_placed(line.box, to_page) for line in truth.lines]
    others = [_placed(box, to_page) for box in (*_marks(truth), *truth.handwriting)]
    shares = [share for box in lines if (share := _share_seen(box, seen, ink)) is not None]
    over = [sum(_runs_over(piece, line) for line in lines) for piece in seen]
    nothing = [not any(_touch(piece, box) for box in (*lines, *others)) for piece in seen]
    return Found(
        lines=len(shares),
        found=sum(share >= _SEEN for share in shares),
        pieces=len(seen),
        false=sum(nothing),
        merged=sum(count > 1 for count in over),
        cpu_s=cpu_s,
    )


def _marks(truth: PageTruth) -> list[Box]:
    return [mark.box for mark in truth.marks]


def _page_from_sheet(pose: Pose, truth: PageTruth) -> Matrix:
    """Places on the made sheet to places on the page as shown: what skew is left over."""
    left_deg = np.radians(pose.skew_ccw_deg - truth.skew_ccw_deg)
    cos, sin = np.cos(left_deg), np.sin(left_deg)
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    centre = np.eye(3)
    centre[:2, 2] = -truth.width_px / 2, -truth.height_px / 2
    back = np.eye(3)
    back[:2, 2] = pose.width / 2, pose.height / 2
    matrix: Matrix = back @ turn @ centre
    return matrix


def _placed(box: Box, matrix: Matrix) -> Box:
    """The box moved with its middle; lines are level enough to keep their shape."""
    x, y, _ = matrix @ ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, 1.0)
    wide, high = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
    return Box(*(round(float(edge)) for edge in (x - wide, y - high, x + wide, y + high)))


def _share_seen(line: Box, seen: Sequence[Box], ink: TextInk) -> float | None:
    """Share of the line's columns of ink under pieces of its height; None without ink."""
    scale = np.array([ink.scale_x, ink.scale_y] * 2)
    x0, y0, x1, y1 = (np.array(line) * scale).round().astype(int).clip(0)
    inked: NDArray[np.bool_] = np.asarray(ink.mask[y0:y1, x0:x1].any(axis=0))
    if not inked.any():
        return None
    covered = np.zeros(len(inked), bool)
    height = line.y1 - line.y0
    for piece in seen:
        across = min(line.y1, piece.y1) - max(line.y0, piece.y0)
        if across >= 0.5 * min(height, piece.y1 - piece.y0) and piece.y1 - piece.y0 < 1.9 * height:
            left, right = ((edge - line.x0) * ink.scale_x for edge in (piece.x0, piece.x1))
            covered[max(0, round(left)) : max(0, round(right))] = True
    return float(covered[inked].mean())


def _runs_over(piece: Box, line: Box) -> bool:
    beside = min(line.x1, piece.x1) > max(line.x0, piece.x0)
    return beside and min(line.y1, piece.y1) - max(line.y0, piece.y0) > 0.6 * (line.y1 - line.y0)


def _touch(one: Box, other: Box) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    return wide > 0 and min(one.y1, other.y1) > max(one.y0, other.y0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one row a kind of page."""
    asked = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    faces = TUNING_FACES if asked.tuning else JUDGING_FACES
    every = Found()
    print(f"{'kind':14} lines  found pieces false merged   ms/page")
    for number, kind in enumerate(KINDS):
        total = Found()
        for page in range(asked.pages):
            ageing = Ageing.HARD if page % 3 == 2 else Ageing.OFFICE
            options = PageOptions(ageing=ageing, typefaces=faces)
            made = make_page(kind, asked.seed + 100 * number + page, options=options)
            grey = np.asarray(cv2.cvtColor(made.image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
            total += found_on(grey, made.truth)
        _show(kind, total, asked.pages)
        every += total
    _show("all", every, asked.pages * len(KINDS))
    return 0


def _show(name: str, found: Found, pages: int) -> None:
    print(
        f"{name:14} {found.lines:5} {found.found:6} {found.pieces:6} {found.false:5} "
        f"{found.merged:6} {found.cpu_s / pages * 1000:9.1f}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.line_finding", description="How many lines the finder sees."
    )
    parser.add_argument("--pages", type=int, default=3, help="pages of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--tuning", action="store_true", help="on the typefaces for fitting")
    return parser


if __name__ == "__main__":
    sys.exit(main())
