"""Numbers in the forms that papers have them: dates, amounts, file numbers, counts, times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from benchmarks.scans.numbers import DEVANAGARI_DIGITS
from benchmarks.scans.vocabulary import grouped

_CAPITALS = list("ABCDEFGHIJKLMNPQRSTVXYZ")
_IN_DEVANAGARI = 0.4  # share of numbers in Devanagari digits


def number(rng: np.random.Generator) -> str:
    """A number; every digit is as likely as any other."""
    made = _FORMS[str(rng.choice(list(_FORMS)))](rng)
    return made.translate(DEVANAGARI_DIGITS) if rng.random() < _IN_DEVANAGARI else made


def _date(rng: np.random.Generator) -> str:
    sign = rng.choice(["/", ".", "-"])
    return (
        f"{rng.integers(1, 32):02d}{sign}{rng.integers(1, 13):02d}{sign}{rng.integers(1950, 2026)}"
    )


def _short_date(rng: np.random.Generator) -> str:
    sign = rng.choice(["/", ".", "-"])
    return f"{rng.integers(1, 32)}{sign}{rng.integers(1, 13)}{sign}{rng.integers(0, 100):02d}"


def _amount(rng: np.random.Generator) -> str:
    return grouped(int(10 ** rng.uniform(3, 8))) + str(rng.choice(["", "/-", ".00", "=00"]))


def _path(rng: np.random.Generator) -> str:
    return "/".join(str(int(10 ** rng.uniform(0, 4))) for _ in range(int(rng.integers(2, 5))))


def _decimal(rng: np.random.Generator) -> str:
    return f"{rng.uniform(0, 999):.{int(rng.integers(1, 4))}f}"


def _digits(rng: np.random.Generator) -> str:
    return "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(1, 13))))


def _years(rng: np.random.Generator) -> str:
    year = int(rng.integers(1950, 2026))
    return f"{year}-{(year + 1) % 100:02d}"


def _item(rng: np.random.Generator) -> str:
    return f"({rng.integers(1, 60)})" if rng.random() < 0.5 else f"{rng.integers(1, 60)}."


def _lettered(rng: np.random.Generator) -> str:
    letters = "".join(rng.choice(_CAPITALS, int(rng.integers(1, 4))))
    joint = rng.choice(["-", "/", " ", "."])
    return f"{letters}{joint}{rng.integers(1, 9999)}/{rng.integers(1, 99)}"


def _folio(rng: np.random.Generator) -> str:
    """The number of a sheet in its file's noting or correspondence, or on the sheet itself."""
    count = rng.integers(1, 400)
    return f"{count}/{rng.choice(list('ncNC'))}" if rng.random() < 0.7 else f"-{count}-"


def _shelf(rng: np.random.Generator) -> str:
    letters = "".join(rng.choice(_CAPITALS, int(rng.integers(1, 3))))
    return f"{letters}{rng.choice(['-', '/', ' '])}{rng.integers(1, 200)}"


def _time(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 13)}:{rng.integers(0, 60):02d}"


_FORMS: Mapping[str, Callable[[np.random.Generator], str]] = MappingProxyType(
    {
        "date": _date,
        "short date": _short_date,
        "amount": _amount,
        "path": _path,
        "decimal": _decimal,
        "digits": _digits,
        "years": _years,
        "item": _item,
        "lettered": _lettered,
        "folio": _folio,
        "shelf": _shelf,
        "time": _time,
    }
)
