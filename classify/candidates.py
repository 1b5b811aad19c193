"""Every file number that stands on a page, with what speaks for its being the file's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from classify.numbers import MAX_NUMBER_CHARS, NumberRules, Reading
from classify.reading import CONTESTED, Evidence, ReadLine, ReadPage, fold, line_after
from classify.zones import Zone

MAX_STARTS_A_LINE = 12
"""Places of a line at which a number is looked for."""

WITHOUT_LABEL = 0.85
"""Weight of a number with no word such as क्रमांक in front."""

CITED = 0.15
"""What remains of the weight of a number that is cited as another paper's."""

ZONE_WEIGHTS = {
    Zone.HEAD: 1.0,
    Zone.ADDRESS: 0.6,
    Zone.SUBJECT: 0.4,
    Zone.REFERENCE: CITED,
    Zone.BODY: 0.35,
    Zone.ENDORSEMENT: 0.5,
    Zone.COPIES: CITED,
    Zone.STAMP: CITED,
}

_START = re.compile(
    r"(?<!\S)(?=(?:एफ|ऐफ|F|f)[ .:ः-]{0,3}(?:(?:No|NO|क्रमांक|क्र)[ .:ः-]{0,3})?[\d|।lIO]"
    r"|[A-Z] ?- ?\d|[\d|।lIO]{1,4} ?[-/(:;])"
)
_GOES_ON = re.compile(r"/(?=\s|$)")  # behind a number: the rest of it is missing
_REST = re.compile(r"[IVXL\d][IVXL\d/-]{0,15}")
_SIGN_AT_END = re.compile(r"[/(-] ?$")
_OTHERS = (Zone.REFERENCE, Zone.COPIES, Zone.STAMP)
_BEFORE_CHARS = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number on one page.

    Attributes:
        key: its canonical form.
        value: slips mended, for show.
        weight: 0..1, how far this sighting alone says "this is the file's own number".
        strength: 0..1, how surely text of this form, so often mended, is a file number.
        cited: the words around it say that it is another paper's.
        ours: it is cited as the number of whom the page is addressed to ("your letter No. …"):
            on a letter that came in, the file's own.
        zone: the part of the page it stands in.
        label: kind of the word in front, None if there is none.
        page: sequence of its page.
        line: place of its line there, from 0.
        evidence: the words it was read from.
        rule: form and kind of label, ``secretariat/file``.
        other_key: canonical form of what the second reading has, where that is another number.
    """

    key: str
    value: str
    weight: float
    strength: float
    cited: bool
    ours: bool
    zone: Zone
    label: str | None
    page: int
    line: int
    evidence: Evidence
    rule: str
    other_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a line where a number may begin: behind a label (its kind) or bare."""

    line: int
    at: int
    label: str | None
    label_at: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Text to look for a number in; from ``own_length`` + 1 on it is line ``after``'s."""

    text: str
    after: int | None
    own_length: int


def numbers_on(
    page: ReadPage, zones: tuple[Zone, ...], rules: NumberRules
) -> tuple[Candidate, ...]:
    """All candidates of the page, best sighting first where two overlap.

    Args:
        page: the folded page.
        zones: from ``classify.zones.zones_of``, one a line.
        rules: from ``classify.rulebook.load_rules``.
    """
    found: list[Candidate] = []
    for index in range(len(page.lines)):
        spots = list(islice(_spots(page.lines[index], index, rules), MAX_STARTS_A_LINE))
        here = [c for spot in spots if (c := _candidate(page, zones, spot, rules))]
        found.extend(_best_of_overlapping(here))
    return tuple(found)


def _spots(line: ReadLine, index: int, rules: NumberRules) -> Iterator[_Spot]:
    for match in rules.label_pattern.finditer(line.text):
        kind = (match.lastgroup or "").rpartition("_")[0]
        yield _Spot(index, match.end(), kind, match.start())
    for match in _START.finditer(line.text):
        yield _Spot(index, match.start(), None, match.start())


def _candidate(
    page: ReadPage, zones: tuple[Zone, ...], spot: _Spot, rules: NumberRules
) -> Candidate | None:
    line = page.lines[spot.line]
    before = line.text[max(spot.label_at - _BEFORE_CHARS, 0) : spot.label_at]
    if _is_foreign(before, spot, rules):
        return None
    run = _text_from(page, spot, rules)
    reading = rules.read(run.text, labelled=spot.label is not None)
    if reading is None:
        return None
    evidence = _evidence(page, spot, reading, run)
    key = rules.canonical(reading.value)
    meant = rules.may_mean(reading.value)
    if meant or _GOES_ON.match(run.text, reading.end):
        evidence = replace(evidence, confidence=min(evidence.confidence, CONTESTED))
    before = _with_line_above(page, spot, before)
    is_cited = rules.cited_before.search(before.rstrip()) is not None
    cited = is_cited or zones[spot.line] in _OTHERS
    label_weight = rules.label_weights[spot.label] if spot.label else WITHOUT_LABEL
    zone_weight = ZONE_WEIGHTS[zones[spot.line]]
    if spot.label == "endorsement" or (zones[spot.line] is Zone.ENDORSEMENT):
        label_weight, zone_weight = min(label_weight, rules.label_weights["endorsement"]), 1.0
    weight = reading.strength * label_weight * min(zone_weight, CITED if cited else 1.0)
    return Candidate(
        key=key,
        value=reading.value,
        weight=weight * evidence.confidence,
        strength=reading.strength,
        cited=cited,
        ours=rules.ours_before.search(before.rstrip()) is not None,
        zone=zones[spot.line],
        label=spot.label,
        page=page.sequence,
        line=spot.line,
        evidence=evidence,
        rule=f"{reading.form}/{spot.label or 'bare'}",
        other_key=_other_key(evidence, key, rules) or (rules.canonical(meant) if meant else None),
    )


def _other_key(evidence: Evidence, key: str, rules: NumberRules) -> str | None:
    """The number in the second reading of the same words, None where it has the same or none."""
    if evidence.alternative is None:
        return None
    text = fold(evidence.alternative)
    label = rules.label_pattern.match(text)
    reading = rules.read(text[label.end() :] if label else text, labelled=True)
    other = rules.canonical(reading.value) if reading else key
    return other if other != key else None


def _text_from(page: ReadPage, spot: _Spot, rules: NumberRules) -> _Run:
    """The text at the spot, and the text of the line where it goes on, if it has to.

    It goes on when nothing or a separator stands at the end of this line, or a separator
    begins the next; where place and date stand behind a separator, in the line beneath if that
    is the rest of a number and nothing else.
    """
    own = page.lines[spot.line].text[spot.at : spot.at + MAX_NUMBER_CHARS]
    stop = rules.stop.search(own)
    if stop and _SIGN_AT_END.search(own[: stop.start()]) and spot.line + 1 < len(page.lines):
        beneath = page.lines[spot.line + 1].text
        if _REST.fullmatch(beneath):
            return _Run(f"{own[: stop.start()]} {beneath}", spot.line + 1, stop.start())
    is_empty = not own.strip()
    after = line_after(page, spot.line) if not is_empty or spot.label else None
    if after is None or len(own) == MAX_NUMBER_CHARS:
        return _Run(own, None, len(own))
    following = page.lines[after].text[: MAX_NUMBER_CHARS - len(own)]
    if is_empty or _SIGN_AT_END.search(own) or following[:1] in {"/", "-"}:
        return _Run(f"{own} {following}", after, len(own))
    return _Run(own, None, len(own))


def _evidence(page: ReadPage, spot: _Spot, reading: Reading, run: _Run) -> Evidence:
    line = page.lines[spot.line]
    pieces = []
    if reading.start < run.own_length:
        end = min(reading.end, run.own_length)
        pieces.append(line.evidence(spot.at + reading.start, spot.at + end))
    if run.after is not None and reading.end > run.own_length + 1:
        start = max(reading.start - run.own_length - 1, 0)
        pieces.append(page.lines[run.after].evidence(start, reading.end - run.own_length - 1))
    return pieces[0] if len(pieces) == 1 else pieces[0] + pieces[1]


def _is_foreign(before: str, spot: _Spot, rules: NumberRules) -> bool:
    pattern = rules.foreign_before if spot.label else rules.foreign_before_bare
    return pattern.search(before) is not None


def _with_line_above(page: ReadPage, spot: _Spot, before: str) -> str:
    """``before``, behind the end of the line above where almost nothing stands in front."""
    if spot.line and len(before.strip()) < 3:
        above = page.lines[spot.line - 1]
        near = page.lines[spot.line].bbox[1] - above.bbox[3] < 1.5 * max(above.height_px, 1)
        return f"{above.text[-_BEFORE_CHARS:]} {before}" if near else before
    return before


def _best_of_overlapping(here: list[Candidate]) -> list[Candidate]:
    """One candidate for each stretch of the line: the weightiest, but never one without its F."""
    whole = {candidate.key for candidate in here}
    best: list[Candidate] = []
    for candidate in sorted(here, key=lambda c: (f"F{c.key}" in whole, -c.weight, -len(c.key))):
        if not any(_overlap(candidate, other) for other in best):
            best.append(candidate)
    return best


def _overlap(one: Candidate, other: Candidate) -> bool:
    a, b = one.evidence.bbox, other.evidence.bbox
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
