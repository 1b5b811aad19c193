"""Writing the log of what people looked at and changed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from web.models import AuditEvent


def noted(request: HttpRequest, action: str, subject: str = "", **facts: Any) -> None:
    """Append one line: who did what to what, and from where."""
    AuditEvent.objects.create(
        who=request.user.get_username() or "–",
        action=action,
        subject=subject,
        address=address_of(request),
        facts=facts,
    )


def address_of(request: HttpRequest | None) -> str:
    """Where the request came from, as the server saw it."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45] if request is not None else ""


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    AuditEvent.objects.create(
        who=user.get_username(), action="sign in", address=address_of(request)
    )


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        AuditEvent.objects.create(
            who=user.get_username(), action="sign out", address=address_of(request)
        )


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    AuditEvent.objects.create(
        who=str(credentials.get("username", ""))[:150],
        action="sign in refused",
        address=address_of(request),
    )
