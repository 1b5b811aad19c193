"""A person's own account: password, one-time codes, signing out everywhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from lang import say
from records.access import Scope
from web import codes, sessions, tokens
from web.audit import noted
from web.models import Token
from web.rights import Right, needs

WEAK = {
    "password_too_similar": "The new password is too much like the name.",
    "password_too_short": "The new password is too short: take ten letters or more.",
    "password_too_common": "The new password is one that many people take.",
    "password_entirely_numeric": "The new password is only digits.",
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks for the one-time code after the password."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    if not codes.is_owed(request):
        return redirect(back)
    wrong = False
    if request.method == "POST":
        if codes.accepted(request, request.POST.get("code", "")):
            noted(request, "code accepted")
            return redirect(back)
        noted(request, "code refused")
        wrong = True
    status = 403 if wrong else 200
    return render(request, "web/code.html", {"next": back, "wrong": wrong}, status=status)


@needs(Right.PROGRESS)
@never_cache
def own(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """What the person may change about their own account."""
    return _page(request)


@needs(Right.PROGRESS)
@never_cache
@require_POST
def password(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """A new password, by the old one; other browsers are signed out."""
    user = _user(request)
    new = request.POST.get("new", "")
    if not user.check_password(request.POST.get("old", "")):
        return _page(request, faults=[say("The old password is wrong.")])
    if new != request.POST.get("again", ""):
        return _page(request, faults=[say("The new password was typed in two ways.")])
    if faults := _weaknesses(new, user):
        return _page(request, faults=faults)
    user.set_password(new)
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)
    noted(request, "password changed", f"user {user.username}"[:128])
    messages.success(request, say("The new password holds from now on."))
    return redirect("own")


@needs(Right.PROGRESS)
@never_cache
@require_POST
def codes_begin(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """A new secret for the person's app."""
    return _page(request, device=codes.begin(_user(request)))


@needs(Right.PROGRESS)
@never_cache
@require_POST
def codes_confirm(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """The first code of the new secret; from then on the sign-in asks for one."""
    spare = codes.confirm(request, request.POST.get("code", ""))
    if not spare:
        wrong = [say("The code is wrong or too old. Try the next one.")]
        return _page(request, device=codes.begun(_user(request)), faults=wrong)
    noted(request, "codes begun")
    return _page(request, spare=spare)


@needs(Right.PROGRESS)
@never_cache
@require_POST
def codes_end(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """No codes any more, by a code."""
    if not codes.accepted(request, request.POST.get("code", "")):
        return _page(request, faults=[say("The code is wrong or too old. Try the next one.")])
    codes.forget(_user(request))
    noted(request, "codes ended")
    messages.success(request, say("The sign-in asks for no code any more."))
    return redirect("own")


@needs(Right.PROGRESS)
@require_POST
def sign_out_everywhere(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """End every session of the person, and their tokens if they say so."""
    if "tokens" in request.POST:
        tokens.revoke(Token.objects.filter(user__username=request.user.get_username()))
    sessions.end_all_of(request)
    messages.success(request, say("You are signed out in every browser."))
    return redirect("sign-in")


def _page(
    request: HttpRequest,
    *,
    device: TOTPDevice | None = None,
    faults: list[str] | None = None,
    spare: list[str] | None = None,
) -> HttpResponse:
    shown = {
        "device": device,
        "picture": codes.picture(device) if device else "",
        "letters": codes.letters(device) if device else "",
        "faults": faults or [],
        "spare": spare or [],
        "with_codes": codes.are_used(_user(request)),
    }
    return render(request, "web/own.html", shown, status=409 if faults else 200)


def _user(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())


def _weaknesses(new: str, user: User) -> list[str]:
    """What speaks against the password, in our own words."""
    found = []
    for validator in get_default_password_validators():
        try:
            validator.validate(new, user)
        except ValidationError as fault:
            found += [say(WEAK[one.code]) for one in fault.error_list if one.code in WEAK]
    return found
