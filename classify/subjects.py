"""The subject of a letter or note: from its label to where the next part begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classify.reading import Evidence, ReadLine, ReadPage, has_line_before, line_after
from classify.zones import ZoneRules, line_pitch

MAX_SUBJECT_LINES = 6
MAX_SUBJECT_CHARS = 600
GAP_STEPS = 1.4
"""A line further below than so many line distances is another paragraph."""
_FULL_STOP = re.compile(r"(?:[।|]|(?:[\u0900-\u0963]|[a-z]{4}|\d)\.) ?$")
_DUST = re.compile(r"^[^\w]+$")
_DUST_KEPT = {"-", "&", "/", "–", "—"}
_EDGES_LEFT = " .,:;-–—ः।|'‘’`~_=+<>^"
_EDGES_RIGHT = " ,:;-–—।|'‘’`~_=+<>^."


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject as one page has it, in one line."""

    text: str
    evidence: Evidence


def subject_on(page: ReadPage, rules: ZoneRules) -> Subject | None:
    """The subject that the page names, None if it has no subject line."""
    for index, line in enumerate(page.lines):
        label = rules.begins("subject", line)
        if label is None:
            continue
        found = _collect(page, index, label.end(), rules)
        if found is not None:
            return found
    return None


def clean_subject(text: str) -> str:
    """``text`` in one line, without label remains, specks read as signs, or a final stop."""
    words = [w for w in text.split() if w in _DUST_KEPT or not _DUST.match(w)]
    joined = " ".join(words)[:MAX_SUBJECT_CHARS]
    return joined.lstrip(_EDGES_LEFT).rstrip(_EDGES_RIGHT)


def _collect(page: ReadPage, index: int, label_end: int, rules: ZoneRules) -> Subject | None:
    first = page.lines[index]
    pieces: list[str] = []
    evidence: Evidence | None = None
    begin: int | None = index + 1
    if label_end < len(first.text):
        pieces.append(first.original_from(label_end))
        evidence = first.evidence(label_end, len(first.text))
    else:
        begin = line_after(page, index)
    if begin is None:
        return None
    last = first
    step = line_pitch(page)
    for line in page.lines[begin : begin + MAX_SUBJECT_LINES - 1]:
        so_far = clean_subject(" ".join(pieces))
        if so_far and (_is_over(last, so_far, rules) or not _follows(line, last, step, rules)):
            break
        if so_far and has_line_before(page, line):
            break
        if not so_far and _begins_another(line, rules):
            break
        pieces.append(line.original_from(0))
        seen = line.evidence(0, len(line.text))
        evidence = evidence + seen if evidence else seen
        if so_far and line.bbox[1] > last.bbox[1]:
            step = min(step, line.bbox[1] - last.bbox[1])
        last = line
    text = clean_subject(_joined(pieces))
    if not text or evidence is None:
        return None
    return Subject(text, evidence)


def _joined(pieces: Sequence[str]) -> str:
    """Lines as one text; a Latin word broken with a hyphen is made whole."""
    text = ""
    for piece in pieces:
        broken = re.search(r"[a-z]-$", text) and piece[:1].islower()
        text = text[:-1] + piece if broken else f"{text} {piece}"
    return text


def _begins_another(line: ReadLine, rules: ZoneRules) -> bool:
    parts = ("reference", "salutation", "subject", "copies", "endorsement", "closing", "fact")
    return any(rules.begins(part, line) for part in parts)


def _is_over(last: ReadLine, so_far: str, rules: ZoneRules) -> bool:
    """Whether the subject ends with the line ``last``."""
    if rules.subject_end.search(so_far):
        return True
    return _FULL_STOP.search(last.text) is not None


def _follows(line: ReadLine, last: ReadLine, step: float, rules: ZoneRules) -> bool:
    """Whether ``line`` is the next line of the paragraph that ``last`` belongs to."""
    if _begins_another(line, rules) or line.bbox[3] <= last.bbox[1]:
        return False
    return line.bbox[1] - last.bbox[1] <= GAP_STEPS * max(step, float(last.height_px))
