"""The office's own sign-in (OpenID Connect): it says who somebody is; accounts are made here."""

from __future__ import annotations

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from errors import AbhilekhError, ServiceUnreachable, WrongUsage
from web.audit import address_of
from web.models import AuditEvent

CLAIM = "OFFICE_CLAIM"  # a setting of ours among Django's
PASSWORDS = "django.contrib.auth.backends.ModelBackend"


class OfficeAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets in whom the office names, if they have an account here; makes nobody one."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Ends the library's way here, with a session or a refusal.

        Raises:
            ImmediateHttpResponse: always; it is the answer.
        """
        name = _name_in(sociallogin.account.extra_data)
        user = User.objects.filter(username=name, is_active=True, account__isnull=False).first()
        if user is None:
            AuditEvent.objects.create(
                who=name[:150], action="sign in refused", address=address_of(request)
            )
            raise ImmediateHttpResponse(_refused(request, _unknown(name), 403))
        back = str(sociallogin.state.get("next") or "/")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        login(request, user, backend=PASSWORDS)
        raise ImmediateHttpResponse(redirect(back))

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """The office refused, or what came back was not what it sends.

        Raises:
            ImmediateHttpResponse: always; it is the answer.
        """
        raise ImmediateHttpResponse(_refused(request, _no_proof(), 403))


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the office's sign-in."""
    return _asked(views.login, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from it, with a proof."""
    return _asked(views.callback, request, provider_id)


def _asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view(request, provider_id)
    except requests.RequestException:
        return _refused(request, _away(), 503)
    return answer


def _name_in(told: dict[str, Any]) -> str:
    known = told.get("userinfo") or told.get("id_token") or told
    return str(known.get(getattr(settings, CLAIM), ""))


def _refused(request: HttpRequest, error: AbhilekhError, status: int) -> HttpResponse:
    return render(request, "web/refused.html", {"error": error}, status=status)


def _unknown(name: str) -> WrongUsage:
    return WrongUsage(
        "The office's sign-in knows you as {name}, and no account here has that name.",
        kept="Nothing was changed.",
        todo="Ask the system admin for an account of that name.",
        name=name or "–",
    )


def _no_proof() -> WrongUsage:
    return WrongUsage(
        "The office's sign-in gave no proof of who you are.",
        kept="Nothing was changed.",
        todo="Begin again at the sign-in, or take your password.",
    )


def _away() -> ServiceUnreachable:
    return ServiceUnreachable(
        "The office's sign-in does not answer.",
        kept="Nothing was changed.",
        todo="Try again in a minute, or take your password.",
    )
