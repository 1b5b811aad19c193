"""Switching rules: how strictly the next lot of a series is inspected."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

WINDOW, BAD_OF_WINDOW = 5, 2
GOOD_IN_A_ROW = 5
BAD_UNDER_TIGHTENED = 5


class Severity(StrEnum):
    """How strictly a lot is inspected."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    STOPPED = "stopped"  # no lot is accepted until whoever scans has mended what was wrong


def next_severity(accepted: Iterable[bool]) -> Severity:
    """The severity for the lot that comes after these.

    Args:
        accepted: whether each lot of the series was accepted when it was first inspected, oldest
            first. A lot that follows on a stop means that the cause was mended.

    Source: ISO 2859-1:1999, 9.3.1 (2 of 5 or fewer rejected: tightened), 9.3.2 (5 accepted in a
    row: normal), 9.4 (5 rejected under tightened inspection: stopped, then tightened again).
    Reduced inspection (9.3.3) is left out: it asks for steady production.
    """
    severity, seen = Severity.NORMAL, list[bool]()
    for good in accepted:
        if severity is Severity.STOPPED:
            severity, seen = Severity.TIGHTENED, []
        seen.append(good)
        if severity is Severity.NORMAL:
            if seen[-WINDOW:].count(False) >= BAD_OF_WINDOW:
                severity, seen = Severity.TIGHTENED, []
        elif seen[-GOOD_IN_A_ROW:] == [True] * GOOD_IN_A_ROW:
            severity, seen = Severity.NORMAL, []
        elif seen.count(False) >= BAD_UNDER_TIGHTENED:
            severity = Severity.STOPPED
    return severity
