"""What the operator at the scanner is told: by code, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lang import say

WORDS: Mapping[str, str] = {
    "blank": "The page is blank.",
    "cut_off": "Writing is cut off at the {kind} edge.",
    "no_margin": "Writing ends hard by the {kind} edge; see whether a line is missing.",
    "double_feed": "The edge of a second sheet lies across the page, {at_mm} mm from the top.",
    "long_sheet": "The scan is {length_mm} mm long, longer than any sheet.",
    "unlike_neighbours": "The scan is {length_mm} mm long, its neighbours {usual_mm} mm.",
    "blurred": "The writing is blurred.",
    "dark": "The scan is too dark.",
    "pale": "The writing is too pale.",
    "wrong_dpi": "The scan says {stated_dpi} dots per inch; by its size it has {effective_dpi}.",
    "low_resolution": "The scan has only {dpi} dots per inch.",
    "skewed": "The sheet lies askew by {skew_ccw_deg} degrees.",
    "sideways": "The page lies on its side.",
    "upside_down": "The page seems to stand on its head.",
    "black_border": "A black border of {border_mm} mm lies along the {kind} edge.",
    "same_as": "It looks the same as {other}.",
    "missing": "Missing before this sheet: {missing}.",
    "stamp_missing": "{count} sheets are missing between the stamped numbers {after} and {before}.",
    "flawed": "The picture may be damaged: {words}",
    "unreadable": "It cannot be opened: {what}",
}
TODO: Mapping[str, str] = {
    "cut_off": "Move the sheet away from the edge of the glass or straighten the guides.",
    "no_margin": "If a line is missing, move the sheet away from the edge and scan it again.",
    "double_feed": "Separate the sheets and scan each by itself.",
    "long_sheet": "Separate the sheets and scan each by itself.",
    "unlike_neighbours": "See whether two sheets were fed together.",
    "blurred": "Clean the glass and press the sheet flat.",
    "dark": "Set the scanner brighter.",
    "pale": "Set the scanner darker.",
    "wrong_dpi": "Set the resolution in the scanner program.",
    "low_resolution": "Set the scanner to 300 dots per inch.",
    "skewed": "Lay the sheet straight and close the guides.",
    "sideways": "Feed the stack the other way; the program also turns such pages.",
    "upside_down": "Feed the stack the other way; the program also turns such pages.",
    "black_border": "Switch on cropping in the scanner program.",
    "same_as": "If it is the same sheet, take one of the two scans away.",
    "missing": "Look for the sheet: it may have been fed together with its neighbour.",
    "stamp_missing": "Look for the sheet: it may have been fed together with its neighbour.",
    "flawed": "Copy the file again from the scanner, or scan the sheet again.",
}
SIDES: Mapping[str, str] = {
    "top": "top",
    "bottom": "bottom",
    "left": "left",
    "right": "right",
}
_SHOWN_MISSING = 5


def in_words(code: str, facts: Mapping[str, Any]) -> str:
    """What is wrong, in the language in use."""
    return say(WORDS[code], **_spoken(facts))


def todo(code: str, facts: Mapping[str, Any]) -> str:
    """What to do about it, in the language in use; empty where nothing is to be done."""
    if "error" in facts:
        return str(_spoken(facts)["todo"])
    return say(TODO[code], **_spoken(facts)) if code in TODO else ""


def in_one_line(sheet: int, verdict: str, words: str) -> str:
    """An operator's line: which sheet, what to do, why.

    Args:
        sheet: its number in the folder.
        verdict: ``again`` or ``look``.
        words: why, and what to do.
    """
    if verdict == "again":
        return say("Scan sheet {sheet} again: {words}", sheet=sheet, words=words)
    return say("Look at sheet {sheet}: {words}", sheet=sheet, words=words)


def _spoken(facts: Mapping[str, Any]) -> dict[str, Any]:
    spoken = dict(facts)
    if "side" in facts:
        spoken["kind"] = say(SIDES[facts["side"]])
    if "flaw" in facts:
        spoken["words"] = say(facts["flaw"])
    if isinstance(error := facts.get("error"), dict):
        for part in ("what", "todo"):
            spoken[part] = say(error[part], **error["facts"]) if error[part] else ""
    if isinstance(missing := facts.get("missing"), list | tuple):
        names = [str(name) for name in missing[:_SHOWN_MISSING]]
        more = len(missing) - len(names)
        spoken["missing"] = ", ".join(names)
        if more:
            spoken["missing"] += say(" and {count} more", count=more)
    return spoken
