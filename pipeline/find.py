"""Find: what a person names on the command line → its row, or a clear refusal."""

from __future__ import annotations

from errors import WrongUsage
from pipeline.app import App
from records.models import Batch, PhysicalFile


def stored(app: App, key: str) -> str:
    """The key of an object that stands in the store.

    Raises:
        WrongUsage: nothing stands there.
    """
    if app.store.exists(key):
        return key
    raise WrongUsage(
        "Nothing is stored as {key}.",
        kept="Nothing was changed.",
        todo="Copy the key from: abhilekh batch show ID --json",
        key=key,
    )


def batch(batch_id: str) -> Batch:
    """The batch with this id, or whose id begins so if only one does.

    Raises:
        WrongUsage: none, or more than one.
    """
    found = list(Batch.objects.filter(pk__startswith=batch_id.upper())[:2])
    if len(found) == 1:
        return found[0]
    raise WrongUsage(
        "No single batch has an id that begins with {id}.",
        kept="Nothing was changed.",
        todo="Look the id up with: abhilekh batch list",
        id=batch_id,
    )


def file(file_id: str) -> PhysicalFile:
    """The file with this id, or whose id begins so if only one does.

    Raises:
        WrongUsage: none, or more than one.
    """
    found = list(PhysicalFile.objects.filter(pk__startswith=file_id.upper())[:2])
    if len(found) == 1:
        return found[0]
    raise WrongUsage(
        "No single file has an id that begins with {id}.",
        kept="Nothing was changed.",
        todo="Look the id up with: abhilekh batch show ID --json",
        id=file_id,
    )
