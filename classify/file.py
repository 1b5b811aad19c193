"""From the words of a file's pages to what the file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.proposals import (
    Doubt,
    DoubtCode,
    FieldName,
    FileDescription,
    KindProposal,
    Proposal,
    Side,
    SideProposal,
)
from classify.rulebook import Rules
from classify.words import PageLike

DECLARED_RULE = "batch.csv"


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One page as the reader saw it.

    Attributes:
        sequence: its place in the file, from 1; evidence points here.
        text: its words.
        declared_side: a ``Side`` value where the folder says so, else None.
        blank: the scan was judged blank.
        paper_hue_deg: hue of the paper, 0..360 (green is near 120), None if not measured.
        paper_saturation: 0 (grey) .. 1, None if not measured.
    """

    sequence: int
    text: PageLike
    declared_side: str | None = None
    blank: bool = False
    paper_hue_deg: float | None = None
    paper_saturation: float | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a list beside the scans says about the file; None or empty: nothing."""

    file_number: str | None = None
    subject: str | None = None
    department: str | None = None
    date: str | None = None
    document_type: str | None = None


def describe_file(
    pages: Sequence[SeenPage], *, declared: Declared | None, rules: Rules
) -> FileDescription:
    """What the file is, with evidence for every value and a side for every page.

    Args:
        pages: the file's pages in order; may be empty.
        declared: what a list beside the scans says; it wins over what is read.
        rules: from ``classify.rulebook.load_rules``.

    Returns:
        Proposals, sides (one a page) and doubts; never raises on any text.
    """
    values = _declared_values(declared or Declared())
    sides = tuple(
        SideProposal(Side(page.declared_side), 1.0, "declared")
        if page.declared_side
        else SideProposal(Side.BLANK if page.blank else Side.CORRESPONDENCE, 0.3, "default")
        for page in pages
    )
    missing = tuple(
        Doubt(DoubtCode(f"{name.value}_missing")) for name in FieldName if name not in values
    )
    kinds = tuple(KindProposal(None, 0.0, "none") for _ in pages)
    return FileDescription(values, sides, kinds, missing)


def _declared_values(declared: Declared) -> dict[FieldName, Proposal]:
    said = {name: (getattr(declared, name.value) or "").strip() for name in FieldName}
    return {
        name: Proposal(value, value, 1.0, None, None, DECLARED_RULE)
        for name, value in said.items()
        if value
    }
