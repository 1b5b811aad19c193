"""Which part of a letter or note each line belongs to.

The part decides what a number or date means: at the head it is the paper's own, behind
संदर्भ, in the running text and behind प्रतिलिपि it is most often another paper's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from classify.reading import LETTERS, ReadLine, ReadPage, fold

HEAD_ENDS_AT = 0.5
"""Below this share of the page's height nothing is its head any more."""

REFERENCE_LINES = 4
"""A reference block is at most this long."""

BODY_LINE_WORDS = 9
"""A line of so many words without any figure is running text."""

ADDRESS_START_WORDS = 3
"""प्रति or To stands nearly alone in its line; in longer lines it is a common word."""

STAMP_LINES, STAMP_WORDS = 3, 5
"""An inward stamp has so many lines of so many words at most."""

GAP_LINES = 1.75
"""A distance of more than so many usual line pitches separates blocks."""


class Zone(StrEnum):
    """Part of a page."""

    HEAD = "head"
    ADDRESS = "address"
    SUBJECT = "subject"
    REFERENCE = "reference"
    BODY = "body"
    ENDORSEMENT = "endorsement"
    COPIES = "copies"
    STAMP = "stamp"


@dataclass(frozen=True)
class ZoneRules:
    """How the parts begin, compiled from ``rules/zones.toml``; ``starts`` by part's name."""

    starts: Mapping[str, re.Pattern[str]]
    subject_end: re.Pattern[str]
    stamp: re.Pattern[str]

    def begins(self, part: str, line: ReadLine) -> re.Match[str] | None:
        """The opening word of ``part`` with its punctuation, if ``line`` begins with it."""
        return self.starts[part].match(line.text)


def compile_zone_rules(book: Mapping[str, Sequence[str]]) -> ZoneRules:
    """The rules in ``rules/zones.toml``, ready for use.

    Raises:
        KeyError: a list that the rules need is not there.
    """
    parts = (
        "subject", "reference", "salutation", "copies", "endorsement", "closing", "address",
    )  # fmt: skip
    ends = "|".join(re.escape(fold(text)) for text in book["subject_ends"])
    stamps = "|".join(re.escape(fold(text)) for text in book["stamp"])
    return ZoneRules(
        starts={
            **{part: _line_start(book[part], but=book.get(f"not_{part}", ())) for part in parts},
            # Many of these are common words: they are labels only before a sign or a figure.
            "fact": _line_start(book["fact"], followed_by=r"(?=[ ]?[.:;\-ः\d])"),
        },
        subject_end=re.compile(rf"(?:^|[ ])(?:{ends})[ ।.|,:-]{{0,4}}$"),
        stamp=re.compile(rf"(?<![{LETTERS}])(?:{stamps})(?![{LETTERS}])", re.IGNORECASE),
    )


def zones_of(page: ReadPage, rules: ZoneRules) -> tuple[Zone, ...]:
    """The part each line of the page belongs to, one a line."""
    zones: list[Zone] = []
    current, since = Zone.HEAD, 0
    for index, line in enumerate(page.lines):
        begun = _begun_zone(line, current, rules)
        if begun is None and _has_ended(page, index, (current, since), rules):
            begun = Zone.HEAD if _may_be_head(line) and current is Zone.REFERENCE else Zone.BODY
        if begun is not None:
            current, since = begun, index
        zones.append(current)
    return _with_stamps(page, zones, rules)


def is_gap(page: ReadPage, index: int) -> bool:
    """Whether clear space separates line ``index`` from the line before it."""
    if index == 0:
        return True
    above, line = page.lines[index - 1], page.lines[index]
    return line.bbox[1] - above.bbox[1] > GAP_LINES * line_pitch(page)


def is_address_start(line: ReadLine, rules: ZoneRules) -> bool:
    """Whether the line is the प्रति or To above an addressee."""
    return len(line.words) <= ADDRESS_START_WORDS and rules.begins("address", line) is not None


def line_pitch(page: ReadPage) -> float:
    """Usual distance of a line's top from the one above, pixels; at least 1."""
    tops = [line.bbox[1] for line in page.lines]
    steps = [b - a for a, b in pairwise(tops) if b > a]
    heights = [line.height_px for line in page.lines]
    usual = median(steps) if steps else 0
    return max(min(float(usual), 3.0 * median(heights)) if heights else 0.0, 1.0)


def _with_stamps(page: ReadPage, zones: list[Zone], rules: ZoneRules) -> tuple[Zone, ...]:
    """The receiving office's stamps marked: their lines and the short ones right below."""
    left = 0
    for index, line in enumerate(page.lines):
        if rules.stamp.search(line.text):
            left = STAMP_LINES
        elif len(line.words) > STAMP_WORDS or is_gap(page, index):
            left = 0
        if left:
            zones[index] = Zone.STAMP
            left -= 1
    return tuple(zones)


def _begun_zone(line: ReadLine, current: Zone, rules: ZoneRules) -> Zone | None:
    if current is Zone.COPIES:
        return None
    if rules.begins("copies", line):
        return Zone.COPIES
    if rules.begins("endorsement", line):
        return Zone.ENDORSEMENT
    if current is Zone.HEAD and is_address_start(line, rules):
        return Zone.ADDRESS
    if rules.begins("salutation", line) and current is not Zone.BODY:
        return Zone.BODY
    if current is Zone.BODY and not _may_be_head(line):
        return None
    if rules.begins("subject", line):
        return Zone.SUBJECT
    if rules.begins("reference", line):
        return Zone.REFERENCE
    return None


def _has_ended(page: ReadPage, index: int, block: tuple[Zone, int], rules: ZoneRules) -> bool:
    """Whether the part that goes on so far cannot hold line ``index`` any more."""
    current, since = block
    line = page.lines[index]
    if current in (Zone.HEAD, Zone.ADDRESS):
        return line.top > HEAD_ENDS_AT or _is_running_text(line)
    if current is Zone.SUBJECT:
        before = page.lines[index - 1].text
        return is_gap(page, index) or rules.subject_end.search(before) is not None
    if current is Zone.REFERENCE:
        return is_gap(page, index) or index - since >= REFERENCE_LINES
    return current is Zone.ENDORSEMENT and index - since >= 2


def _is_running_text(line: ReadLine) -> bool:
    return len(line.words) >= BODY_LINE_WORDS and not any(sign.isdigit() for sign in line.text)


def _may_be_head(line: ReadLine) -> bool:
    return line.top <= HEAD_ENDS_AT


def _line_start(
    words: Sequence[str], *, followed_by: str = "", but: Sequence[str] = ()
) -> re.Pattern[str]:
    either = "|".join(
        map(re.escape, sorted(sorted({fold(word) for word in words}), key=len, reverse=True))
    )
    unless = rf"(?![\W\d_]{{0,4}}(?:{'|'.join(map(re.escape, map(fold, but)))}))" if but else ""
    return re.compile(
        rf"{unless}[\W\d_]{{0,4}}?(?:{either})(?![{LETTERS}]){followed_by}[ .:;,\-ः|/]{{0,6}}+",
        re.IGNORECASE,
    )
