"""What the product says to people, in English and Hindi.

Messages are written in English where they arise, with named facts in braces; the Hindi
wording stands in ``locale/hi/abhilekh.po`` and is looked up when the message is made.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

ENGLISH, HINDI = "en", "hi"
_chosen: list[str] = []


def use(language: str | None) -> None:
    """Speak ``en`` or ``hi`` from now on; ``None`` goes back to ``ABHILEKH_LANG``."""
    _chosen[:] = [language] if language else []


def current() -> str:
    """The language in use: ``use()``, else ``ABHILEKH_LANG``, else English."""
    wanted = _chosen[0] if _chosen else os.environ.get("ABHILEKH_LANG", ENGLISH)
    return HINDI if wanted.lower().startswith(HINDI) else ENGLISH


def say(template: str, **facts: object) -> str:
    """The sentence for people: ``template`` in the language in use, facts filled in.

    Args:
        template: English sentence with ``{named}`` facts; also the key of its translation.
        **facts: what goes into the braces.

    Raises:
        KeyError: a fact that the template names was not given.
    """
    wording = _hindi().get(template, template) if current() == HINDI else template
    return wording.format(**facts) if facts else wording


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
