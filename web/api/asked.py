"""Questions about records: batches, files, deposits, e-files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponseBase, JsonResponse
from ninja import Path, Query, Router, Schema

from pipeline import search
from records import access, review_reads, scoped_reads
from records.models import Deposit
from records.scoped_reads import Piece
from web.api import shapes
from web.api.answers import answered
from web.api.callers import Asked, Holder, Refused
from web.audit import noted
from web.rights import Right
from web.views.files import file_in, sent
from web.wiring import app

router = Router(by_alias=True)
FAULTS = dict.fromkeys((401, 403, 404, 422, 503), shapes.Fault)
ID = "^[0-9A-Za-z]{26}$"
Id = Annotated[str, Path(pattern=ID)]
After = Annotated[
    str, Query(pattern="^([0-9A-Za-z]{26})?$", description="`next` of the answer before")
]
Code = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")]
State = Literal["pending", "in_review", "deposited", "quarantined"]
Few = Annotated[int, Query(ge=1, le=50)]
Many = Annotated[int, Query(ge=1, le=500)]
FETCHED_BY = {
    "access": Right.FILE,
    "alto": Right.FILE,
    "master": Right.MASTER,
    "manifest": Right.MASTER,
}


class Only(Schema):
    """Which files."""

    batch: Annotated[str | None, Query(pattern=ID)] = None
    department: Code = None
    state: State | None = None


@router.get(
    "/batches",
    auth=Holder(Right.PROGRESS),
    response={200: shapes.Batches, **FAULTS},
    summary="Batches, newest first (batch list)",
)
def batches(request: Asked, after: After = "", limit: Many = 100) -> JsonResponse:
    """Batches that have a file in scope."""
    return answered(scoped_reads.batches(request.auth.scope, Piece(limit, after)))


@router.get(
    "/batches/{batch_id}",
    auth=Holder(Right.FILE),
    response={200: shapes.Batch, **FAULTS},
    summary="One batch with its files and their pages (batch show)",
)
def batch(request: Asked, batch_id: Id, after: After = "", limit: Few = 20) -> JsonResponse:
    """Balance, files and pages; files outside the scope are not there."""
    scope = request.auth.scope
    found = access.batches(scope).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    noted(request, "view batch", f"batch {found.pk}", by="token")
    return answered(scoped_reads.batch(found, scope, Piece(limit, after)))


@router.get(
    "/files",
    auth=Holder(Right.FILE),
    response={200: shapes.Files, **FAULTS},
    summary="Files by batch, state, department",
)
def files(
    request: Asked,
    only: Annotated[Only, Query()],
    after: After = "",
    limit: Many = 100,
) -> JsonResponse:
    """One line a file, by id."""
    chosen = only.model_dump()
    return answered(scoped_reads.files(request.auth.scope, Piece(limit, after), **chosen))


@router.get(
    "/files/{file_id}",
    auth=Holder(Right.FILE),
    response={200: shapes.Review, **FAULTS},
    summary="One file with pages, versions, history (review show)",
)
def file(request: Asked, file_id: Id) -> JsonResponse:
    """What was found, why it waits, what people changed."""
    found = file_in(request.auth.scope, file_id)
    noted(request, "view file", f"file {found.pk}", by="token")
    return answered(review_reads.review_report(found, request.auth.scope))


@router.get(
    "/files/{file_id}/deposits",
    auth=Holder(Right.FILE),
    response={200: shapes.Deposits, **FAULTS},
    summary="Every version of a file in the store",
)
def deposits(request: Asked, file_id: Id) -> JsonResponse:
    """Keys, roles, hashes, sizes."""
    found = file_in(request.auth.scope, file_id)
    return answered({"deposits": scoped_reads.deposits(found)})


@router.get(
    "/files/{file_id}/deposits/{version}/objects/{number}",
    auth=Holder(Right.FILE),
    response={**FAULTS},
    summary="The bytes of one object of a deposit",
    openapi_extra={
        "responses": {
            200: {
                "description": "the bytes as stored",
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                },
            }
        }
    },
)
def stored(
    request: Asked,
    file_id: Id,
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    number: Annotated[int, Path(ge=0, le=1_000_000)],
) -> HttpResponseBase:
    """``number`` is the place in ``objects``; masters and manifests need their own right."""
    caller = request.auth
    found = file_in(caller.scope, file_id)
    made = Deposit.objects.filter(file=found, version=version).first()
    if made is None or number >= len(made.objects_listed):
        raise Http404
    one: dict[str, Any] = made.objects_listed[number]
    needed = FETCHED_BY.get(one["role"], Right.MASTER)
    if needed not in caller.rights or not _whole(one["role"], caller.scope):
        raise Refused(
            "Objects of the role {role} are not open to this token.",
            kept="Nothing was changed.",
            todo="Use a token of an account that may fetch them.",
            role=one["role"],
        )
    noted(request, f"fetch {one['role']}", f"file {found.pk}", key=one["key"], by="token")
    return sent({**one, "media_type": "application/octet-stream"}, save=True)


def _whole(role: str, scope: access.Scope) -> bool:
    """A manifest tells reasons as they are, other departments' sheets among them."""
    return role != "manifest" or scope.whole_batches


@router.get(
    "/search",
    auth=Holder(Right.FILE),
    response={200: shapes.Found, **FAULTS},
    summary="E-files and the scanned files linked to them (register find)",
)
def find(
    request: Asked,
    q: Annotated[str, Query(min_length=1, max_length=500, description="number or words")],
    limit: Many = 20,
) -> JsonResponse:
    """By number, computer number or words, in Hindi or English; the best first."""
    noted(request, "search", "", by="token")
    return answered({"found": search.run(app(), q, limit=limit, scope=request.auth.scope)})
