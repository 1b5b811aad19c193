"""What a person may be told: sheets and e-files outside their scope are never named to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lang import say
from records import access
from records.access import EVERYTHING, Scope
from records.models import Page, PhysicalFile
from records.register import FileLink, RegisterEntry

ELSEWHERE = "a sheet of a file that is not shown to you"
OTHER_EFILE = "one that is not shown to you"
Reasons = Sequence[dict[str, Any]]


def cover(
    scope: Scope,
    files: Sequence[PhysicalFile],
    pages: Sequence[Page],
    links: Iterable[FileLink],
) -> None:
    """Take out of rows in memory, which are then only read, what is not in ``scope``.

    Reasons keep their words with sheets and e-files unnamed; a twin, an e-file or a candidate of
    another department is gone. Nothing is written.
    """
    if scope == EVERYTHING:
        return
    listed = [
        *(file.reasons for file in files),
        *(file.accepted for file in files),
        *(page.reasons for page in pages),
    ]
    shown = iter(for_eyes(scope, listed))
    for file in files:
        file.reasons = next(shown)
    for file in files:
        file.accepted = next(shown)
    for page in pages:
        page.reasons = next(shown)
    _cover_twins(scope, pages)
    _cover_links(scope, list(links))


def _cover_twins(scope: Scope, pages: Sequence[Page]) -> None:
    asked = {page.duplicate_of_id for page in pages} - {None}
    seen = set(access.pages(scope).filter(pk__in=asked).values_list("pk", flat=True))
    for page in pages:
        if page.duplicate_of_id not in seen:
            page.duplicate_of = None


def _cover_links(scope: Scope, links: Sequence[FileLink]) -> None:
    named = {one["computer_number"] for link in links for one in link.candidates}
    named |= {link.entry.computer_number for link in links if link.entry}
    seen = efiles_in(scope, named)
    for link in links:
        link.candidates = [one for one in link.candidates if one["computer_number"] in seen]
        if link.entry and link.entry.computer_number not in seen:
            link.entry = None


def for_eyes(scope: Scope, listed: Sequence[Reasons]) -> list[list[dict[str, Any]]]:
    """The reasons, with sheets and e-files that are not in ``scope`` named only as such."""
    if scope == EVERYTHING:
        return [list(some) for some in listed]
    every = [inner for some in listed for kept in some for inner in _with_inner(kept)]
    asked = {kept["facts"].get("page_id") for kept in every} - {None}
    pages = set(access.pages(scope).filter(pk__in=asked).values_list("pk", flat=True))
    efiles = efiles_in(scope, {kept["facts"].get("computer_number") for kept in every} - {None})
    return [[_covered(kept, pages, efiles) for kept in some] for some in listed]


def cover_history(scope: Scope, changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The corrections, whose acceptances hold the reasons as they stood, with those covered."""
    accepted = [one for one in changes if isinstance(one["before"], list)]
    shown = iter(for_eyes(scope, [one["before"] for one in accepted]))
    return [
        {**one, "before": next(shown)} if isinstance(one["before"], list) else one
        for one in changes
    ]


def efiles_in(scope: Scope, numbers: set[str]) -> set[str]:
    """Those of the e-files that belong to a department in ``scope``."""
    if scope.departments is None:
        return numbers
    rows = RegisterEntry.objects.filter(
        computer_number__in=numbers, department_code__in=scope.departments - {""}
    )
    return set(rows.values_list("computer_number", flat=True))


def _with_inner(kept: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield kept
    for inner in kept["facts"].get("because", ()):
        yield from _with_inner(inner)


def _covered(kept: dict[str, Any], pages: set[str], efiles: set[str]) -> dict[str, Any]:
    facts = dict(kept["facts"])
    if "page_id" in facts and facts["page_id"] not in pages:
        facts |= {"of": say(ELSEWHERE), "page_id": ""}
    if "computer_number" in facts and facts["computer_number"] not in efiles:
        facts["computer_number"] = say(OTHER_EFILE)
    if "because" in facts:
        facts["because"] = [_covered(inner, pages, efiles) for inner in facts["because"]]
    return {**kept, "facts": facts}
