"""Error rates of a network on lines, made or real."""

from __future__ import annotations

from pathlib import Path

import torch
from rapidfuzz.distance import Levenshtein
from torch import nn

from benchmarks.line_crops import real_crops
from ocr.line_image import band_image, body_rows
from training.alphabet import BLANK, plain, text_of
from training.batches import batch_of
from training.lines import MadeLine


def real_lines(folder: Path) -> dict[str, list[MadeLine]]:
    """Scanned lines with their texts (``NAME.png``, ``NAME.gt.txt``), by the start of the name."""
    return {
        name: [
            MadeLine(
                band_image(crop.image, 0, crop.image.shape[1], body_rows(crop.image)),
                plain(crop.text),
                [1],
            )
            for crop in crops
        ]
        for name, crops in real_crops(folder).items()
    }


def error_rate(network: nn.Module, lines: list[MadeLine]) -> float:
    """Edits per sign of the truth, read greedily."""
    texts = read(network, lines)
    wrong = sum(
        Levenshtein.distance(text, line.text) for line, text in zip(lines, texts, strict=True)
    )
    return wrong / max(1, sum(len(line.text) for line in lines))


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
