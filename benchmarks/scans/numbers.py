"""File numbers and dates in the forms that offices write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import numpy as np

DEVANAGARI_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")
LATIN_DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")
HINDI_MONTHS = [
    "जनवरी",
    "फरवरी",
    "मार्च",
    "अप्रैल",
    "मई",
    "जून",
    "जुलाई",
    "अगस्त",
    "सितम्बर",
    "अक्टूबर",
    "नवम्बर",
    "दिसम्बर",
]
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ROMAN = ("I", "II", "V", "IX", "X", "XV", "XX", "XXII")
_LABEL = re.compile(
    r"^(?:नस्ती\s*क्रमांक|रा\.\s*प्र\.\s*क्र\.|फा\.\s*क्र\.|क्रमांक|क्र\.|File\s*No\.?|No\.?)[\s/:\-]*", re.I
)


@dataclass(frozen=True, slots=True)
class FileNumber:
    """A number as printed: the label before it, what joins the two, the number itself."""

    label: str
    joint: str
    number: str

    @property
    def printed(self) -> str:
        """Label and number, as they stand on paper."""
        return f"{self.label}{self.joint}{self.number}"


def canonical(number: str) -> str:
    """The key under which two writings of one number are equal.

    NFC, Latin digits, no spaces, no label in front (``क्रमांक``, ``No.`` …), ``F`` for ``एफ``.
    """
    text = unicodedata.normalize("NFC", number).translate(LATIN_DIGITS).strip()
    text = re.sub(r"\s+", "", _LABEL.sub("", text))
    return re.sub(r"^एफ\.?(?=\d)", "F", text).replace("F.", "F")


def secretariat_hindi(rng: np.random.Generator, year: int, department: str) -> FileNumber:
    """``क्रमांक एफ 11-20/2014/1/9``: head-serial / year / section / department."""
    head, serial, section = (int(rng.integers(1, top)) for top in (40, 120, 5))
    label = str(rng.choice(["क्रमांक", "फा.क्र.", "नस्ती क्रमांक", "क्रमांक"]))
    return FileNumber(label, " ", f"एफ {head}-{serial}/{year}/{section}/{department}")


def secretariat_english(rng: np.random.Generator, year: int) -> FileNumber:
    """``No. F 17-3/2001/XX-1``."""
    head, serial, section = (int(rng.integers(1, top)) for top in (40, 120, 6))
    roman = str(rng.choice(_ROMAN))
    label = str(rng.choice(["No.", "File No.", "No."]))
    return FileNumber(label, " ", f"F {head}-{serial}/{year}/{roman}-{section}")


def district(rng: np.random.Generator, year: int, section: str, *, hindi: bool) -> FileNumber:
    """``क्र./4521/स्था./2017`` or ``No./812/Rev/2004``."""
    serial = int(rng.integers(101, 9900))
    label = str(rng.choice(["क्र.", "क्रमांक"])) if hindi else "No."
    return FileNumber(label, "/", f"{serial}/{section}/{year}")


def revenue_case(rng: np.random.Generator, year: int) -> FileNumber:
    """``रा.प्र.क्र. 12/अ-6/2015-16``: serial / head / revenue year."""
    serial = int(rng.integers(1, 400))
    head = str(rng.choice(["अ-6", "अ-27", "ब-121", "अ-68", "अ-19", "अ-3"]))
    return FileNumber("रा.प्र.क्र.", " ", f"{serial}/{head}/{span_of_years(year)}")


def centre(rng: np.random.Generator, year: int) -> FileNumber:
    """``File No. A-21001(3)/5/2008/DFG``."""
    letter = str(rng.choice(list("ACEGHJ")))
    wing = str(rng.choice(["DFG", "Estt", "AR", "Coord", "Admn"]))
    main, part, serial = (
        int(rng.integers(low, top)) for low, top in ((11001, 49999), (1, 9), (1, 60))
    )
    return FileNumber("File No.", " ", f"{letter}-{main}({part})/{serial}/{year}/{wing}")


def span_of_years(year: int) -> str:
    """A revenue or financial year: ``1998-99``."""
    return f"{year}-{(year + 1) % 100:02d}"


def printed_date(rng: np.random.Generator, day: dt.date, *, hindi: bool) -> str:
    """The date with its label, in one of the usual forms; day before month, always."""
    d, m, y = day.day, day.month, day.year
    if hindi:
        month = HINDI_MONTHS[m - 1]
        forms = [
            f"दिनांक {d:02d}.{m:02d}.{y}",
            f"दिनांक {d}/{m}/{y}",
            f"दिनांक {d:02d}-{m:02d}-{y}",
            f"दिनांक {d} {month}, {y}",
            f"दि. {d}/{m}/{y % 100:02d}",
        ]
    else:
        month = ENGLISH_MONTHS[m - 1]
        forms = [
            f"Dated {d}{ordinal(d)} {month} {y}",
            f"Dated the {d}{ordinal(d)} {month}, {y}",
            f"Dated {d:02d}.{m:02d}.{y}",
            f"Date: {d:02d}/{m:02d}/{y}",
        ]
    return str(rng.choice(forms))


def short_date(day: dt.date) -> str:
    """``4.6.1988``, as notes are dated."""
    return f"{day.day}.{day.month}.{day.year}"


def ordinal(day: int) -> str:
    """``st``, ``nd``, ``rd`` or ``th``."""
    if 11 <= day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
