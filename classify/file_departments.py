"""The department or district office that a file belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from classify.belief import contested, together
from classify.departments import DepartmentSeen
from classify.proposals import Proposal, Side
from classify.view import PageView

OTHERS_LETTER = 0.6
"""Weight of a letterhead on a page that does not bear the file's number."""


def file_department(views: Sequence[PageView], own_key: str | None) -> Proposal | None:
    """The one most letterheads name, those with the file's number first; None without any."""
    seen = [(view, d, _weight(view, d, own_key)) for view in views for d in view.departments]
    if not seen:
        return None
    pages: dict[str, dict[int, float]] = {}
    for view, department, weight in seen:
        by_page = pages.setdefault(department.code, {})
        by_page[view.sequence] = max(by_page.get(view.sequence, 0.0), weight)
    beliefs = {code: together(weights.values()) for code, weights in pages.items()}
    ranked = sorted(beliefs, key=lambda code: (-beliefs[code], code))
    # A collector's office and the department it writes for do not contradict each other.
    rivals = [code for code in ranked[1:] if is_office(code) == is_office(ranked[0])]
    rival = beliefs[rivals[0]] if rivals else 0.0
    view, best, _ = max(
        (entry for entry in seen if entry[1].code == ranked[0]),
        key=lambda entry: (entry[2], -entry[0].sequence),
    )
    return Proposal(
        value=best.name,
        verbatim=best.evidence.verbatim,
        confidence=round(contested(beliefs[best.code], rival), 4),
        page=view.sequence,
        bbox=best.evidence.bbox,
        rule=best.rule,
        canonical=best.code,
    )


def is_office(code: str) -> bool:
    """Whether the code is that of an office in a district, ``COLLECTOR/KATNI``."""
    return "/" in code


def _weight(view: PageView, department: DepartmentSeen, own_key: str | None) -> float:
    own = view.side in (Side.COVER, Side.NOTING) or view.bears(own_key)
    return department.weight if own else department.weight * OTHERS_LETTER
