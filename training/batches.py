"""Made lines as batches of about the same width, from processes of their own, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ocr.line_image import HEIGHT_PX
from training.lines import LineMaker, MadeLine

TIMES = 2  # each pool is learnt from, in another order and other shades; making it costs as much
POOL = 1024  # lines that are made, sorted by width and cut into batches together


@dataclass(frozen=True, slots=True)
class Batch:
    """Attributes:
    images: (lines, 1, HEIGHT_PX, width) uint8, 255 ink, nothing right of each line.
    widths: of each line, pixels.
    classes: of all lines, one after the other.
    lengths: how many classes belong to each line.
    pool: number of the pool that it comes from.
    """

    images: Tensor
    widths: Tensor
    classes: Tensor
    lengths: Tensor
    pool: int


class MadeBatches(IterableDataset[Batch]):
    """Batches without end, from pool ``first`` on."""

    def __init__(self, maker: Callable[[], LineMaker], first: int, width_px: int):
        """``width_px``: sum of the widths of a batch's lines, padding counted."""
        self._maker, self._first, self._width = maker, first, width_px

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        maker, worker = self._maker(), get_worker_info()
        step, offset = (worker.num_workers, worker.id) if worker else (1, 0)
        pool = self._first + offset
        while True:
            lines = [maker.make(number) for number in range(pool * POOL, (pool + 1) * POOL)]
            yield from _batches(lines, self._width, pool)
            pool += step


def _batches(lines: list[MadeLine], width_px: int, pool: int) -> list[Batch]:
    """The pool's lines in batches of like widths, in an order that only the pool decides."""
    lines = sorted(lines, key=lambda line: line.image.shape[1])
    groups: list[list[MadeLine]] = [[]]
    for line in lines:
        if groups[-1] and line.image.shape[1] * (len(groups[-1]) + 1) > width_px:
            groups.append([])
        groups[-1].append(line)
    rng = np.random.default_rng(pool)
    order = [int(n) for _ in range(TIMES) for n in rng.permutation(len(groups))]
    return [batch_of(groups[number], pool) for number in order]


def batch_of(lines: list[MadeLine], pool: int = 0) -> Batch:
    """The lines side by side, the shorter ones with paper after them."""
    widths = [line.image.shape[1] for line in lines]
    images = np.zeros((len(lines), 1, HEIGHT_PX, max(widths)), np.uint8)
    for row, line in enumerate(lines):
        images[row, 0, :, : line.image.shape[1]] = line.image
    classes = torch.tensor([number for line in lines for number in line.classes])
    lengths = torch.tensor([len(line.classes) for line in lines])
    return Batch(torch.from_numpy(images), torch.tensor(widths), classes, lengths, pool)
