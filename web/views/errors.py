"""What is shown when a page cannot be: not yours, not there, or our fault."""

from __future__ import annotations

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

import lang
from errors import ServiceUnreachable, WrongUsage
from lang import speaking_in
from web.api.urls import missing, told
from web.middleware import DATABASE_AWAY, asks_in_json, language_of

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


def away(request: HttpRequest) -> HttpResponse:
    """The database cannot be asked: said without asking it anything, not even who reads this."""
    error = ServiceUnreachable(
        "The pages cannot reach their database just now.",
        kept="All that was saved is kept; what you typed on the desk is kept in this browser.",
        todo="Wait a minute and load the page again. If it stays so, call the system admin.",
    )
    with speaking_in(language_of(request)):
        if asks_in_json(request):
            answer: HttpResponse = told(error, 503)
        else:
            shown = {"error": error, "language": lang.current()}
            answer = HttpResponse(render_to_string("web/away.html", shown), status=503)
    answer.headers["Retry-After"] = "60"
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    """An error that the program does not know; nothing was saved."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return away(request)
    log.error("page failed", exc_info=True, extra={"facts": {"path": request.path}})
    if asks_in_json(request):
        error = ServiceUnreachable(
            "The program met an error that it does not know",
            kept="Nothing was saved.",
            todo="Try again; if it happens again, tell your support the time of day.",
        )
        return told(error, 500)
    return render(request, "web/broken.html", status=500)
