"""Registers full of look-alike numbers, and files read off them with the slips readers make."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA

from benchmarks.scans.numbers import LATIN_DIGITS
from benchmarks.scans.vocabulary import COLLECTORATE, draw_matter, words_of
from classify.departments import declared_code
from classify.reading import CONTESTED
from classify.rulebook import Rules

LOOK_ALIKES = 0.6
NOT_THERE = 0.10
SECOND_ERRS, SECOND_AS_FIRST, SECOND_RIGHT = 0.04, 0.35, 0.45
"""Chances of the second reader: wrong where the first is right; of its slips the same, none."""
_MOST_SLIPS = 4
HEADINGS = ["Computer Number", "File Number", "Subject", "Department", "Opened Date"]
LIKE = {
    **{"1": "74", "7": "12", "0": "869", "8": "036", "3": "8529"},
    **{"5": "63", "6": "850", "9": "407", "4": "19", "2": "37"},
}
FIRST = [
    "राम",
    "श्याम",
    "गीता",
    "अब्दुल",
    "सुरेश",
    "महेश",
    "दिनेश",
    "कमला",
    "राधा",
    "मोहन",
    "विनोद",
    "अनिल",
    "सीता",
    "प्रकाश",
    "हरि",
    "रमेश",
    "उमा",
    "किशोर",
    "लक्ष्मी",
    "गणेश",
]
MIDDLE = ("", " लाल", " कुमार", "दास")
LAST = [
    "तिवारी",
    "पटेल",
    "खान",
    "यादव",
    "सिंह",
    "शर्मा",
    "वर्मा",
    "कुशवाहा",
    "लोधी",
    "मिश्रा",
    "गोंड",
    "साहू",
    "जैन",
    "राय",
    "चौधरी",
    "दुबे",
    "कोरी",
    "बर्मन",
    "पाठक",
    "ठाकुर",
]
VILLAGE_ENDS = ["कलां", "खुर्द", "टोला", "माल", "रैयत", "बुजुर्ग", "डोंगरी", "घाट", "पुर", "गाँव"]
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(19|20)(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """One e-file of the made register."""

    computer_number: str
    number: str
    subject: str
    department: str
    opened: dt.date


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file; ``truth`` is None where the register does not have it."""

    truth: str | None
    kind: str
    metadata: dict[str, dict[str, Any]]


def made_rows(rng: np.random.Generator, count: int) -> Iterator[Row]:
    """``count`` rows; most are followed by look-alikes of their number with other matters."""
    used: set[str] = set()
    base = ""
    while len(used) < count:
        matter = draw_matter(rng, None)
        if base and rng.random() < LOOK_ALIKES:
            number = look_alike(rng, base)
        else:
            number = base = matter.number.number.translate(LATIN_DIGITS)
        if number in used:
            continue
        used.add(number)
        at_home = matter.department_code == COLLECTORATE
        department = "राजस्व विभाग" if at_home else matter.department
        subject = _subject(rng, matter.subject, matter.words)
        yield Row(str(200_000 + len(used)), number, subject, department, matter.date)


def _subject(rng: np.random.Generator, subject: str, language: str) -> str:
    """Half of the Hindi subjects name a person or village that few others name."""
    if language == "en" or rng.random() < 0.5:
        return subject
    if rng.random() < 0.5:
        person = f"{rng.choice(FIRST)}{rng.choice(MIDDLE)} {rng.choice(LAST)}"
        return f"{subject} आवेदक {person}"
    village = f"{rng.choice(words_of('hi')['villages'])}{rng.choice(VILLAGE_ENDS)}"
    return f"{subject} ग्राम {village} {rng.integers(1, 60)}"


def look_alike(rng: np.random.Generator, number: str) -> str:
    """Another number that differs in a digit, two swapped digits, year, head or department."""
    way = rng.random()
    if way < 0.45:
        return _changed(number, _place(rng, number), str(rng.integers(1, 10)))
    if way < 0.6:
        return _swapped(rng, number)
    if way < 0.8 and (year := _YEAR.search(number)):
        other = int(year.group()) + int(rng.choice([-2, -1, 1, 2, 10]))
        return f"{number[: year.start()]}{other}{number[year.end() :]}"
    if "/अ-" in number:
        return re.sub(r"अ-\d+", f"अ-{rng.choice([3, 6, 19, 27, 68])}", number)
    return re.sub(r"\d+$", str(rng.integers(1, 40)), number)


def slip(rng: np.random.Generator, number: str) -> str:
    """``number`` with one slip of a reader: half of them a digit taken for its look-alike."""
    at, way = _place(rng, number), rng.random()
    ones = [m.start() for m in re.finditer("1", number)]
    if way < 0.5:
        return _changed(number, at, str(rng.choice(list(LIKE[number[at]]))))
    if way < 0.7 and ones:
        return _changed(number, int(rng.choice(ones)), "")
    if way < 0.8:
        return _changed(number, at, str(rng.integers(0, 10)))
    if way < 0.88:
        return _changed(number, at, "")
    if way < 0.94:
        return _changed(number, at, f"{rng.integers(0, 10)}{number[at]}")
    return _swapped(rng, number)


def _place(rng: np.random.Generator, number: str) -> int:
    return int(rng.choice([match.start() for match in _DIGIT.finditer(number)]))


def _changed(number: str, at: int, to: str) -> str:
    return number[:at] + to + number[at + 1 :]


def _swapped(rng: np.random.Generator, number: str) -> str:
    pairs = [match.start() for match in re.finditer(r"(?=\d\d)", number)]
    if not pairs:
        return _changed(number, _place(rng, number), "7")
    at = int(rng.choice(pairs))
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def noisy(rng: np.random.Generator, text: str, share: float) -> str:
    """``text`` with ``share`` of its signs lost, doubled or taken for another."""
    letters = list(text.replace(" ", ""))
    signs: list[str] = []
    for sign in text:
        way = rng.random() / share if share else 2.0
        if way >= 1:
            signs.append(sign)
        elif way < 0.6:
            signs.append(str(rng.choice(letters)))
        elif way < 0.7:
            signs += [sign, sign]
    return "".join(signs)


def read_off(rng: np.random.Generator, row: Row, other: Row, rules: Rules) -> Reading:
    """What a reader makes of the file ``row``; ``other`` lends what is read by mistake."""
    kind, number, sure = _number_read(rng, row.number, other.number)
    metadata: dict[str, dict[str, Any]] = {}
    if number:
        key = rules.numbers.canonical(number)
        again = rules.numbers.canonical(_read_again(rng, row.number, number))
        metadata["file_number"] = {"canonical": key, "confidence": sure, "rule": "made"}
        if again != key:
            doubted = {"confidence": min(sure, CONTESTED), "others": [again]}
            metadata["file_number"] |= doubted
        if key == rules.numbers.canonical(row.number):
            kind = "number right"
    if rng.random() > 0.05:
        words = row.subject.split()
        if rng.random() < 0.08:
            words = words[: max(3, len(words) // 2)]
        share = float(rng.choice([0.0, 0.03, 0.08], p=[0.3, 0.5, 0.2]))
        metadata["subject"] = {"value": noisy(rng, " ".join(words), share)}
    if rng.random() < 0.7:
        named = row.department if rng.random() < 0.97 else other.department
        metadata["department"] = {"canonical": declared_code(named, rules.gazetteer)}
    year = row.opened.year + int(rng.integers(0, 4)) if rng.random() < 0.9 else 1950
    metadata["date"] = {"value": f"{year}-05-01"}
    return Reading(row.computer_number, kind, metadata)


def _number_read(rng: np.random.Generator, number: str, others: str) -> tuple[str, str, float]:
    """What kind of reading it is, the number as read, and how sure the reader is."""
    way, sure = rng.random(), float(rng.beta(9, 2))
    if way > 0.98:
        return "number of another file", others, sure
    if way > 0.95:
        return "no number", "", 0.0
    if way > 0.92:
        return "two slips", slip(rng, slip(rng, number)), sure * 0.85
    if way > 0.80:
        return "one slip", slip(rng, number), sure * 0.9
    return "number right", number, sure


def _read_again(rng: np.random.Generator, true: str, read: str) -> str:
    """What the second reader has: right where the first erred more often than not, seldom wrong.

    A number that is another file's was read right, there is only the wrong one on the page.
    """
    if OSA.distance(true, read) > _MOST_SLIPS:
        return read
    if read == true:
        return slip(rng, true) if rng.random() < SECOND_ERRS else true
    way = rng.random()
    if way < SECOND_AS_FIRST:
        return read
    return true if way < SECOND_AS_FIRST + SECOND_RIGHT else slip(rng, true)


def readings(
    rows: Sequence[Row], missing: Sequence[Row], rng: np.random.Generator, rules: Rules
) -> Iterator[Reading]:
    """Files as they were read, without end; one in ten is of ``missing``."""
    while True:
        absent = rng.random() < NOT_THERE
        pool = missing if absent else rows
        row, other = pool[int(rng.integers(len(pool)))], rows[int(rng.integers(len(rows)))]
        read = read_off(rng, row, other, rules)
        yield replace(read, truth=None, kind="not in the register") if absent else read


def write_table(rows: Iterable[Row], path: Path) -> None:
    """The register as eOffice would export it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(map(_cells, rows))


def write_workbook(rows: Iterable[Row], path: Path) -> None:
    """The same as XLSX."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("e-files")
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(_cells(row))
    book.save(path)


def _cells(row: Row) -> list[str]:
    return [row.computer_number, row.number, row.subject, row.department, row.opened.isoformat()]
