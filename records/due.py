"""What may be worked on now: due pages and files, what was published, whose lease ran out.

Every question here stays quick with millions of settled pages: it walks the open files of one
batch in their order, or small indexes that hold only what is under way (docs/operations.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from records.lifecycle import FileState, PageState
from records.models import Batch, Page, PhysicalFile

PENDING_FILES = (FileState.OPEN, FileState.ASSEMBLED)
FILES_AT_A_TIME = 16


@dataclass(frozen=True)
class Due:
    """One piece of work that may start now."""

    kind: str  # page | file
    id: str
    tries: int
    assembled: bool = False


def open_batches(queue: str) -> list[str]:
    """The batches of ``queue`` that are not done, oldest first."""
    rows = Batch.objects.filter(state=Batch.State.OPEN, queue=queue)
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True))


def due_files(batch_id: str, now: datetime, limit: int) -> list[Due]:
    """Files whose last page is in, oldest first, not leased to anybody and not yet published.

    A file waits for the pages of the files before it, so that it is known which of its own
    pages are duplicates of theirs; not for one that failed and waits for its next try.
    """
    waiting = Page.objects.filter(file=OuterRef("pk"), state=PageState.RECEIVED)
    unread = waiting.filter(Q(tries=0) | ~Q(lease_holder=""))
    pending = PhysicalFile.objects.filter(batch_id=batch_id, state__in=PENDING_FILES)
    before = pending.filter(Exists(unread)).order_by("ordinal").values_list("ordinal", flat=True)
    rows = pending.filter(_free(now))
    first_unread = before.first()
    if first_unread is not None:
        rows = rows.filter(ordinal__lte=first_unread)
    rows = rows.filter(~Exists(waiting)).order_by("ordinal")[:limit]
    return [Due("file", row.pk, row.tries, row.state == FileState.ASSEMBLED) for row in rows]


def due_pages(batch_id: str, now: datetime, limit: int) -> list[Due]:
    """Pages to be read, in the order of their files; those that failed before come last."""
    fresh = _in_order(batch_id, Page.objects.filter(_free(now), tries=0), limit)
    if len(fresh) == limit:
        return fresh
    failed = Page.objects.filter(_free(now), batch_id=batch_id, state=PageState.RECEIVED)
    rows = failed.filter(tries__gt=0).order_by("tries", "file__ordinal", "sequence")
    return fresh + [
        Due("page", pk, tries)
        for pk, tries in rows.values_list("pk", "tries")[: limit - len(fresh)]
    ]


def _in_order(batch_id: str, rows: QuerySet[Page], limit: int) -> list[Due]:
    """The first of ``rows`` in the order of their files, some open files after the other.

    To sort all unread pages of a big batch each time would take longer than reading one.
    """
    open_files = PhysicalFile.objects.filter(batch_id=batch_id, state=FileState.OPEN)
    found: list[Due] = []
    after = -1
    while len(found) < limit:
        beyond = open_files.filter(ordinal__gt=after).order_by("ordinal")
        files = dict(beyond.values_list("pk", "ordinal")[:FILES_AT_A_TIME])
        if not files:
            break
        unread = rows.filter(file_id__in=files, state=PageState.RECEIVED)
        pages = unread.order_by("file__ordinal", "sequence").values_list("pk", flat=True)
        found += [Due("page", pk, 0) for pk in pages[: limit - len(found)]]
        after = max(files.values())
    return found


def overdue_holders(now: datetime, batch_id: str | None = None) -> set[str]:
    """Workers that hold a lease which has run out: they hang or are dead."""
    late: set[str] = set()
    for kind in (Page, PhysicalFile):
        held = kind.objects.filter(lease_until__lt=now).exclude(lease_holder="")
        if batch_id is not None:
            held = held.filter(batch_id=batch_id)
        late.update(held.values_list("lease_holder", flat=True))
    return late


def busy() -> int:
    """How many pieces of work are held just now, by all workers together."""
    kinds = (Page, PhysicalFile)
    return sum(kind.objects.filter(lease_until__isnull=False).count() for kind in kinds)


def work_remains(batch_id: str) -> bool:
    """Whether any page or file of the batch is still to be worked on."""
    return (
        PhysicalFile.objects.filter(batch_id=batch_id, state__in=PENDING_FILES).exists()
        or Page.objects.filter(batch_id=batch_id, state=PageState.RECEIVED).exists()
    )


def ids_of(work: Iterable[Due], kind: str) -> list[str]:
    """The ids of one kind among ``work``."""
    return [one.id for one in work if one.kind == kind]


def _free(now: datetime) -> Q:
    unheld = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return unheld & (Q(queued_until__isnull=True) | Q(queued_until__lt=now))
