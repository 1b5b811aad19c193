"""The two sequences of a file, and why each stands in its order.

Pages keep the order of the scans, unless their own numbers (3/n, 4/n …) say clearly that the
side was scanned from behind. Numbers that jump are more often misread than out of place: they
change nothing, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from classify.proposals import Doubt, DoubtCode, OrderRule, Side, SideOrder, SideProposal
from classify.side_chain import SIDES
from classify.side_signs import SideSigns

_FEWEST = 3
"""So many numbered pages must agree before the order of the scans is given up."""

SeenSide = tuple[int, SideProposal, SideSigns]


def orders_of(pages: Sequence[SeenSide]) -> tuple[SideOrder, ...]:
    """The noting and the correspondence sequence; a side without pages is left out.

    Args:
        pages: sequence, side and signs of every page, in the order of the scans.
    """
    orders = []
    for side in SIDES:
        own = [
            (sequence, _serial(side, signs)) for sequence, told, signs in pages if told.side is side
        ]
        if own:
            orders.append(_order(side, own))
    return tuple(orders)


def order_doubts(orders: Sequence[SideOrder]) -> Iterator[Doubt]:
    """A doubt for every side whose pages are numbered otherwise than they were scanned."""
    for order in orders:
        if order.rule is OrderRule.BACKWARDS:
            yield Doubt(DoubtCode.ORDER_BACKWARDS, {"side": order.side.value})
        elif order.rule is OrderRule.CONTRADICTED:
            told = ", ".join(map(str, order.jumps))
            yield Doubt(DoubtCode.ORDER_UNSURE, {"side": order.side.value, "pages": told})


def _serial(side: Side, signs: SideSigns) -> int | None:
    """The page's number on its side; one of the other side says nothing here."""
    return signs.serial if signs.figures.get(f"{side.value}_number") else None


def _order(side: Side, pages: Sequence[tuple[int, int | None]]) -> SideOrder:
    scanned = tuple(sequence for sequence, _ in pages)
    numbered = [(sequence, serial) for sequence, serial in pages if serial is not None]
    steps = [after[1] - before[1] for before, after in pairwise(numbered)]
    jumps = tuple(numbered[place + 1][0] for place, step in enumerate(steps) if step < 0)
    if not steps:
        return SideOrder(side, scanned, OrderRule.SCANNED, len(numbered))
    if not jumps:
        return SideOrder(side, scanned, OrderRule.NUMBERED, len(numbered))
    if len(numbered) >= _FEWEST and all(step < 0 for step in steps):
        return SideOrder(side, scanned[::-1], OrderRule.BACKWARDS, len(numbered), jumps)
    return SideOrder(side, scanned, OrderRule.CONTRADICTED, len(numbered), jumps)
