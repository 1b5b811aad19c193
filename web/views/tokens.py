"""Tokens for programs: a person makes, sees and ends their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from errors import WrongUsage
from lang import say
from records.access import Scope
from web import tokens as kept
from web.models import Token
from web.rights import Right, account_of, may, needs

USUAL_DAYS = 90


@needs(Right.PROGRESS)
@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """The person's tokens; a new one is shown in this answer and never again."""
    secret, refused = "", None
    if request.method == "POST":
        said = request.POST.get("days", "")
        days = int(said) if said.isdecimal() and len(said) < 5 else 0
        writes = "writes" in request.POST and may(account_of(request), Right.REVIEW)
        label = request.POST.get("label", "").replace("\0", "")
        try:
            secret = kept.make(request.user.get_username(), label, days=days, writes=writes)
        except WrongUsage as error:
            refused = error
    shown = {
        "tokens": kept.of(request.user.pk),
        "secret": secret,
        "refused": refused,
        "usual_days": USUAL_DAYS,
        "longest_days": kept.LONGEST_DAYS,
    }
    return render(request, "web/tokens.html", shown, status=409 if refused else 200)


@needs(Right.PROGRESS)
@require_POST
def revoke(request: HttpRequest, token_id: int, *, scope: Scope) -> HttpResponse:
    """End one token of the person's own."""
    own = Token.objects.filter(user__username=request.user.get_username(), pk=token_id)
    if not own.exists():
        raise Http404
    kept.revoke(own)
    messages.success(request, say("The token is ended."))
    return redirect("tokens")
