"""What kind of document a file is: that of its principal document."""

from __future__ import annotations

from collections.abc import Sequence

from classify.proposals import KindProposal, Proposal, Side
from classify.view import PageView

RANK_TRUST = (1.0, 0.9, 0.8, 0.8)
"""By rank of the page (see ``_rank``): how surely its kind is the file's."""


def file_kind(
    views: Sequence[PageView], kinds: Sequence[KindProposal], own_key: str | None
) -> Proposal | None:
    """The kind of the file's principal document, None if no page gives itself away.

    That is the first document on the correspondence side that bears the file's own number,
    else the first one there, else a page of the note side, else the cover.
    """
    known = [(view, kind) for view, kind in zip(views, kinds, strict=True) if kind.kind]
    if not known:
        return None
    view, kind = min(known, key=lambda entry: _rank(entry[0], own_key))
    return Proposal(
        value=kind.kind or "",
        verbatim=view.opening.verbatim if view.opening else "",
        confidence=round(kind.confidence * RANK_TRUST[_rank(view, own_key)], 4),
        page=view.sequence,
        bbox=view.opening.bbox if view.opening else None,
        rule=kind.rule,
    )


def _rank(view: PageView, own_key: str | None) -> int:
    if view.side is not Side.CORRESPONDENCE:
        return 3 if view.side is Side.COVER else 2
    return 0 if view.bears(own_key) else 1
