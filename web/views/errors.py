"""What is shown when a page cannot be: not yours, not there, or our fault."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from errors import WrongUsage
from web.api.urls import missing, told
from web.middleware import asks_in_json

log = logging.getLogger("abhilekh.web")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person's role does not go so far."""
    return render(request, "web/forbidden.html", status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not made for this session: of an earlier sign-in, or from elsewhere."""
    error = WrongUsage(
        "This page is of an earlier sign-in, or the form came from elsewhere.",
        kept="Nothing was changed.",
        todo="Go back and load the page again; what you typed on the desk is filled in there.",
    )
    return render(request, "web/refused.html", {"error": error}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not theirs: which of the two is not told."""
    if asks_in_json(request):
        return told(missing(), 404)
    return render(request, "web/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """An error that the program does not know; nothing was saved."""
    log.error("page failed", exc_info=True, extra={"facts": {"path": request.path}})
    return render(request, "web/broken.html", status=500)
