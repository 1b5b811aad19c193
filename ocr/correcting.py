"""The kinds of corrections: each takes the words of a line and gives them back corrected.

Words that a correction leaves alone come back as the very same objects.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from ocr.page import Word
from ocr.tsv import around

Words: TypeAlias = tuple[Word, ...]
Correct: TypeAlias = Callable[[Words], Words]

DANDA, DOUBLE_DANDA = "।", "॥"
_STROKES = {"|", "l", "I", "!"}
_ROOM = 3  # words at most that one join makes one of


def _signs(rule: Mapping[str, Any]) -> Correct:
    """Patterns and what takes their place, inside each word."""
    changes = [(re.compile(pattern), put) for pattern, put in rule["change"]]

    def correct(words: Words) -> Words:
        return tuple(_changed(word, changes) for word in words)

    return correct


def _changed(word: Word, changes: Sequence[tuple[re.Pattern[str], str]]) -> Word:
    text = word.text
    for pattern, put in changes:
        text = pattern.sub(put, text)
    # A word of which nothing would be left stays: a place without text finds nobody.
    return _with_text(word, text)


def _with_text(word: Word, text: str) -> Word:
    if not text or text == word.text:
        return word
    return replace(word, text=unicodedata.normalize("NFC", text))


def _label(rule: Mapping[str, Any]) -> Correct:
    """A visarga behind a label becomes a colon."""
    labelled = re.compile(rf"({_either(rule['words'])})\u0903([-–—.]{{0,2}})")

    def correct(words: Words) -> Words:
        corrected = []
        for place, word in enumerate(words):
            match = labelled.fullmatch(word.text)
            certain = match and (match[2] or (place == 0 and len(words) > 1))
            text = f"{match[1]}:{match[2]}" if match and certain else word.text
            corrected.append(_with_text(word, text))
        return tuple(corrected)

    return correct


def _stroke(rule: Mapping[str, Any]) -> Correct:
    """A stroke behind a verb becomes a danda, joined to it."""
    verbs = frozenset(rule["words"])

    def correct(words: Words) -> Words:
        kept: list[Word] = []
        for place, word in enumerate(words):
            last = place == len(words) - 1
            before = kept[-1].text if kept else ""
            if before in verbs and (word.text == "|" or (last and word.text in _STROKES)):
                kept[-1] = _with_text(_joined((kept[-1], word)), before + DANDA)
            elif word.text[-1:] == "|" and word.text[:-1] in verbs:
                kept.append(_with_text(word, word.text[:-1] + DANDA))
            else:
                kept.append(word)
        return tuple(kept)

    return correct


def _heading(rule: Mapping[str, Any]) -> Correct:
    """Double dandas around a title become the slashes that they are."""
    titles = frozenset(rule["words"])

    def correct(words: Words) -> Words:
        ends = (words[0].text, words[-1].text)
        inside = " ".join(word.text for word in words[1:-1])
        if ends != (DOUBLE_DANDA, DOUBLE_DANDA) or inside not in titles:
            return words
        return (_with_text(words[0], "//"), *words[1:-1], _with_text(words[-1], "//"))

    return correct


def _rules(rule: Mapping[str, Any]) -> Correct:
    """Strokes and unpaired brackets that are the ruled lines of a table go."""
    drop = frozenset(rule["drop"])

    def correct(words: Words) -> Words:
        strokes = [set(word.text) <= drop for word in words]
        opened = [_opens(word, words[place:]) for place, word in enumerate(words)]
        several = sum(strokes) + sum(opened) > 1
        kept = []
        for place, word in enumerate(words):
            if opened[place] and several:
                kept.append(_with_text(word, word.text.lstrip("[")))
            elif not (strokes[place] and _is_rule(words, place, several=several)):
                kept.append(word)
        return words if all(strokes) else tuple(kept)

    return correct


def _is_rule(words: Words, place: int, *, several: bool) -> bool:
    """Whether a stroke can be no danda: no sentence ends there, or the line has more of them."""
    if words[place].text != "|" or place == 0:
        return True
    if place == len(words) - 1:
        return False
    return several or not _ends_with_letter(words[place - 1].text)


def _ends_with_letter(text: str) -> bool:
    return unicodedata.category(text[-1])[0] in "LM"


def _opens(word: Word, rest: Sequence[Word]) -> bool:
    """A bracket before a word that nothing closes."""
    closed = any("]" in other.text for other in rest)
    return word.text[:1] == "[" and word.text.strip("[") != "" and not closed


def _join(rule: Mapping[str, Any]) -> Correct:
    """Neighbours that stand close and can only be one word become one."""
    gap: float = rule["gap"]
    joined = re.compile(rule["joined"]) if "joined" in rule else None
    before, after = (re.compile(rule.get(name, "$^")) for name in ("before", "after"))

    def one(parts: Words) -> bool:
        text = "".join(word.text for word in parts)
        if joined is not None:
            return joined.fullmatch(text) is not None
        first, second = parts[0].text, parts[1].text
        return len(parts) == 2 and bool(before.search(first) and after.search(second))

    def correct(words: Words) -> Words:
        kept: list[Word] = []
        place = 0
        while place < len(words):
            run = _near(words[place : place + _ROOM], gap)
            count = next((n for n in range(len(run), 1, -1) if one(run[:n])), 1)
            kept.append(words[place] if count == 1 else _joined(run[:count]))
            place += count
        return tuple(kept)

    return correct


def _near(words: Words, gap: float) -> Words:
    """The first word and those behind it, as long as each stands close to the one before."""
    count = 1
    while count < len(words):
        one, other = words[count - 1].box, words[count].box
        if other.x0 - one.x1 > gap * max(one.height, other.height):
            break
        count += 1
    return words[:count]


def _joined(words: Words) -> Word:
    """One word in one box, as sure as its least sure part."""
    alternative = None
    if any(word.alternative for word in words):
        alternative = "".join(word.alternative or word.text for word in words)
    return Word(
        unicodedata.normalize("NFC", "".join(word.text for word in words)),
        around(word.box for word in words),
        min(word.confidence for word in words),
        alternative,
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


KINDS: Mapping[str, Callable[[Mapping[str, Any]], Correct]] = {
    "signs": _signs,
    "label": _label,
    "stroke": _stroke,
    "heading": _heading,
    "rules": _rules,
    "join": _join,
}
