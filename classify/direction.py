"""Which letters of a file came in and which went out, told from whose letterhead they bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from classify.departments import DepartmentSeen
from classify.proposals import Side
from classify.view import PageView

LEAST_LETTERHEAD = 0.7
"""Weight of a department named in a letterhead; those below signatures weigh less."""


class Direction(StrEnum):
    """What a page is to the office that keeps the file."""

    NOTE = "note"
    RECEIPT = "receipt"  # a letter that came in
    ISSUE = "issue"  # the office copy of a letter that went out
    REFERENCE = "reference"  # covers and whatever else lies in the file


@dataclass(frozen=True, slots=True)
class Directed:
    """The direction of one page, and the rule that told it."""

    direction: Direction
    rule: str


def directions(views: Sequence[PageView], own_code: str | None) -> tuple[Directed, ...]:
    """A direction for every page, in order.

    A letterhead begins a letter: the file's own department's, one that went out; another's, one
    that came in. Pages without a letterhead belong to the letter before them. What nothing is
    known of came in, as most letters of a file did.

    Args:
        views: the pages with their sides settled.
        own_code: code of the file's department or office, if it is known.
    """
    directed: list[Directed] = []
    letter = Directed(Direction.RECEIPT, "no letterhead")
    for view in views:
        if view.side is Side.NOTING:
            directed.append(Directed(Direction.NOTE, "noting side"))
        elif view.side is not Side.CORRESPONDENCE:
            directed.append(Directed(Direction.REFERENCE, view.side.value))
        else:
            letter = _letter(view, own_code) or Directed(letter.direction, "goes on")
            directed.append(letter)
    return tuple(directed)


def _letter(view: PageView, own_code: str | None) -> Directed | None:
    """The letter that begins on this page; None when none does."""
    heads = [seen for seen in view.departments if seen.weight >= LEAST_LETTERHEAD]
    if not heads:
        return None
    if own_code is not None and any(_same(seen, own_code) for seen in heads):
        return Directed(Direction.ISSUE, f"own letterhead {own_code}")
    return Directed(Direction.RECEIPT, f"letterhead {heads[0].code}")


def _same(seen: DepartmentSeen, own_code: str) -> bool:
    return seen.code == own_code
