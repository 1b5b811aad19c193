"""Dates as offices write them: day before month, Hindi or English, either script's digits.

Only dates that exist in the calendar are returned; the order is never swapped to make one fit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from classify.reading import LETTERS, ascii_digits, fold

FIRST_YEAR, LAST_YEAR = 1850, 2099
PIVOT_FIRST_YEAR = 1930
"""Two digits without any context mean a year in 1930..2029."""

MONTH_LIKENESS = 75.0
"""Least likeness (rapidfuzz ratio, 0..100) for a misread month name of four letters or more."""

_YEAR = r"(\d{4}|\d{2})(?!\d)"
_NUMERIC = re.compile(
    rf"(?<![\d/])(\d{{1,2}}) ?([./\-:,]) ?(\d{{1,2}}) ?([./\-:,]) ?{_YEAR}"
    r"(?! ?[/\-] ?\d)"
)
_STARTS = re.compile(r"[ ]?(\d{1,2})([./\-])(\d{1,2})\2(\d{4})(?![\d/\-])")
_SLIP_RUN = re.compile(rf"(?<![{LETTERS}])[\d|।!lIOo]+(?![{LETTERS}])")
_SLIPS = str.maketrans({**dict.fromkeys("|।!lI", "1"), "O": "0", "o": "0"})


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date that stands in a text at ``start``..``end``.

    Attributes:
        day: 1..31.
        month: 1..12.
        year: as written: four digits, or two (0..99) when ``short``.
        short: only two digits of the year were written.
        cued: a word such as दिनांक stands in front (``start`` is that of the date itself).
        strength: 0..1, how surely this is a date at all.
    """

    day: int
    month: int
    year: int
    short: bool
    cued: bool
    strength: float
    start: int
    end: int

    @property
    def day_month_year(self) -> tuple[int, int, int]:
        """As written."""
        return self.day, self.month, self.year

    def resolved(self, context_year: int | None) -> dt.date | None:
        """The calendar date; None if there is no such day or the year is out of range.

        Args:
            context_year: a year the file is known to be near, e.g. from its number; two-digit
                years are set into the century that comes closest. None: 1930..2029.
        """
        year = full_year(self.year, context_year) if self.short else self.year
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:  # no such day: 31.02.
            return None


def full_year(two_digits: int, context_year: int | None) -> int:
    """The year that two digits (0..99) mean, near ``context_year`` or in 1930..2029."""
    if context_year is None:
        return PIVOT_FIRST_YEAR + (two_digits - PIVOT_FIRST_YEAR) % 100
    return min(
        (century + two_digits for century in range(1800, 2100, 100)),
        key=lambda year: abs(year - context_year),
    )


def starts_with_date(plain: str) -> bool:
    """Whether ``plain`` (ASCII digits) begins with an existing date such as 12/3/2014."""
    match = _STARTS.match(plain)
    if not match:
        return False
    day, month, year = int(match[1]), int(match[3]), int(match[4])
    return DateReading(day, month, year, False, False, 1.0, 0, 0).resolved(None) is not None


@dataclass(frozen=True)
class DateRules:
    """Month names, cues and patterns, compiled from ``rules/dates.toml``."""

    months: Mapping[str, int]
    cue_at_end: re.Pattern[str]
    day_first: re.Pattern[str]
    month_first: re.Pattern[str]

    def find(self, text: str) -> tuple[DateReading, ...]:
        """Every date in ``text`` (folded, bounded by the caller), by place."""
        plain = ascii_digits(_mend(text))
        found = [*self._numeric(plain), *self._worded(plain)]
        found.sort(key=lambda reading: (reading.start, -reading.end))
        kept: list[DateReading] = []
        for reading in found:
            if reading.resolved(None) and not (kept and reading.start < kept[-1].end):
                kept.append(reading)
        return tuple(kept)

    def _numeric(self, plain: str) -> Iterator[DateReading]:
        for match in _NUMERIC.finditer(plain):
            alike = match[2] == match[4] and match[2] in "./-"
            numbers = (int(match[1]), int(match[3]), match[5])
            reading = self._reading(plain, match, numbers, 1.0 if alike else 0.8)
            if reading.cued or not plain[: match.start()].endswith("-"):
                yield reading  # behind a stroke it is a part of a number, but for दिनांक-12/5/2015

    def _worded(self, plain: str) -> Iterator[DateReading]:
        for pattern, day, month in ((self.day_first, 1, 2), (self.month_first, 2, 1)):
            for match in pattern.finditer(plain):
                number, likeness = self.month_of(match[month])
                if number:
                    yield self._reading(plain, match, (int(match[day]), number, match[3]), likeness)

    def _reading(
        self, plain: str, match: re.Match[str], numbers: tuple[int, int, str], strength: float
    ) -> DateReading:
        day, month, year = numbers
        cued = self.cue_at_end.search(plain[max(match.start() - 24, 0) : match.start()]) is not None
        return DateReading(
            day, month, int(year), len(year) == 2, cued, strength, match.start(), match.end()
        )

    def month_of(self, word: str) -> tuple[int, float]:
        """Number of the month that ``word`` names (0: none) and the likeness, 0..1."""
        word = fold(word).lower().rstrip(".")
        if word in self.months:
            return self.months[word], 1.0
        if len(word) < 4:
            return 0, 0.0
        best = process.extractOne(
            word,
            [name for name in self.months if len(name) >= 4],
            scorer=fuzz.ratio,
            score_cutoff=MONTH_LIKENESS,
        )
        return (self.months[best[0]], best[1] / 100) if best else (0, 0.0)


def compile_date_rules(book: Mapping[str, Any]) -> DateRules:
    """The rules in ``rules/dates.toml``, ready for use.

    Raises:
        KeyError: a table or key that the rules need is not there.
    """
    months = {
        fold(name).lower(): int(number)
        for number, names in book["months"].items()
        for name in names
    }
    ordinal = _either(book["ordinals"])
    day = rf"(?<!\d)(\d{{1,2}})(?: ?(?:{ordinal}|[^\w\s]{{1,2}}))?"
    month = rf"([{LETTERS}]{{2,14}})"
    gap = r"[ ,.'’\-/]{0,4}"
    return DateRules(
        months=months,
        cue_at_end=re.compile(
            rf"(?<![{LETTERS}])(?:{_either(book['cues'])})[ .,:;\-ः]{{0,6}}+$", re.IGNORECASE
        ),
        day_first=re.compile(
            rf"{day}{gap}(?:(?:of|the|day of) )?{month}{gap}{_YEAR}", re.IGNORECASE
        ),
        month_first=re.compile(
            rf"(?<![{LETTERS}]){month}[ .]{{1,2}}(\d{{1,2}})(?: ?(?:{ordinal}))?"
            rf"[, ]{{1,3}}{_YEAR}",
            re.IGNORECASE,
        ),
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(map(fold, words), key=len, reverse=True)))


def _mend(text: str) -> str:
    """Look-alikes of digits mended inside numbers, sign for sign, so that offsets stay."""

    def mend(run: re.Match[str]) -> str:
        signs = run.group()
        if not any(sign.isdigit() for sign in signs):
            return signs.translate(_SLIPS) if _between_separators(text, run) else signs
        follows = text[run.end() : run.end() + 2].lstrip()[:1]
        if signs[-1] in "।|!" and follows not in {".", "/", "-"}:
            return signs[:-1].translate(_SLIPS) + " "
        return signs.translate(_SLIPS)

    return _SLIP_RUN.sub(mend, text)


def _between_separators(text: str, run: re.Match[str]) -> bool:
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return (
        len(run.group()) <= 2
        and bool(before)
        and before in "./-"
        and bool(after)
        and after in "./-"
    )
