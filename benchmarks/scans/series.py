"""Pages that are almost another page: the same letter to somebody else, the next page of a
register, the same printed form filled in by another hand."""

from __future__ import annotations

import re

import numpy as np

from benchmarks.scans.documents import Desk, Printed
from benchmarks.scans.marks import handwritten
from benchmarks.scans.numbers import LATIN_DIGITS
from benchmarks.scans.sheet import Sheet, Span
from benchmarks.scans.vocabulary import words_of

Changes = dict[int, dict[str, str]]  # row of the sheet → word as it stood → word as it stands

REGISTERS = ("land_record", "annexure", "bill")  # their next page has other rows throughout
_NUMBER = re.compile(r"[0-9०-९]{2}|[0-9०-९].*[0-9०-९]")
_MOST_CHANGES = 3


def changes(sheet: Sheet, kind: str, rng: np.random.Generator) -> Changes:
    """What another page of the series says instead, row by row.

    Args:
        sheet: the page itself, laid out.
        kind: of the page; rows of a register differ throughout, letters in one to three words.
        rng: where the choice comes from.
    """
    places = [
        (row, word)
        for row, line in enumerate(sheet.lines)
        for word in dict.fromkeys(line.text.split())
        if _NUMBER.search(word) or word.strip("(),") in _names()
    ]
    count = len(places) if kind in REGISTERS else int(rng.integers(1, _MOST_CHANGES + 1))
    chosen = rng.permutation(len(places))[:count]
    changed: Changes = {}
    for index in sorted(chosen):
        row, word = places[int(index)]
        changed.setdefault(row, {})[word] = _another(word, rng)
    return changed


def _names() -> frozenset[str]:
    people = (*words_of("hi")["persons"], *words_of("en")["persons"])
    return frozenset(part for name in people for part in name.split())


def _another(word: str, rng: np.random.Generator) -> str:
    """Another number of the same length, another name of the same script."""
    core = word.strip("(),")
    if core in _names():
        same = [name for name in sorted(_names()) if name.isascii() == core.isascii()]
        return word.replace(core, str(rng.choice([name for name in same if name != core])))
    digits = [place for place, sign in enumerate(word) if sign.isdigit()]
    signs = list(word)
    for place in rng.permutation(digits)[: int(rng.integers(1, 4))]:
        value = int(signs[place].translate(LATIN_DIGITS))
        zero = ord(signs[place]) - value
        signs[place] = chr(zero + (value + int(rng.integers(1, 10))) % 10)
    return "".join(signs)


def empty_form(desk: Desk) -> Printed:
    """A printed form that nobody has filled in: labels, dotted leaders, a ruled table."""
    _form(desk)
    return Printed("correspondence")


def filled_form(desk: Desk) -> Printed:
    """The same with handwriting on the lines."""
    tops = _form(desk)
    desk.sheet.left += desk.sheet.px(50)
    for top in tops:
        desk.sheet.y = top
        handwritten(desk.sheet, 1, desk.clerk.hand)
    return Printed("correspondence")


def _form(desk: Desk) -> list[int]:
    """Print the form; returns where its lines are to be filled in, pixels from the top."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    title = style.but(bold=True, size_pt=style.size_pt + 2)
    sheet.line(desk.say("प्रपत्र-", "FORM ") + str(clerk.rng.integers(1, 90)), style, "right")
    sheet.line(clerk.pick("requests")[:60], title, "centre")
    sheet.skip(5)
    labels = desk.say(
        "आवेदक का नाम|पिता/पति का नाम|ग्राम|तहसील|खसरा क्रमांक|रकबा|मांग का विवरण|दिनांक",
        "Name of applicant|Father or husband|Village|Tehsil|Khasra No.|Area|Particulars|Date",
    ).split("|")
    tops = []
    for label in (labels[int(place)] for place in clerk.rng.permutation(len(labels))):
        tops.append(sheet.y - sheet.px(2))
        start = sheet.left + sheet.px(52)
        sheet.row([(label, sheet.body), ("." * 70, Span(start, sheet.right))], style)
        sheet.skip(9)
    rows = [sheet.y + sheet.px(9 * row) for row in range(int(clerk.rng.integers(4, 8)))]
    edges = np.linspace(sheet.left, sheet.right, int(clerk.rng.integers(4, 7)))
    sheet.grid([int(edge) for edge in edges], rows)
    sheet.y = rows[-1]
    return tops
