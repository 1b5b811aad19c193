"""Who has which file on their desk, so that two people never work on one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from records.models import PhysicalFile

HELD = timedelta(minutes=20)
"""How long a file stays on a desk that nobody sits at."""


def free(who: str, now: datetime) -> Q:
    """Files that ``who`` may take: on nobody's desk, or on theirs."""
    return Q(reviewer="") | Q(reviewer=who) | Q(reviewer_until__lt=now)


def claim(file: PhysicalFile, who: str, now: datetime) -> str:
    """Take ``file`` for ``who``, or keep it; says who has it now."""
    mine = PhysicalFile.objects.filter(free(who, now), pk=file.pk)
    if mine.update(reviewer=who, reviewer_until=now + HELD):
        return who
    return str(PhysicalFile.objects.values_list("reviewer", flat=True).get(pk=file.pk))


def release(file: PhysicalFile, who: str) -> None:
    """Give ``file`` back, if ``who`` has it."""
    PhysicalFile.objects.filter(pk=file.pk, reviewer=who).update(reviewer="", reviewer_until=None)
