"""How offices write that keep to no form, and the files that they leave.

A file of the plain kind has one number in one writing on every page. Record rooms hold others:
letters of other offices with numbers of their own, numbers that are only cited, years of two
digits, stray spaces, numbers broken over lines, files without a cover or with nothing but notes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np

from benchmarks.scans.numbers import ENGLISH_MONTHS, HINDI_MONTHS, FileNumber, ordinal


@dataclass(frozen=True, slots=True)
class Habits:
    """What an office does in a file; the habits of ``PLAIN`` change nothing.

    Args:
        varied: numbers, labels and dates in more forms than one; the traps below.
        short_years: years of two digits, in dates and in the number.
        spaced: share of numbers printed with spaces around their signs.
        broken: share of numbers that go on in the next line.
        cited: most numbers of other papers that one letter or note cites.
    """

    varied: bool = False
    short_years: bool = False
    spaced: float = 0.0
    broken: float = 0.0
    cited: int = 0


PLAIN = Habits()

_HINDI_LABELS = {
    "क्रमांक": ["क्रमांक", "क्रमांक :", "क्र.", "पत्र क्रमांक", "क्रमांक-"],
    "फा.क्र.": ["फा.क्र.", "फा. क्र.", "फाईल क्रमांक"],
    "नस्ती क्रमांक": ["नस्ती क्रमांक", "नस्ती क्र.", "नस्ती क्रमांक :-"],
    "क्र.": ["क्र.", "क्रमांक"],
    "रा.प्र.क्र.": ["रा.प्र.क्र.", "रा. प्र. क्र.", "प्रकरण क्रमांक", "राजस्व प्रकरण क्रमांक"],
}
_ENGLISH_LABELS = {
    "No.": ["No.", "No. :", "Letter No.", "No"],
    "File No.": ["File No.", "F.No.", "File No. :"],
}
_SIGN = re.compile(r"([/-])")


def draw_habits(rng: np.random.Generator) -> Habits:
    """The habits of one office."""
    return Habits(
        varied=True,
        short_years=bool(rng.random() < 0.3),
        spaced=float(rng.choice([0.0, 0.15, 0.5], p=[0.6, 0.3, 0.1])),
        broken=float(rng.choice([0.0, 0.12], p=[0.6, 0.4])),
        cited=int(rng.choice([0, 1, 2, 3], p=[0.2, 0.35, 0.3, 0.15])),
    )


def in_other_form(rng: np.random.Generator, number: FileNumber, habits: Habits) -> FileNumber:
    """The number with a year of two digits, or with its section in front, where that is usual."""
    text = number.number
    district = re.fullmatch(r"(\d+)/([^/\d]+)/(\d{4})", text)
    if district and rng.random() < 0.25:
        text = f"{district[2]}/{district[3]}/{district[1]}"
    elif habits.short_years and "अ-" not in text and "ब-" not in text:
        text = re.sub(r"(?<=/)(?:19|20)(\d\d)(?=/|$)", r"\1", text, count=1)
    return FileNumber(number.label, number.joint, text)


def printed_number(rng: np.random.Generator, number: FileNumber, habits: Habits) -> str:
    """Label and number as one page has them: another label, another sign, stray spaces."""
    labels = _HINDI_LABELS.get(number.label) or _ENGLISH_LABELS.get(number.label) or [number.label]
    label = str(rng.choice(labels)) if rng.random() < 0.5 else number.label
    return f"{label}{number.joint}{loosely(rng, number.number, habits)}"


def loosely(rng: np.random.Generator, text: str, habits: Habits) -> str:
    """The number with spaces around its signs, or another sign behind its F."""
    if re.match(r"(एफ|F) ", text) and rng.random() < 0.4:
        text = re.sub(r"^(एफ|F) ", rf"\1{rng.choice(['-', '.', '', '. '])}", text)
    if rng.random() < habits.spaced:
        text = _SIGN.sub(lambda sign: f" {sign[1]} " if rng.random() < 0.6 else sign[1], text)
    return text


def other_date_form(rng: np.random.Generator, day: dt.date, *, hindi: bool, short: bool) -> str:
    """The date with its label in a form that is seen less often."""
    d, m, year = day.day, day.month, day.year
    y = f"{year % 100:02d}" if short else str(year)
    if hindi:
        forms = [
            f"दिनांक {d}.{m}.{y}",
            f"दिनांक: {d:02d}/{m:02d}/{y}",
            f"दि. {d}-{m}-{y}",
            f"दिनांक {d} {HINDI_MONTHS[m - 1]} {year}",
            f"दिनांकः {d:02d}.{m:02d}.{y}",
            f"दिनांक {d} / {m} / {y}",
        ]
    else:
        month = ENGLISH_MONTHS[m - 1]
        forms = [
            f"Dated {d}.{m}.{y}",
            f"Dt. {d:02d}-{m:02d}-{y}",
            f"Dated the {d}{ordinal(d)} {month[:3]}, {year}",
            f"Date : {d}/{m}/{y}",
            f"Dated {month} {d}, {year}",
        ]
    return str(rng.choice(forms))


def next_number(number: FileNumber) -> FileNumber:
    """The running number behind this one, under which a district office sends the copies."""
    serial = re.match(r"[0-9०-९]+", number.number)
    if serial is None or "/" not in number.number:
        return number
    devanagari = not serial.group().isascii()
    following = str(int(serial.group()) + 1)
    if devanagari:
        following = following.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
    return FileNumber(number.label, number.joint, following + number.number[serial.end() :])
