"""Error rates of a network on lines, made or real."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from rapidfuzz.distance import Levenshtein
from torch import nn

from ocr.line_image import band_image, body_rows
from training.alphabet import BLANK, plain, text_of
from training.batches import batch_of
from training.lines import MadeLine


def real_lines(folder: Path) -> dict[str, list[MadeLine]]:
    """Scanned lines with their texts (``NAME.png``, ``NAME.gt.txt``), by the start of the name."""
    found: dict[str, list[MadeLine]] = {}
    for path in sorted(folder.glob("*.png")):
        text = plain(path.with_name(f"{path.stem}.gt.txt").read_text(encoding="utf-8"))
        if not text:
            continue
        with Image.open(path) as opened:
            grey = levelled(np.asarray(opened.convert("L"), np.uint8))
        image = band_image(grey, 0, grey.shape[1], body_rows(grey))
        found.setdefault(path.stem.split("_")[0], []).append(MadeLine(image, text, [1]))
    return found


def levelled(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A crop of one line without its skew, as pages are levelled before they are read."""
    height, width = grey.shape
    paper = float(np.percentile(grey, 80))

    def turned(angle_deg: float) -> NDArray[np.uint8]:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
        flags = {"flags": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_CONSTANT}
        made = cv2.warpAffine(grey, matrix, (width, height), borderValue=paper, **flags)
        return np.asarray(made, np.uint8)

    def sharpness(angle_deg: float) -> float:
        return float(np.square(np.diff(turned(angle_deg).mean(axis=1))).sum())

    best = max(np.arange(-3.0, 3.01, 0.25), key=sharpness)
    return turned(float(best)) if abs(best) >= 0.25 else grey


def error_rate(network: nn.Module, lines: list[MadeLine], *, show: int = 0) -> float:
    """Edits per sign of the truth, read greedily; prints the ``show`` worst lines."""
    wrong, signs, seen = 0, 0, []
    for line, text in zip(lines, read(network, lines), strict=True):
        edits = Levenshtein.distance(text, line.text)
        wrong, signs = wrong + edits, signs + len(line.text)
        seen.append((edits, line.text, text))
    for edits, truth, text in sorted(seen, reverse=True)[:show]:
        print(f"{edits:3} {truth}\n    {text}")
    return wrong / max(1, signs)


def read(network: nn.Module, lines: list[MadeLine]) -> list[str]:
    """What the network reads, sixteen lines of like width at a time."""
    network.eval()
    order = sorted(range(len(lines)), key=lambda number: lines[number].image.shape[1])
    texts = [""] * len(lines)
    with torch.no_grad():
        for start in range(0, len(order), 16):
            chosen = order[start : start + 16]
            batch = batch_of([lines[number] for number in chosen])
            best = network(batch.images.float() / 255).argmax(2).T.tolist()
            for number, row, width in zip(chosen, best, batch.widths.tolist(), strict=True):
                texts[number] = greedy(row[: -(-int(width) // 4)])
    return texts


def greedy(steps: list[int]) -> str:
    """The text of the likeliest class of each step."""
    kept = [
        c for before, c in zip([BLANK, *steps], steps, strict=False) if c not in (before, BLANK)
    ]
    return plain(text_of(kept))
