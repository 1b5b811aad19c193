"""A file on a person's desk: taken before a decision, given back with its next version after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from errors import AbhilekhError, WrongUsage
from pipeline import review as use_case
from records import desk
from records.models import PhysicalFile
from web.wiring import app, versions_here


def sit_down(found: PhysicalFile, who: str) -> None:
    """Take the file from the queue, so that nobody sits at it at the same time.

    Raises:
        WrongUsage: somebody has it on the desk.
    """
    held_by = desk.claim(found, who, timezone.now())
    if held_by != who:
        raise WrongUsage(
            "{who} has this file on the desk now. You can look, not save.",
            kept="Nothing was changed.",
            todo="Save again when the file is free; a file that nobody sits at is free soon.",
            who=held_by,
        )


@contextmanager
def seated(found: PhysicalFile, who: str) -> Iterator[None]:
    """Take the file for a decision; a decision that is refused gives it back at once.

    Raises:
        WrongUsage: somebody has it on the desk, or the decision is refused.
    """
    sit_down(found, who)
    try:
        yield
    except AbhilekhError:
        desk.release(found, who)
        raise


def stand_up(found: PhysicalFile, who: str) -> None:
    """Give it back after a decision, its next version made where no worker waits for it."""
    desk.release(found, who)
    if versions_here() and not use_case.has_to_be_read(found):
        use_case.make_version(app(), found)
