"""Where the work stands: offices, batches, files, and what was done each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from lang import say
from records import access, counts, progress, reads
from records.access import Scope
from records.counts import Days
from records.models import Batch, PhysicalFile
from records.progress import Taken
from web import tables
from web.audit import noted
from web.rights import Right, needs
from web.tables import Table
from web.templatetags.words import state_words

FILES_A_PAGE = 100
BATCHES_A_PAGE = 50
MOST_BATCHES = 100_000
SHOWN_DAYS, MOST_DAYS = 14, 366
STATES = tuple(progress.OF_STATES)


@needs(Right.PROGRESS)
def overview(request: HttpRequest, *, scope: Scope) -> HttpResponseBase:
    """Every office's progress and the newest batches; refreshes itself."""
    office, department = (request.GET.get(name, "")[:64] for name in ("office", "department"))
    state = request.GET.get("state", "")
    taken = Taken(
        since=day_of(request.GET.get("since", "")),
        until=day_of(request.GET.get("until", "")),
        state=state if state in Batch.State else "",
    )
    seen = scope.within(office=office, department=department)
    if tables.wanted(request):
        noted(request, "fetch table", "progress")
        if request.GET.get("table") == "offices":
            return tables.sent(request, _offices(progress.offices(seen, taken)))
        return tables.sent(request, _batches(progress.batches(seen, taken, limit=MOST_BATCHES)))
    number = max(1, _number(request.GET.get("page", "")))
    behind = BATCHES_A_PAGE * (number - 1)
    rows = progress.batches(seen, taken, limit=BATCHES_A_PAGE + 1, behind=behind)
    shown = {
        "offices": progress.offices(seen, taken),
        "batches": rows[:BATCHES_A_PAGE],
        "newer": number - 1,
        "older": number + 1 if len(rows) > BATCHES_A_PAGE else 0,
        "pace": progress.pace(seen, timezone.now()),
        "query": tables.query_of(request),
        "chosen": {"office": office, "department": department, "state": state, "taken": taken},
        "batch_states": Batch.State.values,
        "departments": access.departments(scope),
    }
    partly = bool(getattr(request, "htmx", False))
    return render(request, "web/_overview.html" if partly else "web/overview.html", shown)


@needs(Right.PROGRESS)
def batch(request: HttpRequest, batch_id: str, *, scope: Scope) -> HttpResponseBase:
    """One batch: its balance and its files."""
    found = access.batches(scope).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    state = request.GET.get("state")
    department = request.GET.get("department", "")[:64]
    rows = progress.files_of(found, scope.within(department=department), state=state)
    if tables.wanted(request):
        noted(request, "fetch table", f"batch {found.pk}")
        return tables.sent(request, _files(found, rows.iterator(chunk_size=tables.AT_A_TIME)))
    shown = {
        "batch": found,
        "ledger": _balance(found, scope),
        "state": state,
        "states": STATES,
        "department": department,
        "query": tables.query_of(request),
        "files": Paginator(rows, FILES_A_PAGE).get_page(request.GET.get("page")),
    }
    partly = bool(getattr(request, "htmx", False))
    return render(request, "web/_batch.html" if partly else "web/batch.html", shown)


@needs(Right.PROGRESS)
def days(request: HttpRequest, *, scope: Scope) -> HttpResponseBase:
    """What came in and was settled each day, and what each person decided."""
    today = timezone.localdate()
    last = day_of(request.GET.get("until", "")) or today
    first = day_of(request.GET.get("since", "")) or last - timedelta(days=SHOWN_DAYS - 1)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    office, department = (request.GET.get(name, "")[:64] for name in ("office", "department"))
    seen = scope.within(office=office, department=department)
    asked = Days(first, last)
    if tables.wanted(request):
        noted(request, "fetch table", "days")
        if request.GET.get("table") == "people":
            return tables.sent(request, _people(counts.by_person(seen, asked)))
        if request.GET.get("table") == "operators":
            return tables.sent(request, _operators(counts.by_operator(seen, asked)))
        if request.GET.get("table") == "devices":
            return tables.sent(request, _devices(counts.by_device(seen, asked)))
        return tables.sent(request, _days(counts.by_day(seen, asked)))
    shown = {
        "days": counts.by_day(seen, asked),
        "people": counts.by_person(seen, asked),
        "operators": counts.by_operator(seen, asked),
        "devices": counts.by_device(seen, asked),
        "asked": asked,
        "chosen": {"office": office, "department": department},
        "query": tables.query_of(request),
        "departments": access.departments(scope),
    }
    return render(request, "web/days.html", shown)


def day_of(said: str) -> date | None:
    """The day that a form names, 2026-01-31; None for anything else."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 6 else 0


def _offices(rows: list[dict[str, Any]]) -> Table:
    heads = (say("Office"), say("Batches"), say("Scans"), say("Files"))
    values = ("office", "batches", "scans", "files", *STATES)
    return Table(
        "offices",
        (*heads, *map(state_words, STATES), say("Settled, percent")),
        ([*(row[name] for name in values), row["share"]] for row in rows),
    )


def _batches(rows: list[dict[str, Any]]) -> Table:
    heads = (say("Batch"), say("Label"), say("Office"), say("Taken in"), say("Files"))
    return Table(
        "batches",
        (*heads, *map(state_words, STATES), say("Settled, percent")),
        map(_batch_row, rows),
    )


def _batch_row(row: dict[str, Any]) -> list[Any]:
    batch = row["batch"]
    at = timezone.localtime(batch.created_at).strftime("%Y-%m-%d %H:%M")
    counted = [row[name] for name in ("files", *STATES)]
    return [batch.pk, batch.label, batch.office, at, *counted, row["share"]]


def _files(found: Batch, rows: Iterator[PhysicalFile]) -> Table:
    heads = ("File", "Number", "Subject", "Department", "Date", "Declared pages", "Pages", "State")
    return Table(found.pk, [say(head) for head in heads], map(_file_row, rows))


def _file_row(file: PhysicalFile) -> list[Any]:
    names = ("file_number", "subject", "department", "date")
    values = ((file.metadata.get(name) or {}).get("value") or "" for name in names)
    declared = file.declared.get("declared_pages")
    pages: int = file.n_pages  # type: ignore[attr-defined]
    return [file.source, *values, declared, pages, state_words(file.state)]


def _days(rows: list[dict[str, Any]]) -> Table:
    heads = (
        "Day",
        "Office",
        "Batches taken in",
        "Scans taken in",
        "Files settled",
        "Pages settled",
    )
    values = ("day", "office", "batches", "scans", "files", "pages")
    said = [say(head) for head in heads]
    return Table("days", said, ([row[name] for name in values] for row in rows))


def _people(rows: list[dict[str, Any]]) -> Table:
    heads = ("Day", "Name", "Files decided", "Changes made")
    values = ("day", "who", "files", "changes")
    said = [say(head) for head in heads]
    return Table("people", said, ([row[name] for name in values] for row in rows))


def _operators(rows: list[dict[str, Any]]) -> Table:
    heads = ("Day", "Operator", "Batches taken in", "Scans taken in")
    values = ("day", "who", "batches", "scans")
    said = [say(head) for head in heads]
    return Table("operators", said, ([row[name] for name in values] for row in rows))


def _devices(rows: list[dict[str, Any]]) -> Table:
    said = [say(head) for head in ("Day", "Scanner", "Scans taken in")]
    return Table("devices", said, ([row["day"], row["device"], row["scans"]] for row in rows))


def _balance(found: Batch, scope: Scope) -> dict[str, Any] | None:
    """The whole batch's balance, for those from whom no file of it is kept."""
    return reads.ledger_of(found) if scope.whole_batches else None
