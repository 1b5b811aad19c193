"""When a session is over: nobody sat there for long, the day is over, or the person said so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from lang import say
from web.audit import noted
from web.models import Account

BEGAN, SEEN = "began", "seen"
IDLE = "IDLE_MINUTES"  # a setting of ours among Django's
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
"""How fresh the time of the last look is kept: not every page writes."""


@receiver(user_logged_in)
def _began(request: HttpRequest, **_: object) -> None:
    request.session[BEGAN] = request.session[SEEN] = timezone.now().timestamp()


def is_over(request: HttpRequest, account: Account | None) -> bool:
    """Whether the session has ended though its cookie is still there; else notes that it is used.

    A page that renews itself is no sign of a person.
    """
    now = timezone.now()
    began = _moment(request.session.setdefault(BEGAN, now.timestamp()))
    seen = _moment(request.session.setdefault(SEEN, now.timestamp()))
    told = account.signed_out_at if account else None
    idle = timedelta(minutes=getattr(settings, IDLE))
    if now - began > LONGEST or now - seen > idle or (told and began < told):
        return True
    if now - seen > SEEN_EVERY and not getattr(request, "htmx", False):
        request.session[SEEN] = now.timestamp()
    return False


def over(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there back to the page; drafts stay in the browser."""
    back = request.get_full_path()
    logout(request)
    messages.info(request, say("The session is over. Sign in again; what you typed is kept."))
    if getattr(request, "htmx", False):  # the whole page goes there, not the part that was renewed
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")


def end_all(user: User) -> None:
    """End every session of ``user``, in whichever browser."""
    Account.objects.filter(user=user).update(signed_out_at=timezone.now())


def end_all_of(request: HttpRequest) -> None:
    """End every session of the person who asks, this one too."""
    noted(request, "sign out everywhere")
    end_all(User.objects.get(username=request.user.get_username()))
    logout(request)


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone())
