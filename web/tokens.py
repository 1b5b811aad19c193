"""Tokens: made, shown once, looked up by their hash, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from errors import WrongUsage
from web.models import Account, AuditEvent, Token

SIGN = "abh_"
LONGEST_DAYS = 366
SHOWN_LETTERS = 9
USED_EVERY = timedelta(minutes=5)
"""How fresh the time of the last use is kept: not every question writes."""


def make(name: str, label: str, *, days: int, writes: bool = False) -> str:
    """A new token of the account ``name``, which can do what the account can.

    Args:
        name: of the account.
        label: what it is for.
        days: how long it holds, 1..``LONGEST_DAYS``.
        writes: whether decisions may be made with it, not only questions asked.

    Returns:
        The secret, given only here.

    Raises:
        WrongUsage: no such account, no label, or no such time.
    """
    account = Account.objects.filter(user__username=name, user__is_active=True).first()
    if account is None:
        raise WrongUsage(
            "There is no account {name}.",
            kept="Nothing was changed.",
            todo="Look the name up with: abhilekh account list",
            name=name,
        )
    if not label.strip() or not 1 <= days <= LONGEST_DAYS:
        raise WrongUsage(
            "A token needs a label, and an end within {days} days.",
            kept="Nothing was changed.",
            todo="Say what the token is for and how many days it shall hold.",
            days=LONGEST_DAYS,
        )
    secret = SIGN + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=account.user,
        label=label.strip()[:80],
        digest=_digest(secret),
        beginning=secret[:SHOWN_LETTERS],
        writes=writes,
        expires_at=timezone.now() + timedelta(days=days),
    )
    _log(token, "token made")
    return secret


def holding(secret: str) -> Token | None:
    """The token with this secret, if it holds now and its person may still sign in."""
    if not secret.startswith(SIGN):
        return None
    now = timezone.now()
    rows = Token.objects.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now)
    token = rows.filter(user__is_active=True).select_related("user", "user__account").first()
    if token is None:
        return None
    stale = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
    if token.used_at is None or token.used_at < now - USED_EVERY:
        Token.objects.filter(stale, pk=token.pk).update(used_at=now)
    return token


def revoke(tokens: QuerySet[Token]) -> int:
    """End those of ``tokens`` that are not ended yet; says how many."""
    found = list(tokens.filter(revoked_at=None).select_related("user"))
    Token.objects.filter(pk__in=[token.pk for token in found]).update(revoked_at=timezone.now())
    for token in found:
        _log(token, "token revoked")
    return len(found)


def end(token_id: int) -> None:
    """End the token with this id.

    Raises:
        WrongUsage: none with it holds.
    """
    if not revoke(Token.objects.filter(pk=token_id)):
        raise WrongUsage(
            "No token that holds has the id {id}.",
            kept="Nothing was changed.",
            todo="Look the id up with: abhilekh account token list",
            id=token_id,
        )


def of(user_id: int | None = None) -> list[Token]:
    """Tokens that are not ended, of one person or of everybody, the newest first."""
    rows = Token.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return list(rows.select_related("user").order_by("-pk"))


def report(token: Token) -> dict[str, Any]:
    """One token as it is listed; nothing of it opens anything."""
    return {
        "id": token.pk,
        "name": token.user.get_username(),
        "label": token.label,
        "beginning": token.beginning,
        "writes": token.writes,
        "made_at": token.made_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "used_at": token.used_at.isoformat() if token.used_at else None,
    }


def _digest(secret: str) -> str:
    """256 random bits need no slow hash. Source: OWASP, Password Storage Cheat Sheet."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _log(token: Token, action: str) -> None:
    facts = {"token": token.beginning, "label": token.label, "writes": token.writes}
    name = token.user.get_username()
    AuditEvent.objects.create(who=name, action=action, subject=f"user {name}"[:128], facts=facts)
