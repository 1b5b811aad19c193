"""The review desk: the queue, a file with its fields, a page with its text."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from classify.proposals import FieldName
from errors import WrongUsage
from lang import say
from ocr.alto import read_alto
from ocr.corrected import LineEdit
from pipeline import review as use_case
from pipeline.decisions import Decision, Mark, Reviewer, TextEdits
from records import desk, reason_names, review_reads
from records.access import Scope
from records.models import Page, PhysicalFile
from records.number_entries import ONLY_THE_NUMBER
from records.page_marks import PageMark
from web import tables
from web.audit import noted
from web.rights import Right, needs
from web.seat import sit_down, stand_up
from web.templatetags.words import DOUBTFUL
from web.views.efile import question
from web.views.files import file_in
from web.views.listed import queue_table
from web.wiring import app

QUEUE_ROWS = 50
ONLY_A_NUMBER = Q(reasons=ONLY_THE_NUMBER)
"""Files that wait for nothing but a number; those are keyed on a page of their own."""

LONGEST_NUMBER = 10
NARROWED = "queue_reason"


@needs(Right.REVIEW)
def queue(request: HttpRequest, *, scope: Scope) -> HttpResponseBase:
    """Files that wait, those first where a minute of work mends most."""
    code = request.GET.get("reason") or None
    code = code if code in reason_names.SHORT else None
    if tables.wanted(request):
        noted(request, "fetch table", "queue")
        return tables.sent(request, queue_table(review_reads.whole_queue(code=code, scope=scope)))
    if code != _chosen(request):
        request.session[NARROWED] = code  # "next" goes on within it
    only = ~ONLY_A_NUMBER
    rows = review_reads.queue(code=code, limit=QUEUE_ROWS, scope=scope, only=only)
    free = _next(request, scope)
    shown = {
        "files": rows,
        "first": free,
        "waiting": review_reads.waiting(code=code, scope=scope, only=only if code else None),
        "code": code,
        "groups": reason_names.GROUPS,
        "query": tables.query_of(request),
    }
    return render(request, "web/queue.html", shown)


@needs(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """A file's fields with the place on the page that each was read at; saving decides."""
    found = file_in(scope, file_id)
    who = request.user.get_username()
    held_by = desk.claim(found, who, timezone.now())
    refused = None
    if request.method == "POST":
        fields = _changed_fields(request, found)
        sides = _changed_sides(request, found)
        accept = request.POST.get("decision") == "accept"
        decision = Decision(fields=fields, sides=sides, accept=accept, note=_note(request))
        refused = _decided(request, found, decision)
        if refused is None:
            return _onward(request, scope)
    else:
        noted(request, "review file", f"file {found.pk}")
    pages = _pages(found)
    report = review_reads.review_report(found, scope)
    shown = {
        **report,
        "efile": question(found, report["file"]["efile"]),
        "row": found,
        "held_by": held_by,
        "refused": refused,
        "fields": [_field(request, found, name) for name in FieldName],
        "kinds": sorted({cues.code for cues in app().rules.kinds}),
        "beside": _files_beside(request, found, scope),
        "pages": [(page, _typed(request, f"side-{page.sequence}", page.side)) for page in pages],
        "note": _note(request),
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
    if request.method == "POST":
        refused = _decided(request, found, _page_decision(request, row))
        if refused is None:
            return redirect("review-file", found.pk)
    else:
        noted(request, "review page", f"file {found.pk}", page=sequence)
    text = read_alto(app().store.read_bytes(row.parts["alto"]["key"]))
    typed = {edit.line: edit for edit in _line_edits(request)} if refused else {}
    fit = {n for n, line in enumerate(text.lines) if n in typed and typed[n].before == line.text}
    lines = [
        {
            "number": number,
            "text": typed[number].after if number in fit else line.text,
            "before": line.text,
            "words": line.words,
            "box": line.box,
            "doubtful": any(word.confidence < DOUBTFUL for word in line.words),
        }
        for number, line in enumerate(text.lines)
    ]
    shown = {"file": found, "page": row, "text": text, "lines": lines, "limit": DOUBTFUL}
    shown |= {"held_by": held_by, "refused": refused, "own_text": row.parts.get("own_text")}
    shown |= {"note": _note(request), "side": _typed(request, f"side-{sequence}", row.side)}
    shown["beside"] = _pages_beside(found, sequence)
    shown["left_over"] = [edit.after for line, edit in typed.items() if line not in fit]
    return render(request, "web/page.html", shown, status=409 if refused else 200)


@needs(Right.REVIEW)
@require_POST
def leave(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """Give the file back to the queue."""
    desk.release(file_in(scope, file_id), request.user.get_username())
    return redirect("queue")


def _decided(request: HttpRequest, found: PhysicalFile, decision: Decision) -> WrongUsage | None:
    """The decision written down and, where no worker does it, its version made."""
    seen, who = _number(request.POST.get("version", "")) or 0, request.user.get_username()
    try:
        sit_down(found, who)
    except WrongUsage as taken:
        return taken
    try:
        use_case.decide(app(), found, decision, Reviewer(who, seen))
    except WrongUsage as refused:
        found.refresh_from_db()
        return refused
    noted(request, "decide", f"file {found.pk}", of_version=seen, accept=decision.accept)
    stand_up(found, who)
    messages.success(request, say("Saved. The next version of the file is being deposited."))
    return None


def _onward(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The next file of the queue, or the queue when none waits."""
    free = _next(request, scope)
    return redirect("review-file", free) if free else redirect("queue")


def _next(request: HttpRequest, scope: Scope) -> str | None:
    """The first file of the queue, as it is narrowed now, that nobody else has on the desk."""
    rows = review_reads.queue(limit=1, scope=scope, only=_free(request), code=_chosen(request))
    return str(rows[0]["id"]) if rows else None


def _files_beside(
    request: HttpRequest, found: PhysicalFile, scope: Scope
) -> tuple[str | None, str | None]:
    """The files before and after one in the queue, as it is narrowed now."""
    code = _chosen(request)
    return review_reads.beside(found, scope=scope, only=_free(request), code=code)


def _free(request: HttpRequest) -> Q:
    return desk.free(request.user.get_username(), timezone.now()) & ~ONLY_A_NUMBER


def _chosen(request: HttpRequest) -> str | None:
    """The reason by which the person narrowed the queue."""
    code: str | None = request.session.get(NARROWED)
    return code


def _pages_beside(found: PhysicalFile, sequence: int) -> tuple[int | None, int | None]:
    """The pages before and after one, among those that have a text."""
    known = [page.sequence for page in _pages(found) if "alto" in page.parts]
    before, after = ([n for n in known if n < sequence], [n for n in known if n > sequence])
    return (before[-1] if before else None, after[0] if after else None)


def _changed_fields(request: HttpRequest, found: PhysicalFile) -> dict[str, str]:
    return {
        name: value
        for name in FieldName
        if (value := _typed(request, name, _now(found, name))) != _now(found, name)
    }


def _typed(request: HttpRequest, name: str, now: str) -> str:
    """What the person made of the field; as it is ``now`` where they left it as they saw it."""
    typed = request.POST.get(name, now).strip()
    return now if typed == request.POST.get(f"before-{name}") else typed


def _changed_sides(request: HttpRequest, found: PhysicalFile) -> dict[int, str]:
    return {
        page.sequence: side
        for page in _pages(found)
        if (side := _typed(request, f"side-{page.sequence}", page.side)) and side != page.side
    }


def _page_decision(request: HttpRequest, row: Page) -> Decision:
    """What the person says of one page: its text, its side, or what its sheet is."""
    said, number, note = request.POST.get("decision", ""), row.sequence, _note(request)
    turn = _number(said.removeprefix("turn-")) if said.startswith("turn-") else None
    if said == "blank":
        return Decision(blank=frozenset({number}), note=note)
    if turn is not None:
        return Decision(turns={number: turn}, note=note)
    if said == PageMark.DUPLICATE:
        of = _number(request.POST.get("duplicate-of", ""))
        return Decision(marks={number: Mark(PageMark.DUPLICATE, of)}, note=note)
    side = _typed(request, f"side-{number}", row.side)
    return Decision(
        texts={number: TextEdits(_line_edits(request))},
        sides={number: side} if side and side != row.side else {},
        marks={number: Mark(PageMark(said))} if said in set(PageMark) else {},
        note=note,
    )


def _line_edits(request: HttpRequest) -> list[LineEdit]:
    """The lines that the person changed, each with what they saw there."""
    edits = []
    for name, after in request.POST.items():
        line = _number(name.removeprefix("line-"))
        if name.startswith("line-") and line is not None:
            before = request.POST.get(f"before-{line}", "")
            if after != before:
                edits.append(LineEdit(line, before, str(after)))
    return edits


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < LONGEST_NUMBER else None


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
    return {
        "name": name,
        "value": _typed(request, name, _now(found, name)),
        "before": _now(found, name),
        "kept": kept,
        "page": page,
    }
