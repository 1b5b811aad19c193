"""One file: what it is, what happened to it, its pages and its PDF."""

from __future__ import annotations

from typing import Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control

from pipeline import page_image
from records import access, review_reads
from records.access import Scope
from records.models import Deposit, LedgerEvent, PhysicalFile
from web import tables
from web.audit import noted
from web.rights import Right, needs
from web.views.listed import pages_table
from web.wiring import app

WIDTHS_PX = {"small": 260, "large": 1600}


@needs(Right.FILE)
def file(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponseBase:
    """Where it is, what was done, by whom, when."""
    found = file_in(scope, file_id)
    pages = access.pages(scope).filter(file=found).exclude(state="replaced")
    if tables.wanted(request):
        noted(request, "fetch table", f"file {found.pk}")
        return tables.sent(request, pages_table(found.pk, pages.order_by("sequence", "id")))
    noted(request, "view file", f"file {found.pk}")
    shown = review_reads.review_report(found, scope)
    events = LedgerEvent.objects.filter(file_id=found.pk, page_id="").order_by("id")
    more: dict[str, Any] = {
        "pages": pages.order_by("sequence", "id"),
        "events": events,
        "row": found,
    }
    more["query"] = tables.query_of(request)
    return render(request, "web/file.html", {**shown, **more})


@needs(Right.FILE)
def pdf(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponseBase:
    """The newest searchable PDF, shown in the browser or saved."""
    found = file_in(scope, file_id)
    return _fetched(request, found, "access", "file.pdf")


@needs(Right.MASTER)
def master(request: HttpRequest, file_id: str, number: int, *, scope: Scope) -> HttpResponseBase:
    """One scan as it was received."""
    found = file_in(scope, file_id)
    return _fetched(request, found, "master", "", number=number)


@needs(Right.FILE)
@cache_control(private=True, max_age=3600)
def image(request: HttpRequest, page_id: str, size: str, *, scope: Scope) -> HttpResponse:
    """A page as the PDF shows it, small for lists or large for reading."""
    page = access.pages(scope).filter(pk=page_id).first()
    if page is None or size not in WIDTHS_PX:
        raise Http404
    drawn = page_image.jpeg(app(), page, width_px=WIDTHS_PX[size])
    if drawn is None:
        raise Http404
    return HttpResponse(drawn, content_type="image/jpeg")


def file_in(scope: Scope, file_id: str) -> PhysicalFile:
    """The file, if it is in ``scope``; another one is as if it were not there."""
    if "\0" in file_id:  # PostgreSQL takes no such sign
        raise Http404
    found = access.files(scope).filter(pk=file_id).select_related("batch").first()
    if found is None:
        raise Http404
    return found


def _fetched(
    request: HttpRequest, found: PhysicalFile, role: str, name: str, *, number: int = 0
) -> HttpResponseBase:
    newest = Deposit.objects.filter(file=found).order_by("-version").first()
    listed = [one for one in newest.objects_listed if one["role"] == role] if newest else []
    if not 0 <= number < len(listed):
        raise Http404
    stored = listed[number]
    noted(request, f"fetch {role}", f"file {found.pk}", key=stored["key"])
    save = role == "master" or "save" in request.GET
    return _at_the_store(stored, name=name, save=save) or sent(stored, name=name, save=save)


def _at_the_store(stored: dict[str, Any], *, name: str, save: bool) -> HttpResponseBase | None:
    """The way to the object in a store that browsers reach; None where the bytes come from here.

    Whoever has the link needs no rights, so it holds for a short time and is kept by nobody.
    """
    valid_s = app().policy.link_s
    if not valid_s:
        return None
    name = name or stored["key"].rpartition("/")[2]
    headers = {
        "Content-Type": stored["media_type"],
        "Content-Disposition": content_disposition_header(save, name) or "inline",
    }
    address = app().store.link(stored["key"], valid_s=valid_s, headers=headers)
    if address is None:
        return None
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})


def sent(stored: dict[str, Any], *, name: str = "", save: bool) -> FileResponse:
    """The bytes of an object that a deposit lists, streamed; ``save``: never shown in place."""
    store = app().store
    path = store.local_path(stored["key"])
    content = path.open("rb") if path else store.open(stored["key"])
    response = FileResponse(
        content,
        filename=name or stored["key"].rpartition("/")[2],
        content_type=stored["media_type"],
        as_attachment=save,
    )
    response.headers["Content-Length"] = str(stored["size_bytes"])
    return response
