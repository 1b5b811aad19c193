"""Undeclared files whose sides are to be told: which pages they have, in which order.

A file has its own papers, scanner, pages numbered or not, note paper ruled or not, and its own
order: notes first, letters first, or both as they came. So no single sign tells the sides of
all files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from benchmarks.scans.maker import Ageing, PageOptions, Paper
from benchmarks.scans.options import Numbering
from benchmarks.scans.pages import Place
from benchmarks.scans.vocabulary import Matter, draw_matter

Choice = TypeVar("Choice")
DPI = 200
SCANNERS = ("colour", "grey", "bilevel")
_SCANNERS = (0.5, 0.25, 0.25)
_NOTE_PAPERS = {
    Paper.GREEN: 0.35, Paper.FADED_GREEN: 0.2, Paper.WHITE: 0.2, Paper.LEDGER: 0.15,
    Paper.YELLOWED: 0.1,
}  # fmt: skip
_LETTER_PAPERS = {
    Paper.WHITE: 0.5, Paper.CREAM: 0.2, Paper.YELLOWED: 0.2, Paper.GREEN: 0.05,
    Paper.FADED_GREEN: 0.05,
}  # fmt: skip
_NUMBERINGS = {Numbering.NOTES: 0.3, Numbering.BOTH: 0.2, Numbering.NONE: 0.5}
_LETTERS = {
    "letter": 26, "order": 9, "circular": 7, "memorandum": 7, "notification": 6, "report": 5,
    "annexure": 9, "application": 6, "endorsement": 5, "bill": 6, "land_record": 5,
    "hand_letter": 4, "marked_letter": 5,
}  # fmt: skip
_ORDERS = ("notes first", "letters first", "as they came")
_AGEINGS = {Ageing.LIGHT: 0.2, Ageing.OFFICE: 0.55, Ageing.HARD: 0.25}
_BACKS, _SEPARATED, _COVERED = 0.08, 0.35, 0.7


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page to be made; ``serial`` counts the pages of its side."""

    kind: str
    side: str
    seed: int
    place: Place
    options: PageOptions


@dataclass(frozen=True, slots=True)
class UndeclaredFile:
    """One file to come."""

    seed: int
    scanner: str
    order: str
    note_paper: Paper
    pages: tuple[FilePage, ...]


@dataclass(frozen=True, slots=True)
class _Habits:
    """What all pages of a file have in common."""

    matter: Matter
    face: str
    note: PageOptions
    letter: PageOptions


def planned_file(
    seed: int, faces: Sequence[str], scans: tuple[int, int] = (5, 30)
) -> UndeclaredFile:
    """The file of that seed; the same arguments give the same file."""
    rng = np.random.default_rng((seed, 51))
    scanner = str(rng.choice(SCANNERS, p=_SCANNERS))
    habits = _habits(rng, faces)
    order = str(rng.choice(_ORDERS, p=[0.5, 0.25, 0.25]))
    # Most files are short, few are long.
    count = round(scans[0] + (scans[1] - scans[0]) * float(rng.beta(1.1, 2.0)))
    kinds = _kinds(rng, order, count)
    return UndeclaredFile(seed, scanner, order, habits.note.paper, _pages(rng, kinds, habits))


def _habits(rng: np.random.Generator, faces: Sequence[str]) -> _Habits:
    matter = draw_matter(rng, None)
    common = PageOptions(
        dpi=DPI,
        ageing=_drawn(rng, _AGEINGS),
        numbering=_drawn(rng, _NUMBERINGS),
        max_skew_deg=4.0,
    )
    note = replace(
        common,
        paper=_drawn(rng, _NOTE_PAPERS),
        ruled=bool(rng.random() < 0.7),
        left_mm=float(rng.choice([26.0, 36.0, 44.0, 50.0])),
        handwriting=float(rng.choice([0.0, 0.15, 0.4])),
    )
    letter = replace(
        common,
        paper=_drawn(rng, _LETTER_PAPERS),
        left_mm=float(rng.choice([20.0, 25.0, 30.0, 38.0])),
    )
    return _Habits(matter, str(rng.choice(list(faces))), note, letter)


def _kinds(rng: np.random.Generator, order: str, count: int) -> list[str]:
    """The pages' kinds, in the order in which they were scanned."""
    covered, separated = rng.random() < _COVERED, rng.random() < _SEPARATED
    left = max(2, count - int(covered) - int(separated))
    notes = int(np.clip(round(left * float(rng.uniform(0.15, 0.6))), 1, left - 1))
    hand = float(rng.choice([0.0, 0.3, 0.8]))
    noting = ["hand_note" if rng.random() < hand else "note_sheet" for _ in range(notes)]
    names, shares = list(_LETTERS), np.array(list(_LETTERS.values()), np.float64)
    letters = [str(k) for k in rng.choice(names, left - notes, p=shares / shares.sum())]
    if order == "as they came":
        kinds = _shuffled(rng, noting, letters)
    else:
        first, second = (noting, letters) if order == "notes first" else (letters, noting)
        kinds = [*first, *(["separator"] if separated else []), *second]
    return [*(["cover"] if covered else []), *kinds]


def _shuffled(rng: np.random.Generator, noting: list[str], letters: list[str]) -> list[str]:
    """Both sides in runs of one to four pages, each in its own order."""
    queues, kinds = [list(noting), list(letters)], []
    turn = int(rng.integers(2))
    while any(queues):
        run = int(rng.integers(1, 5))
        kinds += queues[turn][:run]
        del queues[turn][:run]
        turn = 1 - turn
    return kinds


def _pages(rng: np.random.Generator, kinds: Sequence[str], habits: _Habits) -> tuple[FilePage, ...]:
    pages: list[FilePage] = []
    serials = {"noting": 0, "correspondence": 0}
    for kind in kinds:
        side = side_of_kind(kind)
        if side in serials:
            serials[side] += 1
        options = habits.note if side == "noting" else habits.letter
        seed = int(rng.integers(2**31))
        own = side != "correspondence" or serials[side] == 1 or rng.random() < 0.6
        place = Place(habits.matter, habits.face, max(1, serials.get(side, 1)), own)
        pages.append(FilePage(kind, side, seed, place, options))
        if side in serials and rng.random() < _BACKS:
            back = Place(habits.matter, habits.face, 1, back_of=(kind, seed))
            pages.append(FilePage("blank", "blank", int(rng.integers(2**31)), back, options))
    return tuple(pages)


def side_of_kind(kind: str) -> str:
    """The side that pages of that kind belong to."""
    known = {"note_sheet": "noting", "hand_note": "noting", "cover": "cover", "blank": "blank"}
    return known.get(kind, "separator" if kind == "separator" else "correspondence")


def _drawn(rng: np.random.Generator, weights: Mapping[Choice, float]) -> Choice:
    shares = np.array(list(weights.values()), np.float64)
    return list(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]
