"""Numbers in file names that count sheets, and which of them are missing.

A scanner counts: scan_0013, scan_0014, scan_0016. Names with the same words around their last
number make up one series. Only what really counts is taken for a series: no number twice, and
more numbers present than missing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from ingest.names import folded

_LAST_NUMBER = re.compile(r"(\d+)(\D*)$")  # \d takes Devanagari digits too
_FEWEST = 2
_FEWEST_BY_STEPS = 4  # fewer numbers may jump by two for want of the one between
_LONGEST = 9  # digits; longer ones are dates and times


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that a series jumps over.

    Attributes:
        after: the last name before the gap; the first of the series where it lacks its beginning.
        before: the name that follows the gap.
        missing: what the missing names would be, without their suffix, in order.
    """

    after: str
    before: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Numbered:
    name: str
    number: int
    digits: str
    words: tuple[str, str]  # around the number, as written


def gaps_in_names(names: Iterable[str]) -> tuple[Gap, ...]:
    """Where the file names of one folder jump over numbers, in order of their numbers.

    Args:
        names: file names, in any order; those without a number do not count.
    """
    series: dict[tuple[str, str], list[_Numbered]] = defaultdict(list)
    for name in names:
        found = _numbered(name)
        if found is not None:
            series[folded(found.words[0]), folded(found.words[1])].append(found)
    gaps: list[Gap] = []
    for members in series.values():
        gaps += _gaps(sorted(members, key=lambda member: member.number))
    return tuple(gaps)


def missing_numbers(numbers: Sequence[int]) -> tuple[int, ...]:
    """Which numbers a count jumps over; none where the numbers are no count.

    Args:
        numbers: in rising order. Counts by twos (fronts only) are known for what they are.
    """
    if len(numbers) < _FEWEST or len(set(numbers)) < len(numbers):
        return ()
    steps = Counter(high - low for low, high in pairwise(numbers))
    step, times = min(steps.items(), key=lambda item: (-item[1], item[0]))
    if len(numbers) < _FEWEST_BY_STEPS or times < 0.6 * (len(numbers) - 1):
        step = 1
    start = 1 if step == 1 and numbers[0] == 2 else numbers[0]
    there = set(numbers)
    wanted = range(start, numbers[-1] + 1, step)
    if len(wanted) >= 2 * len(numbers) or any(number not in wanted for number in numbers):
        return ()
    return tuple(number for number in wanted if number not in there)


def _numbered(name: str) -> _Numbered | None:
    stem = PurePath(name).stem
    found = _LAST_NUMBER.search(stem)
    if found is None or len(found[1]) > _LONGEST:
        return None
    words = stem[: found.start(1)], found[2]
    return _Numbered(name, int(found[1]), found[1], words)


def _gaps(members: Sequence[_Numbered]) -> Iterable[Gap]:
    missing = missing_numbers([member.number for member in members])
    for place, member in enumerate(members):
        before = members[place - 1].number if place else 0
        jumped = [number for number in missing if before < number < member.number]
        if jumped:
            names = tuple(_named(number, member) for number in jumped)
            yield Gap(members[max(place - 1, 0)].name, member.name, names)


def _named(number: int, like: _Numbered) -> str:
    """The number written as its neighbour writes it: as wide, in the same digits."""
    width = len(like.digits) if like.digits[0] in "0०" or len(like.digits) > 3 else 0
    zero = 0x966 if "०" <= like.digits[0] <= "९" else 0x30
    digits = "".join(chr(zero + int(sign)) for sign in f"{number:0{width}d}")
    return f"{like.words[0]}{digits}{like.words[1]}"
