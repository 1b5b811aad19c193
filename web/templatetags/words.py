"""The words of the pages: ``{% say "…" %}`` looks them up in the product's one catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from lang import say
from ocr.page import Word
from records.models import Page
from records.reason_names import GROUP_WORDS, SHORT

register = template.Library()
DOUBTFUL = 0.85
"""Words less certain than this are coloured, and walked by Tab."""

FIELD_WORDS = {
    "file_number": "file number",
    "subject": "subject",
    "department": "department",
    "date": "date",
    "document_type": "kind of document",
}
STATE_WORDS = {
    "deposited": "deposited",
    "in_review": "waiting for review",
    "quarantined": "set aside",
    "pending": "in work",
    "open": "in work",
    "assembled": "in work",
    "done": "done",
    "received": "waiting to be read",
    "recognised": "read",
    "blank": "blank",
    "duplicate": "duplicate",
    "separator": "separator",
    "unreadable": "cannot be read",
    "replaced": "replaced",
}
SIDE_WORDS = {
    "noting": "noting side",
    "correspondence": "correspondence side",
    "cover": "cover",
    "blank": "blank",
    "separator": "separator",
}
EVENT_WORDS = {
    "ingestion": "taken in",
    "recognition": "read",
    "creation": "the PDF was made",
    "accession": "deposited",
    "quarantine": "set aside",
    "modification": "opened again",
    "metadata modification": "link to the e-file",
    "metadata correction": "corrected",
    "try failed": "a try failed",
}
KIND_WORDS = {
    "note_sheet": "note-sheet",
    "letter": "letter",
    "order": "order",
    "circular": "circular",
    "notification": "notification",
    "memorandum": "memorandum",
    "endorsement": "endorsement",
    "application": "application",
    "report": "report",
    "bill": "bill or voucher",
    "land_record": "land record",
    "court_paper": "court paper",
    "file_cover": "file cover",
}
MARK_WORDS = {
    "blank": "blank",
    "duplicate": "duplicate",
    "illegible": "nobody can read it",
    "scan_again": "to be scanned again",
    "turn": "turned",
}
LOT_WORDS = {"open": "open", "accepted": "accepted", "rejected": "rejected", "lapsed": "lapsed"}
UPLOAD_WORDS = {
    "receiving": "not all is sent yet",
    "waiting": "is being taken in",
    "taken": "taken in",
    "refused": "not taken in",
}


@register.simple_tag(name="say")
def said(text: str, **facts: Any) -> str:
    """The sentence in the reader's language."""
    return say(text, **facts)


@register.filter
def state_words(state: str) -> str:
    """Where something stands, in words."""
    return say(STATE_WORDS[state]) if state in STATE_WORDS else state


@register.filter
def side_words(side: str) -> str:
    """A side of the file, in words."""
    return say(SIDE_WORDS[side]) if side in SIDE_WORDS else side


@register.filter
def field_words(name: str) -> str:
    """A field of a file, in words."""
    return say(FIELD_WORDS[name]) if name in FIELD_WORDS else name


@register.filter
def event_words(event: str) -> str:
    """A step of a file's history, in words."""
    return say(EVENT_WORDS[event]) if event in EVENT_WORDS else event


@register.filter
def kind_words(kind: str) -> str:
    """A kind of document, in words; an office's own kind by its code."""
    return say(KIND_WORDS[kind]) if kind in KIND_WORDS else kind


@register.filter
def picture_state(page: Page) -> str:
    """What a page's picture depends on: a new version of the file leaves most of them as they are.

    Part of its address, so that browsers fetch it anew when it was turned and read again.
    """
    return f"{page.rotated_cw_deg}.{page.skew_ccw_deg:.2f}.{page.width_px}.{page.height_px}"


@register.filter
def word_boxes(words: Sequence[Word]) -> str:
    """Where a line's words stand on the page: left, top, right, bottom of each, for the desk."""
    boxes = (word.box for word in words)
    return ";".join(f"{box.x0} {box.y0} {box.x1} {box.y1}" for box in boxes)


@register.filter
def unsure_words(words: Sequence[Word]) -> str:
    """Places in the line of the words that are not certain."""
    return " ".join(str(n) for n, word in enumerate(words) if word.confidence < DOUBTFUL)


@register.filter
def percent(share: float | str | None) -> str:
    """0..1 as whole percent; a dash for what is not known (templates make ``""`` of that)."""
    return f"{100 * share:.0f} %" if isinstance(share, int | float) else "–"


@register.filter
def mark_words(mark: str) -> str:
    """What a person said of a sheet, in words."""
    return say(MARK_WORDS[mark]) if mark in MARK_WORDS else mark


@register.filter
def group_words(group: str) -> str:
    """What a group of reasons has in common, in words."""
    return say(GROUP_WORDS[group])


@register.filter
def reason_words(code: str) -> str:
    """A reason's short name."""
    return say(SHORT[code])


@register.filter
def lot_words(state: str) -> str:
    """What became of a sampling lot, in words."""
    return say(LOT_WORDS[state])


@register.filter
def upload_words(state: str) -> str:
    """What became of scans that a browser sent, in words."""
    return say(UPLOAD_WORDS[state])


@register.filter
def megabytes(size_bytes: int) -> str:
    """Bytes as megabytes with one decimal."""
    return f"{size_bytes / 1e6:.1f}"


@register.filter
def split_words(text: str) -> list[str]:
    """The words of ``text``, for short lists in a template."""
    return text.split()
