"""What the product says to people, in English and Hindi.

Messages are written in English where they arise, with named facts in braces; the Hindi
wording stands in ``locale/hi/abhilekh.po`` and is looked up when the message is made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

ENGLISH, HINDI = "en", "hi"
WORDS_THEMSELVES = frozenset({"reason", "why", "fault", "kind"})
"""Facts by these names are words, not names or numbers, and are spoken too."""
_chosen: list[str] = []
_written_down: list[str] = []
_here: ContextVar[str] = ContextVar("language of one request", default="")


def use(language: str | None) -> None:
    """Speak ``en`` or ``hi`` from now on; ``None`` goes back to ``ABHILEKH_LANG``."""
    _chosen[:] = [language] if language else []


@contextmanager
def speaking_in(language: str) -> Iterator[None]:
    """Speak ``language`` for the time of the block, in this thread or task alone."""
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def prefer(language: str) -> None:
    """Speak ``language`` where neither ``use()`` nor ``ABHILEKH_LANG`` says which."""
    _written_down[:] = [language]


def current() -> str:
    """The language in use: of this request, else as chosen, else as set, else English."""
    said = [_here.get(), *_chosen, os.environ.get("ABHILEKH_LANG", ""), *_written_down, ENGLISH]
    wanted = next(filter(None, said))
    return HINDI if wanted.lower().startswith(HINDI) else ENGLISH


def say(template: str, /, **facts: object) -> str:
    """The sentence for people: ``template`` in the language in use, facts filled in.

    Args:
        template: English sentence with ``{named}`` facts; also the key of its translation.
        **facts: what goes into the braces. A fact named ``reason``, ``why``, ``fault`` or
            ``kind`` is looked up as well, so that the system's own words are understood.

    Raises:
        KeyError: a fact that the template names was not given.
    """
    known = _hindi() if current() == HINDI else {}
    wording = known.get(template, template)
    if not facts:
        return wording
    for name in WORDS_THEMSELVES & facts.keys():
        facts[name] = known.get(str(facts[name]), facts[name])
    return wording.format(**facts)


@cache
def _hindi() -> dict[str, str]:
    import polib

    here = Path(__file__).resolve().parent
    for catalogue in (here / "locale/hi/abhilekh.po", here / "locale_hi/abhilekh.po"):
        if catalogue.exists():
            return {
                entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue)) if entry.msgstr
            }
    return {}
