"""An answer as JSON, its Hindi as it is read."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse


def answered(document: dict[str, Any], status: int = 200) -> JsonResponse:
    """``document`` in UTF-8, as the commands print it."""
    return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
