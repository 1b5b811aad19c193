"""What was noticed about a page while it was read: findings, not failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Fact: TypeAlias = float | int | str | list[list[int | str]]


class VerdictCode(StrEnum):
    """Why a person may want to look at the page."""

    BLANK = "blank"  # an empty sheet or a show-through back
    NEARLY_BLANK = "nearly_blank"  # hardly any writing: read all the same
    LOST_INK = "lost_ink"  # text-like ink that no word covers
    UNREAD = "unread"  # places with writing and no text: notes by hand and the like
    HANDWRITING = "handwriting"  # most of the writing is by hand: its text is no reading
    LOW_CONFIDENCE = "low_confidence"
    LOW_RESOLUTION = "low_resolution"  # letters too small to be read well
    TURNED_UNSURE = "turned_unsure"  # which way up could not be told
    CUT_OFF = "cut_off"  # writing runs over the edge of the scan
    NO_MARGIN = "no_margin"  # writing ends hard by the edge
    DOUBLE_FEED = "double_feed"  # the edge of a second sheet
    LONG_SHEET = "long_sheet"  # longer than any paper
    BLURRED = "blurred"
    DARK = "dark"
    PALE = "pale"
    WRONG_DPI = "wrong_dpi"  # the file states a resolution that its sheet does not have
    SKEWED = "skewed"
    SIDEWAYS = "sideways"
    UPSIDE_DOWN = "upside_down"  # by the shape of its lines
    BLACK_BORDER = "black_border"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One finding with the figures that led to it."""

    code: VerdictCode
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
