"""Find: what a person names on the command line → its row, or a clear refusal."""

from __future__ import annotations

from errors import WrongUsage
from records.models import Batch


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
