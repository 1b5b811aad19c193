"""Which side of its file a page belongs to, and what kind of document it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from classify.cues import TITLE_RULE, Answer, Cues, PageCues, Shown, likeliest, weigh
from classify.proposals import KindProposal, Side, SideProposal

GREEN_HUE_DEG = (70.0, 170.0)
GREEN_SATURATION = 0.08
GREEN_WEIGHT = 0.5
"""Note sheets are often green; letters rarely are."""

BETWEEN_ALIKE, BESIDE_ONE = 0.6, 0.4
"""Confidence of a page without cues whose neighbours agree, and of one beside a known page."""

NO_IDEA = 0.2

KINDS_OF_OTHER_SIDES = ("note_sheet", "file_cover")
"""Every other kind of document belongs to the correspondence side."""

LEAST_KIND = 0.3
"""A kind of document less likely than this is not named."""


@dataclass(frozen=True, slots=True)
class PaperLook:
    """What else is known of a page: what a folder declares, blankness, the paper's colour."""

    declared: Side | None
    blank: bool
    hue_deg: float | None
    saturation: float | None


def side_of(
    page: PageCues, look: PaperLook, cues: Sequence[Cues], kinds: Mapping[str, Shown]
) -> SideProposal | None:
    """The side of one page by itself, None if nothing on it tells.

    Args:
        page: its text.
        look: what else is known of it.
        cues: those of the sides.
        kinds: what it shows for kinds of documents; a title tells the side too.
    """
    if look.blank:
        return SideProposal(Side.BLANK, 1.0, "blank")
    if look.declared is not None:
        return SideProposal(look.declared, 1.0, "declared")
    shown = {entry.code: weigh(entry, page) for entry in cues}
    if _is_green(look):
        shown.setdefault(Side.NOTING.value, []).append((GREEN_WEIGHT, "green paper"))
    letters = (found for code, found in kinds.items() if code not in KINDS_OF_OTHER_SIDES)
    titles = [cue for found in letters for cue in found if cue[1] == TITLE_RULE]
    shown.setdefault(Side.CORRESPONDENCE.value, []).extend(titles[:1])
    answer = likeliest(shown)
    if answer.code is None:
        return None
    return SideProposal(Side(answer.code), answer.confidence, answer.rule)


def fill_sides(found: Sequence[SideProposal | None]) -> tuple[SideProposal, ...]:
    """A side for every page: one without cues goes with its neighbours."""
    return tuple(
        _from_neighbours(found, index) if proposal is None else _backed(proposal, found, index)
        for index, proposal in enumerate(found)
    )


def _backed(
    proposal: SideProposal, found: Sequence[SideProposal | None], index: int
) -> SideProposal:
    """A weak answer is surer when the pages on both sides of it give the same."""
    if proposal.confidence >= BETWEEN_ALIKE or proposal.side is Side.BLANK:
        return proposal
    if _nearest(found[:index][::-1]) == _nearest(found[index + 1 :]) == proposal.side:
        return replace(proposal, confidence=BETWEEN_ALIKE)
    return proposal


def _from_neighbours(found: Sequence[SideProposal | None], index: int) -> SideProposal:
    before = _nearest(found[:index][::-1])
    after = _nearest(found[index + 1 :])
    if before is None and after is None:
        return SideProposal(Side.CORRESPONDENCE, NO_IDEA, "no cue")
    if before is not None and after in (None, before):
        return SideProposal(before, BETWEEN_ALIKE, "neighbours")
    return SideProposal(before or after or Side.CORRESPONDENCE, BESIDE_ONE, "neighbours")


def _nearest(pages: Sequence[SideProposal | None]) -> Side | None:
    """Side of the first page that is on one of the two sides proper."""
    for page in pages:
        if page is not None and page.side in (Side.NOTING, Side.CORRESPONDENCE):
            return page.side
    return None


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


def _is_green(look: PaperLook) -> bool:
    if look.hue_deg is None or look.saturation is None:
        return False
    low, high = GREEN_HUE_DEG
    return low <= look.hue_deg <= high and look.saturation >= GREEN_SATURATION
