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


def seal(sheet: Sheet, text: str, style: Style, rng: np.random.Generator) -> None:
    """A round rubber stamp with text along its rim, low on the sheet, ink worn in places."""
    radius = sheet.px(float(rng.uniform(14, 18)))
    ring = _ring(text, style, radius, sheet.px(1.0))
    wear = cv2.resize(
        rng.uniform(0.25, 1.0, (9, 9)).astype(np.float32),
        ring.shape[::-1],
        interpolation=cv2.INTER_CUBIC,
    )
    turn = cv2.getRotationMatrix2D((radius, radius), float(rng.uniform(-25, 25)), 1.0)
    ink = cv2.warpAffine((ring * np.clip(wear, 0, 0.85)).astype(np.uint8), turn, ring.shape[::-1])
    x = int(rng.integers(sheet.left, max(sheet.left + 1, sheet.right - 2 * radius)))
    low = sheet.height - 2 * radius - sheet.px(8)
    y = int(np.clip(sheet.y + rng.integers(-radius, radius), 0, max(1, low)))
    colour = SEALS[int(rng.integers(len(SEALS)))]
    sheet.image.paste(Image.new("RGB", ink.shape[::-1], colour), (x, y), Image.fromarray(ink))
    sheet.marks.append(LineTruth(text, Box(x, y, x + ink.shape[1], y + ink.shape[0])))


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


def _strip(text: str, style: Style, length: int, height: int) -> Pixels:
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
    return np.asarray(strip.resize((length, height), Image.Resampling.BILINEAR), dtype=np.uint8)
