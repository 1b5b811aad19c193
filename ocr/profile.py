"""How the image of a page is kept in the access copy; a choice of the site."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """How a page's image is kept in the access copy."""

    COMPACT = "compact"
    FAITHFUL = "faithful"
