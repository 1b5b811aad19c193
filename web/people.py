"""Accounts: giving, changing, listing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from errors import WrongUsage
from web import codes, sessions, tokens
from web.models import Account, AuditEvent, Token

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another
PASSWORD_LETTERS = 14


@dataclass(frozen=True, slots=True)
class Bounds:
    """A role and the offices and departments it is held for; ``*`` means all."""

    role: str
    offices: Sequence[str]
    departments: Sequence[str]


def add(name: str, bounds: Bounds, *, new_password: bool = False) -> str:
    """Give ``name`` an account within ``bounds``, or change it.

    Returns:
        A new password, shown only here; empty if the one they have stays.

    Raises:
        WrongUsage: no name that an account can have.
    """
    with transaction.atomic():
        user, is_new = User.objects.get_or_create(username=name)
        password = ""
        if is_new or new_password:
            password = first_password()
            user.set_password(password)
        try:
            user.full_clean()
        except ValidationError as fault:
            raise WrongUsage(
                "{name} cannot be the name of an account.",
                kept="Nothing was changed.",
                todo="Use letters and digits without spaces between them.",
                name=name,
            ) from fault
        user.save()
        values = {
            "role": bounds.role,
            "offices": list(bounds.offices),
            "departments": list(bounds.departments),
        }
        Account.objects.update_or_create(user=user, defaults=values)
        AuditEvent.objects.create(
            who="–", action="account changed", subject=f"user {name}"[:128], facts=values
        )
    return password


def first_password() -> str:
    """A password that nobody has had before, of letters that are not taken for one another."""
    return "".join(secrets.choice(LETTERS) for _ in range(PASSWORD_LETTERS))


def sign_out(name: str, *, with_tokens: bool = False, with_codes: bool = False) -> None:
    """End every session of the account ``name``; its tokens and one-time codes if asked.

    Raises:
        WrongUsage: no such account.
    """
    user = User.objects.filter(username=name, account__isnull=False).first()
    if user is None:
        raise WrongUsage(
            "There is no account {name}.",
            kept="Nothing was changed.",
            todo="Look the name up with: abhilekh account list",
            name=name,
        )
    sessions.end_all(user)
    if with_tokens:
        tokens.revoke(Token.objects.filter(user=user))
    if with_codes:
        codes.forget(user)
    facts = {"tokens": with_tokens, "codes": with_codes}
    subject = f"user {name}"[:128]
    AuditEvent.objects.create(who="–", action="sign out everywhere", subject=subject, facts=facts)


def everybody() -> list[dict[str, Any]]:
    """Every account, by name."""
    return [
        {
            "name": account.user.get_username(),
            "role": account.role,
            "offices": account.offices,
            "departments": account.departments,
            "active": account.user.is_active,
        }
        for account in Account.objects.select_related("user").order_by("user__username")
    ]
