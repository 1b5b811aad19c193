"""What happens around every page: its language, what the browser may load, errors in words."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

import lang
from errors import AbhilekhError, WrongUsage
from lang import speaking_in

COOKIE = "abhilekh_language"
DATABASE_AWAY = (OperationalError, InterfaceError)
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
log = logging.getLogger("abhilekh.web")
Next = Callable[[HttpRequest], HttpResponseBase]


class SpokenMiddleware:
    """Speaks the language that the reader chose, for one request; Hindi where they chose none."""

    def __init__(self, respond: Next) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, made in that language."""
        with speaking_in(language_of(request)):
            if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
                from web.views.errors import not_found  # which speaks the language chosen here

                return not_found(request)  # PostgreSQL takes no such sign, so nothing is there
            return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """An error of ours, or a database that is away, becomes a page in three parts."""
        if isinstance(error, DATABASE_AWAY):
            from web.views.errors import away  # which speaks the language that is chosen here

            log.warning("database away", extra={"facts": {"path": request.path}})
            return away(request)
        if not isinstance(error, AbhilekhError):
            return None
        status = 409 if isinstance(error, WrongUsage) else 503
        return render(request, "web/refused.html", {"error": error}, status=status)


def asks_in_json(request: HttpRequest) -> bool:
    """Whether a program asks, not a person in a browser."""
    return request.path.startswith("/api/")


def language_of(request: HttpRequest) -> str:
    """The language that the reader chose by the switch in the header; a program, by its own."""
    if asks_in_json(request):
        wanted = request.headers.get("Accept-Language", "")
        return lang.HINDI if wanted.lower().startswith(lang.HINDI) else lang.ENGLISH
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in (lang.ENGLISH, lang.HINDI) else lang.HINDI


class ContentPolicyMiddleware:
    """Nothing from another host, no script in a page."""

    def __init__(self, respond: Next) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response with its policy."""
        response = self._respond(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response
