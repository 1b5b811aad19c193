"""The review queue, as lists and pages of the desk show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from lang import say
from records import access, reads, reasons
from records.access import EVERYTHING, Scope
from records.corrections import history
from records.lifecycle import FileState
from records.models import Deposit, PhysicalFile
from records.register import RegisterEntry

ELSEWHERE = "a sheet of a file that is not shown to you"
OTHER_EFILE = "one that is not shown to you"


def queue(
    *,
    office: str | None = None,
    code: str | None = None,
    limit: int = 50,
    scope: Scope = EVERYTHING,
    only: Q | None = None,
) -> list[dict[str, Any]]:
    """Files that wait for a person, the most worth a minute first.

    Args:
        office: of their batch; None for every office.
        code: a reason that they have, see ``records.reasons``; None for any.
        limit: most files given.
        scope: what the person may see; other files are neither given nor named.
        only: which of them, such as ``records.desk.free``; None for all.
    """
    rows = _waiting(office, scope).filter(only or Q())
    if code is not None:
        rows = rows.annotate(told=Cast("reasons", TextField())).filter(told__contains=f'"{code}"')
    rows = rows.order_by("-urgency", "id").select_related("batch")[:limit]
    found = list(rows)
    shown = _for_eyes(scope, [file.reasons for file in found])
    return [_line(file, kept) for file, kept in zip(found, shown, strict=True)]


def waiting(*, office: str | None = None, scope: Scope = EVERYTHING) -> int:
    """How many files wait for a person."""
    return _waiting(office, scope).count()


def _waiting(office: str | None, scope: Scope) -> QuerySet[PhysicalFile]:
    rows = access.files(scope).filter(state=FileState.IN_REVIEW)
    return rows if office is None else rows.filter(batch__office=office)


def review_report(file: PhysicalFile, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """One file as its reviewer sees it: report, versions, and all that people changed.

    Nothing of it names a file or an e-file that is not in ``scope``.
    """
    made = Deposit.objects.filter(file=file).order_by("version")
    versions = made.values_list("version", "deposited_at")
    report = reads.file_report(file)
    now, accepted = _for_eyes(scope, [file.reasons, file.accepted])
    report["reasons"] = [reasons.in_words(kept) for kept in now]
    candidates = report["efile"]["candidates"]
    seen = _efiles_in(scope, {one["computer_number"] for one in candidates})
    report["efile"]["candidates"] = [one for one in candidates if one["computer_number"] in seen]
    return {
        "file": report,
        "batch": reads.batch_line(file.batch),
        "urgency": file.urgency,
        "accepted": [reasons.in_words(kept) for kept in accepted],
        "versions": [{"version": n, "deposited_at": at.isoformat()} for n, at in versions],
        "history": history(file.pk),
    }


def _for_eyes(
    scope: Scope, listed: Sequence[Sequence[dict[str, Any]]]
) -> list[list[dict[str, Any]]]:
    """The reasons, with sheets and e-files that are not in ``scope`` named only as such."""
    if scope == EVERYTHING:
        return [list(some) for some in listed]
    every = [inner for some in listed for kept in some for inner in _with_inner(kept)]
    asked = {kept["facts"].get("page_id") for kept in every} - {None}
    pages = set(access.pages(scope).filter(pk__in=asked).values_list("pk", flat=True))
    efiles = _efiles_in(scope, {kept["facts"].get("computer_number") for kept in every} - {None})
    return [[_covered(kept, pages, efiles) for kept in some] for some in listed]


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


def _efiles_in(scope: Scope, numbers: set[str]) -> set[str]:
    """Those of the e-files that belong to a department in ``scope``."""
    if scope.departments is None:
        return numbers
    rows = RegisterEntry.objects.filter(
        computer_number__in=numbers, department_code__in=scope.departments - {""}
    )
    return set(rows.values_list("computer_number", flat=True))


def _line(file: PhysicalFile, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    def value(name: str) -> str | None:
        found: str | None = file.metadata.get(name, {}).get("value")
        return found

    return {
        "id": file.pk,
        "source": file.source,
        "office": file.batch.office,
        "batch": file.batch_id,
        "version": file.version,
        "file_number": value("file_number"),
        "subject": value("subject"),
        "department": value("department"),
        "urgency": file.urgency,
        "reasons": [reasons.in_words(kept) for kept in shown],
        "reason_codes": [kept["code"] for kept in file.reasons],
        "pages": sorted(
            kept["facts"]["page"] for kept in file.reasons if "page" in kept.get("facts", {})
        ),
    }
