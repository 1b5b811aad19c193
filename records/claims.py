"""Claiming work: compare-and-set, the try counted and the lease set before the work starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from records import ledger
from records.lifecycle import FileState, PageState
from records.models import Leased, Page, PhysicalFile

Row = TypeVar("Row", Page, PhysicalFile)
WORKABLE: dict[type[Leased], tuple[str, ...]] = {
    Page: (PageState.RECEIVED,),
    PhysicalFile: (FileState.OPEN, FileState.ASSEMBLED),
}
WITH: dict[type[Leased], tuple[str, ...]] = {Page: ("batch",), PhysicalFile: ("batch",)}
_MINE = (
    "UPDATE {table} SET tries = %s, lease_holder = %s, lease_until = %s, queued_until = NULL"
    " WHERE id = %s AND state = %s AND tries = %s AND lease_holder = %s"
)

RAN_OUT = "lease ran out"


def claim(
    kind: type[Row], row_id: str, *, holder: str, now: datetime, lease_s: float
) -> Row | None:
    """The row, leased to ``holder`` with its try counted; None if it is not to be had.

    Not to be had means: gone, settled, or leased to somebody else whose lease still runs.
    A message delivered twice therefore leads to one piece of work. ``taken_over`` of the row says
    whether its last holder let the lease run out: a worker that died or hangs.
    """
    found = list(kind.objects.select_related(*WITH[kind]).filter(pk=row_id))
    row = found[0] if found else None
    if row is None or row.state not in WORKABLE[kind]:
        return None
    if row.lease_until is not None and row.lease_until >= now:
        return None
    # it finds no row if anybody claimed or moved it since
    unchanged = (row.state, row.tries, row.lease_holder)
    row.taken_over = row.lease_holder != ""
    row.tries, row.lease_holder, row.queued_until = row.tries + 1, holder, None
    row.lease_until = now + timedelta(seconds=lease_s)
    if not row.taken_over:  # one statement is one transaction
        return row if _is_taken(row, unchanged) else None
    with transaction.atomic():
        if not _is_taken(row, unchanged):
            return None
        # The dispatcher had not looked round yet: the ledger is told all the same.
        failed = ledger.Event(ledger.EventType.TRY_FAILED, "failure", {"failure": RAN_OUT})
        ledger.write(row, failed, tries=row.tries - 1)
    return row


def _is_taken(row: Page | PhysicalFile, unchanged: tuple[str, int, str]) -> bool:
    """Whether the row was still ``unchanged``: its state, tries and holder; then it is ours."""
    until = connection.ops.adapt_datetimefield_value(row.lease_until)
    with connection.cursor() as cursor:  # asked for every page, so without the ORM
        words = _MINE.format(table=type(row)._meta.db_table)
        cursor.execute(words, [row.tries, row.lease_holder, until, row.pk, *unchanged])
        return int(cursor.rowcount) == 1


def release(row: Page | PhysicalFile, *, failure: str, count_try: bool = True) -> None:
    """Hand ``row`` back before its lease ends, with the failure on the ledger.

    Args:
        row: as ``claim`` returned it; nothing happens when somebody else holds it by now.
        failure: the class of error, never text from a record.
        count_try: False when the row is not to blame (store or disk out of reach).
    """
    tries = F("tries") if count_try else Greatest(F("tries") - 1, 0)
    with transaction.atomic():
        freed = (
            type(row)
            .objects.filter(pk=row.pk, lease_holder=row.lease_holder)
            .exclude(lease_holder="")
            .update(lease_holder="", lease_until=None, tries=tries)
        )
        if freed:
            ledger.write(
                row,
                ledger.Event(ledger.EventType.TRY_FAILED, "failure", {"failure": failure}),
                tries=row.tries,
            )


def put_back(row: Page | PhysicalFile) -> None:
    """Undo a claim of which nothing was begun: no try is counted, nothing goes to the ledger."""
    mine = type(row).objects.filter(pk=row.pk, lease_holder=row.lease_holder)
    mine.update(lease_holder="", lease_until=None, tries=Greatest(F("tries") - 1, 0))


def release_all_of(holders: Iterable[str], *, count_tries: bool) -> int:
    """End the leases of workers known to be dead; says how many.

    Args:
        holders: the dead workers' names.
        count_tries: False when the work they held cannot be what ended them.
    """
    freed = 0
    for kind in (Page, PhysicalFile):
        for row in kind.objects.filter(lease_holder__in=list(holders)):
            release(row, failure="worker ended", count_try=count_tries)
            freed += 1
    return freed


def holders() -> set[str]:
    """Everybody who holds a lease now."""
    return {
        str(name)
        for kind in (Page, PhysicalFile)
        for name in kind.objects.filter(lease_until__isnull=False)
        .exclude(lease_holder="")
        .values_list("lease_holder", flat=True)
        .distinct()
    }


def release_every_lease() -> int:
    """End all leases; only for one who knows that no worker is alive (embedded start).

    Tries are given back: the supervisor itself had ended, which no page brings about.
    """
    held: set[str] = set()
    for kind in (Page, PhysicalFile):
        held.update(
            kind.objects.exclude(lease_holder="").values_list("lease_holder", flat=True).distinct()
        )
    return release_all_of(held, count_tries=False)


def release_overdue(now: datetime) -> int:
    """End the leases that have run out, with their tries counted; says how many.

    Whoever held them hangs, is dead or is cut off; what it may still bring is void.
    """
    freed = 0
    for kind in (Page, PhysicalFile):
        for row in kind.objects.filter(lease_until__lt=now).exclude(lease_holder=""):
            release(row, failure=RAN_OUT)
            freed += 1
    return freed


def hand_back(kind: type[Row], row_id: str, *, holder: str) -> None:
    """Give back what ``holder`` holds of one row, for a service that was away; no try is burnt."""
    for row in kind.objects.filter(pk=row_id, lease_holder=holder):
        release(row, failure="service away", count_try=False)


def note_published(
    kind: type[Row], ids: Sequence[str], *, now: datetime, until: datetime
) -> list[str]:
    """Mark rows whose message is about to be sent; gives those that nobody else marked before.

    Two dispatchers at once share the rows between them: each marks what the other has not.
    """
    if not ids:
        return []
    free = Q(queued_until__isnull=True) | Q(queued_until__lt=now)
    with transaction.atomic():
        rows = kind.objects.filter(free, pk__in=ids, state__in=WORKABLE[kind])
        mine = set(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        kind.objects.filter(pk__in=mine).update(queued_until=until)
    return [row_id for row_id in ids if row_id in mine]


def forget_published(batches: Sequence[str], *, marked_before: datetime | None = None) -> int:
    """Take back the marks of messages that are lost, so that they are sent again; says how many.

    Args:
        batches: whose rows.
        marked_before: only marks that end before this moment; None: all of them.
    """
    lost = Q(queued_until__isnull=False)
    if marked_before is not None:
        lost &= Q(queued_until__lt=marked_before)
    kinds = (Page, PhysicalFile)
    return sum(
        kind.objects.filter(lost, batch_id__in=batches).update(queued_until=None) for kind in kinds
    )


def forget_unsent(kind: type[Row], ids: Sequence[str]) -> None:
    """Take back the marks of messages that could not be sent."""
    kind.objects.filter(pk__in=ids).update(queued_until=None)
