"""Held: a file that a person decides about, as it is now, if it may be decided about."""

from __future__ import annotations

from errors import WrongUsage
from pipeline.decisions import Reviewer
from records.lifecycle import FileState
from records.models import PhysicalFile

SETTLED = (FileState.IN_REVIEW, FileState.DEPOSITED)


def held(file: PhysicalFile, reviewer: Reviewer) -> PhysicalFile:
    """The file as it is now, held until the transaction ends, if it may be decided about."""
    now = PhysicalFile.objects.select_for_update().get(pk=file.pk)
    if now.state not in SETTLED:
        raise _refused(
            "The file {id} is in work or has no readable page: there is nothing to decide yet.",
            "Look how it stands with: abhilekh batch show {batch}",
            id=file.pk,
            batch=file.batch_id,
        )
    if reviewer.seen_version not in (None, now.version):
        raise too_late(now)
    return now


def too_late(file: PhysicalFile) -> WrongUsage:
    return _refused(
        "Somebody else saved version {version} of this file meanwhile.",
        "Look at the file again, then say what is still wrong.",
        version=file.version,
    )


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
