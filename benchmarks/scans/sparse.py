"""Sheets with one small thing on them: what must never be taken for an empty sheet."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.scans import marks
from benchmarks.scans.documents import Desk, Printed
from benchmarks.scans.notings import ruling
from benchmarks.scans.sheet import Colour, Span
from benchmarks.scans.truth import Box

PENCIL: Colour = (150, 148, 150)


def lone_stamp(desk: Desk) -> Printed:
    """A round seal and nothing else."""
    marks.seal(desk.sheet, desk.clerk.pick("stamps"), desk.style, desk.clerk.rng)
    return Printed("correspondence")


def corner_number(desk: Desk) -> Printed:
    """A page number in a corner, of one to three digits."""
    sheet, rng = desk.sheet, desk.clerk.rng
    sheet.y = int(rng.choice([sheet.px(9), sheet.height - sheet.px(18)]))
    inset = Span(sheet.px(10), sheet.width - sheet.px(10), str(rng.choice(["left", "right"])))
    number = desk.clerk.digits(str(rng.integers(1, 10 ** int(rng.integers(1, 4)))))
    sheet.row([(number, inset)], desk.style)
    return Printed("correspondence")


def lone_danda(desk: Desk) -> Printed:
    """A full stop that a sentence of the page before left over."""
    sheet, rng = desk.sheet, desk.clerk.rng
    sheet.skip(float(rng.uniform(0, 0.9 * sheet.room_mm)))
    sheet.line("।", desk.style, str(rng.choice(["left", "centre", "right"])))
    return Printed("correspondence")


def one_line(desk: Desk) -> Printed:
    """One short sentence anywhere."""
    sheet, rng = desk.sheet, desk.clerk.rng
    sheet.skip(float(rng.uniform(0, 0.9 * sheet.room_mm)))
    sheet.line(" ".join(desk.clerk.pick("notes").split()[:6]), desk.style)
    return Printed("correspondence")


def lone_signature(desk: Desk) -> Printed:
    """A hand's name without a word of print."""
    marks.sign(desk.sheet, _somewhere(desk), desk.clerk.rng)
    return Printed("correspondence")


def pencil_tick(desk: Desk) -> Printed:
    """A tick of 5 to 12 mm, drawn with a soft pencil."""
    sheet, rng = desk.sheet, desk.clerk.rng
    x, y = _somewhere(desk)
    size = sheet.px(float(rng.uniform(5, 12)))
    box = Box(x, y, x + size, y + size)
    bend = np.array([[0, 0.6], [0.3, 1.0], [1.0, 0.0]]) + rng.normal(0, 0.05, (3, 2))
    marks.stroke(sheet, box, bend, PENCIL)
    sheet.handwriting.append(box)
    return Printed("correspondence")


def ruled_empty(desk: Desk) -> Printed:
    """Note paper, ledger paper or a ruled table in which nobody wrote."""
    sheet, rng = desk.sheet, desk.clerk.rng
    kind = int(rng.integers(3))
    if kind < 2:
        ruling(sheet, ledger=kind == 1)
    else:
        rows = [sheet.y + sheet.px(9 * row) for row in range(int(rng.integers(8, 25)))]
        edges = np.linspace(sheet.left, sheet.right, int(rng.integers(3, 8)))
        sheet.grid([int(edge) for edge in edges], rows)
    return Printed("blank")


def _somewhere(desk: Desk) -> tuple[int, int]:
    sheet, rng = desk.sheet, desk.clerk.rng
    inset = sheet.px(25)
    x = int(rng.integers(inset, max(inset + 1, sheet.width - 2 * inset)))
    y = int(rng.integers(inset, max(inset + 1, sheet.height - 2 * inset)))
    return x, y


def staple(image: np.ndarray, dpi: int, rng: np.random.Generator) -> None:
    """Two holes and the rusty shadow of a staple in an upper corner, in place."""
    mm = dpi / 25.4
    x, y = int(rng.uniform(8, 14) * mm), int(rng.uniform(6, 12) * mm)
    turn = float(rng.uniform(-0.9, 0.9))
    end = (x + int(10 * mm * np.cos(turn)), y + int(10 * mm * np.sin(turn)))
    band = np.zeros(image.shape[:2], np.uint8)
    cv2.line(band, (x, y), end, int(rng.uniform(15, 45)), max(1, int(0.5 * mm)), cv2.LINE_AA)
    soft = cv2.GaussianBlur(band, (0, 0), max(0.3, 0.25 * mm))
    image[:] = cv2.subtract(image, cv2.merge([soft] * 3) if image.ndim == 3 else soft)
    for hole in ((x, y), end):
        cv2.circle(image, hole, max(1, int(0.4 * mm)), (45,) * 3, -1, cv2.LINE_AA)
