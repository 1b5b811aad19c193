"""Who asks: a token, the account behind it, and what of the records that account may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from errors import WrongUsage
from records.access import Scope
from web import tokens
from web.models import Token
from web.rights import RIGHTS, Right, scope_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A program with a token that holds.

    Attributes:
        name: of the account, as it stands in history and audit log.
        scope: what of the records it may see.
        rights: what it may do.
    """

    name: str
    scope: Scope
    rights: frozenset[Right]


class Asked(HttpRequest):
    """A request whose caller is known."""

    auth: Caller


class Refused(WrongUsage):
    """The token holds, but does not go so far."""


class Holder(HttpBearer):
    """Lets in a token whose account has ``right``; ``writes``: only one that may decide.

    Source of the matrix that is tested: ``operation.auth_callbacks`` of every operation.
    """

    def __init__(self, right: Right | None, *, writes: bool = False) -> None:
        super().__init__()
        self.right = right
        self.writes = writes

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; None for a token that does not hold.

        Raises:
            Refused: the account has no such right, or the token only reads.
        """
        found = tokens.holding(token)
        if found is None:
            return None
        account = getattr(found.user, "account", None)
        rights = RIGHTS[account.role] if account else frozenset()
        if self.right not in rights or (self.writes and not found.writes):
            raise _refused(found)
        request.user = found.user
        return Caller(found.user.get_username(), scope_of(account), rights)


def _refused(token: Token) -> Refused:
    return Refused(
        "This is not open to the token {token}.",
        kept="Nothing was changed.",
        todo="Use a token of an account with that right; decisions need one that may write.",
        token=token.beginning,
    )
