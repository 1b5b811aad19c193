"""The interface as one: its operations, its document, its errors in three parts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from errors import AbhilekhError, WrongUsage
from web.api import asked, decided
from web.api.answers import answered
from web.api.callers import Holder, Refused

api = NinjaAPI(
    title="Abhilekh",
    version="1",
    description="What the commands print with --json, for programs with a token: docs/api.md.",
    docs_url=None,  # the usual page of forms loads scripts from elsewhere
    auth=Holder(None),  # an operation without a right of its own lets nobody in
    urls_namespace="api",
)
api.add_router("", asked.router)
api.add_router("", decided.router)
LONGEST_WHY = 300


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: AuthenticationError) -> JsonResponse:
    """No token, or one that does not hold."""
    error = WrongUsage(
        "No token came with the question, or one that does not hold.",
        kept="Nothing was changed.",
        todo="Send the header Authorization: Bearer TOKEN; people make tokens on the page Tokens.",
    )
    answer = told(error, 401)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Http404)
def not_there(request: HttpRequest, _error: Http404) -> JsonResponse:
    """Not there, or not theirs: which of the two is not told."""
    return told(missing(), 404)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """A question that is not as the document says."""
    places = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors)
    return told(
        WrongUsage(
            "The question cannot be so: {places}.",
            kept="Nothing was changed.",
            todo="Compare it with the document at /api/v1/openapi.json.",
            places=places[:LONGEST_WHY],
        ),
        422,
    )


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> JsonResponse:
    """A body that is no JSON."""
    return told(
        WrongUsage(
            "The body of the question is no JSON.",
            kept="Nothing was changed.",
            todo="Compare it with the document at /api/v1/openapi.json.",
        ),
        422 if error.status_code == 400 else error.status_code,
    )


@api.exception_handler(AbhilekhError)
def refused(request: HttpRequest, error: AbhilekhError) -> JsonResponse:
    """An error of ours in its three parts."""
    if isinstance(error, Refused):
        return told(error, 403)
    return told(error, 409 if isinstance(error, WrongUsage) else 503)


def missing() -> WrongUsage:
    """What is said of everything that is not there."""
    return WrongUsage(
        "There is no such page",
        kept="Nothing was changed.",
        todo="It may have another address, or belong to another department.",
    )


def told(error: AbhilekhError, status: int) -> JsonResponse:
    """The error as JSON."""
    parts = {"what": error.what, "kept": error.kept, "todo": error.todo}
    return answered(parts, status)
