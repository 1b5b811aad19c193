"""What hands and rubber stamps leave on a sheet: signatures, round seals."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.scans.sheet import Colour, Sheet, Style
from benchmarks.scans.truth import Box, LineTruth
from benchmarks.scans.typefaces import pieces

Pixels = NDArray[np.uint8]
PENS: tuple[Colour, ...] = ((35, 45, 140), (30, 60, 160), (25, 25, 35), (30, 90, 60))
SEALS: tuple[Colour, ...] = ((185, 40, 50), (50, 60, 160), (110, 50, 140))


def sign(sheet: Sheet, at: tuple[int, int], rng: np.random.Generator) -> None:
    """Strokes of a pen around ``at`` (pixels): a hand's name and a flourish."""
    pen = PENS[int(rng.integers(len(PENS)))]
    width, height = sheet.px(float(rng.uniform(22, 36))), sheet.px(float(rng.uniform(5, 8)))
    box = Box(at[0] - width // 2, at[1] - height, at[0] + width // 2, at[1] + height // 2)
    loops = int(rng.integers(5, 9))
    t = np.linspace(0, 1, 160)
    swing = np.interp(t, np.linspace(0, 1, loops), rng.uniform(0.15, 1.0, loops))
    x = t + 0.06 * np.sin(2 * np.pi * loops * t + rng.uniform(0, 6))
    y = swing * np.sin(2 * np.pi * loops * t) * 0.45 + 0.5 - 0.2 * t
    stroke(sheet, box, np.stack([x, y], 1), pen)
    tail = np.array([[0.1, 0.95], [0.5, 0.88], [0.98, 0.8]]) + rng.normal(0, 0.03, (3, 2))
    stroke(sheet, box, tail, pen)
    sheet.handwriting.append(box)


def stroke(sheet: Sheet, box: Box, points: NDArray[np.float64], pen: Colour) -> None:
    """One pen line through ``points`` (fractions of ``box``)."""
    places = [
        (box.x0 + float(x) * (box.x1 - box.x0), box.y0 + float(y) * (box.y1 - box.y0))
        for x, y in points
    ]
    sheet.draw.line(places, pen, max(2, sheet.px(0.4)), joint="curve")


def handwritten(sheet: Sheet, lines: int, rng: np.random.Generator) -> tuple[int, int]:
    """A note by hand: words of strokes hanging from a headline; returns where it is signed."""
    pen = PENS[int(rng.integers(len(PENS)))]
    height = sheet.px(5.0)
    for line in range(lines):
        x, y = sheet.left + sheet.px(10 if line == 0 else 1), sheet.y + sheet.px(2)
        end = sheet.right - sheet.px(float(rng.uniform(2, 14 if line < lines - 1 else 90)))
        start = x
        while x < end:
            width = sheet.px(float(rng.uniform(8, 24)))
            lift = int(rng.normal(0, 0.06 * height))
            _hand_word(sheet, Box(x, y + lift, min(x + width, end), y + lift + height), pen, rng)
            x += width + sheet.px(3.2)
        sheet.handwriting.append(Box(start, y - height // 4, end, y + height))
        sheet.skip(9.5)
    sheet.skip(14)
    return (sheet.right - sheet.px(32), sheet.y - sheet.px(10))


def _hand_word(sheet: Sheet, box: Box, pen: Colour, rng: np.random.Generator) -> None:
    drift = rng.normal(0, 0.05, 3)
    stroke(sheet, box, np.array([[0, drift[0]], [0.5, drift[1]], [1, drift[2]]]), pen)
    letters = max(1, round((box.x1 - box.x0) / (box.y1 - box.y0) * 1.4))
    for letter in range(letters):
        middle = (letter + 0.5) / letters
        turns = np.cumsum(rng.normal(0.7, 0.9, 6))
        x = middle + np.cos(turns) * 0.32 / letters
        y = np.linspace(0.02, rng.uniform(0.7, 1.0), 6) + np.sin(turns) * 0.12
        fine = np.linspace(0, 5, 24)
        knots = np.arange(6)
        curve = np.stack([np.interp(fine, knots, x), np.interp(fine, knots, y)], 1)
        stroke(sheet, box, curve, pen)


def seal(sheet: Sheet, text: str, style: Style, rng: np.random.Generator) -> None:
    """A round rubber stamp with text along its rim, low on the sheet, ink worn in places."""
    radius = sheet.px(float(rng.uniform(14, 18)))
    ring = _ring(text, style, radius, sheet.px(1.0))
    x = int(rng.integers(sheet.left, max(sheet.left + 1, sheet.right - 2 * radius)))
    low = sheet.height - 2 * radius - sheet.px(8)
    y = int(np.clip(sheet.y + rng.integers(-radius, radius), 0, max(1, low)))
    _stamp(sheet, ring, (x, y), float(rng.uniform(-25, 25)), rng)
    sheet.marks.append(LineTruth(text, Box(x, y, x + ring.shape[1], y + ring.shape[0])))


def inward(sheet: Sheet, lines: list[str], style: Style, rng: np.random.Generator) -> None:
    """The registry's box with serial and date, in a top corner."""
    size, edge = sheet.px(3.6), sheet.px(1.2)
    rows = [_strip(line, style, None, round(size * 1.5)) for line in lines]
    width = max(row.shape[1] for row in rows) + 4 * edge
    image = np.zeros((sum(row.shape[0] for row in rows) + 3 * edge, width), np.uint8)
    corner = (width - edge, image.shape[0] - edge)
    cv2.rectangle(image, (edge, edge), corner, 255, max(1, edge // 3))
    right = rng.random() < 0.5
    x = sheet.width - width - sheet.px(6) if right else sheet.px(6)
    y, top = sheet.px(float(rng.uniform(2, 5))), round(1.5 * edge)
    for text, row in zip(lines, rows, strict=True):
        image[top : top + row.shape[0], 2 * edge : 2 * edge + row.shape[1]] |= row
        box = Box(x + 2 * edge, y + top, x + 2 * edge + row.shape[1], y + top + row.shape[0])
        sheet.marks.append(LineTruth(text, box))
        top += row.shape[0]
    _stamp(sheet, image, (x, y), float(rng.uniform(-3, 3)), rng)


def _stamp(
    sheet: Sheet, mask: Pixels, at: tuple[int, int], turn_deg: float, rng: np.random.Generator
) -> None:
    """Press ``mask`` on the sheet in a stamp pad's colour, turned, worn in places."""
    size = mask.shape[::-1]
    worn = rng.uniform(0.3, 1.0, (9, 9)).astype(np.float32)
    wear = cv2.resize(worn, size, interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), turn_deg, 1.0)
    ink = cv2.warpAffine((mask * np.clip(wear, 0, 0.85)).astype(np.uint8), turn, size)
    colour = SEALS[int(rng.integers(len(SEALS)))]
    sheet.image.paste(Image.new("RGB", size, colour), at, Image.fromarray(ink.astype(np.uint8)))


def _ring(text: str, style: Style, radius: int, pen: int) -> Pixels:
    """The stamp as a mask: two circles, and the text bent between them."""
    size = 2 * radius
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    inner = round(radius * 0.58)
    draw.ellipse((pen, pen, size - pen, size - pen), outline=255, width=pen)
    draw.ellipse((radius - inner,) * 2 + (radius + inner,) * 2, outline=255, width=max(1, pen // 2))
    strip = _strip(text, style, round(2 * np.pi * radius * 0.8), radius - inner - 2 * pen)
    # In polar form rows are angles and columns radii, so the strip lies on its side.
    polar = np.zeros((strip.shape[1], radius), np.uint8)
    polar[:, inner + pen // 2 : inner + pen // 2 + strip.shape[0]] = np.rot90(strip, -1)
    bent = cv2.warpPolar(
        polar, (size, size), (radius, radius), radius, cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    )
    y, x = np.ogrid[:size, :size]
    bent = np.where((x - radius) ** 2 + (y - radius) ** 2 < (radius - pen) ** 2, bent, 0)
    return np.maximum(np.asarray(image, dtype=np.uint8), bent.astype(np.uint8))


def _strip(text: str, style: Style, length: int | None, height: int) -> Pixels:
    """Text as a mask of the given height, stretched to ``length`` if there is one."""
    size = max(8, round(height * 0.72))
    runs = [run for word in text.split() for run in (*pieces(word, style.face, size, True), None)]
    gap = size * 0.3
    width = sum(run.width if run else gap for run in runs)
    strip = Image.new("L", (max(1, round(width)), height), 0)
    draw, x = ImageDraw.Draw(strip), 0.0
    for run in runs:
        if run:
            at = (round(x), round(height * 0.74))
            draw.text(at, run.text, 255, run.font, "ls", stroke_width=run.stroke)
        x += run.width if run else gap
    if length is None:
        return np.asarray(strip, dtype=np.uint8)
    return np.asarray(strip.resize((length, height), Image.Resampling.BILINEAR), dtype=np.uint8)
