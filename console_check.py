"""How the terminal shows verdicts on scans. Only ``cli_check`` uses it."""

from __future__ import annotations

import unicodedata
from typing import Any

import click

import console
from lang import say

VERDICT_WORDS = {"good": "good", "look": "look", "again": "scan again"}
VERDICT_COLOURS = {"good": "green", "look": "yellow", "again": "red"}
_WIDTH = 12


def verdict_line(name: str, verdict: str, words: str) -> str:
    """One sheet's line: its verdict in colour, its name, why and what to do."""
    said = say(VERDICT_WORDS[verdict])
    # Signs above and below a Devanagari letter take no room of their own.
    room = _WIDTH - sum(unicodedata.category(sign) not in ("Mn", "Me") for sign in said)
    told = click.style(said, fg=VERDICT_COLOURS[verdict]) + " " * max(room, 1)
    return f"{told}{console.one_line(name)}  {console.one_line(words)}".rstrip()


def withdrawn_line(name: str, verdict: str) -> str:
    """The line for a verdict that no longer holds."""
    return say(
        "Withdrawn: {name} was: {kind}", name=console.one_line(name), kind=VERDICT_WORDS[verdict]
    )


def stamps_line(stamps: dict[str, Any]) -> str:
    """What the stamped numbers of one folder came to."""
    return say(
        "{folder}: stamped numbers {first} to {last}; read on {read} sheets, not on {not_read}.",
        **{**stamps, "folder": console.one_line(stamps["folder"])},
    )


def summary(counts: dict[str, int]) -> str:
    """How many sheets are good, to be looked at, to be scanned again, missing."""
    return say(
        "{pages} sheets: {good} good, {look} to look at, {again} to scan again; {missing} missing.",
        **counts,
    )
