"""Sending a batch by browser: announce it, send it piece by piece, see what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from errors import AbhilekhError, InputRejected, ServiceUnreachable, WrongUsage
from lang import say
from pipeline import upload as use_case
from records import access
from records.access import Scope
from records.models import Upload
from web.audit import noted
from web.rights import Right, needs
from web.wiring import app

SHOWN = 20
LONGEST_OFFICE = 64


def told_as_json(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Errors of ours go to the page's script, in three parts."""

    @wraps(view)
    def answering(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except ServiceUnreachable as away:
            return _error(away, 503)
        except (InputRejected, WrongUsage) as refused:
            return _error(refused, 422)
        except RequestDataTooBig:
            return _error(_not_understood(), 413)

    return answering


@needs(Right.UPLOAD)
def uploads(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """Where a folder is dropped, and what became of those that were sent before."""
    rows = access.uploads(scope, request.user.get_username()).select_related("batch")
    rows = rows.exclude(state=Upload.State.RECEIVING, chunks__isnull=True)
    newest = list(rows.order_by("-created_at", "-pk").distinct()[:SHOWN])
    batches = {one.batch_id for one in newest} - {None}
    seen = access.batches(scope).filter(pk__in=batches).values_list("pk", flat=True)
    shown = {
        "uploads": [(one, _refusal(one)) for one in newest],
        "seen": set(seen),
        "office": app().policy.office,
        "offices": sorted(scope.offices) if scope.offices is not None else None,
        "chunk_bytes": use_case.CHUNK_BYTES,
        "most_gb": round(app().policy.upload_bytes / 1e9, 1),
    }
    partly = bool(getattr(request, "htmx", False))
    return render(request, "web/_uploads.html" if partly else "web/upload.html", shown)


@needs(Right.UPLOAD)
@require_POST
@told_as_json
def begin(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """Announce a batch: ``{office, label, files: [{path, size}]}`` → its id and what is there."""
    plan = use_case.plan_of(_sent(request))
    if not _may_send_for(scope, plan.office):
        raise WrongUsage(
            "You may not send scans for the office {office}.",
            kept="Nothing was taken in.",
            todo="Choose an office that your account is for.",
            office=plan.office[:LONGEST_OFFICE],
        )
    begun = use_case.begin(app(), request.user.get_username(), plan)
    noted(request, "upload begun", f"upload {begun.pk}", office=begun.office, label=begun.label)
    return JsonResponse({"id": begun.pk, "have": use_case.arrived(begun)})


@needs(Right.UPLOAD)
@require_http_methods(["PUT"])
@told_as_json
def piece(
    request: HttpRequest, upload_id: str, file: int, number: int, *, scope: Scope
) -> HttpResponse:
    """One piece of one scan, with its SHA-256 in a header."""
    found = _upload_in(request, scope, upload_id)
    told = use_case.Piece(file, number, request.headers.get("X-Sha256", ""))
    use_case.take_piece(app(), found, told, request.body)
    return JsonResponse({})


@needs(Right.UPLOAD)
@require_POST
@told_as_json
def finish(request: HttpRequest, upload_id: str, *, scope: Scope) -> HttpResponse:
    """All is sent: ``{sha256: [of every whole scan]}``; a worker takes it in."""
    found = _upload_in(request, scope, upload_id)
    hashes = _sent(request).get("sha256")
    use_case.finish(app(), found, [str(one) for one in hashes] if isinstance(hashes, list) else [])
    noted(request, "upload finished", f"upload {found.pk}", files=len(found.files))
    return JsonResponse({})


@needs(Right.UPLOAD)
@require_POST
def give_up(request: HttpRequest, upload_id: str, *, scope: Scope) -> HttpResponse:
    """Throw away an upload that is not finished."""
    found = _upload_in(request, scope, upload_id)
    if found.state == Upload.State.RECEIVING:
        use_case.give_up(app(), found, use_case.given_up_by_hand())
        noted(request, "upload given up", f"upload {found.pk}")
    return redirect("upload")


def _upload_in(request: HttpRequest, scope: Scope, upload_id: str) -> Upload:
    found = access.uploads(scope, request.user.get_username()).filter(pk=upload_id).first()
    if found is None:
        raise Http404
    return found


def _may_send_for(scope: Scope, office: str) -> bool:
    """Whether the office is one of theirs; where they have no bounds, one that can be a name."""
    if not 0 < len(office) <= LONGEST_OFFICE or not office.isprintable():
        return False
    return scope.offices is None or office in scope.offices


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError as fault:
        raise _not_understood() from fault
    if not isinstance(said, dict):
        raise _not_understood()
    return said


def _not_understood() -> WrongUsage:
    return WrongUsage(
        "What the page sent could not be understood.",
        kept="All that came before is kept.",
        todo="Load the page again and choose the same folder.",
    )


def _error(error: AbhilekhError, status: int) -> JsonResponse:
    told = {"what": error.what, "kept": error.kept, "todo": error.todo}
    return JsonResponse({"error": told}, status=status)


def _refusal(one: Upload) -> list[str]:
    """Why it became no batch, in the reader's language."""
    if one.refusal is None:
        return []
    parts = (one.refusal[part] for part in ("what", "kept", "todo"))
    return [say(part, **one.refusal["facts"]) for part in parts if part]
