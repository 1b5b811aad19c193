"""Where there is writing that nobody can search for, and why it was not read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr.coverage import TextInk
from ocr.line_finder import InkLine
from ocr.marks import FAINT
from ocr.page import Box, Line, Unread, UnreadReason
from ocr.tsv import around

_COVERED = 0.5  # share of a line's ink in word boxes
_LEAST_INK = 0.3  # a digit, in squares of the height of small letters
_NARROWEST = 0.6  # heights of small letters
_STRETCH = 2.0  # the same: shorter stretches of a line are rims of its words
_WORD_GAP = 1.0  # the same
_SMALL_PX = 8.0  # smaller letters cannot be read
MOST_PLACES = 50  # told in a page's reason; ALTO holds them all
_MUCH = 80.0  # squares of the height of small letters: two signatures
_APART = 1.5  # heights of small letters: nearer places are one


def lost_lines(
    ink: TextInk, seen: tuple[InkLine, ...], read: tuple[Line, ...]
) -> tuple[InkLine, ...]:
    """The lines of the ink, and stretches of them, that no word covers; most ink first.

    Args:
        ink: the text-like ink of the page as shown.
        seen: its lines.
        read: what was recognised.
    """
    covered = ink.covered_by(read)
    lost = []
    for line in seen:
        if line.ink < _LEAST_INK * ink.body_px**2 or line.box.width < _NARROWEST * line.body_px:
            continue
        x0, x1 = (int(edge * ink.scale_x) for edge in (line.box.x0, line.box.x1))
        y0, y1 = (int(edge * ink.scale_y) for edge in (line.box.y0, line.box.y1))
        inked = ink.mask[y0 : y1 + 1, x0 : x1 + 1] > 0
        open_ = inked & (covered[y0 : y1 + 1, x0 : x1 + 1] == 0)
        if open_.sum() > (1 - _COVERED) * inked.sum():
            lost.append(line)
        else:
            lost += [_stretch(line, x0, run, ink) for run in _runs(open_, ink.body_px)]
    return tuple(sorted(lost, key=lambda line: (-line.ink, line.box)))


def _runs(open_: NDArray[np.bool_], body_px: float) -> list[tuple[int, int, int]]:
    """First and last column and ink of the wider stretches of a line that no word covers."""
    ink = open_.sum(axis=0)
    columns = np.flatnonzero(ink)
    parts = np.split(columns, np.flatnonzero(np.diff(columns) > _WORD_GAP * body_px) + 1)
    return [
        (int(part[0]), int(part[-1]), int(ink[part].sum()))
        for part in parts
        if len(part) and part[-1] - part[0] >= _STRETCH * body_px
    ]


def _stretch(line: InkLine, x0: int, run: tuple[int, int, int], ink: TextInk) -> InkLine:
    first, last, inked = run
    left, right = int((x0 + first) / ink.scale_x), round((x0 + last + 1) / ink.scale_x)
    return replace(line, box=line.box._replace(x0=left, x1=right), ink=inked)


def unread_places(
    strokes: tuple[Line, ...], lost: tuple[InkLine, ...], *, strength: float, body_px: float
) -> tuple[Unread, ...]:
    """The places, from the top; what stands close together is one place.

    Args:
        strokes: lines that were read where no print is.
        lost: lines of the ink that were not read.
        strength: darkness of the page's own ink, 0..1.
        body_px: height of small letters, pixels of the page.
    """
    places = [Unread(line.box, UnreadReason.HANDWRITING) for line in strokes]
    for line in lost:
        if not any(_touch(line.box, place.box) for place in places):
            places.append(Unread(line.box, _why(line, strength)))
    return tuple(
        sorted(_grown_together(places, round(_APART * body_px)), key=lambda p: p.box[1::-1])
    )


def much_unread(places: tuple[Unread, ...], *, body_px: float) -> bool:
    """True when more is unread than a signature and what a seal leaves.

    Args:
        places: what is unread.
        body_px: height of small letters, pixels of the page.
    """
    area = sum(place.box.width * place.box.height for place in places)
    return area > _MUCH * body_px**2


def _why(line: InkLine, strength: float) -> UnreadReason:
    if strength < FAINT:
        return UnreadReason.FAINT
    return UnreadReason.SMALL if line.body_px < _SMALL_PX else UnreadReason.UNLIKE_PRINT


def _grown_together(places: list[Unread], reach: int) -> list[Unread]:
    grown: list[Unread] = []
    for place in places:
        box = place.box
        while near := [
            other
            for other in grown
            if other.reason == place.reason and _touch(_wider(box, reach), other.box)
        ]:
            box = around([box, *(other.box for other in near)])
            grown = [other for other in grown if other not in near]
        grown.append(Unread(box, place.reason))
    return grown


def _wider(box: Box, by: int) -> Box:
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _touch(one: Box, other: Box) -> bool:
    beside = min(one.x1, other.x1) > max(one.x0, other.x0)
    return beside and min(one.y1, other.y1) > max(one.y0, other.y0)
