"""The review queue, what reviewers decided, and deciding."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import JsonResponse
from ninja import Body, Field, Query, Router, Schema

from pipeline import review as use_case
from pipeline import undo as undoing
from pipeline.decisions import Decision, Mark, Reviewer
from records import review_reads, scoped_reads
from records.models import PhysicalFile
from records.page_marks import PageMark
from web.api import shapes
from web.api.answers import answered
from web.api.asked import FAULTS, Few, Id, Many
from web.api.callers import Asked, Holder
from web.audit import noted
from web.rights import Right
from web.seat import seated, stand_up
from web.views.files import file_in
from web.wiring import app

router = Router(by_alias=True)
PLACE = 2**53 - 1
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
PageNumber = Annotated[str, Field(pattern="^[1-9][0-9]{0,5}$")]


class Decided(Schema):
    """What a person decided; what is not named stays (``review correct``)."""

    version: Number = Field(description="the version that was looked at")
    fields: dict[str, Line] = Field({}, description="file_number, subject, department, date …")
    sides: dict[PageNumber, Line] = Field({}, description="page → noting, correspondence or cover")
    texts: dict[PageNumber, Annotated[str, Field(max_length=100_000)]] = Field(
        {}, description="page → its whole text, every line in its place"
    )
    blank: list[Number] = Field([], max_length=1000, description="pages with nothing on them")
    duplicates: dict[PageNumber, Number | None] = Field(
        {}, description="page → the page that shows the same sheet; null: as was found"
    )
    illegible: list[Number] = Field([], max_length=1000, description="pages nobody can read")
    scan_again: list[Number] = Field([], max_length=1000, description="sheets to scan once more")
    turns: dict[PageNumber, int] = Field({}, description="page → 90, 180 or 270 clockwise")
    accept: bool = Field(False, description="nothing else stands against the file")
    note: Line = ""


class Undone(Schema):
    """Back to an earlier version (``review undo``)."""

    version: Number = Field(description="the version that was looked at")
    to: Number = Field(description="the version to go back to")


@router.get(
    "/review",
    auth=Holder(Right.REVIEW),
    response={200: shapes.Queue, **FAULTS},
    summary="Files that wait for a person (review list)",
)
def queue(
    request: Asked,
    reason: Annotated[str | None, Query(pattern="^[a-z_]{1,40}$")] = None,
    limit: Few = 50,
) -> JsonResponse:
    """Those first where a minute of work mends most."""
    scope = request.auth.scope
    found = review_reads.queue(code=reason, limit=limit, scope=scope)
    waiting = review_reads.waiting(code=reason, scope=scope)
    return answered({"files": found, "waiting": waiting})


@router.get(
    "/review/results",
    auth=Holder(Right.FILE),
    response={200: shapes.Results, **FAULTS},
    summary="What reviewers decided, in order",
)
def results(
    request: Asked,
    after: Annotated[int, Query(ge=0, le=PLACE, description="`next` of the answer before")] = 0,
    limit: Many = 100,
) -> JsonResponse:
    """Every correction and acceptance with before and after, for programs that follow them."""
    return answered(scoped_reads.results(request.auth.scope, after=after, limit=limit))


@router.post(
    "/files/{file_id}/review",
    auth=Holder(Right.REVIEW, writes=True),
    response={200: shapes.Review, 409: shapes.Fault, **FAULTS},
    summary="Accept or correct a file (review accept, review correct)",
)
def decide(request: Asked, file_id: Id, decided: Annotated[Decided, Body()]) -> JsonResponse:
    """Saves the decision; the next version is deposited from it, earlier ones stay."""
    found = file_in(request.auth.scope, file_id)
    texts = {
        int(page): use_case.edits_of_text(app(), found, int(page), text.replace("\0", " "))
        for page, text in decided.texts.items()
    }
    decision = Decision(
        fields=decided.fields,
        sides={int(page): side for page, side in decided.sides.items()},
        texts=texts,
        blank=frozenset(decided.blank),
        marks=_marks(decided),
        turns={int(page): turn for page, turn in decided.turns.items()},
        accept=decided.accept,
        note=decided.note,
    )
    with seated(found, request.auth.name):
        reviewer = Reviewer(request.auth.name, decided.version)
        use_case.decide(app(), found, decision, reviewer)
    noted(request, "decide", f"file {found.pk}", of_version=decided.version, by="token")
    return _made(request, found)


@router.post(
    "/files/{file_id}/undo",
    auth=Holder(Right.REVIEW, writes=True),
    response={200: shapes.Review, 409: shapes.Fault, **FAULTS},
    summary="Bring back an earlier version as a further one (review undo)",
)
def undo(request: Asked, file_id: Id, undone: Annotated[Undone, Body()]) -> JsonResponse:
    """Nothing is thrown away."""
    found = file_in(request.auth.scope, file_id)
    with seated(found, request.auth.name):
        undoing.run(app(), found, undone.to, Reviewer(request.auth.name, undone.version))
    noted(request, "undo", f"file {found.pk}", to=undone.to, by="token")
    return _made(request, found)


def _marks(decided: Decided) -> dict[int, Mark]:
    """What is said of sheets, by page."""
    marks = {int(page): Mark(PageMark.DUPLICATE, of) for page, of in decided.duplicates.items()}
    marks |= {page: Mark(PageMark.ILLEGIBLE) for page in decided.illegible}
    return marks | {page: Mark(PageMark.SCAN_AGAIN) for page in decided.scan_again}


def _made(request: Asked, found: PhysicalFile) -> JsonResponse:
    """The file after its decision, its next version made where no worker waits for it."""
    stand_up(found, request.auth.name)
    found = file_in(request.auth.scope, found.pk)
    report: dict[str, Any] = review_reads.review_report(found, request.auth.scope)
    return answered(report)
