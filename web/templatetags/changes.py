"""What a person changed, word by word: ``{% for is_new, text in one|words_after %}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from django import template

register = template.Library()
MOST_WORDS = 400
"""Of longer texts no difference is looked for: nobody reads it, and it costs too much."""


@register.filter
def words_before(change: Mapping[str, Any]) -> list[tuple[bool, str]]:
    """The text as it was: runs of words, with whether they are gone."""
    return [(is_changed, " ".join(old)) for is_changed, old, _ in _runs(change) if old]


@register.filter
def words_after(change: Mapping[str, Any]) -> list[tuple[bool, str]]:
    """The text as it became: runs of words, with whether they are new."""
    return [(is_changed, " ".join(new)) for is_changed, _, new in _runs(change) if new]


def _runs(change: Mapping[str, Any]) -> Iterator[tuple[bool, list[str], list[str]]]:
    old, new = (_text(change[name]).split() for name in ("before", "after"))
    if len(old) + len(new) > MOST_WORDS:
        yield True, old, new
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag != "equal", old[i:j], new[k:m]


def _text(kept: Any) -> str:
    """A value as the history keeps it: a word, a line with its number, or nothing."""
    if isinstance(kept, Mapping):
        kept = kept.get("text", "")
    return "" if kept is None else str(kept)
