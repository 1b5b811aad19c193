"""Care: places on a page with a person's identity number, told without the number.

The number stays where it stands: in the scan, and in the text layer and ALTO made of it. Whatever
else is kept of the page's words passes through here first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from classify.identity import HIDDEN, IdentityNumber, identity_numbers_on
from classify.rulebook import Rules
from ocr.page import Line, PageText, Word
from pipeline.app import App
from records.models import Page
from records.reasons import reason

IDENTITY_NUMBER = "identity_number"
LAST_DIGITS = 4
"""So many digits stay where words must be compared; they identify nobody."""


@dataclass(frozen=True)
class Watched:
    """What a page's text asks care for.

    Attributes:
        flags: for the page's row: ``[{code, bbox, confidence}]``.
        reasons: the same for people, without the places.
        covered: the text with those numbers taken out but for their last digits.
    """

    flags: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    covered: PageText


def watch(text: PageText, rules: Rules, *, to_review: bool) -> Watched:
    """The identity numbers of a page.

    Args:
        text: its words.
        rules: words around such numbers.
        to_review: whether the file must go to a person for them.
    """
    found = identity_numbers_on(text, rules.keeping.identity)
    if not found:
        return Watched([], [], text)
    flags = [
        {"code": IDENTITY_NUMBER, "bbox": list(one.bbox), "confidence": one.confidence}
        for one in found
    ]
    facts: dict[str, Any] = {"count": len(found)}
    if to_review:
        facts["review"] = True
    lines = tuple(_covered_line(line, found) for line in text.lines)
    return Watched(flags, [reason(IDENTITY_NUMBER, **facts)], replace(text, lines=lines))


def care_of(app: App, page: Page, text: PageText) -> dict[str, Any]:
    """Columns ``flags`` and ``reasons`` of ``page`` once it says ``text``."""
    watched = watch(text, app.rules, to_review=app.policy.review_identity_numbers)
    others = [kept for kept in page.reasons if kept["code"] != IDENTITY_NUMBER]
    return {"flags": watched.flags, "reasons": [*others, *watched.reasons]}


def _covered_line(line: Line, found: Sequence[IdentityNumber]) -> Line:
    words = tuple(_covered(word, found) for word in line.words)
    return line if words == line.words else replace(line, words=words)


def _covered(word: Word, found: Sequence[IdentityNumber]) -> Word:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    for one in found:
        left, top, right, bottom = one.bbox
        if left <= x < right and top <= y < bottom:
            keep = LAST_DIGITS if word.box.x1 >= right else 0
            other = _digits_out(word.alternative, keep) if word.alternative else None
            return replace(word, text=_digits_out(word.text, keep), alternative=other)
    return word


def _digits_out(text: str, keep: int) -> str:
    """``text`` with all digits but the last ``keep`` taken out."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    gone = set(places[: max(len(places) - keep, 0)])
    return "".join(HIDDEN if place in gone else sign for place, sign in enumerate(text))
