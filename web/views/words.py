"""Hindi words by how they are typed in English letters, from the names that the rules know."""

from __future__ import annotations

import re
from functools import cache

from anyascii import anyascii
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control

from records.access import Scope
from web.rights import Right, needs
from web.wiring import app

HINDI = re.compile(r"[\u0900-\u097f]{2,}")


@needs(Right.REVIEW)
@cache_control(private=True, max_age=86_400)
def hindi_words(request: HttpRequest, *, scope: Scope) -> JsonResponse:
    """``{"vibhag": "विभाग", …}``."""
    return JsonResponse(_words())


@cache
def _words() -> dict[str, str]:
    rules = app().rules
    names = [
        name.text
        for table in (rules.gazetteer.departments, rules.gazetteer.districts)
        for name in table.values()
    ]
    found: dict[str, str] = {}
    for name in names:
        for word in HINDI.findall(name):
            found.setdefault(re.sub("[^a-z]", "", anyascii(word).lower()), word)
    return found
