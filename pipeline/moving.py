"""Moving: pages that lie in the wrong file → another file of the batch, or a new one.

Rows change their file and their order; nothing is read again, no deposited version is touched, and
both files are opened for their next versions. Moving back is a further move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.db import transaction
from django.db.models import Max

from classify.identity import hidden
from classify.proposals import FieldName
from errors import WrongUsage
from ocr.corrected import clean
from pipeline.app import App
from pipeline.decisions import Reviewer
from pipeline.held import held, too_late
from pipeline.reopen import reopen
from records import ledger
from records.corrections import Correction, CorrectionKind
from records.lifecycle import FileState, PageState, hold
from records.models import Page, PhysicalFile

LONGEST_RANGE = 13
MOST_AT_ONCE = 10_000
KEPT_OF_DECLARED = ("location", "retention_class")


@dataclass(frozen=True, slots=True)
class Move:
    """What is moved where.

    Attributes:
        pages: places in the file, from 1.
        to: the other file; None: a new one.
        note: why, in the person's words.
    """

    pages: Sequence[int]
    to: PhysicalFile | None = None
    note: str = ""


def pages_said(said: str) -> list[int]:
    """``4-7, 9`` as page numbers.

    Raises:
        WrongUsage: not of that form.
    """
    numbers: list[int] = []
    for part in said.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        fits = first.isdecimal() and (last.isdecimal() or not dash)
        if not fits or len(part) > LONGEST_RANGE or int(last or first) - int(first) > MOST_AT_ONCE:
            raise _refused(
                "{said} names no pages.", "Write page numbers and ranges: 4-7,9", said=said[:60]
            )
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def run(app: App, file: PhysicalFile, move: Move, reviewer: Reviewer) -> PhysicalFile:
    """The file that the pages are in now; it and ``file`` are open for their next versions.

    Raises:
        WrongUsage: a page is not there, none would stay, the other file is of another batch or
            in work, or somebody saved a version meanwhile. Nothing is changed then.
    """
    with transaction.atomic():
        hold(file.batch_id)
        file = held(file, reviewer)
        staying, going = _parted(file, move.pages)
        if move.to is None:
            target, there = _new_file(file), []
        else:
            target = _other(file, move.to, reviewer)
            there = _pages_of(target)
        _write(app, (file, target), going, move, reviewer)
        Page.objects.filter(pk__in=[page.pk for page in going]).update(file=target)
        _number(staying)
        _number([*there, *going])
        facts = {"by": reviewer.name, "pages": len(going), "from": file.pk, "to": target.pk}
        for one in (file, target):
            ledger.write(one, ledger.Event(ledger.EventType.CORRECTION, "pages moved", facts))
        opened = [one for one in (file, move.to and target) if one is not None]
        if not all(reopen(one, outcome="pages moved") for one in opened):
            raise too_late(file)
    return target


def _parted(file: PhysicalFile, wanted: Sequence[int]) -> tuple[list[Page], list[Page]]:
    """The pages that stay and those that go, each in their order."""
    pages = _pages_of(file)
    for number in sorted(set(wanted) - {page.sequence for page in pages}):
        raise _refused(
            "The file {id} has no page {number}.",
            "Look its pages up with: abhilekh review show {id}",
            id=file.pk,
            number=number,
        )
    going = [page for page in pages if page.sequence in set(wanted)]
    staying = [page for page in pages if page.sequence not in set(wanted)]
    if not going or not any(page.state == PageState.RECOGNISED for page in staying):
        raise _refused(
            "One page with writing must stay, and one must go.",
            "Choose some of the pages; a file is never emptied.",
        )
    return staying, going


def _other(file: PhysicalFile, to: PhysicalFile, reviewer: Reviewer) -> PhysicalFile:
    if to.pk == file.pk or to.batch_id != file.batch_id:
        raise _refused(
            "Pages can only go to another file of the same batch.",
            "Choose a file of the batch, or a new one.",
        )
    return held(to, Reviewer(reviewer.name))


def _new_file(file: PhysicalFile) -> PhysicalFile:
    """A file for pages that make one of their own, behind all others of the batch."""
    last = PhysicalFile.objects.filter(batch=file.batch_id).aggregate(n=Max("ordinal"))["n"]
    taken = PhysicalFile.objects.filter(batch=file.batch_id, source__startswith=file.source)
    names = set(taken.values_list("source", flat=True))
    name = next(f"{file.source} ({n})" for n in count(2) if f"{file.source} ({n})" not in names)
    declared = {kept: file.declared.get(kept) for kept in KEPT_OF_DECLARED}
    department = file.metadata.get(FieldName.DEPARTMENT) or {}
    declared |= {"department": department.get("value"), "split_from": file.pk}
    return PhysicalFile.objects.create(
        batch_id=file.batch_id,
        ordinal=last + 1,
        source=name,
        state=FileState.OPEN,
        declared=declared,
        department_code=file.department_code,
    )


def _write(
    app: App,
    files: tuple[PhysicalFile, PhysicalFile],
    going: Sequence[Page],
    move: Move,
    reviewer: Reviewer,
) -> None:
    """A line in the history of both files for each page; files are named by their ids alone."""
    source, target = files
    note = hidden(clean(move.note), app.rules.keeping.identity)
    Correction.objects.bulk_create(
        Correction(
            file=one,
            page=page,
            at=app.clock(),
            by=reviewer.name,
            kind=CorrectionKind.MOVE,
            name=str(page.sequence),
            before=source.pk,
            after=target.pk,
            note=note,
            of_version=one.version,
        )
        for one in files
        for page in going
    )


def _pages_of(file: PhysicalFile) -> list[Page]:
    rows = Page.objects.filter(file=file).exclude(state=PageState.REPLACED)
    return list(rows.order_by("sequence", "id"))


def _number(pages: Sequence[Page]) -> None:
    """Places from 1 on, in this order."""
    for sequence, page in enumerate(pages, start=1):
        if page.sequence != sequence:
            Page.objects.filter(pk=page.pk).update(sequence=sequence)


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
