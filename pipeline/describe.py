"""Describe: words of a file's pages → metadata, sides, and why a person must look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import classify.file
from classify.doubts import needs_review
from classify.efile import Matched
from classify.identity import IdentityRules, hidden
from classify.proposals import FieldName, FileDescription, Proposal, Reference, SideProposal
from pipeline import custody, link
from pipeline.app import App
from pipeline.texts import LaterText, TextsOfFile
from records.lifecycle import PageState
from records.models import Page, PhysicalFile
from records.page_marks import PageMark
from records.reasons import reason

DOUBTFUL = frozenset(
    {
        "lost_ink", "handwriting", "low_confidence", "turned_unsure", "duplicate", "rescan",
        "changed_sheet", "signed", "flawed",
    }
)  # fmt: skip
HALF_A_CENTURY = 50
"""Years; a file whose e-file was opened so long before or after has its date in no true century."""
OF_PAGES = frozenset({"page_unreadable", "page_quarantined", "page_doubtful"})


@dataclass(frozen=True)
class Described:
    """Metadata as CONTRACT shows it, the side of each page by id, reasons for review, e-file.

    The reasons that lie in single pages are not among them: see ``page_reasons``; nor those that
    lie in how long the file is kept: see ``pipeline.custody``. ``split``
    holds the two sequences of the file (``sides``) and what told the side of each page (``told``).
    """

    metadata: dict[str, dict[str, Any]]
    sides: dict[str, str]
    reasons: list[dict[str, Any]]
    never_destroyed: list[dict[str, Any]]
    efile: Matched | None = None
    split: dict[str, Any] = field(default_factory=dict)

    @property
    def department_code(self) -> str:
        """The code of the department or office that the file belongs to, empty if not known."""
        return str(self.metadata.get("department", {}).get("canonical") or "")

    def value_of(self, name: str) -> str:
        """The value found for a field, empty when none was."""
        return str(self.metadata.get(name, {}).get("value") or "")


def describe(app: App, file: PhysicalFile, pages: Sequence[Page], texts: TextsOfFile) -> Described:
    """What the file is, from the texts of its readable pages and from what was declared."""
    readable = [page for page in pages if page.state == PageState.RECOGNISED]
    seen = [
        classify.file.SeenPage(
            sequence=page.sequence,
            text=LaterText(texts, place, page),
            declared_side=page.side_declared or None,
        )
        for place, page in enumerate(readable)
    ]
    said = {name: file.declared.get(name) for name in ("file_number", "subject", "department")}
    said |= {name: one["value"] for name, one in file.decided.items()}
    declared = classify.file.Declared(**said, decided=frozenset(file.decided))
    found = classify.file.describe_file(seen, declared=declared, rules=app.rules)
    described = _described(app, file, pages, readable, found)
    opened_year = _century_from(described)
    if opened_year is None:
        return described
    # Two digits of a year were set into the wrong century; now the register tells which.
    declared = replace(declared, opened_year=opened_year)
    found = classify.file.describe_file(seen, declared=declared, rules=app.rules)
    return _described(app, file, pages, readable, found)


def _century_from(described: Described) -> int | None:
    """The year in which the e-file was opened, where the file's date is not of that century."""
    efile = described.efile.efile if described.efile else None
    year = described.value_of(FieldName.DATE)[:4]
    if efile is None or efile.opened is None or not year.isdigit():
        return None
    return efile.opened if abs(int(year) - efile.opened) >= HALF_A_CENTURY else None


def _described(
    app: App,
    file: PhysicalFile,
    pages: Sequence[Page],
    readable: Sequence[Page],
    found: FileDescription,
) -> Described:
    """What was found out as it is kept, with the reasons against it and the e-file."""
    doubts = needs_review(found, thresholds=app.policy.thresholds)
    sides = {page.pk: str(side.side) for page, side in zip(readable, found.sides, strict=True)}
    sides |= {page.pk: "blank" for page in pages if page.state == PageState.BLANK}
    identity = app.rules.keeping.identity
    metadata = {str(name): _shown(value, identity) for name, value in found.values.items()}
    if FieldName.FILE_NUMBER in metadata:
        others = [_reference(one, identity) for one in found.references]
        metadata[FieldName.FILE_NUMBER]["references"] = others
        readings = found.values[FieldName.FILE_NUMBER].others
        metadata[FieldName.FILE_NUMBER]["others"] = [hidden(key, identity) for key in readings]
    for name, one in file.decided.items():
        metadata[name] |= {"rule": link.PERSON_RULE, "by": one["by"]}
    reasons = [
        reason(str(doubt.code), **_facts(doubt.facts, identity))
        for doubt in doubts
        if not doubt.code.startswith(tuple(file.decided))
    ]
    reasons = [*_cover_reasons(file), *_count(file, pages), *reasons]
    efile = link.look_up(app.rules, metadata, file.declared, reasons)
    never = custody.kept(found.never_destroyed)
    split = {
        "sides": [asdict(order) for order in found.orders],
        "told": {page.pk: _told(side) for page, side in zip(readable, found.sides, strict=True)},
    }
    return Described(metadata, sides, reasons, never, efile, split)


def _told(side: SideProposal) -> dict[str, Any]:
    return {
        "confidence": round(side.confidence, 4),
        "evidence": list(side.evidence or (side.rule,)),
        "number": side.number,
    }


def lost_page(page: Page) -> dict[str, Any]:
    """The file's reason for a page that could not be read."""
    code = "page_quarantined" if page.state == PageState.QUARANTINED else "page_unreadable"
    return reason(code, page=page.sequence, source=page.source, because=page.reasons)


def _reference(one: Reference, identity: IdentityRules) -> dict[str, Any]:
    """The number of another paper as it is kept beside the file's own."""
    return {
        "value": hidden(one.value, identity),
        "canonical": hidden(one.canonical, identity),
        "verbatim": hidden(one.verbatim, identity),
        "confidence": one.confidence,
        "page": one.page,
        "bbox": list(one.bbox),
        "rule": one.rule,
        "cited": one.cited,
    }


def _shown(proposal: Proposal, identity: IdentityRules) -> dict[str, Any]:
    """A value as it is kept: a person's identity number that stands in it stays on its page."""
    other = proposal.alternative
    return {
        "value": hidden(proposal.value, identity),
        "confidence": round(proposal.confidence, 4),
        "page": proposal.page,
        "bbox": list(proposal.bbox) if proposal.bbox else None,
        "verbatim": hidden(proposal.verbatim, identity),
        "alternative": hidden(other, identity) if other else other,
        "canonical": proposal.canonical,
        "rule": proposal.rule,
    }


def _facts(facts: Mapping[str, str | int], identity: IdentityRules) -> dict[str, str | int]:
    return {
        name: hidden(fact, identity) if isinstance(fact, str) else fact
        for name, fact in facts.items()
    }


def page_reasons(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """The file's reasons that lie in its pages, in their order."""
    found = []
    for page in pages:
        if page.state in (PageState.UNREADABLE, PageState.QUARANTINED):
            found.append(lost_page(page))
        because = [kept for kept in page.reasons if _is_doubtful(kept)]
        if asked := page.marks.get(PageMark.SCAN_AGAIN):
            because.append(reason("scan_again", by=asked["by"]))
        if because and page.state == PageState.RECOGNISED:
            found.append(
                reason("page_doubtful", page=page.sequence, source=page.source, because=because)
            )
    return found


def _is_doubtful(kept: dict[str, Any]) -> bool:
    """Reasons that ask for a person; of the scan's faults those that ask for another scan."""
    facts = kept.get("facts", {})
    return kept["code"] in DOUBTFUL or facts.get("severity") == "again" or bool(facts.get("review"))


def _count(file: PhysicalFile, pages: Sequence[Page]) -> list[dict[str, Any]]:
    """Declared sheets against scanned pages, when they were declared."""
    declared = file.declared.get("declared_pages")
    found = sum(page.state not in (PageState.SEPARATOR, PageState.DUPLICATE) for page in pages)
    if not declared or declared == found:
        return []
    code = "pages_missing" if found < declared else "pages_too_many"
    return [reason(code, declared=declared, found=found)]


def _cover_reasons(file: PhysicalFile) -> list[dict[str, Any]]:
    """What does not add up about the cover sheet that the file began with."""
    cover = file.declared.get("cover") or {}
    return [reason(code, cover=cover["source"]) for code in cover.get("problems", ())]
