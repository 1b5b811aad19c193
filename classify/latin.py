"""File numbers in the letters that NIC's migration allows in the name of a folder."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

from classify.reading import ascii_digits

MOST_CHARS = 100
_WORDS = (  # what offices write themselves in Latin letters
    (re.compile(r"\bएफ\b|\bएफ़\b"), "F"),
    (re.compile(r"\bक्र(?:मांक)?\b\.?"), "Kr"),
    (re.compile(r"\bरा\.?\s?प्र\.?\s?क्र\.?"), "RPK"),
)
_FORBIDDEN = re.compile(r"[^a-zA-Z0-9()_-]+")


def folder_name(number: str) -> str:
    """``fl-`` and the number in Latin letters; the same number gives the same name.

    ``/`` becomes ``_``; Hindi is transliterated; spaces and signs that may not stand in a name
    become ``-``. Different numbers may come out equal: see ``told_apart``.

    Source: NIC, Guidelines for Migration Process 1.0 (2013): ``a-z A-Z 0-9 ( ) -`` and ``_``.
    """
    text = ascii_digits(unicodedata.normalize("NFC", number)).strip()
    for pattern, latin in _WORDS:
        text = pattern.sub(latin, text)
    parts = [_plain(part) for part in text.split("/")]
    name = "_".join(part for part in parts if part)
    return f"fl-{name[:MOST_CHARS].strip('-_') or 'unnumbered'}"


def told_apart(names: list[str]) -> list[str]:
    """The names, in order, each made unlike all before it by ``(2)``, ``(3)`` …

    Letters are compared without case: some file systems do not tell ``a`` from ``A``.
    """
    taken: set[str] = set()
    apart: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name}({number})"
        taken.add(candidate.casefold())
        apart.append(candidate)
    return apart


def _plain(part: str) -> str:
    latin = anyascii(part)
    return re.sub(r"-{2,}", "-", _FORBIDDEN.sub("-", latin)).strip("-")
