"""Pieces of ink and what they may be: writing, drawing, dust, crease, punch hole, sheet edge."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ocr.page import GrayImage
from ocr.pieces import pieces_of

FAINT = 0.20  # mean darkness below which a mark may be a crease or print from the back

_FOLD_MM, _FOLD_SLOPE = 25.0, 0.08  # what can be seen of a fold in all; 4.5 degrees off level
_ASLANT = 0.2  # 11 degrees: a fold on a sheet that lies askew
_MOST_FOLDED = 1500  # pieces that are looked at in pairs; more are print of the other side

Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """Connected pieces of ink. All arrays have one entry a piece, in pixels of the look.

    Attributes:
        label: its number in the label image.
        x, y, width, height: box.
        area: pixels of ink.
        contrast: mean darkness against the paper, 0..1.
    """

    label: NDArray[np.int32]
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    width: NDArray[np.int32]
    height: NDArray[np.int32]
    area: NDArray[np.int32]
    contrast: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.label)

    def where(self, chosen: Chosen) -> Marks:
        """Those of the marks for which ``chosen`` holds."""
        return Marks(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def short(self) -> NDArray[np.int32]:
        """The smaller extent of each mark."""
        return np.minimum(self.width, self.height)

    @property
    def long(self) -> NDArray[np.int32]:
        """The larger extent of each mark."""
        return np.maximum(self.width, self.height)

    @property
    def ink(self) -> int:
        """Pixels of ink in all."""
        return int(self.area.sum())


def marks_on(contrast: GrayImage, threshold: float) -> tuple[Marks, NDArray[np.int32]]:
    """Every connected piece darker than ``threshold``, and the image of their numbers.

    Args:
        contrast: darkness against the paper, 0..255.
        threshold: share of full darkness, 0..1.
    """
    ink = contrast > round(threshold * 255)
    labels, boxes = pieces_of(ink.view(np.uint8))
    count = len(boxes)
    places = np.flatnonzero(ink)
    sums = np.bincount(labels.ravel()[places], contrast.ravel()[places], minlength=count)
    x, y, width, height, area = boxes.T
    numbers = np.arange(count, dtype=np.int32)
    marks = Marks(numbers, x, y, width, height, area, sums / np.maximum(area, 1) / 255)
    return marks.where(numbers > 0), labels


def ink_of_the_page(marks: Marks, px_per_mm: float, size: tuple[int, int]) -> Chosen:
    """Which marks somebody made: neither dust nor crease, punch hole or edge of the sheet.

    Args:
        marks: all pieces on the page.
        px_per_mm: look pixels a millimetre.
        size: width and height of the look.
    """
    mm = px_per_mm
    faint = marks.contrast < FAINT
    dust = marks.long < np.where(faint, 1.8, 1.1) * mm
    # Two specks that touch are still smaller than the smallest digit.
    dust |= (marks.long < 1.5 * mm) & (marks.area < 0.9 * mm**2)
    crease = creases(marks, mm)
    # A punch hole is a dark disk of 5 to 7 mm; a disk fills pi/4 of its box.
    fill = marks.area / (marks.width * marks.height)
    round_ = (fill > 0.7) & (marks.long < 1.25 * marks.short)
    hole = round_ & (marks.short > 4 * mm) & (marks.long < 9 * mm)
    return np.logical_not(dust | crease | hole | _at_the_edge(marks, mm, size))


def creases(marks: Marks, px_per_mm: float) -> Chosen:
    """Which marks are a fold of the sheet: a pale thin line, often broken into pieces."""
    mm, thickness = px_per_mm, _thickness(marks)
    straight = np.hypot(marks.width, marks.height) > 7 * thickness
    flat = marks.long >= 2.5 * marks.short
    # A tick runs aslant; what is seen of a fold lies nearly along the sheet.
    along = marks.short <= _ASLANT * marks.long + 1.3 * mm
    thin = (marks.contrast < FAINT) & (thickness < mm) & (straight | flat)
    return _in_a_fold(marks, thin & along, mm)


def looks_written(marks: Marks, px_per_mm: float) -> Chosen:
    """Which of the page's marks may be letters or words: no rule, frame, picture or blot."""
    mm = px_per_mm
    huge = marks.long > 60 * mm
    rule = (_thickness(marks) < 0.8 * mm) & (marks.long > 12 * mm)
    fill = marks.area / (marks.width * marks.height)
    # Bold words that hang from one headline fill their box to two thirds.
    blot = ((fill > 0.75) & (marks.short > 4 * mm)) | ((fill > 0.6) & (marks.short > 9 * mm))
    return np.logical_not(huge | rule | blot)


def _in_a_fold(marks: Marks, pieces: Chosen, mm: float) -> Chosen:
    """Those of the ``pieces`` that lie with others in one long line across the sheet.

    A fold goes on; a lone pale stroke is a tick, a danda or a digit written with a pencil.
    """
    places = np.flatnonzero(pieces)
    if not 0 < len(places) <= _MOST_FOLDED:
        return pieces
    few = marks.where(pieces)
    x, y = few.x + few.width / 2, few.y + few.height / 2
    aside, away = np.abs(x[:, None] - x), np.abs(y[:, None] - y)
    across = (away <= _FOLD_SLOPE * aside + mm) @ few.width.astype(np.float64)
    down = (aside <= _FOLD_SLOPE * away + mm) @ few.height.astype(np.float64)
    folded = np.zeros_like(pieces)
    folded[places] = np.maximum(across, down) >= _FOLD_MM * mm
    return folded


def _thickness(marks: Marks) -> NDArray[np.float64]:
    """Width of the stroke if the mark were one straight stroke."""
    return np.asarray(marks.area / np.hypot(marks.width, marks.height))


def _at_the_edge(marks: Marks, mm: float, size: tuple[int, int]) -> Chosen:
    """Thin marks along the border of the scan: where sheet and lid meet."""
    width, height = size
    right, bottom = width - marks.x - marks.width, height - marks.y - marks.height
    aside, away = np.minimum(marks.x, right), np.minimum(marks.y, bottom)
    tall, wide = marks.height > 2 * marks.width, marks.width > 2 * marks.height
    thin = ((aside + marks.width < 2.5 * mm) & tall) | ((away + marks.height < 2.5 * mm) & wide)
    # Slivers of the dark lid where the sheet lies askew; two may meet in a corner.
    at_border = (np.minimum(aside, away) < 2 * mm) & (marks.contrast > 0.5)
    sliver = marks.area / (marks.width + marks.height) < 2 * mm
    wedge = at_border & sliver & (marks.long > 10 * mm)
    return np.asarray(thin | wedge)
