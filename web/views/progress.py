"""Where the work stands: offices, batches, files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lang import say
from records import access, progress, reads
from records.access import Scope
from records.models import Batch
from web.audit import noted
from web.rights import Right, needs
from web.templatetags.words import state_words

FILES_A_PAGE = 100
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@needs(Right.PROGRESS)
def overview(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """Every office's progress and the newest batches; refreshes itself."""
    now = timezone.now()
    office = request.GET.get("office") or None
    newest = progress.batches(scope, office=office)
    shown = {
        "offices": progress.offices(scope),
        "batches": newest,
        "office": office,
        "a_day": progress.deposits_a_day(scope, now),
    }
    if request.GET.get("format") == "csv":
        return _table(
            "batches.csv",
            (say("Batch"), say("Label"), say("Office"), say("Taken in"), say("Files")),
            map(_batch_row, newest),
        )
    partly = bool(getattr(request, "htmx", False))
    return render(request, "web/_overview.html" if partly else "web/overview.html", shown)


@needs(Right.PROGRESS)
def batch(request: HttpRequest, batch_id: str, *, scope: Scope) -> HttpResponse:
    """One batch: its balance and its files."""
    found = access.batches(scope).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    state = request.GET.get("state")
    rows = progress.files_of(found, scope, state=state)
    if request.GET.get("format") == "csv":
        noted(request, "fetch table", f"batch {found.pk}")
        return _table(
            f"{found.pk}.csv",
            (say("File"), say("Number"), say("Subject"), say("Date"), say("Pages"), say("State")),
            (
                (f.source, *_values(f.metadata), f.n_pages, state_words(f.state))  # type: ignore[attr-defined]
                for f in rows.iterator(chunk_size=500)
            ),
        )
    shown = {
        "batch": found,
        "ledger": _balance(found, scope),
        "state": state,
        "states": tuple(progress.OF_STATES),
        "files": Paginator(rows, FILES_A_PAGE).get_page(request.GET.get("page")),
    }
    partly = bool(getattr(request, "htmx", False))
    return render(request, "web/_batch.html" if partly else "web/batch.html", shown)


def _batch_row(row: dict[str, Any]) -> tuple[Any, ...]:
    batch = row["batch"]
    return batch.pk, batch.label, batch.office, batch.created_at.isoformat(), row["files"]


def _balance(found: Batch, scope: Scope) -> dict[str, Any] | None:
    """The whole batch's balance, for those from whom no file of it is kept."""
    return reads.ledger_of(found) if scope.whole_batches else None


def _values(metadata: dict[str, Any]) -> tuple[str, ...]:
    names = ("file_number", "subject", "date")
    return tuple((metadata.get(name) or {}).get("value") or "" for name in names)


def _table(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV that Excel opens with its Hindi whole, and takes for text, never for formulas."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return response


def _harmless(cell: Any) -> Any:
    """A table program takes what begins so for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_SIGNS else cell
