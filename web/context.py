"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

import lang
from web.rights import Right, account_of, may
from web.wiring import numbers_are_keyed_twice


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Language and what the person who is signed in may open."""
    account = account_of(request) if hasattr(request, "user") else None
    return {
        "language": lang.current(),
        "office_name": getattr(settings, "OFFICE_NAME", ""),
        "other_language": lang.ENGLISH if lang.current() == lang.HINDI else lang.HINDI,
        "account": account,
        "may_review": may(account, Right.REVIEW),
        "may_key": may(account, Right.REVIEW) and numbers_are_keyed_twice(),
        "may_sample": may(account, Right.SAMPLE),
        "may_upload": may(account, Right.UPLOAD),
        "may_audit": may(account, Right.AUDIT),
    }
