"""What each role may do, and the guard that every view carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from records.access import NOTHING, Scope
from web import codes, sessions
from web.models import Account, Role

View: TypeAlias = Callable[..., HttpResponseBase]
ALL = "*"
ASKED = "_account_asked"


class Right(StrEnum):
    """One thing that a person may do."""

    PROGRESS = "see progress"
    FILE = "see files and their pages"
    MASTER = "fetch masters"
    REVIEW = "review files"
    AUDIT = "search the audit log"
    UPLOAD = "send scans"
    SAMPLE = "draw and judge samples"


RIGHTS: Mapping[str, frozenset[Right]] = {
    Role.OPERATOR: frozenset({Right.PROGRESS, Right.FILE, Right.UPLOAD}),
    Role.RECORD_ROOM: frozenset({Right.PROGRESS, Right.FILE, Right.MASTER, Right.UPLOAD}),
    Role.REVIEWER: frozenset({Right.PROGRESS, Right.FILE, Right.REVIEW, Right.SAMPLE}),
    Role.DEPARTMENT_ADMIN: frozenset(
        {Right.PROGRESS, Right.FILE, Right.MASTER, Right.REVIEW, Right.SAMPLE}
    ),
    Role.MONITOR: frozenset({Right.PROGRESS}),
    Role.SYSTEM_ADMIN: frozenset({Right.PROGRESS, Right.AUDIT}),
}


def account_of(request: HttpRequest) -> Account | None:
    """The account of the person who is signed in; None for a user without one.

    Asked once a request, together with whether the person uses one-time codes.
    """
    if not request.user.is_authenticated:
        return None
    known: tuple[Any, Account | None] = getattr(request, ASKED, (None, None))
    if known[0] != request.user.pk:
        rows = Account.objects.annotate(**{codes.USED: codes.USED_BY_OWNER})
        known = (request.user.pk, rows.filter(user=request.user).first())
        setattr(request, ASKED, known)
    return known[1]


def scope_of(account: Account | None) -> Scope:
    """What of the records the account may see; nothing for a user without one."""
    if account is None:
        return NOTHING
    return Scope(_bounds(account.offices), _bounds(account.departments))


def _bounds(codes: list[str]) -> frozenset[str] | None:
    return None if ALL in codes else frozenset(codes)


def needs(right: Right) -> Callable[[View], View]:
    """The view only for signed-in people with ``right``; gives it their ``scope``.

    Source of the matrix that is tested: ``view.right`` of every URL.
    """

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            account = account_of(request)
            if sessions.is_over(request, account):
                return sessions.over(request)
            if codes.is_owed(request, account):
                return codes.asked_for(request)
            if account is None or right not in RIGHTS[account.role]:
                raise PermissionDenied
            return view(request, *args, scope=scope_of(account), **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard


def may(account: Account | None, right: Right) -> bool:
    """Whether the account has ``right``."""
    return account is not None and right in RIGHTS[account.role]
