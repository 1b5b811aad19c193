"""What told the side of a page, and the order of a side, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lang import say

SIGN_WORDS: Mapping[str, str] = {
    "noting_words": "the wording of notes",
    "correspondence_words": "the parts of a letter",
    "cover_words": "the wording of a cover",
    "separator_words": "the wording of a separator",
    "noting_number": "page number {number}",
    "correspondence_number": "page number {number}",
    "dated_notes": "dates on lines of their own",
    "indented": "a wide left margin",
    "few_words": "few words",
    "hardly_a_word": "hardly a word",
    "green": "green paper",
    "margin_rule": "a margin rule",
    "ledger": "ruled lines",
    "table": "a ruled table",
    "hand": "handwriting",
    "first": "the first page of the file",
    "greener": "greener paper than the other pages",
    "darker": "darker paper than the other pages",
    "neighbours": "the pages before and after it",
    "declared": "the folder it lay in",
    "blank": "nothing is written on it",
}
ORDER_WORDS: Mapping[str, str] = {
    "scanned": "in the order of the scans",
    "numbered": "in the order of the scans, like the numbers of {numbered} of its pages",
    "backwards": "against the order of the scans, as the numbers of its pages run",
    "contradicted": "in the order of the scans, though the numbers of its pages jump about",
}


def told_by(evidence: Sequence[str], number: str | None) -> str:
    """Signs in words, with commas: ``green paper, a margin rule, page number 3/n``."""
    said = [say(SIGN_WORDS[sign], number=number or "") for sign in evidence if sign in SIGN_WORDS]
    return ", ".join(dict.fromkeys(said))


def order_report(order: Mapping[str, Any]) -> dict[str, Any]:
    """One side of a file as ``batch show`` tells it."""
    return {**order, "words": say(ORDER_WORDS[order["rule"]], numbered=order["numbered"])}
