"""The review desk: the queue, a file with its fields, a page with its text."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from classify.proposals import FieldName
from errors import WrongUsage
from lang import say
from ocr.alto import read_alto
from ocr.corrected import LineEdit
from pipeline import review as use_case
from pipeline.decisions import Decision, Reviewer, TextEdits
from records import access, desk, review_reads
from records.access import Scope
from records.models import Page, PhysicalFile
from web.audit import noted
from web.rights import Right, needs
from web.views.files import file_in
from web.wiring import app, versions_here

DOUBTFUL = 0.85
"""Words less certain than this are coloured, and their lines are walked by Tab."""

QUEUE_ROWS = 50


@needs(Right.REVIEW)
def queue(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """Files that wait, those first where a minute of work mends most."""
    code = request.GET.get("reason") or None
    rows = review_reads.queue(code=code, limit=QUEUE_ROWS, among=access.files(scope))
    shown = {
        "files": rows,
        "waiting": review_reads.waiting(among=access.files(scope)),
        "code": code,
        "codes": sorted({one for row in rows for one in row["reason_codes"]}),
    }
    return render(request, "web/queue.html", shown)


@needs(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """A file's fields with the place on the page that each was read at; saving decides."""
    found = file_in(scope, file_id)
    who = request.user.get_username()
    held_by = desk.claim(found, who, timezone.now())
    if request.method == "POST" and held_by == who:
        fields = _changed_fields(request, found)
        sides = _changed_sides(request, found)
        accept = request.POST.get("decision") == "accept"
        decision = Decision(fields=fields, sides=sides, accept=accept, note=_note(request))
        refused = _decided(request, found, decision)
        if refused is None:
            return _onward(request, scope)
    else:
        refused = None
    shown = {
        **review_reads.review_report(found),
        "row": found,
        "held_by": held_by,
        "refused": refused,
        "fields": [_field(request, found, name) for name in FieldName],
        "kinds": sorted({cues.code for cues in app().rules.kinds}),
        "pages": _pages(found),
    }
    return render(request, "web/desk.html", shown, status=409 if refused else 200)


@needs(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, file_id: str, sequence: int, *, scope: Scope) -> HttpResponse:
    """A page beside its text, line by line; saving writes the changed lines."""
    found = file_in(scope, file_id)
    who = request.user.get_username()
    held_by = desk.claim(found, who, timezone.now())
    row = Page.objects.filter(file=found, sequence=sequence, state="recognised").first()
    if row is None or "alto" not in row.parts:
        return redirect("review-file", found.pk)
    refused = None
    if request.method == "POST" and held_by == who:
        refused = _decided(request, found, _page_decision(request, sequence))
        if refused is None:
            return redirect("review-file", found.pk)
    text = read_alto(app().store.read_bytes(row.parts["alto"]["key"]))
    typed = request.POST if refused else {}
    lines = [
        {
            "number": number,
            "text": typed.get(f"line-{number}", line.text),
            "before": line.text,
            "words": line.words,
            "box": line.box,
            "doubtful": any(word.confidence < DOUBTFUL for word in line.words),
        }
        for number, line in enumerate(text.lines)
    ]
    shown = {"file": found, "page": row, "text": text, "lines": lines, "limit": DOUBTFUL}
    shown |= {"held_by": held_by, "refused": refused, "own_text": row.parts.get("own_text")}
    return render(request, "web/page.html", shown, status=409 if refused else 200)


@needs(Right.REVIEW)
@require_POST
def leave(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """Give the file back to the queue."""
    desk.release(file_in(scope, file_id), request.user.get_username())
    return redirect("queue")


def _decided(request: HttpRequest, found: PhysicalFile, decision: Decision) -> WrongUsage | None:
    """The decision written down and, where no worker does it, its version made."""
    seen = int(request.POST.get("version", "0") or 0)
    who = request.user.get_username()
    try:
        use_case.decide(app(), found, decision, Reviewer(who, seen))
    except WrongUsage as refused:
        found.refresh_from_db()
        return refused
    noted(request, "decide", f"file {found.pk}", of_version=seen, accept=decision.accept)
    desk.release(found, who)
    if versions_here():
        use_case.make_version(app(), found)
    messages.success(request, say("Saved. The next version of the file is being deposited."))
    return None


def _onward(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The next file of the queue, or the queue when none waits."""
    rows = review_reads.queue(limit=1, among=access.files(scope))
    return redirect("review-file", rows[0]["id"]) if rows else redirect("queue")


def _changed_fields(request: HttpRequest, found: PhysicalFile) -> dict[str, str]:
    said = {name: request.POST.get(name, "").strip() for name in FieldName}
    return {name: value for name, value in said.items() if value and value != _now(found, name)}


def _changed_sides(request: HttpRequest, found: PhysicalFile) -> dict[int, str]:
    return {
        page.sequence: side
        for page in _pages(found)
        if (side := request.POST.get(f"side-{page.sequence}", "")) and side != page.side
    }


def _page_decision(request: HttpRequest, sequence: int) -> Decision:
    if request.POST.get("decision") == "blank":
        return Decision(blank=frozenset({sequence}), note=_note(request))
    edits = []
    for name, after in request.POST.items():
        if name.startswith("line-") and name[5:].isdecimal():
            before = request.POST.get(f"before-{name[5:]}", "")
            if after != before:
                edits.append(LineEdit(int(name[5:]), before, str(after)))
    return Decision(texts={sequence: TextEdits(edits)}, note=_note(request))


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:500]


def _pages(found: PhysicalFile) -> list[Page]:
    rows = Page.objects.filter(file=found, state="recognised")
    return list(rows.order_by("sequence"))


def _now(found: PhysicalFile, name: str) -> str:
    return str((found.metadata.get(name) or {}).get("value") or "")


def _field(request: HttpRequest, found: PhysicalFile, name: str) -> dict[str, Any]:
    """One field: what it says, how sure that is, and where on which page it was read."""
    kept = found.metadata.get(name) or {}
    page = None
    if kept.get("page") and kept.get("bbox"):
        page = Page.objects.filter(file=found, sequence=kept["page"]).first()
        left, top, right, bottom = kept["bbox"]
        kept = {**kept, "width": right - left, "height": bottom - top}
    typed = request.POST.get(name) if request.method == "POST" else None
    return {
        "name": name,
        "value": _now(found, name) if typed is None else typed,
        "kept": kept,
        "page": page,
    }
