"""What the network can write: signs, each one class of its output.

A sign is a code point, or a virama with the consonant after it: conjuncts are drawn narrower
than their code points are many, and a network that gives one sign a step has no room for more.
"""

from __future__ import annotations

import re
import unicodedata

VIRAMA = "्"
_CONSONANTS = "कखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह"
_DEVANAGARI = "ँंःअआइईउऊऋएऍऐऑओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह़ऽािीुूृॄॅेैॉोौ्ॐ।॥०१२३४५६७८९॰"
_ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
_FURTHER = "–—‘’“”•₹§°×½¼¾£©®…→✓√"
# Signs that fonts draw alike, or that carry nothing to search for.
_SAME = {
    "\u200c": "",
    "\u200d": "",
    "\u00a0": " ",
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
    "\u00b7": "•",
    "\u25cf": "•",
    "\u0950": "ॐ",
    "ॲ": "ऍ",
    "ऱ": "र",
    "ऩ": "न",
    "ऴ": "ळ",
    "ऎ": "ए",
    "ऒ": "ओ",
    "ॊ": "ो",
    "ॆ": "े",
    "ॠ": "ऋ",
    "॑": "",
    "॓": "",
    "ʼ": "’",
}
SIGNS: tuple[str, ...] = (
    *_ASCII,
    *_DEVANAGARI,
    *(VIRAMA + consonant for consonant in _CONSONANTS),
    *_FURTHER,
)
_CLASSES = {sign: number for number, sign in enumerate(SIGNS, start=1)}
BLANK = 0
CLASSES = len(SIGNS) + 1
_SPLIT = re.compile(f"{VIRAMA}[{_CONSONANTS}]|.", re.DOTALL)


def plain(text: str) -> str:
    """The text as the network is to write it: NFC, one space between words, no joiners."""
    text = unicodedata.normalize("NFC", text)
    for sign, other in _SAME.items():
        text = text.replace(sign, other)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def classes_of(text: str) -> list[int] | None:
    """Classes of a plain text, or None when it holds a sign that the network does not know."""
    found = [_CLASSES.get(sign) for sign in _SPLIT.findall(text)]
    return None if None in found else [number for number in found if number is not None]


def text_of(classes: list[int]) -> str:
    """The text of classes that are already free of blanks and repetitions."""
    return "".join(SIGNS[number - 1] for number in classes)
