"""From ink on nothing to the grey pixels of a scan, for one line.

Carbon copies and worn ribbons are the scan maker's own; the rest follows its bounds (see
``benchmarks.scans.ageing``), on a strip instead of a sheet and in grey instead of colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import typewriting
from training.setting import Ink, SetLine

Grey = NDArray[np.uint8]
_Typist = Callable[[Grey, int, np.random.Generator], Grey]


def worn(
    line: SetLine, back: Ink | None, dpi: int, rng: np.random.Generator
) -> tuple[Grey, SetLine]:
    """The line as a scanner delivers it, and where it stands now.

    Args:
        line: as it was set.
        back: what is printed on the back, or None.
        dpi: of the scan, for wear that is told in millimetres.
    """
    hard = float(rng.beta(1.1, 2.2))  # most lines are fair, some are in a sorry state
    if _chance(rng, 0.04):
        line = _beside_a_picture(line, rng)
    line = _bent(line, rng)
    ink = _marked(line, rng)
    ink = _struck(ink, dpi, hard, rng)
    grey = _on_paper(ink, back, hard, rng)
    grey = _scanned(grey, hard, rng)
    return grey, line


def _chance(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.random() < share)


def _bent(line: SetLine, rng: np.random.Generator) -> SetLine:
    """Slanted letters, a line that is not quite level, letters narrower or wider."""
    ink = line.ink
    height, width = ink.shape
    stretch = float(rng.uniform(0.82, 1.2)) if _chance(rng, 0.6) else 1.0
    slant = float(rng.normal(0, 0.04)) if _chance(rng, 0.7) else float(rng.uniform(-0.05, 0.28))
    rise = math.radians(float(rng.normal(0, 0.15 if _chance(rng, 0.8) else 0.6)))
    baseline, middle = line.baseline, width / 2
    turn = np.array([[stretch, -slant, slant * baseline], [rise, 1, -rise * middle]], np.float32)
    size = (max(16, round(width * stretch)), height)
    bent = cv2.warpAffine(ink, turn, size, flags=cv2.INTER_LINEAR)
    return replace(
        line, ink=np.asarray(bent, np.float32), x0=line.x0 * stretch, x1=line.x1 * stretch
    )


def _beside_a_picture(line: SetLine, rng: np.random.Generator) -> SetLine:
    """Strokes of a drawing in the row of the line: they say nothing."""
    body = line.baseline - line.top
    before = _chance(rng, 0.5)  # a drawing on the left is drawn on the right of the mirrored line
    end = line.ink.shape[1] - line.x0 if before else line.x1
    reach = end + body * float(rng.uniform(2.0, 6.0))
    wider = max(0, math.ceil(reach) - line.ink.shape[1])
    ink = np.pad(line.ink[:, ::-1] if before else line.ink, ((0, 0), (0, wider)))
    ink = np.ascontiguousarray(ink)
    first = end + body * float(rng.uniform(0.8, 1.6))  # further off than any sign of the line
    for _ in range(int(rng.integers(2, 6))):
        x = rng.uniform(first, reach) + np.cumsum(rng.normal(0, 1.3, rng.integers(2, 8))) * body
        y = line.top + body / 2 + np.cumsum(rng.normal(0, 1.3, len(x))) * body
        _stroke(ink, list(zip(np.maximum(x, first), y, strict=True)), body, rng)
    if not before:
        return replace(line, ink=ink, x1=reach)
    width = ink.shape[1]
    turned = np.ascontiguousarray(ink[:, ::-1])
    return replace(line, ink=turned, x0=width - reach, x1=width - line.ink.shape[1] + line.x1)


def _marked(line: SetLine, rng: np.random.Generator) -> Ink:
    """Rules, underlines, strokes of pens and stamps across the line."""
    ink = line.ink
    body = line.baseline - line.top
    height, width = ink.shape
    if _chance(rng, 0.07):  # underlined
        y = line.baseline + body * float(rng.uniform(0.08, 0.6))
        x0, x1 = line.x0, line.x1
        if _chance(rng, 0.5):
            x0, x1 = sorted(rng.uniform(line.x0, line.x1, 2))
        _stroke(ink, [(x0, y), (x1, y + float(rng.normal(0, 1)))], body, rng)
    if _chance(rng, 0.10):  # a rule above or below
        for side in (-1, 1):
            if _chance(rng, 0.6):
                y = line.baseline + side * body * float(rng.uniform(0.5, 1.6)) - body * (side < 0)
                _stroke(ink, [(0, y), (width, y + float(rng.normal(0, 1)))], body, rng)
    if _chance(rng, 0.10):  # the sides of a cell, or the margin rule
        beside = body * rng.uniform(0.15, 1, 2)
        for x in (line.x0 - beside[0], line.x1 + beside[1]):
            if _chance(rng, 0.6):
                _stroke(ink, [(x, 0), (x + float(rng.normal(0, 1)), height)], body, rng)
    if _chance(rng, 0.08):
        _scrawled(ink, line, rng)
    return ink


def _scrawled(ink: Ink, line: SetLine, rng: np.random.Generator) -> None:
    """A signature, a tick or the ring of a stamp across the line."""
    body = line.baseline - line.top
    count = int(rng.integers(3, 9))
    start = line.x0 + float(rng.uniform(0, max(1, line.x1 - line.x0)))
    x = start + np.cumsum(rng.normal(0.5, 1.2, count)) * body
    y = line.baseline - body / 2 + np.cumsum(rng.normal(0, 1.2, count)) * body
    _stroke(ink, list(zip(x, y, strict=True)), body, rng, pale=True)


def _stroke(
    ink: Ink,
    points: list[tuple[float, float]],
    body: float,
    rng: np.random.Generator,
    *,
    pale: bool = False,
) -> None:
    """Draws a line through the points."""
    laid = np.zeros(ink.shape, np.uint8)
    pen = max(1, round(body * float(rng.uniform(0.03, 0.12))))
    cv2.polylines(laid, [np.array(points, np.int32)], False, 255, pen, cv2.LINE_AA)
    dark = float(rng.uniform(*((0.2, 0.75) if pale else (0.4, 1.0))))
    np.maximum(ink, laid.astype(np.float32) * (dark / 255), out=ink)


def _struck(ink: Ink, dpi: int, hard: float, rng: np.random.Generator) -> Ink:
    """How the ink came to the sheet: printed, spread, thin, broken, typed."""
    drawn = rng.random()
    if drawn < 0.06:
        return _typed(typewriting.carbon_copy, ink, dpi, rng)
    if drawn < 0.12:
        return _typed(typewriting.worn_ribbon, ink, dpi, rng)
    sigma = float(rng.uniform(0.3, 0.5 + 0.9 * hard)) * dpi / 300
    if drawn < 0.50 and sigma > 0.25:  # spread or eaten away: soft, then cut at another level
        soft = cv2.GaussianBlur(ink, (0, 0), float(np.clip(sigma * 1.4, 0.35, dpi / 160)))
        level = float(rng.uniform(0.33, 0.62))
        ink = np.clip((soft - level) * float(rng.uniform(2.5, 6)) + 0.5, 0, 1).astype(np.float32)
    elif drawn < 0.62:  # thick strokes stay, hairlines one way are lost: metal type, hasty printing
        across, down = (0.25, 1.0) if _chance(rng, 0.5) else (1.0, 0.25)
        soft = cv2.GaussianBlur(ink, (0, 0), across * dpi / 200, sigmaY=down * dpi / 200)
        level = float(rng.uniform(0.36, 0.52))
        ink = np.clip((soft - level) * float(rng.uniform(3, 7)) + 0.5, 0, 1).astype(np.float32)
    if drawn < 0.24:  # letterpress and worn type: uneven, with holes
        cells = [max(2, round(side / (dpi / 25.4 * rng.uniform(0.1, 0.25)))) for side in ink.shape]
        grain = cv2.resize(rng.random(cells, dtype=np.float32), ink.shape[1::-1])
        least = float(rng.uniform(0.0, 0.35)) * (0.4 + hard)
        ink = ink * np.clip((grain - least) * 4 + 0.3, 0, 1)
    return np.asarray(ink, np.float32)


def _typed(how: _Typist, ink: Ink, dpi: int, rng: np.random.Generator) -> Ink:
    sheet = cv2.merge([np.asarray(255 - ink * 220, np.uint8)] * 3)
    grey = cv2.cvtColor(how(np.asarray(sheet, np.uint8), dpi, rng), cv2.COLOR_RGB2GRAY)
    return np.asarray((255 - grey) / np.float32(190), np.float32).clip(0, 1)


def _on_paper(ink: Ink, back: Ink | None, hard: float, rng: np.random.Generator) -> Grey:
    """Faded by place, on paper with stains, with the back showing through."""
    height, width = ink.shape
    fading = hard * float(rng.uniform(0, 0.6))
    field = cv2.resize(rng.random((2, max(2, width // 120)), dtype=np.float32), (width, height))
    strength = 1 - fading * (0.5 + 0.5 * field)
    paper = float(rng.uniform(190 - 60 * hard, 254))
    black = float(rng.uniform(0, 70 + 50 * hard))
    stains = cv2.resize(rng.random((2, max(2, width // 60)), dtype=np.float32), (width, height))
    ground = paper * (1 - hard * float(rng.uniform(0, 0.18)) * stains)
    grey = ground - (ground - black) * ink * strength
    if _chance(rng, 0.07):
        _tinted(grey, paper - black, rng)
    if back is not None:
        through = cv2.GaussianBlur(back, (0, 0), float(rng.uniform(0.8, 2.0)))
        through = cv2.resize(through, (width, height))
        grey = grey - through * (255 * hard * float(rng.uniform(0.05, 0.3)))
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def _tinted(grey: Ink, contrast: float, rng: np.random.Generator) -> None:
    """A cell or a part of the line on tinted ground, as tables and headings have it; in place."""
    height, width = grey.shape
    x0, x1 = sorted(rng.integers(-width // 2, width * 3 // 2, 2).clip(0, width).tolist())
    y0, y1 = sorted(rng.integers(-height // 2, height * 3 // 2, 2).clip(0, height).tolist())
    grey[y0:y1, x0:x1] -= contrast * float(rng.uniform(0.08, 0.35))


def _scanned(grey: Grey, hard: float, rng: np.random.Generator) -> Grey:
    """Blur, noise, specks, and what the scanner wrote: grey, JPEG, or two tones."""
    sigma = float(rng.uniform(0.0, 0.7 + 0.6 * hard))
    if sigma > 0.3:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)
    noise = hard * float(rng.uniform(0, 14))
    if noise > 1:
        field = np.empty(grey.shape, np.int16)
        cv2.setRNGSeed(int(rng.integers(1 << 30)))
        cv2.randn(field, 0, noise)
        grey = np.clip(grey + field, 0, 255).astype(np.uint8)
    for _ in range(int(rng.poisson(2 * hard))):
        at = (int(rng.integers(grey.shape[1])), int(rng.integers(grey.shape[0])))
        cv2.circle(grey, at, int(rng.integers(1, 3)), int(rng.integers(40, 170)), -1, cv2.LINE_AA)
    drawn = rng.random()
    if drawn < 0.30:
        return _two_tone(grey, rng)
    if drawn < 0.62:
        quality = int(rng.integers(35, 92))
        packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return grey


def _two_tone(grey: Grey, rng: np.random.Generator) -> Grey:
    """Black and white by a level between ink and paper."""
    dark, light = (float(v) for v in np.percentile(grey, (2, 85)))
    level = dark + (light - dark) * float(rng.uniform(0.38, 0.72))
    return np.asarray(np.where(grey < level, 0, 255), np.uint8)
