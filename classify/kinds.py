"""What kind of document a page is, by its words and its side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from classify.cues import TITLE_RULE, Answer, Cues, PageCues, Shown, likeliest, weigh
from classify.proposals import KindProposal, Side, SideProposal

LEAST_KIND = 0.3
"""A kind of document less likely than this is not named."""


def kind_cues(page: PageCues, cues: Sequence[Cues]) -> dict[str, Shown]:
    """What the page shows for each kind of document; kinds without a cue are left out."""
    shown = {entry.code: weigh(entry, page) for entry in cues}
    return {code: found for code, found in shown.items() if found}


def kind_of(shown: Mapping[str, Shown], side: SideProposal) -> KindProposal:
    """The kind of document that a page is (or begins), by its cues and its side."""
    if side.side is Side.NOTING:
        shown = {"note_sheet": [*shown.get("note_sheet", []), (0.9 * side.confidence, "side")]}
    elif side.side is Side.COVER:
        shown = {"file_cover": [*shown.get("file_cover", []), (0.9 * side.confidence, "side")]}
    elif side.side is not Side.CORRESPONDENCE:
        return KindProposal(None, side.confidence, side.rule)
    answer = _titled(likeliest(shown), shown)
    if answer.confidence < LEAST_KIND:
        return KindProposal(None, 0.0, "no cue")
    return KindProposal(answer.code, answer.confidence, answer.rule)


def _titled(answer: Answer, shown: Mapping[str, Shown]) -> Answer:
    """A title outweighs the parts of a letter: circulars and memoranda have those too."""
    titled = {code: cues for code, cues in shown.items() if any(r == TITLE_RULE for _, r in cues)}
    if not titled or answer.code is None:
        return answer
    best = likeliest(titled)
    return replace(best, rule=TITLE_RULE)
