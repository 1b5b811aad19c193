"""Upright rules of tables that were read as signs: known by their ink, taken out of the text."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ocr.coverage import TextInk
from ocr.page import Box, Line, Mask, Word
from ocr.tsv import around

_SIGNS = "|[]!¦"  # what upright rules are read as
_ALONE = _SIGNS + "।"  # as a word of its own; a danda may end a sentence beside a rule
_BROKEN, _LONG, _THICK = 1.5, 6.0, 0.8  # heights of small letters
_ALONG = 0.6  # share of the height of a word that the rule beside it runs along
_EDGE = 0.6  # heights of small letters: how far inside a word's box the rule may stand


def without_rules(lines: tuple[Line, ...], ink: TextInk) -> tuple[Line, ...]:
    """``lines`` without signs that stand where the ink has an upright rule.

    Args:
        lines: what was recognised.
        ink: the ink of the page as shown.
    """
    if not any(_has_sign(word) for line in lines for word in line.words):
        return lines
    rules = _upright_rules(ink)
    if not cv2.countNonZero(rules):
        return lines
    kept = []
    for line in lines:
        words = tuple(
            word for each in line.words if (word := _without(each, rules, ink)) is not None
        )
        if words == line.words:
            kept.append(line)
        elif words:
            kept.append(replace(line, words=words, box=around(word.box for word in words)))
    return tuple(kept)


def _has_sign(word: Word) -> bool:
    return word.text[0] in _ALONE or word.text[-1] in _ALONE


def _upright_rules(ink: TextInk) -> Mask:
    """255 where long thin upright strokes are."""
    body = ink.body_px
    _, own = cv2.threshold(ink.own, 127, 255, cv2.THRESH_BINARY)
    drawn = cv2.subtract(own, ink.mask)
    joined = cv2.morphologyEx(
        drawn, cv2.MORPH_CLOSE, np.ones((round(_BROKEN * body) | 1, 1), np.uint8)
    )
    long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((round(_LONG * body) | 1, 1), np.uint8))
    thick = cv2.morphologyEx(long, cv2.MORPH_OPEN, np.ones((3, round(_THICK * body) | 1), np.uint8))
    return np.asarray(cv2.subtract(long, thick), dtype=np.uint8)


def _without(word: Word, rules: Mask, ink: TextInk) -> Word | None:
    """The word without the signs at its ends that are rules; None when nothing is left."""
    edge = max(2, round(_EDGE * ink.body_px / ink.scale_x))
    text, box = word.text, word.box
    if not text.strip(_ALONE):
        around_it = Box(box.x0 - edge, box.y0, box.x1 + edge, box.y1)
        return None if _rule_at(around_it, rules, ink) else word
    if text[0] in _SIGNS and _rule_at(
        Box(box.x0 - edge, box.y0, box.x0 + edge, box.y1), rules, ink
    ):
        text, box = text.lstrip(_SIGNS), Box(min(box.x0 + edge, box.x1 - 1), *box[1:])
    if text and text[-1] in _SIGNS:
        ending = Box(box.x1 - edge, box.y0, box.x1 + edge, box.y1)
        if _rule_at(ending, rules, ink):
            text, box = (
                text.rstrip(_SIGNS),
                Box(box.x0, box.y0, max(box.x1 - edge, box.x0 + 1), box.y1),
            )
    if text == word.text:
        return word
    return replace(word, text=text, box=box)


def _rule_at(box: Box, rules: Mask, ink: TextInk) -> bool:
    x0, x1 = max(0, int(box.x0 * ink.scale_x)), round(box.x1 * ink.scale_x) + 1
    y0, y1 = max(0, int(box.y0 * ink.scale_y)), round(box.y1 * ink.scale_y) + 1
    part = rules[y0:y1, x0:x1]
    return part.size > 0 and float(part.any(axis=1).mean()) >= _ALONG
