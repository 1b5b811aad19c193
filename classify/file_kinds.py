"""What kind of document a file is: that of its principal document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.certainty import Weighing
from classify.proposals import KindProposal, Proposal, Side
from classify.view import PageView

SIGNS = (
    "kind of the page", "own page", "own but for a slip", "letter", "note", "cover", "by title",
)  # fmt: skip
"""Names of the signs of the chosen kind; weights in ``rules/confidence.toml``."""

_OWN, _ALMOST, _LETTER, _NOTE, _COVER = range(5)


@dataclass(frozen=True, slots=True)
class KindStanding:
    """The kind of the principal document, its page, and one figure for each of ``SIGNS``."""

    view: PageView
    kind: KindProposal
    signs: tuple[float, ...]


def file_kind(
    views: Sequence[PageView],
    kinds: Sequence[KindProposal],
    own_key: str | None,
    weighing: Weighing,
) -> Proposal | None:
    """The kind of the file's principal document, None if no page gives itself away."""
    standing = kind_standing(views, kinds, own_key)
    if standing is None:
        return None
    view, kind = standing.view, standing.kind
    return Proposal(
        value=kind.kind or "",
        verbatim=view.opening.verbatim if view.opening else "",
        confidence=round(weighing.probability(SIGNS, standing.signs), 4),
        page=view.sequence,
        bbox=view.opening.bbox if view.opening else None,
        rule=kind.rule,
    )


def kind_standing(
    views: Sequence[PageView], kinds: Sequence[KindProposal], own_key: str | None
) -> KindStanding | None:
    """The first document on the correspondence side that bears the file's own number.

    A slip of the reading may part the two. Without such a document it is the first one there,
    then a page of the note side, then the cover. None if no page shows its kind.
    """
    known = [(view, kind) for view, kind in zip(views, kinds, strict=True) if kind.kind]
    if not known:
        return None
    view, kind = min(known, key=lambda entry: max(_rank(entry[0], own_key), _ALMOST))
    rank = _rank(view, own_key)
    ranks = (float(rank == each) for each in (_OWN, _ALMOST, _LETTER, _NOTE, _COVER))
    return KindStanding(view, kind, (kind.confidence, *ranks, float(kind.rule == "title")))


def _rank(view: PageView, own_key: str | None) -> int:
    if view.side is not Side.CORRESPONDENCE:
        return _COVER if view.side is Side.COVER else _NOTE
    if view.bears(own_key):
        return _OWN
    return _ALMOST if own_key and view.bears_almost(own_key) else _LETTER
