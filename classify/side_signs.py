"""What of a page tells its side: words, layout and paper, each as a figure with a name.

The figures lie between 0 and about 5 and are 0 where a sign is absent; they are weighed by
``rules/side_weights.toml`` (see ``classify.side_chain``). Where nobody has looked at the picture
of a page (``unseen``), its paper says nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from classify.belief import MOST
from classify.cues import MARK_RULE, TITLE_RULE, Cues, PageCues, Shown, is_lone_date, weigh
from classify.proposals import Side
from classify.reading import ascii_digits
from classify.words import AppearanceLike

SIGNS = (
    "noting_words", "correspondence_words", "cover_words", "separator_words",
    "noting_number", "correspondence_number", "dated_notes", "indented", "few_words",
    "hardly_a_word", "green", "margin_rule", "ledger", "table", "hand", "unseen",
    "first", "greener", "darker",
)  # fmt: skip
"""Names of all signs. The last three compare a page with the others of its file."""
KINDS_OF_OTHER_SIDES = ("note_sheet", "file_cover")
"""Every other kind of document belongs to the correspondence side."""

_MARGIN, _MARGIN_CLEAR, _TABLE = 0.35, 0.7, 0.25
_LEDGER_LINES, _LEDGER_MOST = 8, 24
_FEW, _HARDLY = 60, 12  # words
_DATES = 4
_GREEN, _DARK = 24.0, 48.0  # of 255: what counts in full
_USUAL_INDENT, _DEEP_INDENT = 0.12, 0.1  # of the width
_NUMBER = re.compile(r"\d{1,3}")
_LIKE_ONE = str.maketrans("|।lI", "1111")


@dataclass(frozen=True, slots=True)
class PaperLook:
    """What else is known of a page: what a folder declares, blankness, what it looks like."""

    declared: Side | None
    blank: bool
    appearance: AppearanceLike | None = None

    @property
    def by_hand(self) -> bool:
        """Whether most of the writing is by hand."""
        return self.appearance is not None and self.appearance.by_hand


@dataclass(frozen=True, slots=True)
class SideSigns:
    """The signs of one page.

    Attributes:
        declared: its side where the folder says so, or ``Side.BLANK``; else None.
        figures: what it shows, by name; signs that are absent may be missing.
        number: its own number on its side as it stands there (``3/n``), if it bears one.
        serial: that number's value.
        greenness: how much greener than grey its paper is, 0..255; None without colours.
        level: brightness of its paper, 0..255; None where nobody looked.
    """

    declared: Side | None = None
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    number: str | None = None
    serial: int | None = None
    greenness: float | None = None
    level: float | None = None


def signs_of(
    page: PageCues, look: PaperLook, cues: Sequence[Cues], kinds: Mapping[str, Shown]
) -> SideSigns:
    """The signs of one page by itself.

    Args:
        page: its text.
        look: what else is known of it.
        cues: those of the sides.
        kinds: what it shows for kinds of documents; a title tells the side too.
    """
    if look.blank:
        return SideSigns(Side.BLANK)
    trust = 1.0 - look.appearance.hand_share if look.appearance else 1.0
    shown = {entry.code: weigh(entry, page) for entry in cues}
    shown[Side.CORRESPONDENCE.value] += _titles(kinds)
    figures = {f"{code}_words": trust * _evidence(found) for code, found in shown.items()}
    number, serial = None, None
    for entry in cues:
        if entry.mark and (found := page.mark(entry.mark)):
            figures[f"{entry.code}_number"] = 1.0
            number, serial = found, _serial(found)
    figures |= _layout(page, trust)
    seen = look.appearance
    if seen is None:
        return SideSigns(look.declared, {**figures, "unseen": 1.0}, number, serial)
    red, green, blue = seen.paper
    greenness = max(0.0, green - max(red, blue)) if seen.coloured else None
    figures |= {
        "green": min(1.0, (greenness or 0.0) / _GREEN),
        "margin_rule": _margin_rule(seen),
        "ledger": float(seen.further < _TABLE)
        * _between(seen.level_rules, _LEDGER_LINES, _LEDGER_MOST),
        "table": float(seen.further >= _TABLE),
        "hand": seen.hand_share,
    }
    return SideSigns(look.declared, figures, number, serial, greenness, (red + green + blue) / 3)


def among_others(pages: Sequence[SideSigns]) -> list[Mapping[str, float]]:
    """The figures of every page with those that compare it with the other pages of its file."""
    greens = [page.greenness for page in pages if page.greenness is not None]
    levels = [page.level for page in pages if page.level is not None]
    least, most = min(greens, default=0.0), max(levels, default=0.0)
    compared: list[Mapping[str, float]] = []
    for place, page in enumerate(pages):
        green, level = page.greenness, page.level
        relative = {
            "first": float(place == 0 and len(pages) > 1),
            "greener": 0.0 if green is None else min(1.0, (green - least) / _GREEN),
            "darker": 0.0 if level is None else min(1.0, (most - level) / _DARK),
        }
        compared.append({**page.figures, **relative})
    return compared


def _titles(kinds: Mapping[str, Shown]) -> Shown:
    """The title of a document of the correspondence side, if there is one."""
    letters = (found for code, found in kinds.items() if code not in KINDS_OF_OTHER_SIDES)
    return [cue for found in letters for cue in found if cue[1] == TITLE_RULE][:1]


def _evidence(shown: Shown) -> float:
    """Independent cues added up; a single cue of 0.6 gives 0.9, certainty 4.6."""
    words = (weight for weight, rule in shown if rule != MARK_RULE)
    return min(-sum(math.log(1.0 - min(weight, MOST)) for weight in words), 5.0)


def _layout(page: PageCues, trust: float) -> dict[str, float]:
    lines = page.page.lines
    words = sum(len(line.words) for line in lines)
    dates = sum(1 for line in lines if is_lone_date(line.text))
    lefts = sorted(line.bbox[0] for line in lines)
    left = lefts[len(lefts) // 5] / page.page.width_px if lefts else 0.0
    return {
        "dated_notes": trust * min(1.0, dates / _DATES),
        "indented": _between(left, _USUAL_INDENT, _USUAL_INDENT + _DEEP_INDENT),
        "few_words": max(0.0, 1.0 - words / _FEW),
        "hardly_a_word": max(0.0, 1.0 - words / _HARDLY),
    }


def _margin_rule(seen: AppearanceLike) -> float:
    if seen.further >= _TABLE:
        return 0.0
    return _between(seen.margin, _MARGIN, _MARGIN_CLEAR)


def _between(value: float, nothing: float, full: float) -> float:
    """0 up to ``nothing``, 1 from ``full`` on, straight between."""
    return min(max((value - nothing) / (full - nothing), 0.0), 1.0)


def _serial(number: str) -> int | None:
    found = _NUMBER.search(ascii_digits(number).translate(_LIKE_ONE))
    return int(found[0]) if found else None
