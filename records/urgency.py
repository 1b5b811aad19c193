"""How much a review of a file is worth: errors that it is likely to mend in a minute of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

WRONG_FIELD = 5.0
"""A wrong number or date is worth as much as this many misread words: the file is not found."""

UNSURE_PAGE = 10.0
"""Misread words on a page of confidence 0.9, as measured on pages that went to review."""

OPENING_MIN = 0.5
PAGE_MIN = 0.5
FIELD_MIN = 0.25


def urgency(reasons: Iterable[Mapping[str, Any]], confidences: Iterable[float | None]) -> float:
    """Expected errors mended in a minute of a reviewer's work; 0 without reasons.

    Args:
        reasons: of the file, as the tables keep them.
        confidences: of its readable pages, 0..1, calibrated; None where not known.
    """
    codes = [str(reason["code"]) for reason in reasons]
    if not codes:
        return 0.0
    pages = sum(code.startswith("page_") for code in codes)
    fields = len(codes) - pages
    unread = sum(1.0 - confidence for confidence in confidences if confidence is not None)
    errors = WRONG_FIELD * fields + UNSURE_PAGE * 10 * unread
    return round(errors / (OPENING_MIN + PAGE_MIN * pages + FIELD_MIN * fields), 3)
