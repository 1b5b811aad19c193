"""Numbers that a given one may have been before it was misread, and how near two numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from rapidfuzz.distance import OSA

MAX_NEIGHBOURS = 3_000
MAX_KEY_CHARS = 40
_SHORT_YEAR = re.compile(r"(?<=/)(\d\d)(?=/|$|-)")
_LONG_YEAR = re.compile(r"(?<=/)(?:19|20)(\d\d)(?=/|$|-)")
_YEAR = re.compile(r"(?<![0-9])((?:18|19|20)[0-9]{2})(?![0-9])")
_DIGITS = "0123456789"


class Nearness(IntEnum):
    """How one number differs from another; the smaller the nearer."""

    SAME = 0
    ONE_CONFUSED = 1
    ONE_LOST = 2
    ONE_EDIT = 3
    TWO_EDITS = 4
    FAR = 5


@dataclass(frozen=True)
class Confusions:
    """Signs that readers take for one another, and the digit that they drop."""

    of: Mapping[str, str]
    dropped: str

    def confused(self, one: str, other: str) -> bool:
        """Whether the two signs are taken for one another."""
        return other in self.of.get(one, "")


def compile_confusions(pairs: Sequence[str], dropped: str) -> Confusions:
    """The confusions from pairs of signs."""
    of: dict[str, str] = {}
    for one, other in (tuple(pair) for pair in pairs):
        of[one] = of.get(one, "") + other
        of[other] = of.get(other, "") + one
    return Confusions(of, dropped)


def writings(key: str) -> tuple[str, ...]:
    """Canonical keys that mean the same number: with and without F, with long and short year."""
    bare = key.removeprefix("F") if key[:2] > "F" and key[1:2].isdigit() else key
    years = [bare]
    if not _YEAR.search(bare):
        years += [_SHORT_YEAR.sub(rf"{century}\1", bare, count=1) for century in ("19", "20")]
    years.append(_LONG_YEAR.sub(r"\1", bare, count=1))
    both = [f"{f}{one}" for one in years for f in (("F", "") if one[:1].isdigit() else ("",))]
    return tuple(dict.fromkeys([key, *both]))


def year_of(key: str) -> int | None:
    """The year that a canonical number bears, None if it bears none of four digits."""
    found = _YEAR.search(key)
    return int(found[1]) if found else None


def neighbours(key: str, confusions: Confusions) -> tuple[str, ...]:
    """Keys one edit away, then keys two likely slips away: at most ``MAX_NEIGHBOURS``.

    One edit is a digit or letter changed, a digit lost or added, two neighbours swapped. Two
    slips are signs changed for those that look like them, or digits that readers drop.
    """
    if len(key) > MAX_KEY_CHARS:
        return ()
    found = dict.fromkeys(_one_edit(key, confusions))
    for near in list(dict.fromkeys(_likely(key, confusions))):
        found.update(dict.fromkeys(_likely(near, confusions)))
        if len(found) >= MAX_NEIGHBOURS:
            break
    found.pop(key, None)
    return tuple(found)[:MAX_NEIGHBOURS]


def nearness(read: str, kept: str, confusions: Confusions) -> Nearness:
    """How far ``read`` is from the number ``kept``; F and the century do not count."""
    forms = writings(read)
    if kept in forms:
        return Nearness.SAME
    bare_read, bare = _bare(read), _bare(kept)
    away = OSA.distance(bare_read, bare, score_cutoff=2)
    if away == 1:
        return _one_slip(bare_read, bare, confusions)
    return Nearness.TWO_EDITS if away == 2 else Nearness.FAR


def _one_slip(read: str, kept: str, confusions: Confusions) -> Nearness:
    if _likely_slip(read, kept, confusions):
        return Nearness.ONE_CONFUSED
    is_swap = len(read) == len(kept) and sorted(read) == sorted(kept)
    return Nearness.ONE_LOST if is_swap or len(read) < len(kept) else Nearness.ONE_EDIT


def _bare(key: str) -> str:
    return key[1:] if key[:1] == "F" and key[1:2].isdigit() else key


def _likely_slip(read: str, kept: str, confusions: Confusions) -> bool:
    """One sign taken for its look-alike, or a digit that is often dropped."""
    if len(read) == len(kept):
        changed = [(one, other) for one, other in zip(read, kept, strict=True) if one != other]
        return len(changed) == 1 and confusions.confused(*changed[0])
    if len(read) + 1 == len(kept):
        at = next((i for i, sign in enumerate(read) if sign != kept[i]), len(read))
        return kept[at] == confusions.dropped
    return False


def _one_edit(key: str, confusions: Confusions) -> Iterator[str]:
    for at, sign in enumerate(key):
        if sign.isdigit():
            yield from (key[:at] + other + key[at + 1 :] for other in _DIGITS if other != sign)
            yield key[:at] + key[at + 1 :]
            yield from (key[:at] + other + key[at:] for other in _DIGITS)
            if not key[at + 1 : at + 2].isdigit():
                yield from (key[: at + 1] + other + key[at + 1 :] for other in _DIGITS)
        else:
            yield from (key[:at] + other + key[at + 1 :] for other in confusions.of.get(sign, ""))
            if sign in "-/":
                yield key[:at] + ("/" if sign == "-" else "-") + key[at + 1 :]
    for at, (one, other) in enumerate(pairwise(key)):
        if one != other and one.isdigit() and other.isdigit():
            yield key[:at] + other + one + key[at + 2 :]


def _likely(key: str, confusions: Confusions) -> Iterator[str]:
    for at, sign in enumerate(key):
        yield from (key[:at] + other + key[at + 1 :] for other in confusions.of.get(sign, ""))
        if sign.isdigit() or key[at - 1 : at].isdigit():
            yield key[:at] + confusions.dropped + key[at:]
    if key[-1:].isdigit():
        yield key + confusions.dropped
